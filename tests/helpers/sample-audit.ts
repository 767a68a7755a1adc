/** A made-up audit log behind the sample station: one entry for each study that came, and two for what people did. */
import {
  accessEvent,
  cameEvent,
  type Noted,
  openedEvent,
  refusedEvent,
  settingsEvent,
  type Who,
} from '../../main/audit/index.ts'
import type { AuditEntry } from '../../main/contract/audit.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { StudyRow } from '../../main/contract/studies.ts'

const reader: Who = { UserID: '10003456789', UserName: 'Camille Lefèvre' }
const noon = Date.UTC(2026, 0, 15, 12)

const eventsOf = (studies: readonly StudyRow[]): Noted[] => [
  settingsEvent(reader, 'NetworkConfiguration', ['peers', 'dicomPort']),
  accessEvent(reader, 'signature', 'wrong', 4),
  refusedEvent(
    {
      at: '',
      callingAETitle: 'SCANNER_9',
      remoteAddress: '192.168.10.77',
      outcome: 'rejected',
      stored: 0,
      duplicates: 0,
      versions: 0,
      failed: 0,
      reasons: [{ code: 'called-ae-unknown', count: 1, detail: '' }],
    },
    12,
  ),
  ...studies.flatMap((study) => [
    cameEvent({
      kind: 'received',
      study,
      from: { UserID: 'CT_GARDE' },
      to: 'ASTREINTE',
      objects: study.NumberOfStudyRelatedInstances,
      versions: 0,
    }),
    openedEvent(reader, study),
  ]),
]

/** The log of `studies` as they are when it is asked for. */
export const sampleAudit = (studies: () => readonly StudyRow[]): HandlersOf<StationContract>['audit'] => {
  const entries = (): AuditEntry[] =>
    eventsOf(studies())
      .map((event, index) => ({
        ...event,
        seq: index + 1,
        EventDateTime: new Date(noon + index * 60_000).toISOString(),
      }))
      .reverse()
  return {
    entries: ({ kind, person, patient, from, to, before, limit }) => {
      const found = entries().filter(
        (entry) =>
          (kind === null || entry.kind === kind) &&
          (person === null || entry.ActiveParticipant[0]?.UserID === person) &&
          (patient === null ||
            entry.ParticipantObject.some(({ ParticipantObjectName = '' }) =>
              ParticipantObjectName.toLowerCase().includes(patient.toLowerCase()),
            )) &&
          (from === null || entry.EventDateTime >= from) &&
          (to === null || entry.EventDateTime < to) &&
          (before === null || entry.seq < before),
      )
      return { entries: found.slice(0, limit), isMore: found.length > limit }
    },
    persons: () => [
      { UserID: 'CT_GARDE', UserName: '' },
      { UserID: reader.UserID, UserName: reader.UserName ?? '' },
    ],
    verify: () => ({ entries: entries().length, fault: null, breaks: [] }),
  }
}
