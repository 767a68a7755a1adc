/**
 * Where this window is in the program. Kept by the station (nothing lives in the browser's storage), so that a reloaded or crashed window
 * comes back to the same screen, study and place. No study is ever named in the address.
 */
import { create } from 'zustand'
import { stationClient } from './client.ts'

/** The parts of the archive's page. */
export type ArchiveSection = 'search' | 'retrievals' | 'outbox'
/** The parts of the storage's page. */
export type StorageSection = 'space' | 'integrity' | 'versions' | 'backup' | 'audit'

export type Screen =
  | { name: 'studies' }
  /** `PatientID`: whose studies to look for; empty: a person says. */
  | { name: 'archive'; section: ArchiveSection; PatientID: string }
  | { name: 'storage'; section: StorageSection }
  | { name: 'reading'; StudyInstanceUID: string }
  | { name: 'settings'; group: string | null }

interface Workspace {
  screen: Screen
  /** What each screen keeps of itself, as its own JSON text, by a key of its own. */
  kept: Record<string, string>
  go(screen: Screen): void
  keep(key: string, value: string | null): void
}

const SAVE_AFTER = 300

const windowId = new URLSearchParams(globalThis.location?.search ?? '').get('window')?.slice(0, 64) || 'main'

export const useWorkspace = create<Workspace>((set) => ({
  screen: { name: 'studies' },
  kept: {},
  go: (screen) => set({ screen }),
  keep: (key, value) =>
    set((state) => {
      const kept = { ...state.kept }
      if (value === null) delete kept[key]
      else kept[key] = value
      return { kept }
    }),
}))

const archiveSections: readonly unknown[] = ['search', 'retrievals', 'outbox'] satisfies ArchiveSection[]

const isArchiveScreen = (value: object): boolean =>
  'section' in value &&
  archiveSections.includes(value.section) &&
  'PatientID' in value &&
  typeof value.PatientID === 'string'

const storageSections: readonly unknown[] = [
  'space',
  'integrity',
  'versions',
  'backup',
  'audit',
] satisfies StorageSection[]

const isScreen = (value: unknown): value is Screen => {
  if (typeof value !== 'object' || value === null || !('name' in value)) return false
  if (value.name === 'studies') return true
  if (value.name === 'reading') return 'StudyInstanceUID' in value && typeof value.StudyInstanceUID === 'string'
  if (value.name === 'archive') return isArchiveScreen(value)
  if (value.name === 'storage') return 'section' in value && storageSections.includes(value.section)
  return value.name === 'settings' && 'group' in value && (value.group === null || typeof value.group === 'string')
}

const isKept = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'string')

/** Reads a saved state; what it does not understand is left as at first. */
export function readWorkspace(text: string): Partial<Pick<Workspace, 'screen' | 'kept'>> {
  try {
    const state: unknown = JSON.parse(text)
    if (typeof state !== 'object' || state === null) return {}
    return {
      ...('screen' in state && isScreen(state.screen) ? { screen: state.screen } : {}),
      ...('kept' in state && isKept(state.kept) ? { kept: state.kept } : {}),
    }
  } catch {
    return {}
  }
}

/** Brings back where this window was, then saves every change shortly after it. Resolves when the state is there. */
export async function restoreWorkspace(): Promise<() => void> {
  const saved = await stationClient.workspace.load.query({ windowId })
  if (saved !== null) useWorkspace.setState(readWorkspace(saved.state))
  let timer: ReturnType<typeof setTimeout> | null = null
  let isLeaving = false
  const state = () => {
    const { screen, kept } = useWorkspace.getState()
    return { windowId, state: JSON.stringify({ screen, kept }) }
  }
  const save = () => {
    timer = null
    // A save that fails is repeated by the next change; the connection banner tells the person meanwhile.
    stationClient.workspace.save.mutate(state()).catch(() => undefined)
  }
  // A page that goes away has no time for a batched call: the browser carries this one on without it.
  const saveAtOnce = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const headers = { 'content-type': 'application/json' }
    fetch('/call/workspace.save', { method: 'POST', keepalive: true, headers, body: JSON.stringify(state()) }).catch(
      () => undefined,
    )
  }
  const leave = () => {
    isLeaving = true
    if (timer !== null) saveAtOnce()
  }
  const comeBack = () => {
    isLeaving = false
  }
  const stop = useWorkspace.subscribe(() => {
    if (isLeaving) saveAtOnce()
    else timer ??= setTimeout(save, SAVE_AFTER)
  })
  window.addEventListener('pagehide', leave)
  window.addEventListener('pageshow', comeBack)
  return () => {
    stop()
    window.removeEventListener('pagehide', leave)
    window.removeEventListener('pageshow', comeBack)
    if (timer !== null) clearTimeout(timer)
  }
}
