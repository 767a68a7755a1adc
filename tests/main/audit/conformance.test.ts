// @vitest-environment jsdom
/** Every event of ours, as a message, against what PS3.15 A.5.1 and A.5.3 ask of it. */
import { describe, expect, it } from 'vitest'
import {
  accessEvent,
  activityEvent,
  auditMessage,
  backupEvent,
  brokenEvent,
  cameEvent,
  deletedEvent,
  exportedEvent,
  importedEvent,
  type Noted,
  openedEvent,
  readEvent,
  readFromOutsideEvent,
  refusedEvent,
  settingsEvent,
  signedEvent,
  versionEvent,
  wentEvents,
} from '../../../main/audit/index.ts'
import type { ReceiverEvent } from '../../../main/contract/station.ts'
import { auditMessageProblems } from './audit-schema.ts'

const who = { UserID: '10003456789', UserName: 'Camille Lefèvre' }
const study = {
  StudyInstanceUID: '1.2.3',
  PatientID: 'IPP1',
  PatientName: { Alphabetic: 'MARTIN^Élise' },
  AccessionNumber: 'A1',
}
const unnamed = { ...study, PatientID: '', PatientName: {} }
const unknown = { StudyInstanceUID: '1.2.3' }
const came = { from: { UserID: 'CT1' }, to: 'ASTREINTE', objects: 3, versions: 1 }
const went = { from: 'ASTREINTE', to: { UserID: 'WS2', NetworkAccessPointID: '10.0.0.7' }, how: 'C-MOVE', objects: 2 }
const disc = 'file:///media/CD'
const ended: ReceiverEvent = {
  at: '',
  callingAETitle: 'X',
  remoteAddress: '::1',
  outcome: 'rejected',
  stored: 0,
  duplicates: 0,
  versions: 0,
  failed: 0,
  reasons: [{ code: 'called-ae-unknown', count: 1, detail: '' }],
}
const settings = (
  ['NetworkConfiguration', 'SecurityConfiguration', 'SoftwareConfiguration', 'UserSecurityAttributesChanged'] as const
).map((type): [string, Noted] => [type, settingsEvent(who, type, ['peers'])])

const events: [string, Noted][] = [
  ['started', activityEvent('started', who, 'browser')],
  ['stopped', activityEvent('stopped', who, 'browser')],
  ['read', readEvent(who)],
  ['received', cameEvent({ kind: 'received', study, ...came })],
  ['received of nobody', cameEvent({ kind: 'received', study: unnamed, ...came })],
  ['received and gone', cameEvent({ kind: 'received', study: unknown, ...came })],
  ['retrieved', cameEvent({ kind: 'retrieved', study, ...came })],
  ['imported', cameEvent({ kind: 'imported', study, medium: disc, ...came, from: who })],
  ['imported from somewhere', cameEvent({ kind: 'imported', study, ...came, from: who })],
  ['created', cameEvent({ kind: 'created', study, ...came, from: who })],
  ['import over', importedEvent(who, [study, unnamed], disc, { state: 'done', refused: 0 })],
  ['import of nothing', importedEvent(who, [], disc, { state: 'cancelled', refused: 2 })],
  ['opened', openedEvent(who, study)],
  ['opened, unknown', openedEvent(who, unknown)],
  ['version', versionEvent(who, study)],
  ['export begun', exportedEvent(who, [study], disc, { state: 'begun' })],
  ['export failed', exportedEvent(who, [unknown], disc, { state: 'failed', leftOut: 3 })],
  ['backup', backupEvent(who, disc, { state: 'done' })],
  ...wentEvents({ study, requestor: who, failed: 1, ...went }).map((event): [string, Noted] => ['sent', event]),
  ...wentEvents({ study, requestor: { UserID: 'WS2' }, failed: 0, ...went }).map((event): [string, Noted] => [
    'got',
    event,
  ]),
  ['read by a tool', readFromOutsideEvent('OHIF', '127.0.0.1', study)],
  ['deleted', deletedEvent(who, study, { bytes: 1, isArchived: true })],
  ['caller refused', refusedEvent(ended, 2)],
  ['nameless caller refused', refusedEvent({ ...ended, callingAETitle: '', outcome: 'protocol-error' }, 1)],
  ['objects refused', refusedEvent({ ...ended, outcome: 'completed', failed: 2 }, 1)],
  ['signed', signedEvent(who, study, 'final')],
  ['right', accessEvent(who, 'signature', 'right', 0)],
  ['wrong', accessEvent(who, 'signature', 'wrong', 4)],
  ...settings,
  ['broken', brokenEvent(who, { reason: 'cut', seq: 3 })],
]

const messageOf = (event: Noted): string =>
  auditMessage({ ...event, seq: 1, EventDateTime: '2026-01-15T12:00:00.000Z' }, 'poste-1')

describe('an audit message', () => {
  it.each(events)('is as PS3.15 A.5 wants it: %s', (_, event) => {
    expect(auditMessageProblems(messageOf(event))).toEqual([])
  })

  it('that is not so is found', () => {
    const message = messageOf(cameEvent({ kind: 'received', study, ...came }))
    const broken = [
      message.replace('csd-code="110153"', 'csd-code="110154"'),
      message.replace('EventActionCode="C"', 'EventActionCode="D"'),
      message.replace(/<ParticipantObjectName>Study<\/ParticipantObjectName>/, ''),
      message.replace('UserIsRequestor="true"', ''),
      message.replace(/<AuditSourceIdentification[^>]*>/, ''),
      message.replace(
        /<ParticipantObjectIdentification ParticipantObjectID="IPP1".*<\/ParticipantObjectIdentification>/,
        '',
      ),
      message.replace('codeSystemName="RFC-3881"', 'codeSystemName="DCM"'),
    ]
    expect(broken.every((each) => each !== message && auditMessageProblems(each).length > 0)).toBe(true)
  })
})
