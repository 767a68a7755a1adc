/** The authenticator of a station without a directory: a PIN. Every try is kept before it is checked, so that no kill gives another one. */
import { type PinOutcome, pin as pinFormat } from '../contract/profile.ts'
import type { Authenticator } from './authenticator.ts'
import { hashPin, isPin, type PinHash } from './pin-hash.ts'
import { afterTry, MAX_TRIES, noTries, type PinTries, triesAt } from './pin-lock.ts'

/** Where the PIN is kept, durably when `savePin` resolves. */
export interface PinStore {
  pin(): Promise<string | null>
  savePin(pin: string): Promise<void>
}

interface KeptPin {
  format: 1
  hash: PinHash
  tries: PinTries
}

/** A PIN that is kept in `store`. */
export function createPinAuthenticator(store: PinStore, now: () => Date = () => new Date()): Authenticator {
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: tries side by side would be counted as one. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run)
    last = result.catch(() => undefined)
    return result
  }

  const load = async (): Promise<KeptPin | null> => {
    const text = await store.pin()
    return text === null ? null : (JSON.parse(text) as KeptPin)
  }
  const save = (kept: KeptPin): Promise<void> => store.savePin(JSON.stringify(kept))
  const set = async (pin: string): Promise<void> => save({ format: 1, hash: await hashPin(pin), tries: noTries })

  /** The PIN with its tries as they are now; a lock that began again is kept at once. */
  const current = async (): Promise<KeptPin | null> => {
    const kept = await load()
    if (!kept) return null
    const tries = triesAt(kept.tries, now())
    if (tries.lockedAt !== kept.tries.lockedAt) await save({ ...kept, tries })
    return { ...kept, tries }
  }

  const check = async (pin: string): Promise<PinOutcome> => {
    const kept = await current()
    if (!kept) return { kind: 'not-set' }
    if (kept.tries.lockedUntil !== null) return { kind: 'locked', until: kept.tries.lockedUntil }
    // What cannot be a PIN tells nothing about it and does not count.
    if (!pinFormat.safeParse(pin).success) return { kind: 'wrong', triesLeft: MAX_TRIES - kept.tries.wrong }
    const tries = afterTry(kept.tries, now())
    await save({ ...kept, tries })
    if (await isPin(pin, kept.hash)) {
      await save({ ...kept, tries: noTries })
      return { kind: 'right' }
    }
    if (tries.lockedUntil !== null) return { kind: 'locked', until: tries.lockedUntil }
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
          pinLockedUntil: kept?.tries.lockedUntil ?? null,
          pinTriesLeft: MAX_TRIES - (kept?.tries.wrong ?? 0),
        }
      }),
    verify: (pin) => inTurn(() => check(pin)),
    change: (oldPin, newPin) => inTurn(() => change(oldPin, newPin)),
    reset: (newPin) => inTurn(() => set(newPin)),
  }
}
