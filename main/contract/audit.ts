/**
 * The audit log: who received, opened, imported, exported, removed, refused, signed or changed what, in the terms of DICOM PS3.15 A.5.
 * Entries are only ever added, and each carries the hash of the one before.
 */
import { z } from 'zod'
import { query } from './define.ts'

/** What a person looks for; each is one event of PS3.15 A.5.3. */
export const auditKind = z.enum([
  'started',
  'stopped',
  'received',
  'retrieved',
  'imported',
  'created',
  'opened',
  'exported',
  /** Objects went to a peer, to the archive, or to a tool that read them. */
  'sent',
  /** A person chose which version of an object is shown. */
  'version',
  /** A copy of the data folder was made. */
  'backup',
  'deleted',
  'refused',
  'signed',
  /** A key or a PIN was given, right or wrong. */
  'access',
  'settings',
  /** The log itself was looked at. */
  'read',
  /** The log was shorter, or another one, than it was when the station stopped. */
  'broken',
])
export type AuditKind = z.infer<typeof auditKind>

/** Who took part (PS3.15 A.5.2.1 `ActiveParticipant`). */
const activeParticipant = z.object({
  UserID: z.string(),
  UserName: z.string().optional(),
  UserIsRequestor: z.boolean(),
  RoleIDCode: z.string().optional(),
  NetworkAccessPointID: z.string().optional(),
  /** Of `auditMedia` in main/dicom, where the participant is a medium. */
  MediaType: z.string().optional(),
})

/** What it was about (`ParticipantObjectIdentification`): a study or a patient. */
const participantObject = z.object({
  ParticipantObjectID: z.string(),
  /** Of `auditObjects` in main/dicom. */
  ParticipantObjectIDTypeCode: z.string(),
  ParticipantObjectName: z.string().optional(),
})

export const auditEvent = z.object({
  kind: auditKind,
  /** Codes of `auditEvents` and `auditEventTypes` in main/dicom. */
  EventID: z.string(),
  EventTypeCode: z.string().optional(),
  EventActionCode: z.enum(['C', 'R', 'U', 'D', 'E']),
  /** ISO 8601, UTC. */
  EventDateTime: z.string(),
  /** 0 success, 4 minor failure, 8 serious failure, 12 major failure. */
  EventOutcomeIndicator: z.union([z.literal(0), z.literal(4), z.literal(8), z.literal(12)]),
  ActiveParticipant: z.array(activeParticipant),
  ParticipantObject: z.array(participantObject),
  /** What else is known (`ParticipantObjectDetail`): counts, reasons, names of settings. */
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})
export type AuditEvent = z.infer<typeof auditEvent>

/** An event with its place in the chain. */
export const auditEntry = auditEvent.extend({ seq: z.number().int() })
export type AuditEntry = z.infer<typeof auditEntry>

/**
 * `missing`: an entry is not there; `altered`: it is not what was written, or not where; `cut`: the log ends before its head;
 * `rewritten`: it goes on otherwise than its head says; `no-head`, `head-unreadable`: nothing tells where it should end.
 */
export const auditFault = z.object({
  reason: z.enum(['missing', 'altered', 'cut', 'rewritten', 'no-head', 'head-unreadable']),
  /** The first entry that it concerns. */
  seq: z.number().int(),
})
export type AuditFault = z.infer<typeof auditFault>

/** What a verification found. */
export const auditVerdict = z.object({
  entries: z.number().int(),
  fault: auditFault.nullable(),
  /** Entries that say that the log was found broken before (kind `broken`). */
  breaks: z.array(z.number().int()),
})
export type AuditVerdict = z.infer<typeof auditVerdict>

export const auditFilter = z.object({
  kind: auditKind.nullable().default(null),
  /** ISO 8601 instants; `to` is no longer in it. */
  from: z.string().max(40).nullable().default(null),
  to: z.string().max(40).nullable().default(null),
  /** `UserID` of who asked for it. */
  person: z.string().max(200).nullable().default(null),
  /** Words of the name or the identifier of a patient whom it is about, without case and accents. */
  patient: z.string().max(200).nullable().default(null),
  /** Only entries before this one; null: from the newest on. */
  before: z.number().int().nullable().default(null),
  limit: z.number().int().min(1).max(200).default(50),
})
export type AuditFilter = z.infer<typeof auditFilter>

export const audit = {
  /** Newest first. */
  entries: query(auditFilter, z.object({ entries: z.array(auditEntry), isMore: z.boolean() })),
  /** Who is in the log, at most 200, by name. */
  persons: query(z.object({}), z.array(z.object({ UserID: z.string(), UserName: z.string() }))),
  /** Reads the whole log and says whether it is as it was written. */
  verify: query(z.object({}), auditVerdict),
}
