/** The events that this station notes, each as PS3.15 A.5.3 describes it; the participant that asked for it always comes first. */
import type { AuditEvent, AuditKind } from '../contract/audit.ts'
import type { ReceiverEvent } from '../contract/station.ts'
import type { PersonName } from '../contract/studies.ts'
import { auditEvents, auditEventTypes, auditObjects, auditRoles } from '../dicom/index.ts'
import type { Noted } from './journal.ts'

type Participant = AuditEvent['ActiveParticipant'][number]
type Outcome = AuditEvent['EventOutcomeIndicator']

/** A person or machine: number or title, and name. */
export interface Who {
  UserID: string
  UserName?: string
}

/** Whose study it is. Only the UID is known of one that is no longer here. */
export interface StudyIdentity {
  StudyInstanceUID: string
  PatientID?: string
  PatientName?: PersonName
  AccessionNumber?: string
}

const requestor = (who: Who, RoleIDCode?: string): Participant => ({
  ...who,
  UserIsRequestor: true,
  ...(RoleIDCode ? { RoleIDCode } : {}),
})
const other = (UserID: string, RoleIDCode: string): Participant => ({ UserID, UserIsRequestor: false, RoleIDCode })

const objectsOf = ({ StudyInstanceUID, PatientID, PatientName }: StudyIdentity): AuditEvent['ParticipantObject'] => [
  { ParticipantObjectID: StudyInstanceUID, ParticipantObjectIDTypeCode: auditObjects.StudyInstanceUID },
  ...(PatientID === undefined
    ? []
    : [
        {
          ParticipantObjectID: PatientID,
          ParticipantObjectIDTypeCode: auditObjects.PatientNumber,
          ParticipantObjectName: PatientName?.Alphabetic ?? PatientName?.Ideographic ?? '',
        },
      ]),
]

const accession = ({ AccessionNumber }: StudyIdentity) => (AccessionNumber ? { AccessionNumber } : {})

/** A.5.3.1: the station begins or ends. */
export const activityEvent = (kind: 'started' | 'stopped', who: Who, host: string): Noted => ({
  kind,
  EventID: auditEvents.ApplicationActivity,
  EventTypeCode: kind === 'started' ? auditEventTypes.ApplicationStart : auditEventTypes.ApplicationStop,
  EventActionCode: 'E',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who, auditRoles.ApplicationLauncher), other('ASTREINTE', auditRoles.Application)],
  ParticipantObject: [],
  detail: { host },
})

/** A.5.3.2: the log was looked at. */
export const readEvent = (who: Who): Noted => ({
  kind: 'read',
  EventID: auditEvents.AuditLogUsed,
  EventActionCode: 'R',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: [],
  detail: {},
})

/** What came for a study, from whom, and how many objects. */
export interface Came {
  kind: 'received' | 'retrieved' | 'imported' | 'created'
  study: StudyIdentity
  from: Who
  to: string
  objects: number
  versions: number
}

/** A.5.3.7 (transferred), A.5.3.5 (imported) or A.5.3.6 (made here). */
export const cameEvent = ({ kind, study, from, to, objects, versions }: Came): Noted => ({
  kind,
  EventID:
    kind === 'imported'
      ? auditEvents.Import
      : kind === 'created'
        ? auditEvents.DICOMInstancesAccessed
        : auditEvents.DICOMInstancesTransferred,
  EventActionCode: 'C',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(from, auditRoles.Source), other(to, auditRoles.Destination)],
  ParticipantObject: objectsOf(study),
  detail: { ...accession(study), objects, ...(versions > 0 ? { versions } : {}) },
})

/** A.5.3.6: a person opened a study. */
export const openedEvent = (who: Who, study: StudyIdentity): Noted => ({
  kind: 'opened',
  EventID: auditEvents.DICOMInstancesAccessed,
  EventActionCode: 'R',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: objectsOf(study),
  detail: accession(study),
})

/** A.5.3.6: a client of DICOMweb was given something of a study. */
export const readFromOutsideEvent = (name: string, remoteAddress: string, study: StudyIdentity): Noted => ({
  kind: 'opened',
  EventID: auditEvents.DICOMInstancesAccessed,
  EventActionCode: 'R',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [
    {
      ...{ UserID: name, UserIsRequestor: true },
      ...{ NetworkAccessPointID: remoteAddress, RoleIDCode: auditRoles.Destination },
    },
  ],
  ParticipantObject: objectsOf(study),
  detail: { ...accession(study), by: 'DICOMweb' },
})

/** A.5.3.4: a study is put outside, `state` as of the export. */
export const exportedEvent = (who: Who, study: StudyIdentity, path: string, detail: AuditEvent['detail']): Noted => ({
  kind: 'exported',
  EventID: auditEvents.Export,
  EventActionCode: 'R',
  EventOutcomeIndicator: detail.state === 'failed' ? 8 : detail.state === 'cancelled' ? 4 : 0,
  ActiveParticipant: [requestor(who), other(path, auditRoles.DestinationMedia)],
  ParticipantObject: objectsOf(study),
  detail,
})

/** A.5.3.8: a study went, by a person's word or because room was needed. */
export const deletedEvent = (who: Who, study: StudyIdentity, detail: AuditEvent['detail']): Noted => ({
  kind: 'deleted',
  EventID: auditEvents.DICOMStudyDeleted,
  EventActionCode: 'D',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: objectsOf(study),
  detail: { ...accession(study), ...detail },
})

/** Whether an association brought anything that was turned away. */
export const isRefusal = ({ outcome, failed }: ReceiverEvent): boolean =>
  failed > 0 || outcome === 'rejected' || outcome === 'refused-connection' || outcome === 'protocol-error'

/** A.5.3.11 where a caller was turned away, A.5.3.7 where objects were; `times`: how often the same happened in a moment. */
export const refusedEvent = (event: ReceiverEvent, times: number): Noted => {
  const { callingAETitle, remoteAddress, outcome, failed, reasons } = event
  const isCaller = failed === 0
  return {
    kind: 'refused',
    EventID: isCaller ? auditEvents.SecurityAlert : auditEvents.DICOMInstancesTransferred,
    ...(isCaller ? { EventTypeCode: auditEventTypes.NodeAuthentication } : {}),
    EventActionCode: 'E',
    EventOutcomeIndicator: isCaller ? 8 : 4,
    ActiveParticipant: [
      {
        UserID: callingAETitle,
        UserIsRequestor: true,
        NetworkAccessPointID: remoteAddress,
        RoleIDCode: auditRoles.Source,
      },
    ],
    ParticipantObject: [],
    detail: {
      outcome,
      reason: reasons.map(({ code }) => code).join(' '),
      ...(failed > 0 ? { failed } : {}),
      ...(times > 1 ? { times } : {}),
    },
  }
}

/** A.5.3.15: a report was given out under somebody's name. */
export const signedEvent = (who: Who, study: StudyIdentity, as: string): Noted => ({
  kind: 'signed',
  EventID: auditEvents.ProcedureRecord,
  EventActionCode: 'U',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: objectsOf(study),
  detail: { as },
})

/** A.5.3.12: a key or a PIN was given for something. */
export const accessEvent = (who: Who, what: string, outcome: string, indicator: Outcome): Noted => ({
  kind: 'access',
  EventID: auditEvents.UserAuthentication,
  EventTypeCode: auditEventTypes.Login,
  EventActionCode: 'E',
  EventOutcomeIndicator: indicator,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: [],
  detail: { what, outcome },
})

/** A.5.3.11: something of the station was set otherwise; `settings` are names, never values. */
export const settingsEvent = (
  who: Who,
  type: 'NetworkConfiguration' | 'SecurityConfiguration' | 'SoftwareConfiguration' | 'UserSecurityAttributesChanged',
  settings: readonly string[],
): Noted => ({
  kind: 'settings',
  EventID: auditEvents.SecurityAlert,
  EventTypeCode: auditEventTypes[type],
  EventActionCode: 'E',
  EventOutcomeIndicator: 0,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: [],
  detail: { settings: [...settings].sort().join(' ') },
})

/** A.5.3.11: a client of DICOMweb may from now on do something, or no longer. */
export const webClientEvent = (
  who: Who,
  what: 'added' | 'revoked',
  client: { name: string; mayRead: boolean; mayStore: boolean },
): Noted => {
  const event = settingsEvent(who, 'UserSecurityAttributesChanged', ['dicomWebClients'])
  const { name, mayRead, mayStore } = client
  return { ...event, detail: { ...event.detail, what, client: name, mayRead, mayStore } }
}

/** A.5.3.11: the log was found broken when the station started, and recording goes on behind what is left. */
export const brokenEvent = (who: Who, fault: { reason: string; seq: number }): Noted => ({
  kind: 'broken' satisfies AuditKind,
  EventID: auditEvents.SecurityAlert,
  EventTypeCode: auditEventTypes.AuditRecordingStarted,
  EventActionCode: 'E',
  EventOutcomeIndicator: 12,
  ActiveParticipant: [requestor(who)],
  ParticipantObject: [],
  detail: fault,
})
