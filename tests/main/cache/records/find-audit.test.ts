/** The audit log by patient: in steps, whatever the case, the accents and the order of the words. */
import { expect, it } from 'vitest'
import { findAudit } from '../../../../main/cache/records/find-audit.ts'
import type { AuditEvent, AuditFilter } from '../../../../main/contract/audit.ts'
import { testRecords } from './test-records.ts'

const about = (PatientID: string, PatientName: string): AuditEvent => ({
  ...{ kind: 'opened', EventID: '110103', EventActionCode: 'R', EventOutcomeIndicator: 0 },
  EventDateTime: '2026-01-01T00:00:00.000Z',
  ActiveParticipant: [{ UserID: 'reader', UserIsRequestor: true }],
  ParticipantObject: [
    { ParticipantObjectID: '1.2.77', ParticipantObjectIDTypeCode: '110180' },
    { ParticipantObjectID: PatientID, ParticipantObjectIDTypeCode: '2', ParticipantObjectName: PatientName },
  ],
  detail: { AccessionNumber: 'MARTIN' },
})
const everything: AuditFilter = {
  ...{ kind: null, from: null, to: null, person: null, patient: null, before: null, limit: 50 },
}

it('finds who an entry is about by words of the name and the identifier, newest first and page by page', async () => {
  const { audit } = await testRecords()
  await audit.append([
    about('IPP-7', 'LECHÂTELIER^Zoé'),
    about('IPP-8', 'MARTIN^Élise'),
    { ...about('', ''), kind: 'started', ParticipantObject: [] },
    about('IPP-7', 'LECHÂTELIER^Zoé'),
    { ...about('IPP-7', 'LECHÂTELIER^Zoé'), kind: 'exported' },
  ])
  for (const step of [1, 2, 100]) {
    const found = async (filter: Partial<AuditFilter>) =>
      (await findAudit(audit, { ...everything, ...filter }, step)).map(({ seq }) => seq)
    expect(await found({})).toEqual([5, 4, 3, 2, 1])
    expect(await found({ patient: '  ' })).toEqual([5, 4, 3, 2, 1])
    expect(await found({ patient: 'zoe lechat' })).toEqual([5, 4, 1])
    expect(await found({ patient: 'ipp-8' })).toEqual([2])
    expect(await found({ patient: 'zoe', kind: 'opened', before: 4 })).toEqual([1])
    // One more than asked for tells that there are more; neither the study nor a detail is a patient.
    expect(await found({ patient: 'zoe', limit: 1 })).toEqual([5, 4])
    expect([await found({ patient: '1.2.77' }), await found({ patient: 'zoe martin' })]).toEqual([[], []])
  }
})
