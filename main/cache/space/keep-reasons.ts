/** The rules of what may go. Everything is in doubt kept: a study goes only when nothing speaks against it. */
import type { KeepReason } from '../../contract/space.ts'
import type { StudyUse } from '../cache.ts'

/** ms after its last object in which more of a study may still come. */
const STILL_COMING = 60_000
/** ms in which a study that was used does not go by itself. */
const LATELY_USED = 3_600_000

export interface KeepContext {
  /** The archive's id; empty: none is set up. */
  archive: string
  /** What it is used for now: shown in a window, exported. */
  uses: readonly KeepReason[]
  /** What the records say. */
  recorded: readonly KeepReason[]
  /** ms since 1970. */
  now: number
}

/** When a study was last received into or opened. */
export const usedAt = ({ lastReceivedAt, openedAt }: Pick<StudyUse, 'lastReceivedAt' | 'openedAt'>): string =>
  openedAt !== null && openedAt > lastReceivedAt ? openedAt : lastReceivedAt

/** Whether two moments are less than `length` ms apart: one that lies further ahead was dated before the clock was set back. */
const isWithin = (length: number, at: number, now: number): boolean => Math.abs(now - at) < length

/** Why a study stays; empty: it may go. */
export const keepReasons = (use: StudyUse, { archive, uses, recorded, now }: KeepContext): KeepReason[] => {
  const reasons: [KeepReason, boolean][] = [
    ['receiving', isWithin(STILL_COMING, Date.parse(use.lastReceivedAt), now)],
    ['versions', use.conflictingInstances > 0],
    ['no-archive', archive === ''],
    ['not-archived', archive !== '' && !use.isProven],
  ]
  return [...recorded, ...uses, ...reasons.flatMap(([reason, holds]) => (holds ? [reason] : []))]
}

/** Whether a use at `at` keeps a study no longer from going by itself; both in ms since 1970. */
export const isLongAgo = (at: number, now: number): boolean => !isWithin(LATELY_USED, at, now)

/** Whether a study that may go also goes by itself: not when it was used a moment ago. */
export const isUnused = (use: StudyUse, now: number): boolean => isLongAgo(Date.parse(usedAt(use)), now)
