/** Backups: the data folder copied into a folder of a person's choice while the station runs, encrypted as it is. */
import { z } from 'zod'
import { mutation, query } from './define.ts'

/** `in-use`: another backup is being written there; `inside-data`: the folder lies in the data folder, or is one. */
export const backupFault = z.enum(['disk-full', 'in-use', 'inside-data', 'not-writable', 'internal'])
export type BackupFault = z.infer<typeof backupFault>

/** A backup that is whole. */
const madeBackup = z.object({
  at: z.string(),
  folder: z.string(),
  /** Of images, and of these how many were in an earlier backup already and take no room of their own. */
  bytes: z.number().int(),
  sharedBytes: z.number().int(),
})

export const backupState = z.object({
  running: z
    .object({
      to: z.string(),
      bytes: z.number().int(),
      total: z.number().int(),
      /** Bytes copied per second since the first pack was through; 0 before the second. */
      rate: z.number(),
    })
    .nullable(),
  /** The last one that became whole. */
  last: madeBackup.nullable(),
  /** Why the last attempt of this run failed; null: it did not. */
  fault: backupFault.nullable(),
  /** Where that attempt was to lie. */
  failedTo: z.string().nullable(),
})
export type BackupState = z.infer<typeof backupState>

export const backup = {
  state: query(z.object({}), backupState),
  /** Begins a backup into `to`; false while one runs. */
  start: mutation(z.object({ to: z.string().min(1).max(4096) }), z.object({ started: z.boolean() })),
  /** Ends the one that runs, and removes what it wrote. */
  cancel: mutation(z.object({}), z.object({})),
}
