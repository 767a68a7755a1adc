/** A made-up archive behind the sample station: studies to find, retrievals that advance when told, an outbox in every state. */
import type {
  ArchiveConfiguration,
  ArchiveFault,
  ArchiveServices,
  ArchiveStatus,
  OutboxItem,
  RemoteStudy,
  Retrieval,
} from '../../main/contract/archive.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'

const names = ['MARTIN^Élise', 'DUPONT^Jean-Baptiste', 'LE GOFF^Maëlle', '<IMG SRC=X ONERROR=ALERT(1)>^EVIL']
const states: OutboxItem['state'][] = ['waiting', 'sending', 'sent', 'archived', 'failed']

/** Studies `0`, `1` … of the archive; every third is here, every fifth half. */
export const remoteStudies = (count: number): RemoteStudy[] =>
  Array.from({ length: count }, (_, index) => ({
    StudyInstanceUID: `1.2.826.0.1.99.${index}`,
    PatientName: { Alphabetic: names[index % names.length] ?? '' },
    PatientID: String(300_100 + (index % names.length)),
    IssuerOfPatientID: 'CHU',
    PatientBirthDate: '19510312',
    PatientSex: index % 2 === 0 ? 'F' : 'M',
    StudyDate: `20${String(25 - (index % 12)).padStart(2, '0')}0${1 + (index % 9)}14`,
    StudyTime: '101500',
    AccessionNumber: `A${70_000 + index}`,
    StudyDescription: ['TDM crânien', 'IRM cérébrale', 'Radiographie du thorax'][index % 3] ?? '',
    ModalitiesInStudy: [['CT'], ['MR', 'SR'], ['DX']][index % 3] ?? [],
    NumberOfStudyRelatedSeries: 1 + (index % 4),
    NumberOfStudyRelatedInstances: index % 7 === 6 ? null : 100 + index,
    receivedInstances: index % 3 === 2 ? 100 + index : index % 5 === 4 ? 40 : 0,
  }))

/** One item in each state, then failures of `fault`. */
export const outboxItems = (fault: ArchiveFault = 'refused'): OutboxItem[] =>
  states.map((state, index) => ({
    itemId: index + 1,
    StudyInstanceUID: `1.2.826.0.1.99.${index}`,
    SOPInstanceUID: `1.2.826.0.1.99.${index}.1`,
    SOPClassUID: ['1.2.840.10008.5.1.4.1.1.88.33', '1.2.840.10008.5.1.4.1.1.104.1'][index % 2] ?? '',
    PatientName: { Alphabetic: names[index % names.length] ?? '' },
    PatientID: String(300_100 + (index % names.length)),
    StudyDescription: 'TDM crânien',
    state,
    fault: state === 'failed' ? fault : null,
    detail: state === 'failed' ? '409 A700' : '',
    attempts: index,
    queuedAt: '2026-03-14T02:10:00.000Z',
    nextAttemptAt: state === 'waiting' ? '2026-03-14T02:20:00.000Z' : null,
    sentAt: state === 'sent' || state === 'archived' ? '2026-03-14T02:11:00.000Z' : null,
    archivedAt: state === 'archived' ? '2026-03-14T02:12:00.000Z' : null,
    bytes: 40_000 * (index + 1),
  }))

export interface SampleArchiveOptions {
  configuration?: ArchiveConfiguration | null
  studies?: RemoteStudy[]
  items?: OutboxItem[]
  /** What every exchange ends with. */
  fault?: ArchiveFault | null
  /** What it accepts by DIMSE. */
  services?: ArchiveServices
}

/** The archive, its calls, and what tests see of it. */
export function sampleArchive(options: SampleArchiveOptions = {}) {
  let configuration = options.configuration === undefined ? sampleConfiguration : options.configuration
  const { studies = [], items = [], fault = null } = options
  const services = options.services ?? { find: true, get: true, move: true, commitment: true }
  const retrievals: Retrieval[] = []
  const retried: (number | null)[] = []
  const tested: ArchiveConfiguration[] = []
  const count = (...wanted: OutboxItem['state'][]) => items.filter(({ state }) => wanted.includes(state)).length
  const status = (): ArchiveStatus => ({
    name: configuration?.name ?? null,
    reachable: configuration === null ? 'unknown' : fault === null ? 'yes' : 'no',
    fault,
    outbox: {
      waiting: count('waiting', 'sending'),
      sent: count('sent'),
      archived: count('archived'),
      failed: count('failed'),
    },
    retrieving: retrievals.filter(({ state }) => state === 'running').length,
  })
  const handlers: HandlersOf<StationContract>['archive'] = {
    configuration: () => configuration,
    configure: ({ configuration: next }) => {
      configuration = next
      return {}
    },
    test: ({ configuration: tried }) => {
      tested.push(tried)
      return 'url' in tried && tried.url.includes('nowhere')
        ? { fault: 'address-not-found', detail: 'ENOTFOUND' }
        : { fault: null, detail: '', ...('url' in tried ? {} : { services }) }
    },
    status,
    outbox: ({ states: wanted, offset = 0, limit = 100 }) => {
      const found = items.filter(({ state }) => wanted.length === 0 || wanted.includes(state))
      return { total: found.length, items: found.slice(offset, offset + limit) }
    },
    send: () => ({ queued: 0 }),
    retry: ({ itemId }) => {
      retried.push(itemId)
      return { retried: 1 }
    },
    search: ({ PatientName, PatientID, offset = 0, limit = 50 }) => {
      if (fault !== null) return { fault, detail: 'ECONNREFUSED', studies: [], more: false }
      const found = studies.filter(
        (study) =>
          (study.PatientName.Alphabetic ?? '').toLowerCase().startsWith((PatientName ?? '').toLowerCase()) &&
          (PatientID === '' || study.PatientID === PatientID),
      )
      return {
        fault: null,
        detail: '',
        studies: found.slice(offset, offset + limit),
        more: found.length > offset + limit,
      }
    },
    retrieve: ({ StudyInstanceUID }) => {
      const study = studies.find((one) => one.StudyInstanceUID === StudyInstanceUID)
      retrievals.unshift({
        retrievalId: retrievals.length + 1,
        StudyInstanceUID,
        PatientName: study?.PatientName ?? {},
        StudyDescription: study?.StudyDescription ?? '',
        state: 'running',
        fault: null,
        detail: '',
        expected: study?.NumberOfStudyRelatedInstances ?? null,
        received: 37,
        bytes: 19_500_000,
        startedAt: '2026-03-14T02:15:00.000Z',
        rate: 2_400_000,
        brought: { objects: 37, bytes: 19_500_000 },
      })
      return { retrievalId: retrievals.length }
    },
    cancelRetrieval: ({ retrievalId }) => {
      const found = retrievals.find((one) => one.retrievalId === retrievalId)
      if (found) found.state = 'cancelled'
      return {}
    },
    retrievals: () => retrievals,
  }
  return { handlers, status, retrievals, retried, tested, configuration: () => configuration }
}
export type SampleArchive = ReturnType<typeof sampleArchive>

export const sampleConfiguration: ArchiveConfiguration = {
  name: 'Archive régionale',
  url: 'https://archive.example/dicom-web',
  authentication: { kind: 'basic', user: 'astreinte', password: null },
}
