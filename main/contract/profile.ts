/** The reader: who writes and signs reports here, and the PIN that signing asks for. Replaced by the directory's login behind the same port. */
import { z } from 'zod'
import { mutation, query } from './define.ts'

/** A PIN as people type it: 4 to 12 digits. */
export const pin = z.string().regex(/^[0-9]{4,12}$/)

export const readerProfile = z.object({
  familyName: z.string().trim().min(1).max(64),
  givenName: z.string().trim().min(1).max(64),
  /** Title before the name, such as `Dr`. */
  prefix: z.string().trim().max(16),
  /** National number of the health professional: 11 digits, the last one a Luhn check digit. */
  RPPS: z.string().regex(/^[0-9]{11}$/),
  organisation: z.object({
    name: z.string().trim().min(1).max(64),
    /** FINESS number, 9 characters, or empty. */
    FINESS: z.string().regex(/^([0-9][0-9AB][0-9]{7})?$/),
  }),
})
export type ReaderProfile = z.infer<typeof readerProfile>

export const profileState = z.object({
  profile: readerProfile.nullable(),
  hasPin: z.boolean(),
  /** ISO 8601 instant until which the PIN is locked after five wrong tries; null: it is not. */
  pinLockedUntil: z.string().nullable(),
  pinTriesLeft: z.number().int(),
})
export type ProfileState = z.infer<typeof profileState>

/** What becomes of a PIN that was given. */
export const pinOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('right') }),
  z.object({ kind: z.literal('wrong'), triesLeft: z.number().int() }),
  z.object({ kind: z.literal('locked'), until: z.string() }),
  z.object({ kind: z.literal('not-set') }),
])
export type PinOutcome = z.infer<typeof pinOutcome>

export const profile = {
  get: query(z.object({}), profileState),
  /** Keeps who the reader is. With a PIN set, it must be given: nobody signs under another's name by changing the profile. */
  save: mutation(
    z.object({ profile: readerProfile, pin: pin.nullable() }),
    z.object({ outcome: pinOutcome, state: profileState }),
  ),
  /** Sets the first PIN (`oldPin` null) or changes it. */
  setPin: mutation(
    z.object({ oldPin: pin.nullable(), newPin: pin }),
    z.object({ outcome: pinOutcome, state: profileState }),
  ),
  /** Sets a new PIN, and unlocks, by the station's recovery key. */
  resetPin: mutation(
    z.object({ recoveryKey: z.string().max(200), newPin: pin }),
    z.object({ outcome: z.enum(['reset', 'wrong-recovery-key']), state: profileState }),
  ),
}
