/** Cuts at any byte between the station and a real Orthanc, and Orthanc ended by force: everything ends archived, each object once. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { parsePart10 } from '../../main/dataset/index.ts'
import { importFile } from '../../main/importer/import-file.ts'
import { craniumFolder } from '../helpers/corpora.ts'
import { type Cut, type CuttingProxy, startCuttingProxy } from '../helpers/cutting-proxy.ts'
import { hasTool, storescu } from '../helpers/dcmtk.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { shareCache, type TestArchive, testArchive } from '../main/archive/test-archive.ts'
import { ctImage, store, type TestObject } from '../main/cache/data-sets.ts'
import { testCache } from '../main/cache/test-cache.ts'

const cranium = craniumFolder()
const cache = shareCache()
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe.runIf(cranium !== null && hasTool('Orthanc'))('Orthanc behind a link that cuts', () => {
  let folder = ''
  let orthanc: Orthanc
  let proxy: CuttingProxy

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-cuts-'))
    orthanc = await startOrthanc({ folder, http: true })
    proxy = await startCuttingProxy(orthanc.httpPort)
  })
  beforeEach(async () => {
    proxy.cuts = []
    for (const study of await orthanc.rest<string[]>('GET', '/studies'))
      await fetch(`${orthanc.url}/studies/${study}`, { method: 'DELETE' })
  })
  afterAll(async () => {
    await proxy.close()
    await orthanc.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const url = () => `http://127.0.0.1:${proxy.port}/dicom-web`
  const heldDigests = async (): Promise<string[]> => {
    const held = await orthanc.rest<string[]>('GET', '/instances')
    const files = await Promise.all(held.map((id) => orthanc.bytes(`/instances/${id}/file`)))
    return files.map((file) => {
      const head = parsePart10(file)
      return 'dataSetOffset' in head ? digestOf(file.subarray(head.dataSetOffset)) : ''
    })
  }
  const put = async (test: TestArchive, objects: readonly TestObject[]): Promise<void> => {
    const outcomes = await Promise.all(objects.map((object) => store(test.cache, object)))
    await test.archive.enqueue(outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [] : [outcome.instanceKey])))
  }
  const allArchived = (test: TestArchive, count: number) =>
    expect
      .poll(async () => (await test.archive.status()).outbox, { interval: 20 })
      .toEqual({ waiting: 0, sent: 0, archived: count, failed: 0 })

  /** Sends `objects` through these cuts. */
  const sendThrough = async (cuts: Cut[], objects: readonly TestObject[]): Promise<void> => {
    const test = await testArchive(await cache(), url())
    proxy.cuts = cuts
    await put(test, objects)
    await allArchived(test, objects.length)
    expect((await heldDigests()).sort()).toEqual(objects.map(({ bytes }) => digestOf(bytes)).sort())
    await test.archive.stop()
  }

  const image = ctImage({ rows: 128 })
  const size = image.bytes.length
  const table: Cut[] = [
    ...[0, 1, 40, 300, 800, 1_000, size >> 1, size, size + 500].map((after) => ({
      direction: 'request' as const,
      after,
    })),
    ...[1, 15, 100, 400, 1_000].map((after) => ({ direction: 'answer' as const, after })),
  ]
  test.each(table)('an object is there once after a cut of the $direction behind $after bytes', async (cut) => {
    const before = proxy.made
    await sendThrough([cut], [image])
    expect(proxy.made - before).toBeLessThanOrEqual(1)
    // Cuts behind the end of what goes that way on one connection are none.
    if (cut.after < 400) expect(proxy.made - before).toBe(1)
  })

  test('what is read back is cut anywhere', async () => {
    for (const after of [1, 200, 700, size >> 1, size]) {
      // Orthanc closes after each answer: the second connection reads back.
      await sendThrough(
        [
          { direction: 'request', after: Number.POSITIVE_INFINITY },
          { direction: 'answer', after },
        ],
        [image],
      )
    }
  })

  test('any cuts of any exchanges', async () => {
    const cut = fc.record({
      direction: fc.constantFrom<Cut['direction']>('request', 'answer'),
      after: fc.oneof(fc.nat(1_500), fc.nat(size + 2_000)),
    })
    const objects = [1, 2, 3, 4].map((instance) => ctImage({ study: 5, instance, rows: 128 }))
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 14 }), async (cuts) => {
        for (const study of await orthanc.rest<string[]>('GET', '/studies'))
          await fetch(`${orthanc.url}/studies/${study}`, { method: 'DELETE' })
        await sendThrough(cuts, objects)
      }),
      { numRuns: 15 },
    )
  })

  test('a study comes whole through cuts, and nothing that came is asked for twice', async () => {
    expect((await storescu(orthanc, [cranium ?? ''])).code).toBe(0)
    const [study] = await orthanc.rest<string[]>('GET', '/studies')
    const { MainDicomTags } = await orthanc.rest<{ MainDicomTags: { StudyInstanceUID: string } }>(
      'GET',
      `/studies/${study}`,
    )
    const { StudyInstanceUID } = MainDicomTags
    const here = await testCache()
    const test = await testArchive(here, url())
    const pass = { direction: 'request' as const, after: Number.POSITIVE_INFINITY }
    // Description, list, then the series: cut behind some objects, then in the single ones that follow.
    proxy.cuts = [pass, pass, { direction: 'answer', after: 5_000_000 }]
    proxy.cuts.push({ direction: 'answer', after: 10 }, pass, pass, { direction: 'answer', after: 60_000 })
    await test.archive.retrieve(StudyInstanceUID)
    await vi.waitFor(
      async () => {
        const [retrieval] = await test.archive.retrievals()
        expect(retrieval).toMatchObject({ state: 'done', expected: 108, received: 108, fault: null })
      },
      { timeout: 60_000, interval: 50 },
    )
    const [retrieval] = await test.archive.retrievals()
    const keys = await here.listInstanceKeys({ StudyInstanceUID })
    const objects = await Promise.all(keys.map((key) => here.open(key)))
    expect(objects.map(({ sha256 }) => sha256).sort()).toEqual((await heldDigests()).sort())
    const whole = objects.reduce((sum, { length }) => sum + length, 0)
    // At most one object per cut came twice in part.
    expect(retrieval?.bytes).toBeLessThan(whole * 1.05)
    expect(
      test.changes.some((change) => change.kind === 'retrievalChanged' && change.retrieval.state === 'interrupted'),
    ).toBe(true)
  })

  test('Orthanc is ended by force in the middle and started again', async () => {
    const here = await testCache()
    const test = await testArchive(here, url())
    for (const name of readdirSync(cranium ?? '')) {
      async function* bytes() {
        yield readFileSync(join(cranium ?? '', name))
      }
      await importFile(here, bytes())
    }
    const [study] = await here.searchAttributes({ level: 'study', match: {}, limit: 1, offset: 0 })
    const keys = await here.listInstanceKeys({ StudyInstanceUID: String(study?.StudyInstanceUID) })
    await test.archive.enqueue(keys)
    for (const reached of [10, 40]) {
      await expect
        .poll(async () => (await test.archive.status()).outbox.archived, { interval: 10 })
        .toBeGreaterThan(reached)
      await orthanc.kill()
      await expect.poll(async () => (await test.archive.status()).reachable).toBe('no')
      orthanc = await startOrthanc({ folder, http: true, httpPort: orthanc.httpPort })
    }
    await allArchived(test, 108)
    const objects = await Promise.all(keys.map((key) => here.open(key)))
    expect((await heldDigests()).sort()).toEqual(objects.map(({ sha256 }) => sha256).sort())
  })
})
