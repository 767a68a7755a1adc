/** Keeps a copy of the records that is never much older than they are: when the station starts, and every hour in which they changed. */
import { existsSync, statSync } from 'node:fs'
import type { DataFolder } from '../data-folder.ts'

/** ms that a copy lasts at least. */
const INTERVAL = 3_600_000
/** ms between two looks. */
const LOOK_EVERY = 600_000

const changedAt = (path: string): number => (existsSync(path) ? statSync(path).mtimeMs : 0)

/** Whether the records changed since their copy was made, and that is long enough ago. */
export const isCopyDue = ({ records, recordsCopy }: DataFolder, now: number): boolean => {
  const copiedAt = changedAt(recordsCopy)
  // The clock was set back: nothing that comes now would be later than the copy.
  if (copiedAt > now + INTERVAL) return true
  return Math.max(changedAt(records), changedAt(`${records}-wal`)) > copiedAt && now - copiedAt >= INTERVAL
}

/** Calls `copy` whenever one is due, now to begin with unless the records are new; the returned function ends it. */
export const keepCopies = (folder: DataFolder, copy: () => void, isNew: boolean): (() => void) => {
  const look = (): void => {
    if (isCopyDue(folder, Date.now())) copy()
  }
  if (!isNew) look()
  const timer = setInterval(look, LOOK_EVERY)
  timer.unref()
  return () => clearInterval(timer)
}
