/**
 * The room that studies take: what may go, what may not and why, pins, and what a person removes. What goes by itself is archived, the
 * longest unused first; nothing that exists only here ever does.
 */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { personName } from './studies.ts'

const uid = z.string().max(64)

/** Why a study stays. The UI has a sentence for each. */
export const keepReason = z.enum([
  /** A person wants it kept. */
  'pinned',
  /** A window shows it. */
  'open',
  /** It is being written to a folder or an archive. */
  'exporting',
  /** Something was received for it a moment ago, or is being written. */
  'receiving',
  /** It is being brought here from the archive. */
  'retrieving',
  /** A report of it is not final, or its documents are not on their way yet. */
  'report',
  /** It has measurements that no final report quotes: they are kept, and their images with them. */
  'measurements',
  /** Something of it is on its way to the archive. */
  'outbox',
  /** Instances of it exist in several versions. */
  'versions',
  /** No archive is set up that could hold it. */
  'no-archive',
  /** The archive is not proven to hold all of it. */
  'not-archived',
  /** The archive is proven to have held all of it some time ago, and cannot be asked now whether it still does. */
  'not-confirmed',
])
export type KeepReason = z.infer<typeof keepReason>

/** Reasons that a person may set aside when removing a study: it is then lost where no archive has it. */
export const removableReasons: readonly KeepReason[] = ['versions', 'no-archive', 'not-archived', 'not-confirmed']

export const studyRoom = z.object({
  StudyInstanceUID: uid,
  PatientName: personName,
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  ModalitiesInStudy: z.array(z.string()),
  NumberOfStudyRelatedInstances: z.number().int(),
  /** On the disk. */
  bytes: z.number().int(),
  /** When it was last received into or opened, ISO 8601. */
  usedAt: z.string(),
  isPinned: z.boolean(),
  /** Empty: it may go. */
  reasons: z.array(keepReason),
})
export type StudyRoom = z.infer<typeof studyRoom>

/** How much the cache may take, and when the oldest archived studies go. */
export const spaceSettings = z.object({
  /** Whether archived studies go by themselves when room is needed. */
  evict: z.boolean(),
  /** Bytes that the cache is to take at most; null: as much as the disk allows. Nothing received is refused for it. */
  quotaBytes: z
    .number()
    .int()
    .min(1_000_000_000)
    .max(2 ** 50)
    .nullable(),
  /** Part of the quota, in percent, down to which room is made when it is exceeded. */
  lowWaterPercent: z.number().int().min(50).max(99),
})
export type SpaceSettings = z.infer<typeof spaceSettings>

export const removalOutcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('removed'), bytes: z.number().int() }),
  z.object({ kind: z.literal('kept'), reasons: z.array(keepReason) }),
  /** It is no longer here. */
  z.object({ kind: z.literal('gone') }),
])
export type RemovalOutcome = z.infer<typeof removalOutcome>

export const space = {
  /** The largest studies first, with what holds each of them. */
  studies: query(
    z.object({
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    z.object({ total: z.number().int(), studies: z.array(studyRoom) }),
  ),
  /** What all studies that may go take together, in bytes, and how many they are. */
  evictable: query(z.object({}), z.object({ bytes: z.number().int(), studies: z.number().int() })),
  /** Keeps a study whatever happens to the others, or no longer. */
  pin: mutation(z.object({ StudyInstanceUID: uid, pinned: z.boolean() }), z.object({})),
  /**
   * Removes a study from this station. Without `evenIfLost` only what may go, the archive being asked for it once more; with it also what the archive is not proven to hold
   * ({@link removableReasons}), and nothing that has another reason to stay.
   */
  remove: mutation(z.object({ StudyInstanceUID: uid, evenIfLost: z.boolean() }), removalOutcome),
}
