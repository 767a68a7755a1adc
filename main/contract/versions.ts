/** Objects that came under one SOPInstanceUID with different content: what differs, and which one a person chose to be shown. */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { personName } from './studies.ts'

const uid = z.string().max(64)
const instanceKey = z.number().int().nonnegative()

export const storedVersion = z.object({
  instanceKey,
  StudyInstanceUID: uid,
  SeriesInstanceUID: uid,
  /** Of its series, for the address of its picture. */
  revision: z.number().int(),
  origin: z.enum(['received', 'imported', 'retrieved', 'created']),
  /** AE title of who sent it, and address; empty when nobody did. */
  sender: z.string(),
  senderAddress: z.string(),
  receivedAt: z.string(),
  TransferSyntaxUID: uid,
  /** Bytes of the data set. */
  length: z.number().int(),
  hasPixels: z.boolean(),
  isDamaged: z.boolean(),
  isShown: z.boolean(),
  /** It lies in another series or study, where it is an instance of its own: it cannot be shown in this one's place. */
  isElsewhere: z.boolean(),
})
export type StoredVersion = z.infer<typeof storedVersion>

export const versionedInstance = z.object({
  SOPInstanceUID: uid,
  SOPClassUID: uid,
  InstanceNumber: z.number().int().nullable(),
  SeriesInstanceUID: uid,
  SeriesNumber: z.number().int().nullable(),
  SeriesDescription: z.string(),
  Modality: z.string(),
  StudyInstanceUID: uid,
  PatientName: personName,
  PatientID: z.string(),
  StudyDate: z.string(),
  StudyDescription: z.string(),
  /** The last choice; null: nobody chose, and the first received is shown. `by` is empty where no reader is set up. */
  choice: z.object({ at: z.string(), by: z.string() }).nullable(),
  /** In order of arrival. */
  versions: z.array(storedVersion),
})
export type VersionedInstance = z.infer<typeof versionedInstance>

export const attributeDifference = z.object({
  /** Tag in eight hexadecimal digits; in items `tag/item number/tag` (from 0). */
  path: z.string(),
  /** Empty for private and unknown attributes. */
  keyword: z.string(),
  /** Of the first and the second, shortened; of a sequence the number of items, of a long binary value its bytes; null: absent. */
  values: z.tuple([z.string().nullable(), z.string().nullable()]),
})
export type AttributeDifference = z.infer<typeof attributeDifference>

export const versionComparison = z.object({
  /** At most 300. */
  differences: z.array(attributeDifference),
  /** Differences behind those. */
  more: z.number().int(),
  /** `differently-encoded`: in transfer syntaxes whose bytes cannot be compared. */
  pixels: z.enum(['equal', 'different', 'differently-encoded', 'none']),
})
export type VersionComparison = z.infer<typeof versionComparison>

export const versions = {
  /** Instances in several versions, at most 500, those of the studies received last first. */
  list: query(z.object({}), z.object({ total: z.number().int(), instances: z.array(versionedInstance) })),
  /** What differs between two stored versions. */
  compare: query(z.object({ instanceKeys: z.tuple([instanceKey, instanceKey]) }), versionComparison),
  /**
   * Shows `instanceKey` from now on, in every window; noted with who and when. `changed`: another than `insteadOf` is shown by now, and nothing
   * was done.
   */
  choose: mutation(
    z.object({ instanceKey, insteadOf: instanceKey }),
    z.object({ outcome: z.enum(['chosen', 'changed', 'gone']) }),
  ),
}
