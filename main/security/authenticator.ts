/** Proves that it is the reader who signs: here by a PIN, later by the directory's login behind the same port. */
import type { PinOutcome, ProfileState } from '../contract/profile.ts'

export interface Authenticator {
  state(): Promise<Pick<ProfileState, 'hasPin' | 'pinLockedUntil' | 'pinTriesLeft'>>
  /** Whether `secret` is the reader's. A wrong one counts, also when the station dies meanwhile. */
  verify(secret: string): Promise<PinOutcome>
  /** Sets the first secret (`oldSecret` null) or changes it; `right`: it was set. */
  change(oldSecret: string | null, newSecret: string): Promise<PinOutcome>
  /** Sets a new secret without the old one and unlocks; the caller has proven the right to. */
  reset(newSecret: string): Promise<void>
}
