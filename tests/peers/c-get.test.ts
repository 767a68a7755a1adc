/** Our C-GET SCU against dcmqrscp, Orthanc and another station: everything comes into the cache, byte for byte, as retrieved. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { type GetProgress, retrieveByGet } from '../../main/receiver/index.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { startDcmqrscp } from '../helpers/dcmqrscp.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import {
  type FileContent,
  type FilledReceiver,
  readFile,
  sha256,
  startFilledReceiver,
} from '../helpers/filled-receiver.ts'
import { createMemoryCache, type MemoryCache } from '../helpers/memory-cache.ts'
import { startOrthanc } from '../helpers/orthanc.ts'
import { freePort } from '../helpers/peer-process.ts'
import { hasSendableCorpus, sendableCorpus } from '../helpers/sendable-corpus.ts'

const cranium = craniumFolder()
const hasPeers = ['dcmqrscp', 'storescu', 'Orthanc'].every(hasTool)

describe.runIf(cranium !== null && hasPeers && hasSendableCorpus())('retrieving by C-GET', () => {
  let folder = ''
  let head: FileContent[] = []
  let others: FileContent[] = []
  let cleanUp: (() => Promise<unknown>)[] = []

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-get-'))
    head = readdirSync(cranium ?? '').map((name) => readFile(join(cranium ?? '', name)))
    others = sendableCorpus()
      .filter(({ syntax }) => syntax !== TransferSyntaxUIDs.DeflatedExplicitVRLittleEndian)
      .map(({ path }) => readFile(path))
      .filter(({ isStorable }) => isStorable)
  })
  afterEach(async () => {
    await Promise.all(cleanUp.map((each) => each()))
    cleanUp = []
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const digests = (cache: MemoryCache) =>
    Object.fromEntries(cache.objects.map(({ request, dataSet }) => [request.SOPInstanceUID, sha256(dataSet)]))
  const digestsOf = (files: readonly FileContent[]) =>
    Object.fromEntries(files.map(({ SOPInstanceUID, dataSet }) => [SOPInstanceUID, sha256(dataSet)]))
  const request = (aeTitle: string, port: number) => ({
    peer: { aeTitle, host: '127.0.0.1', port },
    callingAETitle: 'ASTREINTE',
    StudyInstanceUID: head[0]?.StudyInstanceUID ?? '',
    storedSOPClassUIDs: [SOPClassUIDs.CTImageStorage],
  })

  test('dcmqrscp', async () => {
    const { port, stop } = await startDcmqrscp(join(folder, 'qrscp'))
    cleanUp.push(stop)
    const sent = await dcmtk('storescu', ['-aec', 'QRSCP', '127.0.0.1', String(port), '+sd', cranium ?? ''])
    expect(sent).toEqual({ code: 0, output: '' })
    const cache = createMemoryCache()
    const progress: GetProgress[] = []
    const report = await retrieveByGet(cache, { ...request('QRSCP', port), onProgress: (each) => progress.push(each) })
    expect(report).toMatchObject({ kind: 'completed', status: 0, stored: 108, refused: 0, failed: 0, error: null })
    expect(digests(cache)).toEqual(digestsOf(head))
    expect(cache.objects[0]?.request).toMatchObject({
      origin: 'retrieved',
      peer: { AETitle: 'QRSCP', address: '127.0.0.1' },
    })
    expect(progress.map(({ stored }) => stored)).toContain(54)
    expect(report.bytes).toBe(head.reduce((sum, { dataSet }) => sum + dataSet.length, 0))
  })

  test('Orthanc', async () => {
    const orthanc = await startOrthanc({
      folder: join(folder, 'orthanc'),
      modalities: { astreinte: ['ASTREINTE', '127.0.0.1', 104] },
    })
    cleanUp.push(() => orthanc.stop())
    expect(
      await dcmtk('storescu', ['-aec', 'ORTHANC', '127.0.0.1', String(orthanc.dicomPort), '+sd', cranium ?? '']),
    ).toMatchObject({ code: 0 })
    const cache = createMemoryCache()
    const report = await retrieveByGet(cache, request('ORTHANC', orthanc.dicomPort))
    expect(report).toMatchObject({ kind: 'completed', stored: 108, refused: 0 })
    expect(digests(cache)).toEqual(digestsOf(head))
  })

  async function startStation(files: readonly FileContent[]): Promise<FilledReceiver> {
    const may = { store: true, query: true, retrieve: true, commit: true }
    const peer = { aeTitle: 'ASTREINTE', address: '127.0.0.1', port: null, tls: false, may, maxAssociations: null }
    const station = await startFilledReceiver(mkdtempSync(join(folder, 'station-')), files, {
      peers: () => ({ peers: [peer], unknownPeers: 'store' }),
    })
    cleanUp.push(() => station.stop())
    return station
  }

  test('another station, in every transfer syntax that it keeps', async () => {
    const station = await startStation(others)
    const cache = createMemoryCache()
    for (const StudyInstanceUID of new Set(others.map((each) => each.StudyInstanceUID))) {
      const wanted = others.filter((each) => each.StudyInstanceUID === StudyInstanceUID)
      const storedSOPClassUIDs = [...new Set(wanted.map(({ SOPClassUID }) => SOPClassUID))]
      const report = await retrieveByGet(cache, {
        ...request('ASTREINTE', station.port),
        StudyInstanceUID,
        storedSOPClassUIDs,
      })
      expect(report).toMatchObject({ kind: 'completed', stored: wanted.length })
    }
    expect(digests(cache)).toEqual(digestsOf(others))
    expect(new Set(others.map(({ TransferSyntaxUID }) => TransferSyntaxUID)).size).toBeGreaterThanOrEqual(6)
  })

  test('is cancelled, is told of what is refused here, and brings the rest when it is called again', async () => {
    const station = await startStation(head)
    const cache = createMemoryCache()
    const controller = new AbortController()
    const cancelled = await retrieveByGet(cache, {
      ...request('ASTREINTE', station.port),
      signal: controller.signal,
      onProgress: ({ stored }) => stored === 5 && controller.abort(),
    })
    expect(cancelled).toMatchObject({ kind: 'cancelled', status: 0xfe00 })
    expect(cancelled.stored).toBeLessThan(108)
    cache.outcomes.push({ kind: 'refused', reason: 'disk-full' })
    const again = await retrieveByGet(cache, request('ASTREINTE', station.port))
    expect(again).toMatchObject({ kind: 'incomplete', status: 0xb000, stored: 107, refused: 1, failed: 1 })
  })

  test('a peer that does not let us, or is not there, is told as such', async () => {
    const station = await startStation(head.slice(0, 1))
    const stranger = { ...request('ASTREINTE', station.port), callingAETitle: 'STRANGER' }
    expect(await retrieveByGet(createMemoryCache(), stranger)).toMatchObject({ kind: 'refused', status: 0x0124 })
    expect(await retrieveByGet(createMemoryCache(), request('GONE', await freePort()))).toMatchObject({
      kind: 'interrupted',
      status: null,
      error: { code: 'connection-failed' },
    })
  })
})
