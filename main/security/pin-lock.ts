/** How often a PIN may be tried: five times, then not for a quarter of an hour. Plain functions on what is kept beside the hash. */

/** ISO 8601 instants. */
export interface PinTries {
  /** Wrong tries in a row; a try counts from its beginning until it has proven right. */
  wrong: number
  lockedAt: string | null
  lockedUntil: string | null
}

/** Wrong tries that lock the PIN. */
export const MAX_TRIES = 5
/** ms that it stays locked. */
export const LOCK_TIME = 15 * 60_000

export const noTries: PinTries = { wrong: 0, lockedAt: null, lockedUntil: null }

const lockedFrom = (now: Date): PinTries => ({
  wrong: MAX_TRIES,
  lockedAt: now.toISOString(),
  lockedUntil: new Date(now.getTime() + LOCK_TIME).toISOString(),
})

/**
 * The tries as they are at `now`: a lock that is over gives five new ones. A clock that was set back neither ends a lock nor makes it last
 * for ever: it begins again.
 */
export const triesAt = (tries: PinTries, now: Date): PinTries => {
  if (tries.lockedAt === null || tries.lockedUntil === null) return tries
  if (now < new Date(tries.lockedAt)) return lockedFrom(now)
  return now < new Date(tries.lockedUntil) ? tries : noTries
}

/** The tries with one more that is taken for wrong. */
export const afterTry = (tries: PinTries, now: Date): PinTries =>
  tries.wrong + 1 >= MAX_TRIES ? lockedFrom(now) : { ...tries, wrong: tries.wrong + 1 }
