/** An archive by DIMSE, asked and brought back from: Orthanc by C-GET over a link that cuts, dcmqrscp by C-MOVE where it refuses C-GET. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Archive, createArchive } from '../../main/archive/index.ts'
import { type OpenedRecords, openRecords } from '../../main/cache/index.ts'
import { createScrub } from '../../main/cache/scrub/scrub.ts'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { sendObjects } from '../../main/dimse/index.ts'
import { startCuttingProxy } from '../helpers/cutting-proxy.ts'
import { startDcmqrscp } from '../helpers/dcmqrscp.ts'
import { hasTool } from '../helpers/dcmtk.ts'
import { type FilledReceiver, sha256, startFilledReceiver } from '../helpers/filled-receiver.ts'
import { startOrthanc } from '../helpers/orthanc.ts'
import { ctImage, type TestObject } from '../main/cache/data-sets.ts'
import { packFiles, STATION_KEY, silent } from '../main/cache/test-cache.ts'

const images = (study: number, count: number): TestObject[] =>
  [1, 2].flatMap((series) =>
    Array.from({ length: count }, (_, index) => ctImage({ study, series, instance: index + 1, rows: 256 })),
  )
const uidOf = (study: number): string => `1.2.826.0.1.77.${study}`

function changeByte(path: string, at: number): void {
  const before = readFileSync(path)[at] ?? 0
  const descriptor = openSync(path, 'r+')
  writeSync(descriptor, Uint8Array.of(before ^ 1), 0, 1, at)
  closeSync(descriptor)
}

async function fill(aeTitle: string, port: number, objects: readonly TestObject[]): Promise<void> {
  const report = await sendObjects({
    ...{ host: '127.0.0.1', port, calledAETitle: aeTitle, callingAETitle: 'CT1' },
    objects: objects.map(({ request, bytes }) => ({ ...request, dataSet: () => [bytes] })),
  })
  expect(report).toMatchObject({ kind: 'completed' })
}

describe.runIf(hasTool('Orthanc') && hasTool('dcmqrscp'))('an archive by DIMSE that is asked', () => {
  let folder = ''
  let own = ''
  let station: FilledReceiver
  let records: OpenedRecords
  let peers: DicomPeer[] = []
  let faults = new Set<string | null>()

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-brings-back-'))
  })
  beforeEach(async () => {
    faults = new Set()
    own = mkdtempSync(join(folder, 'station-'))
    station = await startFilledReceiver(own, [], { peers: () => ({ peers, unknownPeers: 'refuse' }) })
    records = await openRecords({ dataFolder: join(own, 'data'), stationKey: STATION_KEY, log: silent })
    onTestFinished(async () => {
      await station.stop()
      await records.close()
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function reach(aeTitle: string, port: number): Promise<Archive> {
    const may = { store: true, query: false, retrieve: false, commit: false }
    peers = [{ aeTitle, address: '127.0.0.1', port, tls: false, may, maxAssociations: null }]
    const archive = createArchive({
      ...{ cache: station.cache, records, peers: station.receiver.peers, log: silent },
      onChange: (change) => {
        if (change.kind === 'retrievalChanged') faults.add(change.retrieval.fault)
      },
      backoff: { first: 50, most: 200 },
    })
    onTestFinished(() => archive.stop())
    await archive.start()
    await archive.configure({ name: 'SITE', aeTitle, asksCommitment: false })
    return archive
  }
  const search = (PatientName: string) => ({
    ...{ PatientName, PatientID: '', AccessionNumber: '', StudyDateFrom: '20260101', StudyDateTo: '' },
    ...{ ModalitiesInStudy: 'CT', offset: 0, limit: 50 },
  })
  const digestsHere = async (study: number): Promise<string[]> => {
    const keys = await station.cache.listInstanceKeys({ StudyInstanceUID: uidOf(study) })
    return (await Promise.all(keys.map(async (key) => (await station.cache.open(key)).sha256))).sort()
  }
  const digestsOf = (objects: readonly TestObject[]) => objects.map(({ bytes }) => sha256(bytes)).sort()

  /** All of a study is here, byte for byte, as retrieved, and with the archive's proof. */
  async function isBack(archive: Archive, study: number, objects: readonly TestObject[]): Promise<void> {
    await expect
      .poll(async () => (await archive.retrievals())[0])
      .toMatchObject({ state: 'done', expected: objects.length, received: objects.length, fault: null, detail: '' })
    expect(await digestsHere(study)).toEqual(digestsOf(objects))
    const places = await station.cache.listInstances(uidOf(study), archive.givesBack())
    expect(places.map(({ isArchived, isDamaged }) => ({ isArchived, isDamaged }))).toEqual(
      objects.map(() => ({ isArchived: true, isDamaged: false })),
    )
  }

  test('Orthanc is searched by an accented name, and gives a study over a link that is cut half way', async () => {
    const orthanc = await startOrthanc({
      folder: join(folder, 'orthanc'),
      modalities: { astreinte: ['ASTREINTE', '127.0.0.1', station.port] },
    })
    const proxy = await startCuttingProxy(orthanc.dicomPort)
    onTestFinished(async () => {
      await proxy.close()
      await orthanc.stop()
    })
    const objects = images(1, 12)
    await fill('ORTHANC', orthanc.dicomPort, [...objects, ctImage({ study: 2 }, { PatientName: 'AUTRE^Zoé' })])
    const archive = await reach('ORTHANC', proxy.port)
    expect(await archive.test({ name: 'SITE', aeTitle: 'ORTHANC', asksCommitment: true })).toEqual({
      ...{ fault: null, detail: 'C-ECHO, storage commitment' },
      services: { find: true, get: true, move: true, commitment: true },
    })
    const found = await archive.search(search('müllerson élise'))
    expect(found).toMatchObject({ fault: null, more: false })
    expect(found.studies).toMatchObject([
      {
        ...{ StudyInstanceUID: uidOf(1), PatientName: { Alphabetic: 'MÜLLERSON^Élise' }, PatientID: 'PAT1' },
        ...{ StudyDate: '20260115', ModalitiesInStudy: ['CT'], StudyDescription: 'TDM thorax' },
        ...{ NumberOfStudyRelatedSeries: 2, NumberOfStudyRelatedInstances: 24, receivedInstances: 0 },
      },
    ])

    const size = objects[0]?.bytes.length ?? 0
    // Describing and listing pass; the first series is cut inside its eighth object.
    const whole = { direction: 'answer', after: Number.POSITIVE_INFINITY } as const
    proxy.cuts = [whole, whole, { direction: 'answer', after: Math.round(7.5 * size) }]
    await archive.retrieve(uidOf(1))
    await isBack(archive, 1, objects)
    expect([...faults]).toEqual([null, 'cut'])
    expect((await archive.search(search('müllerson'))).studies).toMatchObject([{ receivedInstances: 24 }])
  })

  test('dcmqrscp, which refuses C-GET, sends a study to our own listener by C-MOVE', async () => {
    const qrscp = await startDcmqrscp(join(folder, 'qrscp'), {
      options: ['--disable-get'],
      hosts: { ASTREINTE: station.port },
    })
    onTestFinished(() => qrscp.stop())
    const objects = images(3, 5)
    await fill('QRSCP', qrscp.port, objects)
    const archive = await reach('QRSCP', qrscp.port)
    expect(await archive.test({ name: 'SITE', aeTitle: 'QRSCP', asksCommitment: false })).toMatchObject({
      ...{ fault: null, services: { find: true, get: false, move: true, commitment: false } },
    })
    expect((await archive.search(search('MÜLLERSON'))).studies).toMatchObject([{ StudyInstanceUID: uidOf(3) }])
    await archive.retrieve(uidOf(3))
    await isBack(archive, 3, objects)
    expect(station.receiver.history()[0]).toMatchObject({ callingAETitle: 'QRSCP' })
  })

  test.each([
    ['C-GET', ['--no-study-root'], { get: true }],
    ['C-MOVE', ['--no-study-root', '--disable-get'], { get: false }],
  ])('dcmqrscp, which offers the patient root alone, is searched and gives by %s', async (how, options, services) => {
    const qrscp = await startDcmqrscp(join(folder, `patient-root-${how}`), {
      options,
      hosts: { ASTREINTE: station.port },
    })
    onTestFinished(() => qrscp.stop())
    const objects = images(5, 2)
    await fill('QRSCP', qrscp.port, [...objects, ctImage({ study: 6 }, { PatientName: 'AUTRE^Zoé' })])
    const archive = await reach('QRSCP', qrscp.port)
    expect(await archive.test({ name: 'SITE', aeTitle: 'QRSCP', asksCommitment: false })).toMatchObject({
      ...{ fault: null, services: { find: true, move: true, ...services } },
    })
    const found = await archive.search({ ...search('MÜLLERSON'), ModalitiesInStudy: '' })
    expect(found).toMatchObject({
      ...{ fault: null, more: false },
      studies: [
        {
          ...{ StudyInstanceUID: uidOf(5), PatientName: { Alphabetic: 'MÜLLERSON^Élise' }, PatientID: 'PAT5' },
          ...{ StudyDate: '20260115', StudyDescription: 'TDM thorax' },
        },
      ],
    })
    // Without a name or PatientID, of all patients.
    const all = await archive.search({ ...search(''), ModalitiesInStudy: '' })
    expect(all.studies.map(({ StudyInstanceUID }) => StudyInstanceUID).sort()).toEqual([uidOf(5), uidOf(6)])
    await archive.retrieve(uidOf(5))
    await isBack(archive, 5, objects)
  })

  test.each([
    ['C-GET', []],
    ['C-MOVE', ['--disable-get']],
  ])('what the check of the cache finds damaged is fetched again by %s', async (how, options) => {
    const qrscp = await startDcmqrscp(join(folder, `mending-${how}`), { options, hosts: { ASTREINTE: station.port } })
    onTestFinished(() => qrscp.stop())
    const objects = images(7, 2)
    await fill('QRSCP', qrscp.port, objects)
    const archive = await reach('QRSCP', qrscp.port)
    await archive.retrieve(uidOf(7))
    await isBack(archive, 7, objects)
    for (const path of packFiles(join(own, 'data'))) changeByte(path, 400)
    const scrub = createScrub({
      ...{ cache: station.cache, notes: records.notes, log: silent, now: () => new Date(), isReceiving: () => false },
      ...{ rate: 1e9, quiet: 0, startAfter: 0, onDamage: () => undefined },
      archive: async () => archive.givesBack(),
      retrieve: (StudyInstanceUID) => archive.retrieve(StudyInstanceUID),
    })
    onTestFinished(() => scrub.stop())
    await scrub.start()
    await expect.poll(async () => (await scrub.state()).lastRound?.checked).toBe(objects.length)
    await expect.poll(async () => (await archive.retrievals()).length).toBe(2)
    await isBack(archive, 7, objects)
    expect((await scrub.state()).damaged).toBe(0)
    for (const key of await station.cache.listInstanceKeys({ StudyInstanceUID: uidOf(7) })) {
      expect(await station.cache.verify(key, async () => undefined)).toBe('intact')
    }
  })

  test('Orthanc, which hangs up on whom it does not know, is told as an archive that may not be searched', async () => {
    const orthanc = await startOrthanc({ folder: join(folder, 'unknown') })
    onTestFinished(() => orthanc.stop())
    const archive = await reach('ORTHANC', orthanc.dicomPort)
    expect(await archive.search(search('MÜLLERSON'))).toMatchObject({ fault: 'send-only', detail: 'C-FIND: A-ABORT' })
    expect(await archive.status()).toMatchObject({ fault: null })
  })

  test('an archive that does not know this station as a destination says so, and nothing counts as complete', async () => {
    const qrscp = await startDcmqrscp(join(folder, 'stranger'), { options: ['--disable-get'] })
    onTestFinished(() => qrscp.stop())
    await fill('QRSCP', qrscp.port, images(4, 1))
    const archive = await reach('QRSCP', qrscp.port)
    await archive.retrieve(uidOf(4))
    await expect
      .poll(async () => (await archive.retrievals())[0])
      .toMatchObject({ state: 'failed', fault: 'destination-unknown', expected: 2, received: 0 })
  })
})
