/**
 * An entry of the audit log as the XML message of PS3.15 A.5.1, for an audit record repository. What the tables of A.5.3 ask of an event and the
 * entry does not know is said to be unknown.
 */
import { isIP } from 'node:net'
import type { AuditEntry } from '../contract/audit.ts'
import { auditEvents, auditMeaning, auditObjects } from '../dicom/index.ts'

type Participant = AuditEntry['ActiveParticipant'][number]
type ParticipantObject = AuditEntry['ParticipantObject'][number]

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A message is one line, whoever wrote what is in it.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** What XML 1.0 has no character for (§2.2). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const noCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu

const escaped = (text: string): string =>
  text.replace(noCharacter, '\ufffd').replace(/[&<>"'\t\n\r]/g, (character) => escapes[character] ?? '')

const attribute = (name: string, value: string | number | boolean): string => ` ${name}="${escaped(String(value))}"`

/** Codes of RFC 3881; all others are of the scheme DCM. */
const ofRFC3881: readonly string[] = [auditObjects.PatientNumber, auditObjects.URI]

const coded = (element: string, code: string): string => {
  const scheme = ofRFC3881.includes(code) ? 'RFC-3881' : 'DCM'
  return `<${element}${attribute('csd-code', code)}${attribute('codeSystemName', scheme)}${attribute('originalText', auditMeaning(code))}/>`
}

const UNKNOWN = 'unknown'

const participant = ({ UserID, UserName, UserIsRequestor, RoleIDCode, ...more }: Participant): string => {
  const { NetworkAccessPointID: place, MediaType } = more
  const name = UserName ? attribute('UserName', UserName) : ''
  // 1: a machine's name, 2: an IP address.
  const where = place
    ? attribute('NetworkAccessPointID', place) + attribute('NetworkAccessPointTypeCode', isIP(place) ? 2 : 1)
    : ''
  const role = RoleIDCode ? coded('RoleIDCode', RoleIDCode) : ''
  const media = MediaType ? `<MediaIdentifier>${coded('MediaType', MediaType)}</MediaIdentifier>` : ''
  return `<ActiveParticipant${attribute('UserID', UserID || UNKNOWN)}${name}${attribute('UserIsRequestor', UserIsRequestor)}${where}>${role}${media}</ActiveParticipant>`
}

interface ObjectElement {
  id: string
  idType: string
  /** `ParticipantObjectTypeCode` and `ParticipantObjectTypeCodeRole` (A.5.1.2.2). */
  type: readonly [type: number, role: number]
  name: string
  details?: string
}

/** The schema wants a name of every object that is no query. */
const objectElement = ({ id, idType, type: [type, role], name, details = '' }: ObjectElement): string =>
  [
    `<ParticipantObjectIdentification${attribute('ParticipantObjectID', id || UNKNOWN)}`,
    `${attribute('ParticipantObjectTypeCode', type)}${attribute('ParticipantObjectTypeCodeRole', role)}>`,
    coded('ParticipantObjectIDTypeCode', idType),
    `<ParticipantObjectName>${escaped(name || UNKNOWN)}</ParticipantObjectName>${details}`,
    '</ParticipantObjectIdentification>',
  ].join('')

/** 2 and 3: a system object, a report (A.5.3, for studies). */
const study = (id: string, details: string): string =>
  objectElement({ id, idType: auditObjects.StudyInstanceUID, type: [2, 3], name: 'Study', details })

const patient = (id: string, name: string): string =>
  objectElement({ id, idType: auditObjects.PatientNumber, type: [1, 1], name })

const knownObject = (object: ParticipantObject, details: string): string => {
  const { ParticipantObjectID: id, ParticipantObjectIDTypeCode: type, ParticipantObjectName = '' } = object
  return type === auditObjects.PatientNumber ? patient(id, ParticipantObjectName) : study(id, details)
}

/** Events whose tables want a study, and those that want a patient (A.5.3.4 – A.5.3.8, A.5.3.15). */
const ofStudies: readonly string[] = [
  auditEvents.DICOMInstancesAccessed,
  auditEvents.DICOMInstancesTransferred,
  auditEvents.DICOMStudyDeleted,
]
const ofPatients: readonly string[] = [
  ...ofStudies,
  auditEvents.Export,
  auditEvents.Import,
  auditEvents.ProcedureRecord,
]
/** Events whose tables have no objects: what is known of them is their outcome's description. */
const withoutObjects: readonly string[] = [auditEvents.ApplicationActivity, auditEvents.UserAuthentication]

const detailElement = (type: string, value: string): string =>
  `<ParticipantObjectDetail${attribute('type', type)}${attribute('value', Buffer.from(value).toString('base64'))}/>`

const sentence = (entry: AuditEntry): string =>
  Object.entries(entry.detail)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ')

/** Where an event concerns no study, the log or the station itself is its object (A.5.3.2, A.5.3.11: 2 and 13, a security resource). */
function ownObject(entry: AuditEntry, source: string, details: string): string {
  const type = [2, 13] as const
  if (entry.EventID === auditEvents.AuditLogUsed) {
    const id = `audit-log://${encodeURIComponent(source)}`
    return objectElement({ id, idType: auditObjects.URI, type, name: 'Security Audit Log', details })
  }
  const alert = [auditMeaning(entry.EventTypeCode ?? entry.EventID), sentence(entry)].filter(Boolean).join(': ')
  const described = detailElement('Alert Description', alert) + details
  return objectElement({ id: source, idType: auditObjects.NodeID, type, name: source, details: described })
}

function objectsOf(entry: AuditEntry, source: string): string {
  const { EventID, ParticipantObject: objects } = entry
  if (withoutObjects.includes(EventID)) return ''
  const details = Object.entries(entry.detail)
    .map(([name, value]) => detailElement(name, String(value)))
    .join('')
  const has = (type: string): boolean => objects.some((object) => object.ParticipantObjectIDTypeCode === type)
  const isOwn = !ofPatients.includes(EventID)
  return [
    ...objects.map((object) => knownObject(object, details)),
    ...(ofStudies.includes(EventID) && !has(auditObjects.StudyInstanceUID) ? [study('', details)] : []),
    ...(ofPatients.includes(EventID) && !has(auditObjects.PatientNumber) ? [patient('', '')] : []),
    ...(isOwn ? [ownObject(entry, source, details)] : []),
  ].join('')
}

/** The message, on one line; `source` names this station (`AuditSourceID`). */
export const auditMessage = (entry: AuditEntry, source: string): string => {
  const { EventID, EventTypeCode, EventActionCode, EventDateTime, EventOutcomeIndicator } = entry
  const event =
    attribute('EventActionCode', EventActionCode) +
    attribute('EventDateTime', EventDateTime) +
    attribute('EventOutcomeIndicator', EventOutcomeIndicator)
  const type = EventTypeCode ? coded('EventTypeCode', EventTypeCode) : ''
  const told = withoutObjects.includes(EventID) ? sentence(entry) : ''
  const outcome = told ? `<EventOutcomeDescription>${escaped(told)}</EventOutcomeDescription>` : ''
  // Whoever proves who they are does it at this machine (A.5.3.12 wants its name).
  const place = EventID === auditEvents.UserAuthentication ? { NetworkAccessPointID: source } : {}
  return [
    '<AuditMessage>',
    `<EventIdentification${event}>${coded('EventID', EventID)}${type}${outcome}</EventIdentification>`,
    ...entry.ActiveParticipant.map((each) => participant({ ...place, ...each })),
    `<AuditSourceIdentification${attribute('AuditSourceID', source)}/>`,
    objectsOf(entry, source),
    '</AuditMessage>',
  ].join('')
}
