/** dcmtk's findscu, movescu and getscu, and Orthanc, against the Query/Retrieve SCP: what they find, and every byte of what they get. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import {
  digestsIn,
  digestsOf,
  type FileContent,
  type FilledReceiver,
  readFile,
  startFilledReceiver,
} from '../helpers/filled-receiver.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { answersEcho, freePort, stopChild } from '../helpers/peer-process.ts'
import { hasSendableCorpus, sendableCorpus } from '../helpers/sendable-corpus.ts'

const cranium = craniumFolder()
const { DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian } = TransferSyntaxUIDs
const tools = ['findscu', 'movescu', 'getscu', 'storescp'].every(hasTool)

describe.runIf(cranium !== null && tools && hasSendableCorpus())('peers that query and retrieve', () => {
  let folder = ''
  let files: FileContent[] = []
  let head: FileContent[] = []
  let running: FilledReceiver
  let peers: DicomPeer[] = []
  let children: ChildProcess[] = []

  const peer = (aeTitle: string, port: number | null, may: Partial<DicomPeer['may']> = {}): DicomPeer => ({
    aeTitle,
    address: '127.0.0.1',
    port,
    tls: false,
    may: { store: true, query: true, retrieve: true, commit: true, ...may },
    maxAssociations: null,
  })

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-query-'))
    head = readdirSync(cranium ?? '').map((name) => readFile(join(cranium ?? '', name)))
    // A deflated data set may be padded by who receives it.
    const others = sendableCorpus()
      .filter(({ syntax }) => syntax !== DeflatedExplicitVRLittleEndian)
      .map(({ path }) => readFile(path))
      .filter(({ isStorable }) => isStorable)
    files = [...head, ...others]
    running = await startFilledReceiver(folder, files, { peers: () => ({ peers, unknownPeers: 'store' }) })
  })
  afterEach(async () => {
    await Promise.all(children.map((child) => stopChild(child)))
    children = []
    peers = []
  })
  afterAll(async () => {
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const station = () => ['-aec', 'ASTREINTE', '127.0.0.1', String(running.port)]
  const keys = (...values: string[]) => values.flatMap((value) => ['-k', value])

  /** Calls findscu; gives what is in brackets or between `=` and the next bracket of each response's lines, by keyword. */
  async function find(options: readonly string[], ...values: string[]) {
    const result = await dcmtk('findscu', ['-d', '-aet', 'VIEWER', ...options, ...station(), ...keys(...values)])
    const responses = result.output.split(/Received Find Response \d+/).slice(1)
    const matches = responses.map((text) =>
      Object.fromEntries(
        [
          ...text.matchAll(/^D: \([\da-f,]+\) \S+ (?:\[(.*?)[\0 ]*\]|(\S+)|\(no value[^)]*\)) .*# +\S+ \S+ (\w+)$/gm),
        ].map(([, text, plain, keyword]) => [keyword ?? '', text ?? plain ?? '']),
      ),
    )
    return { ...result, matches }
  }

  test('findscu finds studies, series and images of the study root', async () => {
    peers = [peer('VIEWER', null)]
    const studies = new Set(files.map(({ StudyInstanceUID }) => StudyInstanceUID))
    const all = await find(['-S'], '0008,0052=STUDY', '0020,000d', '0010,0010')
    expect(new Set(all.matches.map(({ StudyInstanceUID }) => StudyInstanceUID))).toEqual(studies)
    expect(all.matches).toHaveLength(studies.size)
    const { matches } = await find(
      ['-S'],
      ...['0008,0052=STUDY', '0020,000d', '0010,0010', '0010,0020=CRANIUM-1', '0020,1208', '0008,0061', '0008,0056'],
    )
    expect(matches).toMatchObject([
      {
        QueryRetrieveLevel: 'STUDY',
        RetrieveAETitle: 'ASTREINTE',
        InstanceAvailability: 'ONLINE',
        PatientID: 'CRANIUM-1',
        StudyInstanceUID: head[0]?.StudyInstanceUID,
        NumberOfStudyRelatedInstances: '108',
        ModalitiesInStudy: 'CT',
      },
    ])
    const study = `0020,000d=${head[0]?.StudyInstanceUID}`
    const series = await find(['-S'], '0008,0052=SERIES', study, '0020,000e', '0008,0060', '0020,1209')
    expect(series.matches).toMatchObject([{ Modality: 'CT', NumberOfSeriesRelatedInstances: '108' }])
    const images = await find(['-S'], '0008,0052=IMAGE', study, '0020,000e', '0008,0018', '0028,0010')
    expect(images.matches.map(({ SOPInstanceUID }) => SOPInstanceUID).sort()).toEqual(
      head.map(({ SOPInstanceUID }) => SOPInstanceUID).sort(),
    )
    expect(images.matches[0]?.Rows).toBe('256')
  })

  test('findscu finds patients of the patient root, in implicit VR too, and not in the study root', async () => {
    peers = [peer('VIEWER', null)]
    const ask = ['0008,0052=PATIENT', '0010,0020=CRANIUM*', '0010,0010', '0020,1200', '0020,1204']
    for (const options of [['-P'], ['-P', '-xi']]) {
      const { matches } = await find(options, ...ask)
      expect(matches).toMatchObject([
        { PatientID: 'CRANIUM-1', NumberOfPatientRelatedStudies: '1', NumberOfPatientRelatedInstances: '108' },
      ])
    }
    const wrong = await find(['-S'], ...ask)
    expect(wrong.matches).toEqual([])
    expect(wrong.output).toMatch(/0xa900/i)
  })

  test('who may not query or retrieve is told so; nothing of a query is logged', async () => {
    const secret = 'SECRET^NAME'
    peers = [peer('NOQUERY', null, { query: false, retrieve: false })]
    for (const title of ['NOQUERY', 'STRANGER']) {
      const call = ['-aet', title, '-S', ...station()]
      const query = ['-k', '0008,0052=STUDY', '-k', `0010,0010=${secret}`]
      expect((await dcmtk('findscu', ['-d', ...call, ...query])).output).toMatch(/0x0124/)
      expect((await dcmtk('getscu', ['-d', ...call, ...query])).output).toMatch(/0x0124/)
    }
    peers = [peer('VIEWER', null)]
    await find(['-S'], '0008,0052=STUDY', `0010,0010=${secret}`)
    expect(running.log()).not.toContain('SECRET')
  })

  /** A folder that storescp or getscu fills. */
  function output(name: string): string {
    const path = join(folder, name)
    mkdirSync(path)
    return path
  }

  async function startStorescp(into: string, options: readonly string[] = []): Promise<number> {
    const port = await freePort()
    const child = spawn('storescp', [...options, '-aet', 'STORE', '-od', into, '+B', String(port)], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    })
    children.push(child)
    await answersEcho('STORE', port, child)
    return port
  }

  test('movescu has everything sent to storescp, in every transfer syntax, byte for byte', async () => {
    const into = output('moved')
    const port = await startStorescp(into, ['+xa'])
    peers = [peer('VIEWER', null), peer('STORE', port)]
    const studies = new Set(files.map(({ StudyInstanceUID }) => StudyInstanceUID))
    const { code, output: told } = await dcmtk('movescu', [
      ...['-v', '-aet', 'VIEWER', '-aem', 'STORE', '-S', ...station()],
      ...keys('0008,0052=STUDY', `0020,000d=${[...studies].join('\\')}`),
    ])
    expect({ code, told }).toMatchObject({ code: 0 })
    expect(digestsIn(into)).toEqual(digestsOf(files))
  })

  test('movescu is told of an unknown destination, of one that does not answer, and of what it did not take', async () => {
    const call = (destination: string) =>
      dcmtk('movescu', [
        ...['-d', '-aet', 'VIEWER', '-aem', destination, '-S', ...station()],
        ...keys('0008,0052=STUDY', `0020,000d=${head[0]?.StudyInstanceUID}`),
      ])
    peers = [peer('VIEWER', null), peer('GONE', await freePort())]
    expect((await call('NOBODY')).output).toMatch(/DIMSE Status\s+: 0xa801/)
    const gone = (await call('GONE')).output
    expect(gone).toMatch(/DIMSE Status\s+: 0xa702/)
    expect(gone).toMatch(/Failed Suboperations\s+: 108/)
  })

  test.each([
    ['implicit VR', '+xi', TransferSyntaxUIDs.ImplicitVRLittleEndian],
    ['deflated', '+xd', DeflatedExplicitVRLittleEndian],
  ])(
    'movescu to a receiver that takes %s alone gets what is not compressed, the rest counted as failed',
    async (name, option, taken) => {
      const into = output(name)
      const port = await startStorescp(into, [option])
      peers = [peer('VIEWER', null), peer('STORE', port)]
      const plain = files.filter(({ TransferSyntaxUID }) => TransferSyntaxUID === taken).slice(0, 3)
      const compressed = files.find(({ TransferSyntaxUID }) => /^1\.2\.840\.10008\.1\.2\.(4|5)/.test(TransferSyntaxUID))
      const wanted = [...plain, ...head.slice(0, 2), ...(compressed ? [compressed] : [])]
      const { output: told } = await dcmtk('movescu', [
        ...['-d', '-aet', 'VIEWER', '-aem', 'STORE', '-S', ...station()],
        ...keys('0008,0052=IMAGE', `0008,0018=${wanted.map((each) => each.SOPInstanceUID).join('\\')}`),
      ])
      expect(told).toMatch(/DIMSE Status\s+: 0xb000/)
      expect(told).toMatch(/Failed Suboperations\s+: 1/)
      const came = readdirSync(into).map((each) => join(into, each))
      expect(came).toHaveLength(plain.length + 2)
      expect([...digestsIn(into)]).toEqual(expect.arrayContaining([...digestsOf(plain)]))
      // dcmtk puts what was encoded anew into the encoding that is stored here: the same bytes, to the last one.
      const back = output(`${name}-back`)
      for (const [index, path] of came.entries()) {
        if (!head.some(({ SOPInstanceUID }) => SOPInstanceUID === readFile(path).SOPInstanceUID)) continue
        expect(await dcmtk('dcmconv', ['+te', path, join(back, `${index}`)])).toMatchObject({ code: 0 })
      }
      expect(digestsIn(back)).toEqual(digestsOf(head.slice(0, 2)))
    },
  )

  test('getscu gets a study, a series and one image on its own association, byte for byte', async () => {
    peers = [peer('VIEWER', null)]
    const [first] = head
    const get = async (name: string, ...values: string[]) => {
      const into = output(name)
      const call = ['-v', '-aet', 'VIEWER', '-S', '+B', '-od', into, ...station(), ...keys(...values)]
      expect(await dcmtk('getscu', call)).toMatchObject({ code: 0 })
      return digestsIn(into)
    }
    const study = `0020,000d=${first?.StudyInstanceUID}`
    expect(await get('got-study', '0008,0052=STUDY', study)).toEqual(digestsOf(head))
    const image = `0008,0018=${first?.SOPInstanceUID}`
    expect(await get('got-image', '0008,0052=IMAGE', study, image)).toEqual(digestsOf(head.slice(0, 1)))
    expect(await get('got-nothing', '0008,0052=IMAGE', '0008,0018=1.2.3.4.5')).toEqual(new Map())
  })

  test('getscu that takes uncompressed images alone is told of those that are not', async () => {
    peers = [peer('VIEWER', null)]
    const compressed = files.filter(
      ({ TransferSyntaxUID, SOPClassUID }) =>
        [TransferSyntaxUIDs.JPEG2000Lossless, TransferSyntaxUIDs.JPEGLosslessSV1].some(
          (each) => each === TransferSyntaxUID,
        ) && SOPClassUID !== SOPClassUIDs.EnhancedCTImageStorage,
    )
    const plain = head.slice(0, 3).filter((each) => each.TransferSyntaxUID === ExplicitVRLittleEndian)
    const into = output('got-some')
    const uids = [...plain, ...compressed].map(({ SOPInstanceUID }) => SOPInstanceUID)
    const { output: told } = await dcmtk('getscu', [
      ...['-d', '-aet', 'VIEWER', '-S', '+B', '-od', into, ...station()],
      ...keys('0008,0052=IMAGE', `0008,0018=${uids.join('\\')}`),
    ])
    expect(told).toMatch(/DIMSE Status\s+: 0xb000/)
    expect(digestsIn(into)).toEqual(digestsOf(plain))
  })

  test.runIf(hasTool('Orthanc'))('Orthanc queries, and retrieves by C-MOVE to itself', async () => {
    const orthanc: Orthanc = await startOrthanc({
      folder: join(folder, 'orthanc'),
      http: true,
      modalities: { astreinte: ['ASTREINTE', '127.0.0.1', running.port] },
    })
    try {
      peers = [peer('ORTHANC', orthanc.dicomPort)]
      const query = await orthanc.rest<{ ID: string }>('POST', '/modalities/astreinte/query', {
        Level: 'Study',
        Query: { PatientID: 'CRANIUM-1' },
      })
      expect(await orthanc.rest('GET', `/queries/${query.ID}/answers`)).toHaveLength(1)
      await orthanc.rest('POST', `/queries/${query.ID}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true })
      const instances = await orthanc.rest<string[]>('GET', '/instances')
      expect(instances).toHaveLength(108)
    } finally {
      await orthanc.stop()
    }
  })
})
