/**
 * How often a PIN may be tried: five times, then not for a quarter of an hour. Plain functions on what is kept beside the hash. Time is told by
 * how long the machine has been up, which nobody can set as one sets a clock.
 */

/** ms since the machine started. */
export type UpTime = number

export interface PinTries {
  /** Wrong tries in a row; a try counts from its beginning until it has proven right. */
  wrong: number
  /** When the last of them locked the PIN. */
  lockedAt: UpTime | null
}

/** Wrong tries that lock the PIN. */
export const MAX_TRIES = 5
/** ms that it stays locked. */
export const LOCK_TIME = 15 * 60_000

export const noTries: PinTries = { wrong: 0, lockedAt: null }

/** Tries that lock the PIN from `upFor` on. */
export const lockedFrom = (upFor: UpTime): PinTries => ({ wrong: MAX_TRIES, lockedAt: upFor })

/** ms that have passed for certain; a machine that was started again meanwhile was down for nobody knows how long. */
const passedSince = (lockedAt: UpTime, upFor: UpTime): number => (upFor >= lockedAt ? upFor - lockedAt : upFor)

/** ms that the PIN stays locked; 0: it is not. */
export const lockLeft = ({ lockedAt }: PinTries, upFor: UpTime): number =>
  lockedAt === null ? 0 : Math.max(0, LOCK_TIME - passedSince(lockedAt, upFor))

/** The tries as they are at `upFor`: a lock that is over gives five new ones. */
export const triesAt = (tries: PinTries, upFor: UpTime): PinTries =>
  tries.lockedAt !== null && lockLeft(tries, upFor) === 0 ? noTries : tries

/** The tries with one more that is taken for wrong. */
export const afterTry = (tries: PinTries, upFor: UpTime): PinTries =>
  tries.wrong + 1 >= MAX_TRIES ? lockedFrom(upFor) : { ...tries, wrong: tries.wrong + 1 }
