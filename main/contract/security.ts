/** The station key: where it is kept, and the recovery key that restores it. */
import { z } from 'zod'
import { mutation, query } from './define.ts'

export const lockReason = z.enum(['key-missing', 'key-wrong', 'key-unreadable'])

export const security = {
  state: query(
    z.object({}),
    z.object({
      /** Null when the data folder is open. While locked only this service answers. */
      locked: lockReason.nullable(),
      keyStore: z.enum(['keychain', 'key-file']),
      /** Where the key file is, to be shown to its owner; absent for a keychain. */
      keyFile: z.string().optional(),
      /** When a person confirmed to have written the recovery key down; null: not yet. */
      recoveryKeyConfirmedAt: z.string().nullable(),
    }),
  ),
  /** Draws a new recovery key, wraps the station key with it and returns its text, this once. Earlier ones stop working when it is confirmed. */
  drawRecoveryKey: mutation(z.object({}), z.object({ recoveryKey: z.string() })),
  /** A person repeats the last group of the key just drawn. */
  confirmRecoveryKey: mutation(z.object({ lastGroup: z.string().max(32) }), z.object({ confirmed: z.boolean() })),
  /** Opens a locked data folder and stores its station key in the key store again. */
  restore: mutation(
    z.object({ recoveryKey: z.string().max(200) }),
    z.object({ outcome: z.enum(['restored', 'wrong-recovery-key', 'not-locked']) }),
  ),
}
