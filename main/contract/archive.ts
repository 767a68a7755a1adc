/**
 * The territory's archive over DICOMweb (PS3.18 §10), or over DIMSE (PS3.4 Annexes B, C, J): what goes there (the outbox), what comes back (search
 * and retrieve), and how far each is. Words: *waiting*: to be sent; *sent*: the archive accepted it; *archived*: it was read back and is
 * equal, byte for byte in meaning, or the archive committed itself to it.
 */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { aeTitle } from './settings.ts'
import { personName, studyIdentity } from './studies.ts'

const uid = z.string().max(64)

/** As people call it. */
const archiveName = z.string().trim().min(1).max(64)

/** An archive by DICOMweb: what it was sent is proven by reading it back. `password` null: keep the one that is kept. */
export const dicomWebArchive = z.object({
  name: archiveName,
  /** Base of its DICOMweb services, http or https. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  authentication: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('basic'), user: z.string().max(200), password: z.string().max(200).nullable() }),
    z.object({
      kind: z.literal('bearer'),
      token: z
        .string()
        .max(8_192)
        .regex(/^[\x21-\x7e]*$/)
        .nullable(),
    }),
  ]),
})
export type DicomWebArchive = z.infer<typeof dicomWebArchive>

/** An archive by DIMSE: what it was sent is proven by its storage commitment (PS3.4 Annex J). */
export const dimseArchive = z.object({
  name: archiveName,
  /** Of a remote AE among the settings that listens. */
  aeTitle,
  /** Whether it is asked to commit itself; what it accepts counts as archived only then, and once it did. */
  asksCommitment: z.boolean(),
})
export type DimseArchive = z.infer<typeof dimseArchive>

/** Where the archive is. */
export const archiveConfiguration = z.union([dicomWebArchive, dimseArchive])
export type ArchiveConfiguration = z.infer<typeof archiveConfiguration>

/** What went wrong with the archive. The UI has a sentence for each. */
export const archiveFault = z.enum([
  'not-configured',
  'address-not-found',
  'refused-connection',
  'timed-out',
  'tls-not-trusted',
  'unauthorised',
  'forbidden',
  'not-dicomweb',
  'refused',
  'server-error',
  'too-busy',
  'cut',
  'nonsense',
  'too-large',
  'differs',
  /** The archive does not have it, whatever it listed or accepted. */
  'not-here',
  /** It cannot be read in this station's cache, or not be decompressed for the archive. */
  'unreadable-here',
  'disk-full',
  'cancelled',
  /** By DIMSE: it does not let us search it, or bring studies back: it accepts no C-FIND, or neither C-GET nor C-MOVE. */
  'send-only',
  /** By DIMSE: it does not know our AE title as a destination of C-MOVE. */
  'destination-unknown',
  /** By DIMSE: it lists objects and did not hand them over. */
  'not-handed-over',
  /** More matches than are taken of one search. */
  'too-many',
  /** No remote AE that listens has its AE title, or it speaks TLS and we have nothing to show. */
  'peer-unknown',
  /** Accepted, asked to be committed to, and not yet reported. */
  'awaiting-commitment',
  /** The archive reported that it does not commit itself to it. */
  'not-committed',
  /** Accepted by an archive that is not asked, or does not offer, to commit itself. */
  'no-proof',
])
export type ArchiveFault = z.infer<typeof archiveFault>

/** Which services an archive by DIMSE accepts. */
export const archiveServices = z.object({
  find: z.boolean(),
  get: z.boolean(),
  move: z.boolean(),
  commitment: z.boolean(),
})
export type ArchiveServices = z.infer<typeof archiveServices>

export const archiveTest = z.object({
  /** Null: it works. */
  fault: archiveFault.nullable(),
  detail: z.string(),
  /** Of an archive by DIMSE that answered. */
  services: archiveServices.optional(),
})
export type ArchiveTest = z.infer<typeof archiveTest>

export const outboxItem = z.object({
  itemId: z.number().int(),
  StudyInstanceUID: uid,
  SOPInstanceUID: uid,
  SOPClassUID: uid,
  /** Whose and what, for the list; empty when the study is no longer here. */
  PatientName: personName,
  PatientID: z.string(),
  StudyDescription: z.string(),
  state: z.enum(['waiting', 'sending', 'sent', 'archived', 'failed']),
  /** Of the last attempt; `failed` items are tried again at `nextAttemptAt`, or, with null there, only when a person asks. */
  fault: archiveFault.nullable(),
  /** Technical detail to copy, such as a status code; never patient data. */
  detail: z.string(),
  attempts: z.number().int(),
  queuedAt: z.string(),
  nextAttemptAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  archivedAt: z.string().nullable(),
  bytes: z.number().int(),
})
export type OutboxItem = z.infer<typeof outboxItem>

/** Items of the outbox by state, of a study or in all. `waiting` includes what is being sent. */
export const outboxCounts = z.object({
  waiting: z.number().int(),
  sent: z.number().int(),
  archived: z.number().int(),
  failed: z.number().int(),
})
export type OutboxCounts = z.infer<typeof outboxCounts>

export const archiveStatus = z.object({
  /** Null: none is set up. */
  name: z.string().nullable(),
  /** By the last exchange. */
  reachable: z.enum(['unknown', 'yes', 'no']),
  fault: archiveFault.nullable(),
  outbox: outboxCounts,
  /** Retrievals under way or waiting. */
  retrieving: z.number().int(),
})
export type ArchiveStatus = z.infer<typeof archiveStatus>

/** What an archive is asked for. */
const studySearch = z.object({
  /** As typed; matched from the beginning of the name. */
  PatientName: z.string().max(200).default(''),
  PatientID: z.string().max(64).default(''),
  AccessionNumber: z.string().max(64).default(''),
  StudyDateFrom: z.string().max(8).default(''),
  StudyDateTo: z.string().max(8).default(''),
  ModalitiesInStudy: z.string().max(16).default(''),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(200).default(50),
})
export type StudySearch = z.infer<typeof studySearch>

/** A study that the archive has, and what is here of it. */
export const remoteStudy = z.object({
  StudyInstanceUID: uid,
  ...studyIdentity.omit({ PatientBirthName: true, StudyID: true, ReferringPhysicianName: true }).shape,
  ModalitiesInStudy: z.array(z.string()),
  NumberOfStudyRelatedSeries: z.number().int().nullable(),
  NumberOfStudyRelatedInstances: z.number().int().nullable(),
  /** Instances of it in the cache. */
  receivedInstances: z.number().int(),
})
export type RemoteStudy = z.infer<typeof remoteStudy>

export const retrieval = z.object({
  retrievalId: z.number().int(),
  StudyInstanceUID: uid,
  PatientName: personName,
  StudyDescription: z.string(),
  state: z.enum(['waiting', 'running', 'interrupted', 'done', 'failed', 'cancelled']),
  fault: archiveFault.nullable(),
  detail: z.string(),
  /** Instances that the archive announced; null before it was asked. */
  expected: z.number().int().nullable(),
  /** Of those, here now. */
  received: z.number().int(),
  bytes: z.number().int(),
  startedAt: z.string(),
  /** Bytes per second over the last seconds. */
  rate: z.number(),
  /** What came since it last began: objects, and their bytes; what is on the way is in the bytes. */
  brought: z.object({ objects: z.number().int(), bytes: z.number().int() }),
})
export type Retrieval = z.infer<typeof retrieval>

export const archive = {
  /** Null: none is set up. Secrets are never given out: `password` and `token` come as null. */
  configuration: query(z.object({}), archiveConfiguration.nullable()),
  configure: mutation(z.object({ configuration: archiveConfiguration.nullable() }), z.object({})),
  /** Tries an archive as it would be, without keeping anything: reaches it, signs in, asks for one study, or for its services. */
  test: mutation(z.object({ configuration: archiveConfiguration }), archiveTest),
  status: query(z.object({}), archiveStatus),
  /** Newest first. */
  outbox: query(
    z.object({
      states: z.array(outboxItem.shape.state).max(5).default([]),
      StudyInstanceUID: uid.optional(),
      offset: z.number().int().min(0).default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.object({ total: z.number().int(), items: z.array(outboxItem) }),
  ),
  /** Puts every instance of a study that the archive is not known to have into the outbox. */
  send: mutation(z.object({ StudyInstanceUID: uid }), z.object({ queued: z.number().int() })),
  /** Tries failed items again now: one, or all. */
  retry: mutation(z.object({ itemId: z.number().int().nullable() }), z.object({ retried: z.number().int() })),
  search: query(
    studySearch,
    z.object({
      fault: archiveFault.nullable(),
      detail: z.string(),
      studies: z.array(remoteStudy),
      /** Whether the archive has more than these: further pages, or, with a fault, more than can be had by this search. */
      more: z.boolean(),
    }),
  ),
  /** Brings a study back, what is here already left out; goes on by itself after a cut and after a restart. */
  retrieve: mutation(z.object({ StudyInstanceUID: uid }), z.object({ retrievalId: z.number().int() })),
  cancelRetrieval: mutation(z.object({ retrievalId: z.number().int() }), z.object({})),
  /** Newest first, at most 100. */
  retrievals: query(z.object({}), z.array(retrieval)),
}
