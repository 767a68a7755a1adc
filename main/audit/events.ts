/** The events that this station notes, each as PS3.15 A.5.3 describes it; the participant that asked for it always comes first. */
import type { AuditEvent, AuditKind } from '../contract/audit.ts'
import type { ReceiverEvent } from '../contract/station.ts'
import type { PersonName } from '../contract/studies.ts'
import { auditEvents, auditEventTypes, auditMedia, auditObjects, auditRoles } from '../dicom/index.ts'
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
/** A disc, folder or archive, by its address. */
const medium = (address: string, RoleIDCode: string): Participant => ({
  ...other(address, RoleIDCode),
  MediaType: auditMedia.URI,
})

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

/** Each patient once, however many studies are his. */
const distinct = (objects: AuditEvent['ParticipantObject']): AuditEvent['ParticipantObject'] => [
  ...new Map(objects.map((object) => [JSON.stringify(object), object])).values(),
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
  /** With `imported`: address of the medium. */
  medium?: string
  objects: number
  versions: number
}

/** A.5.3.7 (transferred), A.5.3.5 (imported) or A.5.3.6 (made here). */
export const cameEvent = ({ kind, study, from, to, medium: address, objects, versions }: Came): Noted => ({
  kind,
  EventID:
    kind === 'imported'
      ? auditEvents.Import
      : kind === 'created'
        ? auditEvents.DICOMInstancesAccessed
        : auditEvents.DICOMInstancesTransferred,
  EventActionCode: 'C',
  EventOutcomeIndicator: 0,
  ActiveParticipant:
    kind === 'imported'
      ? importers(from, address ?? 'unknown')
      : kind === 'created'
        ? [requestor(from), other(to, auditRoles.Application)]
        : [requestor(from, auditRoles.Source), other(to, auditRoles.Destination)],
  ParticipantObject: objectsOf(study),
  detail: { ...accession(study), objects, ...(versions > 0 ? { versions } : {}) },
})

/** A.5.3.5: who imports is the destination of what comes from a medium. */
const importers = (who: Who, address: string): Participant[] => [
  requestor(who, auditRoles.Destination),
  medium(address, auditRoles.SourceMedia),
]

/** How much of it failed, of a state that may be `failed`, `cancelled` or `interrupted`. */
const indicatorOf = (state: string, failed: number): Outcome =>
  state === 'failed' ? 8 : state === 'cancelled' || state === 'interrupted' || failed > 0 ? 4 : 0

/** A.5.3.5: an import is over; `detail` has its state and how many objects were taken, and how many not. */
export const importedEvent = (
  who: Who,
  studies: readonly StudyIdentity[],
  address: string,
  detail: { state: string; refused: number } & AuditEvent['detail'],
): Noted => ({
  kind: 'imported',
  EventID: auditEvents.Import,
  EventActionCode: 'C',
  EventOutcomeIndicator: indicatorOf(detail.state, detail.refused),
  ActiveParticipant: importers(who, address),
  ParticipantObject: distinct(studies.flatMap(objectsOf)),
  detail,
})

/** What went of a study to a peer, the archive or a tool; `requestor`: who asked for it, where it is somebody else. */
export interface Went {
  study: StudyIdentity
  from: string
  to: Who & { NetworkAccessPointID?: string }
  requestor: Who
  /** `C-GET`, `C-MOVE`, `STOW-RS` or `WADO-RS`. */
  how: string
  objects: number
  failed: number
}

/** A.5.3.7: objects of a study went; those that did not are an event of their own (A.5.2: never mixed results). */
export const wentEvents = ({ study, from, to, requestor: asked, how, objects, failed }: Went): Noted[] => {
  const isAskedBy = (UserID: string): boolean => UserID === asked.UserID
  const event = (detail: AuditEvent['detail'], indicator: Outcome): Noted => ({
    kind: 'sent',
    EventID: auditEvents.DICOMInstancesTransferred,
    EventActionCode: 'R',
    EventOutcomeIndicator: indicator,
    ActiveParticipant: [
      { ...to, UserIsRequestor: isAskedBy(to.UserID), RoleIDCode: auditRoles.Destination },
      { UserID: from, UserIsRequestor: isAskedBy(from), RoleIDCode: auditRoles.Source },
      ...(isAskedBy(to.UserID) || isAskedBy(from) ? [] : [requestor(asked)]),
    ],
    ParticipantObject: objectsOf(study),
    detail: { ...accession(study), how, ...detail },
  })
  return [...(objects > 0 ? [event({ objects }, 0)] : []), ...(failed > 0 ? [event({ failed }, 4)] : [])]
}

/** A.5.3.6: a person chose which version of an object of a study is shown. */
export const versionEvent = (who: Who, study: StudyIdentity): Noted => ({
  ...openedEvent(who, study),
  kind: 'version',
  EventActionCode: 'U',
})

/** A.5.3.4: a copy of the data folder was made at this address, or was not. */
export const backupEvent = (who: Who, address: string, detail: { state: string } & AuditEvent['detail']): Noted => ({
  kind: 'backup',
  EventID: auditEvents.Export,
  EventActionCode: 'R',
  EventOutcomeIndicator: indicatorOf(detail.state, 0),
  ActiveParticipant: [requestor(who, auditRoles.Source), medium(address, auditRoles.DestinationMedia)],
  ParticipantObject: [],
  detail,
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

/** A.5.3.4: studies are put outside; `state`: `begun`, or how the export ended. */
export const exportedEvent = (
  who: Who,
  studies: readonly StudyIdentity[],
  address: string,
  detail: { state: string } & AuditEvent['detail'],
): Noted => ({
  kind: 'exported',
  EventID: auditEvents.Export,
  EventActionCode: 'R',
  EventOutcomeIndicator: indicatorOf(detail.state, Number(detail.leftOut ?? 0)),
  ActiveParticipant: [requestor(who, auditRoles.Source), medium(address, auditRoles.DestinationMedia)],
  ParticipantObject: distinct(studies.flatMap(objectsOf)),
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
    EventActionCode: isCaller ? 'E' : 'C',
    EventOutcomeIndicator: isCaller ? 8 : 4,
    ActiveParticipant: [
      {
        UserID: callingAETitle,
        UserIsRequestor: true,
        NetworkAccessPointID: remoteAddress,
        RoleIDCode: auditRoles.Source,
      },
      ...(isCaller ? [] : [other('ASTREINTE', auditRoles.Destination)]),
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
