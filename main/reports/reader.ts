/** The reader of this station: who it is, and the PIN that proves it. */
import type { Records } from '../cache/index.ts'
import type { PinOutcome, ProfileState, ReaderProfile } from '../contract/profile.ts'
import type { Authenticator } from '../security/index.ts'

/** A PIN outcome `right` says that what was asked is done; anything else that nothing changed. */
export interface Reader {
  state(): Promise<ProfileState>
  save(profile: ReaderProfile, pin: string | null): Promise<{ outcome: PinOutcome; state: ProfileState }>
  setPin(oldPin: string | null, newPin: string): Promise<{ outcome: PinOutcome; state: ProfileState }>
  /** Sets a new PIN when `isRecoveryKey` says that the recovery key is the station's. */
  resetPin(
    isRecoveryKey: boolean,
    newPin: string,
  ): Promise<{ outcome: 'reset' | 'wrong-recovery-key'; state: ProfileState }>
  /** Calls back when the profile or the PIN changed; returns a function that ends it. */
  onChange(listener: () => void): () => void
}

/** The reader kept in `records`. */
export function createReader({ profile }: Pick<Records, 'profile'>, authenticator: Authenticator): Reader {
  const listeners = new Set<() => void>()
  const state = async (): Promise<ProfileState> => ({
    profile: await profile.profile(),
    ...(await authenticator.state()),
  })
  const changed = (): void => {
    for (const listener of listeners) listener()
  }

  /** Nobody signs under another's name: once there is a PIN, only who knows it changes the profile. */
  const allowance = async (pin: string | null): Promise<PinOutcome> => {
    const { hasPin, pinTriesLeft } = await authenticator.state()
    if (!hasPin) return { kind: 'right' }
    return pin === null ? { kind: 'wrong', triesLeft: pinTriesLeft } : authenticator.verify(pin)
  }

  return {
    state,
    async save(next, pin) {
      const outcome = await allowance(pin)
      if (outcome.kind === 'right') await profile.saveProfile(next)
      changed()
      return { outcome, state: await state() }
    },
    async setPin(oldPin, newPin) {
      const outcome = await authenticator.change(oldPin, newPin)
      changed()
      return { outcome, state: await state() }
    },
    async resetPin(isRecoveryKey, newPin) {
      if (!isRecoveryKey) return { outcome: 'wrong-recovery-key', state: await state() }
      await authenticator.reset(newPin)
      changed()
      return { outcome: 'reset', state: await state() }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
