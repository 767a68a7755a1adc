/** Audit messages as XML of PS3.15 A.5.1. */
import { expect, it } from 'vitest'
import { auditMessage, cameEvent, settingsEvent } from '../../../main/audit/index.ts'

const at = { seq: 1, EventDateTime: '2026-01-15T12:00:00.000Z' }

it('names the event, who took part, and the study with its patient', () => {
  const event = cameEvent({
    kind: 'received',
    study: {
      StudyInstanceUID: '1.2.3',
      PatientID: 'A&B',
      PatientName: { Alphabetic: 'D"O<E\u0007^Zoé' },
      AccessionNumber: 'ACC',
    },
    from: { UserID: 'CT1' },
    to: 'ASTREINTE',
    objects: 300,
    versions: 0,
  })
  expect(auditMessage({ ...event, ...at }, 'poste-1')).toBe(
    [
      '<AuditMessage>',
      '<EventIdentification EventActionCode="C" EventDateTime="2026-01-15T12:00:00.000Z" EventOutcomeIndicator="0">',
      '<EventID csd-code="110104" codeSystemName="DCM" originalText="DICOM Instances Transferred"/></EventIdentification>',
      '<ActiveParticipant UserID="CT1" UserIsRequestor="true"><RoleIDCode csd-code="110153" codeSystemName="DCM" originalText="Source Role ID"/></ActiveParticipant>',
      '<ActiveParticipant UserID="ASTREINTE" UserIsRequestor="false"><RoleIDCode csd-code="110152" codeSystemName="DCM" originalText="Destination Role ID"/></ActiveParticipant>',
      '<AuditSourceIdentification AuditSourceID="poste-1"/>',
      '<ParticipantObjectIdentification ParticipantObjectID="1.2.3" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="3">',
      '<ParticipantObjectIDTypeCode csd-code="110180" codeSystemName="DCM" originalText="Study Instance UID"/><ParticipantObjectName>Study</ParticipantObjectName>',
      '<ParticipantObjectDetail type="AccessionNumber" value="QUND"/><ParticipantObjectDetail type="objects" value="MzAw"/>',
      '</ParticipantObjectIdentification>',
      '<ParticipantObjectIdentification ParticipantObjectID="A&amp;B" ParticipantObjectTypeCode="1" ParticipantObjectTypeCodeRole="1">',
      '<ParticipantObjectIDTypeCode csd-code="2" codeSystemName="RFC-3881" originalText="Patient Number"/>',
      '<ParticipantObjectName>D&quot;O&lt;E\ufffd^Zoé</ParticipantObjectName></ParticipantObjectIdentification>',
      '</AuditMessage>',
    ].join(''),
  )
})

it('is one line, whatever stands in what was received', () => {
  const study = { StudyInstanceUID: '1.2.3', PatientID: 'A\nB\r\tC', PatientName: { Alphabetic: 'D\nE' } }
  const event = cameEvent({ kind: 'received', study, from: { UserID: 'CT\n1' }, to: 'x', objects: 1, versions: 0 })
  const message = auditMessage({ ...event, ...at }, 'poste-1')
  expect(message).not.toMatch(/[\n\r\t]/)
  expect(message).toContain('ParticipantObjectID="A&#10;B&#13;&#9;C"')
})

it('gives what is known of an event without a study a place of its own', () => {
  const message = auditMessage(
    { ...settingsEvent({ UserID: 'x' }, 'NetworkConfiguration', ['peers']), ...at },
    'poste-1',
  )
  expect(message).toContain(
    '<ParticipantObjectIdentification ParticipantObjectID="poste-1" ParticipantObjectTypeCode="2" ParticipantObjectTypeCodeRole="13"><ParticipantObjectIDTypeCode csd-code="110182" codeSystemName="DCM" originalText="Node ID"/><ParticipantObjectName>poste-1</ParticipantObjectName><ParticipantObjectDetail type="Alert Description" value="TmV0d29yayBDb25maWd1cmF0aW9uOiBzZXR0aW5ncz1wZWVycw=="/><ParticipantObjectDetail type="settings" value="cGVlcnM="/>',
  )
})
