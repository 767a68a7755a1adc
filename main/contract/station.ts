/** How the station is, for the status bar and banners, and the feed of everything that changes. */
import { z } from 'zod'
import { archiveStatus, retrieval } from './archive.ts'
import { events, query } from './define.ts'

/** A lasting condition that a person should know; gone from the status when it is over. The UI has a sentence for each code. */
export const problem = z.object({
  code: z.enum([
    'disk-full',
    'disk-nearly-full',
    /** The cache takes more than it is to, and nothing in it may go. */
    'space-exhausted',
    'receiver-stopped',
    /** DICOM over TLS is set up and does not listen. */
    'secure-receiver-stopped',
    /** DICOMweb for other machines is switched on and does not listen. */
    'web-listener-stopped',
    'key-file-exposed',
    'window-without-sandbox',
    'cache-damaged',
    /** Objects of the cache were found damaged; `detail`: how many. */
    'objects-damaged',
    /** The index cannot be written, does not take something or does not answer: queries may not find all that was received. */
    'index-behind',
    /** Reports and the outbox could not be read; they were set aside. */
    'records-damaged',
    /** What happens is not being written into the audit log; it is kept in memory and tried again. */
    'audit-not-written',
    /** The audit log is shorter, or another one, than it was when the station stopped. */
    'audit-broken',
    'watched-folder-unreadable',
    'archive-unreachable',
    'archive-refused',
    /** It no longer holds what it held; `detail`: of how many studies that are here. */
    'archive-lost-objects',
    'station-restarted',
    'recovery-key-not-confirmed',
  ]),
  since: z.string(),
  /** Technical detail to copy; never patient data. */
  detail: z.string().default(''),
})
export type Problem = z.infer<typeof problem>

export const stationStatus = z.object({
  version: z.string(),
  host: z.enum(['electron', 'browser', 'headless']),
  receiver: z.object({
    listening: z.boolean(),
    aeTitle: z.string(),
    address: z.string(),
    port: z.number().int(),
    associations: z.number().int(),
    /** Instances stored per second, over the last few seconds. */
    rate: z.number(),
    /** Stored since the station started. */
    stored: z.number().int(),
    /** Refused or failed since the station started. */
    refused: z.number().int(),
  }),
  cache: z.object({
    bytes: z.number().int(),
    diskFreeBytes: z.number().int(),
    diskBytes: z.number().int(),
    studies: z.number().int(),
    instances: z.number().int(),
  }),
  archive: archiveStatus,
  problems: z.array(problem),
})
export type StationStatus = z.infer<typeof stationStatus>

/** One association, refused connection or delivery by DICOMweb, as it ended: for the receiver's history. No patient data. */
export const receiverEvent = z.object({
  at: z.string(),
  callingAETitle: z.string(),
  remoteAddress: z.string(),
  /** Absent: DIMSE. By DICOMweb the title is the client's name, empty for tools of this machine. */
  via: z.literal('dicom-web').exactOptional(),
  outcome: z.enum(['completed', 'aborted', 'rejected', 'refused-connection', 'protocol-error', 'timed-out']),
  stored: z.number().int(),
  duplicates: z.number().int(),
  versions: z.number().int(),
  failed: z.number().int(),
  /** Machine-readable reasons, each once: `unknown-sop-class`, `cut-data-set`, `not-dicom`, `disk-full` … */
  reasons: z.array(z.object({ code: z.string(), count: z.number().int(), detail: z.string() })),
})
export type ReceiverEvent = z.infer<typeof receiverEvent>

export const stationEvent = z.discriminatedUnion('kind', [
  /** First event of a feed: tells the feed's epoch; after another epoch or a gap in the ids everything is to be refetched. */
  z.object({ kind: z.literal('hello'), epoch: z.string() }),
  /** Coalesced: at most ten a second for one study. */
  z.object({
    kind: z.literal('studyChanged'),
    StudyInstanceUID: z.string(),
    /** Series with new or replaced instances. */
    SeriesInstanceUIDs: z.array(z.string()),
    receiving: z.boolean(),
  }),
  z.object({ kind: z.literal('statusChanged'), status: stationStatus }),
  z.object({ kind: z.literal('receiverEvent'), event: receiverEvent }),
  z.object({ kind: z.literal('settingsChanged') }),
  z.object({ kind: z.literal('profileChanged') }),
  z.object({ kind: z.literal('smartListsChanged') }),
  /** A report was begun, changed, signed or given up. Changes of text are told at most once a second. */
  z.object({
    kind: z.literal('reportChanged'),
    StudyInstanceUID: z.string(),
    reportId: z.string(),
    seq: z.number().int(),
  }),
  z.object({ kind: z.literal('measurementsChanged'), StudyInstanceUID: z.string() }),
  /** Items of the outbox of these studies changed. */
  z.object({ kind: z.literal('outboxChanged'), StudyInstanceUIDs: z.array(z.string()) }),
  /** A person chose which version of an instance is shown: it is not the one that was shown before. */
  z.object({ kind: z.literal('versionChosen'), StudyInstanceUID: z.string(), SeriesInstanceUID: z.string() }),
  z.object({ kind: z.literal('archiveConfigured') }),
  z.object({ kind: z.literal('retrievalChanged'), retrieval }),
  /** What was seen of an intake, or how far it is; at most twice a second for each. */
  z.object({ kind: z.literal('intakeChanged'), intakeId: z.string() }),
  /** How far an export is; at most twice a second for each. */
  z.object({ kind: z.literal('exportChanged'), exportId: z.string() }),
  z.object({
    kind: z.literal('demoProgress'),
    demo: z.enum(['phantom', 'mr']),
    sent: z.number().int(),
    total: z.number().int(),
    state: z.enum(['running', 'done', 'cancelled', 'failed']),
    /** With `failed`: what went wrong, as a code of the locales. */
    reason: z.string().optional(),
  }),
])
export type StationEvent = z.infer<typeof stationEvent>

export const station = {
  status: query(z.object({}), stationStatus),
  /** The last 200 associations, newest first. */
  receiverHistory: query(z.object({}), z.array(receiverEvent)),
  /** Everything that changes, numbered without gaps within an epoch. One subscription per window. */
  feed: events(z.object({}), stationEvent),
}
