/** The authenticator of a station without a directory: a PIN. Every try is kept before it is checked, so that no kill gives another one. */
import { uptime } from 'node:os'
import { type PinOutcome, pin as pinFormat } from '../contract/profile.ts'
import type { Authenticator } from './authenticator.ts'
import { hashPin, isPin, type PinHash } from './pin-hash.ts'
import { afterTry, lockedFrom, lockLeft, MAX_TRIES, noTries, type PinTries, triesAt } from './pin-lock.ts'

/** Where the PIN is kept, durably when `savePin` resolves. */
export interface PinStore {
  pin(): Promise<string | null>
  savePin(pin: string): Promise<void>
}

interface KeptPin {
  format: 2
  hash: PinHash
  tries: PinTries
}

/** As it was first kept, with times of the clock. */
interface FirstKeptPin {
  format: 1
  hash: PinHash
  tries: { wrong: number; lockedUntil: string | null }
}

export interface PinClock {
  /** For people: when a lock ends. */
  now(): Date
  /** ms that the machine has been up; goes on whatever the clock is set to. */
  upFor(): number
}

const machineClock: PinClock = { now: () => new Date(), upFor: () => Math.round(uptime() * 1000) }

/** A PIN that is kept in `store`. */
export function createPinAuthenticator(store: PinStore, clock: PinClock = machineClock): Authenticator {
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: tries side by side would be counted as one. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run)
    last = result.catch(() => undefined)
    return result
  }

  const load = async (): Promise<KeptPin | null> => {
    const text = await store.pin()
    if (text === null) return null
    const kept = JSON.parse(text) as KeptPin | FirstKeptPin
    if (kept.format === 2) return kept
    const { wrong, lockedUntil } = kept.tries
    const tries = lockedUntil === null ? { wrong, lockedAt: null } : lockedFrom(clock.upFor())
    const renewed: KeptPin = { format: 2, hash: kept.hash, tries }
    await save(renewed)
    return renewed
  }
  const save = (kept: KeptPin): Promise<void> => store.savePin(JSON.stringify(kept))
  const set = async (pin: string): Promise<void> => save({ format: 2, hash: await hashPin(pin), tries: noTries })

  /** The PIN with its tries as they are now; the end of a lock is kept, so that no start of the machine brings it back. */
  const current = async (): Promise<KeptPin | null> => {
    const kept = await load()
    if (!kept) return null
    const tries = triesAt(kept.tries, clock.upFor())
    if (tries.lockedAt !== kept.tries.lockedAt) await save({ ...kept, tries })
    return { ...kept, tries }
  }
  /** When the lock ends by the clock as it is set now; null: there is none. */
  const lockedUntil = (tries: PinTries): string | null => {
    const left = lockLeft(tries, clock.upFor())
    return left === 0 ? null : new Date(clock.now().getTime() + left).toISOString()
  }

  const check = async (pin: string): Promise<PinOutcome> => {
    const kept = await current()
    if (!kept) return { kind: 'not-set' }
    const until = lockedUntil(kept.tries)
    if (until !== null) return { kind: 'locked', until }
    // What cannot be a PIN tells nothing about it and does not count.
    if (!pinFormat.safeParse(pin).success) return { kind: 'wrong', triesLeft: MAX_TRIES - kept.tries.wrong }
    const tries = afterTry(kept.tries, clock.upFor())
    await save({ ...kept, tries })
    if (await isPin(pin, kept.hash)) {
      await save({ ...kept, tries: noTries })
      return { kind: 'right' }
    }
    const lockedNow = lockedUntil(tries)
    if (lockedNow !== null) return { kind: 'locked', until: lockedNow }
    return { kind: 'wrong', triesLeft: MAX_TRIES - tries.wrong }
  }

  const change = async (oldPin: string | null, newPin: string): Promise<PinOutcome> => {
    const kept = await current()
    if (kept) {
      // Without the old PIN nothing was tried, so nothing counts.
      if (oldPin === null) return { kind: 'wrong', triesLeft: MAX_TRIES - kept.tries.wrong }
      const outcome = await check(oldPin)
      if (outcome.kind !== 'right') return outcome
    }
    await set(newPin)
    return { kind: 'right' }
  }

  return {
    state: () =>
      inTurn(async () => {
        const kept = await current()
        return {
          hasPin: kept !== null,
          pinLockedUntil: kept && lockedUntil(kept.tries),
          pinTriesLeft: MAX_TRIES - (kept?.tries.wrong ?? 0),
        }
      }),
    verify: (pin) => inTurn(() => check(pin)),
    change: (oldPin, newPin) => inTurn(() => change(oldPin, newPin)),
    reset: (newPin) => inTurn(() => set(newPin)),
  }
}
