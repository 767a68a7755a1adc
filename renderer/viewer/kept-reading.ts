/** The saved screens of the last studies, in the window's workspace: the station keeps them over reloads and crashes. */
import { useWorkspace } from '../services/workspace.ts'
import { readSavedReading, type SavedReading, writeSavedReading } from './saved-reading.ts'

const PREFIX = 'reading:'

/** How many studies are remembered, and how large one may be: all of it together has to fit the workspace's bound. */
export const KEPT = { studies: 6, characters: 60_000 } as const

/** What was saved of a study's screen; null when nothing was. */
export function readKeptReading(StudyInstanceUID: string): SavedReading | null {
  const text = useWorkspace.getState().kept[PREFIX + StudyInstanceUID]
  return text === undefined ? null : readSavedReading(text)
}

/** Saves a study's screen; the studies not opened for longest are forgotten. Without the engine's part when that is too large. */
export function keepReading(StudyInstanceUID: string, saved: SavedReading): void {
  const key = PREFIX + StudyInstanceUID
  const whole = writeSavedReading(saved)
  const text = whole.length <= KEPT.characters ? whole : writeSavedReading({ ...saved, engine: '' })
  const { kept, keep } = useWorkspace.getState()
  if (kept[key] === text) return
  const others = Object.keys(kept).filter((name) => name.startsWith(PREFIX) && name !== key)
  for (const forgotten of others.slice(0, Math.max(0, others.length - KEPT.studies + 1))) keep(forgotten, null)
  if (Object.keys(kept).at(-1) !== key) keep(key, null)
  keep(key, text)
}
