/**
 * The real listener with a contract-typed station behind it that knows only made-up studies: to see and test the renderer in every state
 * (empty, full, failing, locked) without a receiver or a cache.
 */
import { deflateSync } from 'node:zlib'
import { pino } from 'pino'
import type { Cache } from '../../main/cache/cache.ts'
import type { HandlersOf } from '../../main/contract/define.ts'
import type { ImportOutcome } from '../../main/contract/importer.ts'
import type { StationContract } from '../../main/contract/index.ts'
import type { Settings } from '../../main/contract/settings.ts'
import type { Problem, ReceiverEvent, StationStatus } from '../../main/contract/station.ts'
import type { SeriesRow, StudyRow } from '../../main/contract/studies.ts'
import { createFeed } from '../../main/http/feed.ts'
import { startHttp } from '../../main/http/server.ts'

export interface SampleOptions {
  rendererFolder: string
  studies: StudyRow[]
  settings?: Partial<Settings>
  locked?: 'key-missing' | 'key-wrong' | 'key-unreadable'
  problems?: Problem[]
  history?: ReceiverEvent[]
  recoveryKeyConfirmed?: boolean
  port?: number
}

export const RECOVERY_KEY = 'K7QM-4TXP-9HRD-2VWB-6JNC-8FLS'

const firstSettings: Settings = {
  language: 'fr',
  noticeAccepted: { version: 1, at: '2026-01-05T08:00:00.000Z' },
  firstRunDone: true,
  acceptFromNetwork: true,
  aeTitle: 'ASTREINTE',
  dicomPort: 11112,
  additionalSOPClassUIDs: [],
  keys: {},
  overlaysVisible: true,
  studyColumns: [],
  updates: { enabled: false, feed: '' },
}

const families = [
  'MARTIN',
  'BERNARD',
  'DUBOIS',
  'LEROY',
  'MOREAU',
  'GIRARD',
  'BONNET',
  'LAMBERT',
  'FONTAINE',
  'ROUSSEAU',
]
const given = ['Élise', 'Thomas', 'Léa', 'Hugo', 'Chloé', 'Paul', 'Inès', 'Louis', 'Zoé', 'Jean-Baptiste']
const kinds = [
  { Modality: 'CT', StudyDescription: 'TDM crânien sans injection', images: 214 },
  { Modality: 'MR', StudyDescription: 'IRM rachis lombaire', images: 168 },
  { Modality: 'CR', StudyDescription: 'Radiographie thorax face', images: 2 },
  { Modality: 'US', StudyDescription: 'Échographie abdominale', images: 46 },
  { Modality: 'CT', StudyDescription: 'TDM thorax-abdomen-pelvis', images: 1204 },
  { Modality: 'MG', StudyDescription: 'Mammographie bilatérale', images: 4 },
]
const sites = ['CH Gray', 'CHU Besançon', 'CH Vesoul', 'Clinique Saint-Vincent']

const da = (date: Date) => date.toISOString().slice(0, 10).replaceAll('-', '')

/** A made-up study; the same `index` gives the same study. */
export function sampleStudy(index: number, now: number = Date.now()): StudyRow {
  const kind = kinds[index % kinds.length] ?? kinds[0]!
  const at = new Date(now - index * 17 * 60_000)
  return {
    StudyInstanceUID: `1.2.826.0.1.3680043.10.1.${index + 1}`,
    PatientName: { Alphabetic: `${families[index % 10]}^${given[(index * 7) % 10]}` },
    ...(index % 10 === 0 ? { PatientBirthName: { Alphabetic: 'PETIT' } } : {}),
    PatientID: `IPP${String(100_000 + index * 37)}`,
    IssuerOfPatientID: sites[index % 4] ?? '',
    PatientBirthDate: `${1931 + ((index * 13) % 90)}${String(1 + (index % 12)).padStart(2, '0')}${String(1 + (index % 28)).padStart(2, '0')}`,
    PatientSex: index % 2 === 0 ? 'F' : 'M',
    StudyDate: da(at),
    StudyTime: at.toISOString().slice(11, 19).replaceAll(':', ''),
    StudyID: String(index),
    AccessionNumber: `D26${String(40_000 + index)}`,
    StudyDescription: kind.StudyDescription,
    ReferringPhysicianName: { Alphabetic: 'NOEL^Claire^^Dr' },
    InstitutionName: sites[index % 4] ?? '',
    ModalitiesInStudy: [kind.Modality],
    BodyPartExamined: 'HEAD',
    NumberOfStudyRelatedSeries: 3,
    NumberOfStudyRelatedInstances: kind.images,
    completeness: { expected: index % 3 === 0 ? kind.images : null, received: kind.images, displayable: kind.images },
    receiving: false,
    firstReceivedAt: at.toISOString(),
    lastReceivedAt: at.toISOString(),
    openedAt: index % 4 === 1 ? at.toISOString() : null,
    origin: 'received',
    sender: 'SCANNER1',
    conflictingInstances: 0,
    conflictingAttributes: [],
    bytes: kind.images * 526_000,
  }
}

/** Studies in every state that a row can show, first the remarkable ones. */
export function sampleStudies(count: number, now: number = Date.now()): StudyRow[] {
  const rows = Array.from({ length: count }, (_, index) => sampleStudy(index, now))
  const change = (index: number, with_: Partial<StudyRow>) => {
    if (rows[index]) rows[index] = { ...rows[index], ...with_ }
  }
  change(0, { receiving: true, completeness: { expected: 300, received: 214, displayable: 214 } })
  change(1, { completeness: { expected: 240, received: 168, displayable: 168 } })
  change(2, { completeness: { expected: null, received: 2, displayable: 1 } })
  change(3, { conflictingAttributes: ['PatientBirthDate', 'PatientSex'] })
  change(4, { conflictingInstances: 3 })
  change(5, {
    PatientName: { Alphabetic: `<img src=x onerror=alert(1)>\u202eEVIL^${'A'.repeat(10_000)}` },
    PatientBirthDate: '19810231',
    PatientSex: 'X',
    StudyDescription: '\u202eTHORAX <b>gras</b>\u0007',
  })
  change(6, { PatientName: {}, PatientID: '', PatientBirthDate: '', StudyDescription: '' })
  change(7, { PatientName: { Alphabetic: 'YAMADA^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' } })
  change(8, { PatientName: { Alphabetic: 'אורן^דוד' }, PatientBirthDate: da(new Date(now - 200 * 86_400_000)) })
  return rows
}

function seriesOf(study: StudyRow): SeriesRow[] {
  const total = study.completeness.received
  const [first = 0, second = 0] = [Math.ceil(total * 0.7), Math.floor(total * 0.3)]
  return [
    { SeriesDescription: 'Axial 5 mm', received: first },
    { SeriesDescription: 'Reconstruction osseuse 0,6 mm', received: second },
    { SeriesDescription: 'Dose report', received: total > 4 ? 1 : 0 },
  ]
    .filter(({ received }) => received > 0)
    .map(({ SeriesDescription, received }, index) => ({
      SeriesInstanceUID: `${study.StudyInstanceUID}.${index + 1}`,
      StudyInstanceUID: study.StudyInstanceUID,
      Modality: study.ModalitiesInStudy[0] ?? 'OT',
      SeriesNumber: index + 1,
      SeriesDescription,
      BodyPartExamined: 'HEAD',
      ProtocolName: '',
      SeriesDate: study.StudyDate,
      SeriesTime: study.StudyTime,
      FrameOfReferenceUID: `${study.StudyInstanceUID}.9`,
      SOPClassUIDs: ['1.2.840.10008.5.1.4.1.1.2'],
      NumberOfSeriesRelatedInstances: received,
      numberOfFrames: index === 2 ? 0 : received,
      completeness: {
        expected:
          index === 0 && study.completeness.expected !== null ? first + (study.completeness.expected - total) : null,
        received,
        displayable: index === 1 && study.completeness.displayable < total ? 0 : received,
      },
      notDisplayable:
        index === 1 && study.completeness.displayable < total
          ? [{ reason: 'pixel-data-truncated', count: received }]
          : [],
      revision: total,
    }))
}

const fold = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

function matches(
  row: StudyRow,
  filter: { search: string; modalities: string[]; studyDateFrom?: string; receivedSince?: string },
) {
  const text = fold(
    `${row.PatientName.Alphabetic ?? ''} ${row.PatientID} ${row.AccessionNumber} ${row.StudyDescription}`,
  )
  return (
    fold(filter.search)
      .split(/\s+/)
      .every((word) => text.includes(word)) &&
    (filter.modalities.length === 0 || filter.modalities.some((one) => row.ModalitiesInStudy.includes(one))) &&
    (filter.studyDateFrom === undefined || row.StudyDate >= filter.studyDateFrom) &&
    (filter.receivedSince === undefined || row.lastReceivedAt >= filter.receivedSince)
  )
}

const sortValue = (row: StudyRow, sort: string): string => {
  const value = row[sort as keyof StudyRow]
  if (sort === 'PatientName') return fold(row.PatientName.Alphabetic ?? '')
  return typeof value === 'number' ? String(value).padStart(12, '0') : String(value)
}

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
const crc = (bytes: Uint8Array) => ~bytes.reduce((c, byte) => (crcTable[(c ^ byte) & 255] ?? 0) ^ (c >>> 8), -1) >>> 0

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc(body))
  return Buffer.concat([length, body, sum])
}

/** A grey disc with a brighter ring: something to look at as PNG. */
function discPNG(size: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header[8] = 8
  const rows = Buffer.alloc((size + 1) * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const r = Math.hypot(x - size / 2, (y - size / 2) * 1.15) / (size / 2)
      rows[y * (size + 1) + 1 + x] =
        r > 0.86 ? 0 : r > 0.78 ? 225 : 90 + Math.round(28 * Math.sin(x / 6) * Math.cos(y / 7))
    }
  }
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', new Uint8Array()),
  ])
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
  const imported: { bytes: number }[] = []
  const feed = createFeed()
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
    problems,
  })
  const handlers: HandlersOf<StationContract> = {
    importer: {
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
    station: {
      status,
      receiverHistory: () => options.history ?? [],
      feed: (_, signal) => feed.subscribe(signal),
    },
    studies: {
      list: (filter) => {
        const found = studies
          .filter((row) => matches(row, filter as never))
          .sort((a, b) => sortValue(a, filter.sort).localeCompare(sortValue(b, filter.sort)) * (filter.descending ? -1 : 1))
        return { total: found.length, rows: found.slice(filter.offset, filter.offset + filter.limit) }
      },
      counts: ({ today, receivedSince }) => {
        const counts = new Map<string, number>()
        for (const row of studies) for (const one of row.ModalitiesInStudy) counts.set(one, (counts.get(one) ?? 0) + 1)
        return {
          all: studies.length,
          today: studies.filter((row) => row.StudyDate === today).length,
          receivedRecently: studies.filter((row) => row.lastReceivedAt >= receivedSince).length,
          modalities: [...counts].map(([Modality, count]) => ({ Modality, count })).sort((a, b) => b.count - a.count),
        }
      },
      get: ({ StudyInstanceUID }) => {
        const study = studies.find((row) => row.StudyInstanceUID === StudyInstanceUID)
        return study ? { study, series: seriesOf(study), priors: studies.slice(11, 15) } : null
      },
      opened: () => ({}),
    },
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
      importFile: async (bytes): Promise<ImportOutcome> => {
        let length = 0
        let first = Buffer.alloc(0)
        for await (const part of bytes) {
          if (first.length < 132) first = Buffer.concat([first, part]).subarray(0, 132)
          length += part.length
        }
        if (first.subarray(128, 132).toString('latin1') !== 'DICM') return { outcome: 'refused', reason: 'not-dicom' }
        imported.push({ bytes: length })
        return { outcome: 'stored' }
      },
    }),
    onShow: () => true,
  })
  return {
    server,
    imported,
    settings: () => settings,
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
    async close(): Promise<void> {
      feed.close()
      await server.close()
    },
  }
}
export type SampleStation = Awaited<ReturnType<typeof startSampleStation>>
