/** The archive service against a real Orthanc: what was sent is proven there, what was there comes back byte for byte. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Cache } from '../../main/cache/cache.ts'
import { createSpaceKeeper } from '../../main/cache/space/space-keeper.ts'
import type { ArchiveConfiguration } from '../../main/contract/archive.ts'
import { parsePart10 } from '../../main/dataset/index.ts'
import { importFile } from '../../main/importer/import-file.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { hasTool, storescu } from '../helpers/dcmtk.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { configurationOf, testArchive } from '../main/archive/test-archive.ts'
import { silent, testCache } from '../main/cache/test-cache.ts'

const cranium = craniumFolder()

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const dataSetOf = (file: Uint8Array): Uint8Array => {
  const head = parsePart10(file)
  if (!('dataSetOffset' in head)) throw new Error('not a Part-10 file')
  return file.subarray(head.dataSetOffset)
}

const filesOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name))

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes
}

const importAll = async (cache: Cache, files: readonly string[]): Promise<void> => {
  for (const file of files) expect((await importFile(cache, once(readFileSync(file)))).outcome).toBe('stored')
}

const digestsHere = async (cache: Cache, StudyInstanceUID: string): Promise<string[]> => {
  const keys = await cache.listInstanceKeys({ StudyInstanceUID })
  return Promise.all(keys.map(async (key) => (await cache.open(key)).sha256))
}

describe.runIf(cranium !== null && hasTool('Orthanc'))('with Orthanc', () => {
  const files = cranium === null ? [] : filesOf(cranium)
  let folder = ''
  let orthanc: Orthanc
  let StudyInstanceUID = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-archive-'))
    orthanc = await startOrthanc({ folder, http: true })
    const head = parsePart10(readFileSync(files[0] ?? ''))
    expect(head.kind).toBe('part-10')
  })
  afterAll(async () => {
    await orthanc.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const url = () => `${orthanc.url}/dicom-web`
  const held = () => orthanc.rest<string[]>('GET', '/instances')
  const heldDigests = async () =>
    Promise.all((await held()).map(async (id) => digestOf(dataSetOf(await orthanc.bytes(`/instances/${id}/file`)))))
  const empty = async () => {
    for (const study of await orthanc.rest<string[]>('GET', '/studies'))
      await fetch(`${orthanc.url}/studies/${study}`, { method: 'DELETE' })
  }

  test('a study that is sent is archived, each data set byte for byte', async () => {
    const { archive, cache } = await testArchive(await testCache(), url())
    await importAll(cache, files)
    const { rows } = await cache.listStudies({
      search: '',
      modalities: [],
      sort: 'lastReceivedAt',
      descending: true,
      offset: 0,
      limit: 10,
    })
    StudyInstanceUID = rows[0]?.StudyInstanceUID ?? ''
    expect(await archive.send(StudyInstanceUID)).toBe(108)
    await vi.waitFor(
      async () => {
        const s = await archive.status()
        expect(s.outbox.archived).toBe(108)
      },
      { timeout: 60_000, interval: 500 },
    )
    expect((await heldDigests()).sort()).toEqual((await digestsHere(cache, StudyInstanceUID)).sort())
    expect((await cache.listInstances(StudyInstanceUID, '')).some(({ isArchived }) => isArchived)).toBe(false)
    expect(await archive.send(StudyInstanceUID)).toBe(0)
    expect(await archive.status()).toMatchObject({ reachable: 'yes', fault: null, outbox: { waiting: 0, failed: 0 } })
  })

  test('a study is found and retrieved, each data set byte for byte, and counted as archived', async () => {
    await empty()
    expect((await storescu(orthanc, [cranium ?? ''])).code).toBe(0)
    const { archive, cache } = await testArchive(await testCache(), url())
    const found = await archive.search({
      PatientName: 'cra',
      PatientID: '',
      AccessionNumber: '',
      StudyDateFrom: '',
      StudyDateTo: '',
      ModalitiesInStudy: 'CT',
      offset: 0,
      limit: 50,
    })
    expect(found).toMatchObject({
      fault: null,
      more: false,
      studies: [{ StudyInstanceUID, NumberOfStudyRelatedInstances: 108, receivedInstances: 0 }],
    })
    const retrievalId = await archive.retrieve(StudyInstanceUID)
    await expect
      .poll(async () => (await archive.retrievals())[0])
      .toMatchObject({ retrievalId, state: 'done', expected: 108, received: 108, fault: null })
    const sent = files.map((file) => digestOf(dataSetOf(readFileSync(file))))
    expect((await digestsHere(cache, StudyInstanceUID)).sort()).toEqual(sent.sort())
    expect(await archive.send(StudyInstanceUID)).toBe(0)
  })

  test('a study of which it lost an image is kept, told and sent again, and goes when the archive holds it again', async () => {
    await empty()
    const { archive, cache, records } = await testArchive(await testCache(), url())
    await importAll(cache, files.slice(0, 12))
    await archive.send(StudyInstanceUID)
    const isArchived = () =>
      vi.waitFor(async () => expect((await archive.status()).outbox.archived).toBe(12), {
        ...{ timeout: 60_000, interval: 500 },
      })
    await isArchived()
    const [lost] = await held()
    expect((await fetch(`${orthanc.url}/instances/${lost}`, { method: 'DELETE' })).ok).toBe(true)
    const word = Promise.withResolvers<string>()
    const keeper = createSpaceKeeper({
      // The disk of whoever runs this says nothing.
      cache: { ...cache, disk: async () => ({ free: 900, total: 1000, full: false }) },
      ...{ records, log: silent },
      confirm: async (study, signal) => {
        const said = await archive.confirm(study, signal)
        word.resolve(said)
        return said
      },
      settings: () => ({ evict: true, quotaBytes: 1, lowWaterPercent: 90 }),
      now: () => new Date(Date.now() + 2 * 3_600_000),
      onChange: () => undefined,
      onExhausted: () => undefined,
    })
    onTestFinished(() => keeper.stop())
    keeper.wake()
    expect(await word.promise).toBe('lost')
    await isArchived()
    expect(await held()).toHaveLength(12)
    expect((await archive.problems()).lost).toBeNull()
    expect((await cache.totals()).instances).toBe(12)
    await vi.waitFor(
      async () => {
        keeper.wake()
        expect((await cache.totals()).instances).toBe(0)
      },
      { timeout: 30_000, interval: 500 },
    )
  })

  test('the connection is tested in words', async () => {
    const { archive } = await testArchive(await testCache(), null)
    expect(await archive.test(configurationOf(url()))).toMatchObject({ fault: null })
    expect(await archive.test(configurationOf(`${orthanc.url}/elsewhere`))).toMatchObject({ fault: 'not-dicomweb' })
    expect(await archive.test(configurationOf(orthanc.url))).toMatchObject({ fault: 'not-dicomweb' })
  })
  test('credentials are asked for, told when wrong, and never sent elsewhere', async () => {
    const guarded = await startOrthanc({
      folder: join(folder, 'guarded'),
      http: true,
      credentials: { user: 'poste', password: 'sésame' },
    })
    const withPassword = (password: string | null, base = guarded.url): ArchiveConfiguration => ({
      ...configurationOf(`${base}/dicom-web`),
      authentication: { kind: 'basic', user: 'poste', password },
    })
    try {
      const { archive, cache } = await testArchive(await testCache(), null)
      expect(await archive.test(withPassword('wrong'))).toEqual({ fault: 'unauthorised', detail: 'HTTP 401' })
      expect(await archive.test(withPassword('sésame'))).toMatchObject({ fault: null })
      await archive.configure(withPassword('wrong'))
      await importAll(cache, files.slice(0, 2))
      await archive.enqueue(await cache.listInstanceKeys({ StudyInstanceUID }))
      await expect
        .poll(() => archive.problems())
        .toEqual({ unreachable: 'unauthorised: HTTP 401', refused: null, lost: null })
      await archive.configure(withPassword('sésame'))
      await expect.poll(async () => (await archive.status()).outbox.archived).toBe(2)
      expect(archive.configuration()).toEqual(withPassword(null))
      expect(await archive.test(withPassword(null))).toMatchObject({ fault: null })
      const elsewhere = guarded.url.replace('127.0.0.1', 'localhost')
      expect(await archive.test(withPassword(null, elsewhere))).toMatchObject({ fault: 'unauthorised' })
    } finally {
      await guarded.stop()
    }
  })
})
