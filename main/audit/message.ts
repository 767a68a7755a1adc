/** An entry of the audit log as the XML message of PS3.15 A.5.1, for an audit record repository. */
import type { AuditEntry } from '../contract/audit.ts'
import { auditMeaning, auditObjects } from '../dicom/index.ts'

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

const coded = (element: string, code: string, scheme = 'DCM'): string =>
  `<${element}${attribute('csd-code', code)}${attribute('codeSystemName', scheme)}${attribute('originalText', auditMeaning(code))}/>`

const participant = (active: AuditEntry['ActiveParticipant'][number]): string => {
  const { UserID, UserName, UserIsRequestor, RoleIDCode, NetworkAccessPointID } = active
  const name = UserName ? attribute('UserName', UserName) : ''
  // 2: an IP address.
  const place = NetworkAccessPointID
    ? attribute('NetworkAccessPointID', NetworkAccessPointID) + attribute('NetworkAccessPointTypeCode', 2)
    : ''
  const role = RoleIDCode ? coded('RoleIDCode', RoleIDCode) : ''
  return `<ActiveParticipant${attribute('UserID', UserID)}${name}${attribute('UserIsRequestor', UserIsRequestor)}${place}>${role}</ActiveParticipant>`
}

const participantObject = (object: AuditEntry['ParticipantObject'][number], details: string): string => {
  const { ParticipantObjectID, ParticipantObjectIDTypeCode: type, ParticipantObjectName } = object
  const isPatient = type === auditObjects.PatientNumber
  // 1 and 1: a person, the patient; 2 and 3: a system object, a report (PS3.15 A.5.2, for studies).
  const codes =
    attribute('ParticipantObjectTypeCode', isPatient ? 1 : 2) +
    attribute('ParticipantObjectTypeCodeRole', isPatient ? 1 : 3)
  const name =
    ParticipantObjectName === undefined
      ? ''
      : `<ParticipantObjectName>${escaped(ParticipantObjectName)}</ParticipantObjectName>`
  return `<ParticipantObjectIdentification${attribute('ParticipantObjectID', ParticipantObjectID)}${codes}>${coded('ParticipantObjectIDTypeCode', type, isPatient ? 'RFC-3881' : 'DCM')}${name}${isPatient ? '' : details}</ParticipantObjectIdentification>`
}

/** Where an event concerns no study, the station itself is its object, so that what is known of the event has a place: 2 and 13, a security resource. */
const stationObject = (source: string, details: string): string => {
  const codes = attribute('ParticipantObjectTypeCode', 2) + attribute('ParticipantObjectTypeCodeRole', 13)
  const type = coded('ParticipantObjectIDTypeCode', auditObjects.NodeID)
  return `<ParticipantObjectIdentification${attribute('ParticipantObjectID', source)}${codes}>${type}${details}</ParticipantObjectIdentification>`
}

/** The message, on one line; `source` names this station (`AuditSourceID`). */
export const auditMessage = (entry: AuditEntry, source: string): string => {
  const { EventID, EventTypeCode, EventActionCode, EventDateTime, EventOutcomeIndicator } = entry
  const event =
    attribute('EventActionCode', EventActionCode) +
    attribute('EventDateTime', EventDateTime) +
    attribute('EventOutcomeIndicator', EventOutcomeIndicator)
  const type = EventTypeCode ? coded('EventTypeCode', EventTypeCode) : ''
  const details = Object.entries(entry.detail)
    .map(([name, value]) => {
      const base64 = Buffer.from(String(value)).toString('base64')
      return `<ParticipantObjectDetail${attribute('type', name)}${attribute('value', base64)}/>`
    })
    .join('')
  return [
    '<AuditMessage>',
    `<EventIdentification${event}>${coded('EventID', EventID)}${type}</EventIdentification>`,
    ...entry.ActiveParticipant.map(participant),
    `<AuditSourceIdentification${attribute('AuditSourceID', source)}/>`,
    ...entry.ParticipantObject.map((object) => participantObject(object, details)),
    ...(entry.ParticipantObject.length === 0 && details !== '' ? [stationObject(source, details)] : []),
    '</AuditMessage>',
  ].join('')
}
