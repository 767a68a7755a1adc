/**
 * A report service on real records, with a cache and an outbox in memory whose every call may be the last one of the process: after the
 * step that was chosen all ports fail, until the process is started again on what is on the disk.
 */
import { onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import type { CacheLog, IngestRequest, Records } from '../../../main/cache/index.ts'
import { openStores } from '../../../main/cache/records/record-stores.ts'
import { openRecordsFile } from '../../../main/cache/records/records-file.ts'
import type { PinOutcome } from '../../../main/contract/profile.ts'
import type { SeriesRow, StudyRow } from '../../../main/contract/studies.ts'
import type { IssuedReport, MadeDocument } from '../../../main/reports/documents/index.ts'
import type { ReportsOptions } from '../../../main/reports/reports.ts'
import { createReports, type Reports } from '../../../main/reports/reports.ts'
import { temporaryFolder } from '../cache/temporary-folder.ts'
import { STATION_KEY } from '../cache/test-cache.ts'

export const PIN = '4711'
export const PROFILE = {
  familyName: 'Martin',
  givenName: 'Zoé',
  prefix: 'Dr',
  RPPS: '10003456789',
  organisation: { name: 'CHU', FINESS: '' },
}

export const studyRow = (change: Partial<StudyRow> = {}): StudyRow => ({
  StudyInstanceUID: '1.2',
  PatientName: { Alphabetic: 'BŒUF^Zoé' },
  PatientID: 'P1',
  IssuerOfPatientID: '',
  PatientBirthDate: '19700101',
  PatientSex: 'F',
  StudyDate: '20260203',
  StudyTime: '101500',
  StudyID: '1',
  AccessionNumber: 'A1',
  StudyDescription: 'TDM cérébrale',
  ReferringPhysicianName: {},
  InstitutionName: '',
  ModalitiesInStudy: ['CT'],
  BodyPartExamined: 'HEAD',
  NumberOfStudyRelatedSeries: 1,
  NumberOfStudyRelatedInstances: 3,
  completeness: { expected: 3, expectedFrom: 'NumberOfStudyRelatedInstances', received: 3, displayable: 3 },
  receiving: false,
  firstReceivedAt: '2026-02-03T10:00:00.000Z',
  lastReceivedAt: '2026-02-03T10:00:00.000Z',
  openedAt: null,
  origin: 'received',
  sender: 'CT1',
  conflictingInstances: 0,
  conflictingAttributes: [],
  bytes: 1,
  ...change,
})

/** The process ended here. */
export class Killed extends Error {}

const silent: CacheLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Documents that say what they are of, so that two of the same issue are equal and all others differ. */
const makeDocuments = async ({ report, issue }: IssuedReport): Promise<MadeDocument[]> =>
  issue.documents.map((document) => ({
    ...document,
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
    dataSet: Buffer.from(JSON.stringify([document, issue.seq, issue.as, report.content])),
  }))

type Transfer = 'waiting' | 'sent' | 'archived' | 'failed'

/** A world of its own folder; with a reader unless `profile` is null. */
export function createWorld({ profile = PROFILE }: { profile?: typeof PROFILE | null } = {}) {
  const folder = dataFolderAt(temporaryFolder())
  let database = openRecordsFile(folder, STATION_KEY).database
  let stores = openStores(database)
  onTestFinished(() => void database.close())

  const world = {
    /** What the cache holds; null: the study is not here. */
    study: studyRow() as StudyRow | null,
    /** Other studies in the cache, by StudyInstanceUID. */
    others: new Map<string, StudyRow>(),
    series: [] as SeriesRow[],
    /** SOPInstanceUIDs of images that are here. */
    images: new Set<string>(),
    /** Studies of which the index may lack something. */
    lacking: new Set<string>(),
    /** Documents in the cache by SOPInstanceUID, and how often other bytes came under one. */
    ingested: new Map<string, { bytes: Buffer; instanceKey: number }>(),
    versions: 0,
    /** Instance keys in the outbox, and how far they are. */
    outbox: new Map<number, Transfer>(),
    /** What documents were made of, in order. */
    made: [] as IssuedReport[],
    /** Called while documents are made. */
    whileMaking: (): unknown => undefined,
    copies: 0,
    /** The cache refuses what comes now. */
    refuses: false,
    stepsLeft: Number.POSITIVE_INFINITY,
    steps: 0,
    stores: () => stores,
    reports: null as unknown as Reports,
    restart,
  }

  /** Runs a step of a port, unless the process is dead; it may die before or after the step. */
  async function step<T>(run: () => T | Promise<T>): Promise<T> {
    world.steps += 1
    if (world.stepsLeft <= 0) throw new Killed()
    world.stepsLeft -= 1
    if (world.stepsLeft === 0) throw new Killed()
    const result = await run()
    if (world.stepsLeft > 0) world.stepsLeft -= 1
    if (world.stepsLeft === 0) throw new Killed()
    return result
  }

  const remote = <S extends object>(store: () => S): S =>
    new Proxy({} as S, {
      get:
        (_, name) =>
        (...args: unknown[]) =>
          step(() => (store() as Record<string | symbol, (...args: unknown[]) => unknown>)[name]?.(...args)),
    })

  const ingest = (request: IngestRequest) => {
    const parts: Uint8Array[] = []
    return {
      write: (part: Uint8Array) => {
        parts.push(Buffer.from(part))
        return undefined
      },
      abort: () => undefined,
      end: () =>
        step(() => {
          if (world.refuses) return { kind: 'refused', reason: 'disk-full' } as const
          const bytes = Buffer.concat(parts)
          const known = world.ingested.get(request.SOPInstanceUID)
          if (known && !known.bytes.equals(bytes)) world.versions += 1
          const instanceKey = known?.instanceKey ?? world.ingested.size + 1
          world.ingested.set(request.SOPInstanceUID, { bytes, instanceKey })
          return {
            kind: known ? 'duplicate' : 'stored',
            instanceKey,
            StudyInstanceUID: '1.2',
            SeriesInstanceUID: '1.2.3',
          } as const
        }),
    }
  }

  function start(): Reports {
    const options: ReportsOptions = {
      records: {
        reports: remote(() => stores.reports),
        measurements: remote(() => stores.measurements),
        profile: remote(() => stores.profile),
      } as unknown as Records,
      copyRecords: async () => {
        world.copies += 1
      },
      cache: {
        getStudy: async (StudyInstanceUID) => {
          const study = world.others.get(StudyInstanceUID) ?? world.study
          return study?.StudyInstanceUID === StudyInstanceUID ? { study, series: world.series, priors: [] } : null
        },
        findInstance: async ({ SOPInstanceUID }) => (world.images.has(SOPInstanceUID) ? 1 : null),
        mayLack: (StudyInstanceUID) => world.lacking.has(StudyInstanceUID),
        ingest,
      },
      authenticator: {
        state: async () => ({ hasPin: true, pinLockedUntil: null, pinTriesLeft: 5 }),
        verify: (pin) => step((): PinOutcome => (pin === PIN ? { kind: 'right' } : { kind: 'wrong', triesLeft: 4 })),
        change: async () => ({ kind: 'right' }),
        reset: async () => undefined,
      },
      makeDocuments: async (issued) => {
        world.made.push(issued)
        await world.whileMaking()
        return step(() => makeDocuments(issued))
      },
      renderPicture: async () => null,
      outbox: {
        enqueue: (instanceKeys) =>
          step(() => {
            for (const key of instanceKeys) if (!world.outbox.has(key)) world.outbox.set(key, 'waiting')
          }),
        transferOf: async (uids) =>
          Object.fromEntries(
            uids.flatMap((uid) => {
              const state = world.outbox.get(world.ingested.get(uid)?.instanceKey ?? -1)
              return state ? [[uid, state]] : []
            }),
          ),
      },
      log: silent,
      now: () => new Date(),
      templateFolders: ['resources/report-templates'],
    }
    return createReports(options)
  }

  /** The process starts again: everything in memory is gone, nothing fails any more. */
  async function restart(): Promise<void> {
    await world.reports.close()
    database.close()
    database = openRecordsFile(folder, STATION_KEY).database
    stores = openStores(database)
    world.stepsLeft = Number.POSITIVE_INFINITY
    world.reports = start()
    await world.reports.resume()
  }

  if (profile) stores.profile.saveProfile(profile)
  world.reports = start()
  onTestFinished(() => world.reports.close())
  return world
}

export type World = ReturnType<typeof createWorld>
