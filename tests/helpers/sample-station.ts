/**
 * The real listener with a contract-typed station behind it that knows only made-up studies: to see and test the renderer in every state
 * (empty, full, failing, locked) without a receiver or a cache.
 */
import { pino } from 'pino'
import type { Cache } from '../../main/cache/cache.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { DicomTlsState } from '../../main/contract/network.ts'
import type { Settings } from '../../main/contract/settings.ts'
import type { SmartList } from '../../main/contract/smart-lists.ts'
import type { Problem, ReceiverEvent, StationStatus } from '../../main/contract/station.ts'
import { type StudyReportState, type StudyRow, studyReportState } from '../../main/contract/studies.ts'
import type { WebAccessState } from '../../main/contract/web-access.ts'
import { createFeed } from '../../main/http/feed.ts'
import { startHttp } from '../../main/http/server.ts'
import { defaultSettings } from '../../main/station-settings.ts'
import { type SampleArchive, sampleArchive } from './sample-archive.ts'
import { sampleAudit } from './sample-audit.ts'
import { type SampleExports, sampleExports } from './sample-exports.ts'
import { type SampleIntakes, sampleIntakes } from './sample-intakes.ts'
import { discPNG } from './sample-picture.ts'
import { type SampleReports, sampleReports } from './sample-reports.ts'
import { sampleSmartLists } from './sample-smart-lists.ts'
import { sampleBackup, sampleIntegrity, sampleShowing, sampleSpace, sampleVersions } from './sample-storage.ts'
import { seriesOf } from './sample-studies.ts'
import { sampleWebAccess } from './sample-web-access.ts'

export interface SampleOptions {
  rendererFolder: string
  studies: StudyRow[]
  settings?: Partial<Settings>
  locked?: 'key-missing' | 'key-wrong' | 'key-unreadable'
  problems?: Problem[]
  history?: ReceiverEvent[]
  recoveryKeyConfirmed?: boolean
  archive?: SampleArchive
  reports?: SampleReports
  intakes?: SampleIntakes
  exports?: SampleExports
  smartLists?: SmartList[]
  tls?: DicomTlsState
  webAccess?: WebAccessState
  port?: number
}

export const RECOVERY_KEY = 'K7QM-4TXP-9HRD-2VWB-6JNC-8FLS'

const firstSettings: Settings = {
  ...defaultSettings('fr'),
  noticeAccepted: { version: 1, at: '2026-01-05T08:00:00.000Z' },
  firstRunDone: true,
  acceptFromNetwork: true,
}

const noTls: DicomTlsState = {
  source: 'none',
  port: 2762,
  certificate: null,
  authorities: [],
  listening: null,
  problem: null,
}
const signed = (subject: string, issuer: string, names: string[], validTo: string) => ({
  ...{ subject, issuer, names, validTo },
  validFrom: '2026-01-01T00:00:00.000Z',
})
/** A station whose certificate an authority of the hospital signed; another authority has run out. */
export const sampleTls: DicomTlsState = {
  source: 'kept',
  port: 2762,
  certificate: signed(
    'O=CHU de Grayville, CN=astreinte.chu-grayville.example',
    'CN=Autorité du GHT',
    ['astreinte.chu-grayville.example', '192.168.10.24'],
    '2099-01-01T00:00:00.000Z',
  ),
  authorities: [
    signed('CN=Autorité du GHT', 'CN=Autorité du GHT', [], '2099-01-01T00:00:00.000Z'),
    signed('CN=Ancienne autorité', 'CN=Ancienne autorité', [], '2026-02-01T00:00:00.000Z'),
  ],
  listening: { address: '0.0.0.0', port: 2762 },
  problem: null,
}

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

function matches(
  row: StudyRow,
  filter: {
    search: string
    modalities: string[]
    reports?: StudyReportState[]
    studyDateFrom?: string
    receivedSince?: string
  },
) {
  const text = fold(
    `${row.PatientName.Alphabetic ?? ''} ${row.PatientID} ${row.AccessionNumber} ${row.StudyDescription}`,
  )
  return (
    fold(filter.search)
      .split(/\s+/)
      .every((word) => text.includes(word)) &&
    (filter.modalities.length === 0 || filter.modalities.some((one) => row.ModalitiesInStudy.includes(one))) &&
    (!filter.reports?.length || filter.reports.includes(row.report?.state ?? 'none')) &&
    (filter.studyDateFrom === undefined || row.StudyDate >= filter.studyDateFrom) &&
    (filter.receivedSince === undefined || row.lastReceivedAt >= filter.receivedSince)
  )
}

const sortValue = (row: StudyRow, sort: string): string => {
  const value = row[sort as keyof StudyRow]
  if (sort === 'PatientName') return fold(row.PatientName.Alphabetic ?? '')
  return typeof value === 'number' ? String(value).padStart(12, '0') : String(value)
}

/** Starts the sample station on a free port of 127.0.0.1. */
export async function startSampleStation(options: SampleOptions) {
  let studies = options.studies
  let settings: Settings = { ...firstSettings, ...options.settings }
  let problems = options.problems ?? []
  let locked = options.locked ?? null
  let confirmedAt: string | null = options.recoveryKeyConfirmed === false ? null : '2026-01-05T08:01:00.000Z'
  let workspace: string | null = null
  let rate = 0
  let tls: DicomTlsState = options.tls ?? noTls
  let closed = false
  const archive = options.archive ?? sampleArchive({ configuration: null })
  const feed = createFeed()
  const reports = options.reports ?? sampleReports()
  const space = sampleSpace(
    () => studies,
    (removed) => {
      studies = studies.filter((row) => row.StudyInstanceUID !== removed)
      feed.studyChanged(removed, [], false)
    },
  )
  const intakes = options.intakes ?? sampleIntakes()
  const exports = options.exports ?? sampleExports()
  exports.join((exportId) => feed.publish({ kind: 'exportChanged', exportId }))
  intakes.join((intakeId) => feed.publish({ kind: 'intakeChanged', intakeId }))
  reports.join(feed, (uid) => studies.find((row) => row.StudyInstanceUID === uid))
  const thumbnail = discPNG(160)
  const status = (): StationStatus => ({
    version: '0.1.0',
    host: 'browser',
    receiver: {
      listening: !problems.some(({ code }) => code === 'receiver-stopped'),
      aeTitle: settings.aeTitle,
      address: settings.acceptFromNetwork ? '0.0.0.0' : '127.0.0.1',
      port: settings.dicomPort,
      associations: rate > 0 ? 1 : 0,
      rate,
      stored: 41_203,
      refused: 12,
    },
    cache: {
      bytes: studies.reduce((sum, row) => sum + row.bytes, 0),
      diskFreeBytes: 312e9,
      diskBytes: 512e9,
      studies: studies.length,
      instances: studies.reduce((sum, row) => sum + row.completeness.received, 0),
    },
    archive: archive.status(),
    problems,
  })
  const withPin = (row: StudyRow): StudyRow => (space.pinned.has(row.StudyInstanceUID) ? { ...row, pinned: true } : row)
  const handlers: HandlersOf<StationContract> = {
    archive: archive.handlers,
    ...reports.handlers,
    exporter: exports.handlers,
    importer: {
      ...intakes.handlers,
      demos: () => [
        { id: 'phantom', instances: 200, loaded: false, running: false, attribution: '' },
        {
          id: 'mr',
          instances: 124,
          loaded: false,
          running: false,
          attribution: 'INIA19 Primate Brain Atlas, Rohlfing et al., CC BY 3.0',
        },
      ],
      loadDemo: ({ id }) => {
        feed.publish({
          kind: 'demoProgress',
          demo: id,
          sent: 74,
          total: id === 'phantom' ? 200 : 124,
          state: 'running',
        })
        return { started: true }
      },
      cancelDemo: ({ id }) => {
        feed.publish({
          kind: 'demoProgress',
          demo: id,
          sent: 74,
          total: id === 'phantom' ? 200 : 124,
          state: 'cancelled',
        })
        return {}
      },
    },
    network: {
      addresses: () => ['192.168.10.24', '2001:db8::24'],
      testPeer: ({ aeTitle, address }) =>
        aeTitle === 'PACS_CHU'
          ? { fault: 'called-ae-unknown', detail: 'A-ASSOCIATE-RJ 1/1/7' }
          : { fault: address === '192.0.2.1' ? 'no-connection' : null, detail: '' },
      tls: () => tls,
      configureTls: ({ port, credentials }) => {
        if (credentials && !credentials.key.includes('PRIVATE KEY')) return { fault: 'key-unreadable', problem: null }
        tls = { ...sampleTls, port, listening: { address: '0.0.0.0', port } }
        feed.publish({ kind: 'settingsChanged' })
        return { fault: null, problem: null }
      },
      removeTls: () => {
        tls = noTls
        feed.publish({ kind: 'settingsChanged' })
        return {}
      },
    },
    security: {
      state: () => ({
        locked,
        keyStore: 'key-file',
        keyFile: '/home/radiologue/.config/astreinte/station.key',
        recoveryKeyConfirmedAt: confirmedAt,
      }),
      drawRecoveryKey: () => ({ recoveryKey: RECOVERY_KEY }),
      confirmRecoveryKey: ({ lastGroup }) => {
        const confirmed = lastGroup.toUpperCase() === RECOVERY_KEY.split('-').at(-1)
        if (confirmed) confirmedAt = new Date().toISOString()
        return { confirmed }
      },
      restore: ({ recoveryKey }) => {
        if (locked === null) return { outcome: 'not-locked' }
        if (recoveryKey !== RECOVERY_KEY) return { outcome: 'wrong-recovery-key' }
        locked = null
        return { outcome: 'restored' }
      },
    },
    settings: {
      get: () => settings,
      update: (change) => {
        if (change.dicomPort === 104) return { settings, problem: 'port-not-permitted' }
        settings = {
          ...settings,
          ...(Object.fromEntries(
            Object.entries(change).filter(([, value]) => value !== undefined),
          ) as Partial<Settings>),
        }
        feed.publish({ kind: 'settingsChanged' })
        return { settings, problem: null }
      },
      testReceiver: ({ dicomPort }) => ({
        problem: dicomPort === 104 ? 'port-not-permitted' : null,
        addresses: ['192.168.10.24', 'fe80::1c2a:77ff:fe0b:2210'],
      }),
    },
    integrity: sampleIntegrity(() => studies),
    versions: sampleVersions(
      () => studies,
      ({ StudyInstanceUID, SeriesInstanceUID }) => {
        feed.studyChanged(StudyInstanceUID, [SeriesInstanceUID], false)
        feed.publish({ kind: 'versionChosen', StudyInstanceUID, SeriesInstanceUID })
      },
    ),
    audit: sampleAudit(() => studies),
    backup: sampleBackup(Date.now),
    smartLists: sampleSmartLists(options.smartLists ?? [], () => feed.publish({ kind: 'smartListsChanged' })),
    space: {
      ...space.handlers,
      pin: (request) => {
        space.handlers.pin(request)
        feed.studyChanged(request.StudyInstanceUID, [], false)
        return {}
      },
    },
    station: {
      status,
      receiverHistory: () => options.history ?? [],
      feed: (_, signal) => feed.subscribe(signal),
    },
    studies: {
      list: (filter) => {
        const found = studies
          .filter((row) => matches(row, filter as never))
          .sort(
            (a, b) => sortValue(a, filter.sort).localeCompare(sortValue(b, filter.sort)) * (filter.descending ? -1 : 1),
          )
        const rows = found.slice(filter.offset, filter.offset + filter.limit)
        return { total: found.length, rows: rows.map(withPin) }
      },
      countEach: ({ filters }) =>
        filters.map((filter) => studies.filter((row) => matches(row, filter as never)).length),
      counts: ({ today, receivedSince }) => {
        const counts = new Map<string, number>()
        for (const row of studies) for (const one of row.ModalitiesInStudy) counts.set(one, (counts.get(one) ?? 0) + 1)
        return {
          all: studies.length,
          today: studies.filter((row) => row.StudyDate === today).length,
          receivedRecently: studies.filter((row) => row.lastReceivedAt >= receivedSince).length,
          modalities: [...counts].map(([Modality, count]) => ({ Modality, count })).sort((a, b) => b.count - a.count),
          reports: studyReportState.options.map((state) => ({
            state,
            count: studies.filter(({ report }) => (report?.state ?? 'none') === state).length,
          })),
        }
      },
      get: ({ StudyInstanceUID }) => {
        const study = studies.find((row) => row.StudyInstanceUID === StudyInstanceUID)
        return study ? { study: withPin(study), series: seriesOf(study), priors: studies.slice(11, 15) } : null
      },
      opened: () => ({}),
      showing: (_, signal) => sampleShowing(signal),
    },
    webAccess: sampleWebAccess(() => feed.publish({ kind: 'settingsChanged' }), options.webAccess),
    viewer: {
      instances: () => ({ revision: 0, instances: [] }),
      attributes: () => ({ attributes: {} }),
    },
    workspace: {
      load: ({ windowId }) => (workspace === null ? null : { windowId, state: workspace }),
      save: ({ state }) => {
        workspace = state
        return {}
      },
    },
  }
  const server = await startHttp({
    port: options.port ?? 0,
    log: pino({ level: 'silent' }),
    rendererFolder: options.rendererFolder,
    handlers,
    services: () => ({
      cache: {} as Cache,
      renderThumbnail: async (SeriesInstanceUID) => (SeriesInstanceUID.endsWith('.3') ? null : thumbnail),
      pixels: { render: async () => ({ kind: 'cannot-be-rendered' }), decode: async () => null },
      otherEncodings: () => [],
      storeObjects: async () => ({ results: [], broken: null }),
      addDocument: async (_, { title }) => ({
        outcome: title.startsWith('progressive') ? 'refused' : 'stored',
        ...(title.startsWith('progressive') ? { reason: 'not-a-document' } : {}),
      }),
      giveOffered: (read, bytes) => intakes.giveOffered(read, bytes),
    }),
    onShow: () => true,
  })
  return {
    server,
    settings: () => settings,
    studies: () => studies,
    workspace: () => workspace,
    /** Replaces the studies and tells the windows. */
    setStudies(next: StudyRow[]): void {
      const before = new Map(studies.map((row) => [row.StudyInstanceUID, row]))
      studies = next
      for (const row of next) {
        if (before.get(row.StudyInstanceUID) === row) continue
        feed.studyChanged(
          row.StudyInstanceUID,
          seriesOf(row).map((series) => series.SeriesInstanceUID),
          row.receiving,
        )
      }
    },
    setProblems(next: Problem[]): void {
      problems = next
      feed.statusChanged(status())
    },
    setRate(next: number): void {
      rate = next
      feed.statusChanged(status())
    },
    /** Stops it; a second time does nothing. */
    async close(): Promise<void> {
      if (closed) return
      closed = true
      feed.close()
      await server.close()
    },
  }
}
export type SampleStation = Awaited<ReturnType<typeof startSampleStation>>
