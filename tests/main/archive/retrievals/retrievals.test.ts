/** Retrievals from an archive that behaves in every way: what comes is kept once, what is wrong is refused and told, and it goes on by itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import { createArchive } from '../../../../main/archive/index.ts'
import type { Cache } from '../../../../main/cache/cache.ts'
import type { Retrieval } from '../../../../main/contract/archive.ts'
import { part10Header } from '../../../../main/dataset/index.ts'
import {
  type ArchiveRequest,
  type Behaviour,
  multipartOf,
  multipartType,
  type ScriptedArchive,
  startScriptedArchive,
} from '../../../helpers/scripted-archive.ts'
import { ctImage, store, type TestObject } from '../../cache/data-sets.ts'
import { configurationOf, nobody, shareCache, type TestArchive, testArchive } from '../test-archive.ts'

const cache = shareCache()
let remote: ScriptedArchive
let study = 100
beforeEach(async () => {
  remote = await startScriptedArchive()
  study += 1
})
afterEach(() => remote.close())

const fileOf = ({ request, bytes }: TestObject): Buffer => Buffer.concat([part10Header(request), bytes])
const uidOf = (number: number): string => `1.2.826.0.1.77.${number}`
const images = (count: number, series = 1): TestObject[] =>
  Array.from({ length: count }, (_, index) => ctImage({ study, series, instance: index + 1 }))
const hold = (objects: readonly TestObject[]): void => {
  for (const object of objects) remote.put(fileOf(object))
}

const waitFor = (test: TestArchive, expected: Partial<Retrieval>) =>
  expect.poll(async () => (await test.archive.retrievals())[0], { interval: 10 }).toMatchObject(expected)

/** Retrieves the study; requests for objects are answered as `objects` says, one after the other. */
const retrieve = async (objects: Behaviour[] = []): Promise<TestArchive> => {
  const test = await testArchive(await cache(), remote.url)
  expect(test.archive.givesBack()).not.toBe('')
  remote.otherwise = ({ kind }) => (kind === 'retrieve' ? (objects.shift() ?? 'ok') : 'ok')
  await test.archive.retrieve(uidOf(study))
  return test
}

const digestsHere = async (): Promise<number> =>
  (await (await cache()).listInstanceKeys({ StudyInstanceUID: uidOf(study) })).length
/** Instances that are proven to be in the archive. */
const archivedHere = async (): Promise<number> => {
  const { id } = archiveTarget(configurationOf(remote.url))
  return (await (await cache()).listInstances(uidOf(study), id)).filter(({ isArchived }) => isArchived).length
}
const objectRequests = (): ArchiveRequest[] => remote.requests.filter(({ kind }) => kind === 'retrieve')
const give = (files: readonly Buffer[]): Behaviour => ({
  status: 200,
  headers: { 'content-type': multipartType },
  body: multipartOf(files),
})

describe('a retrieval', () => {
  it('brings every series, tells what it is of, and asks for nothing that is here', async () => {
    const objects = [...images(3), ...images(2, 2)]
    hold(objects)
    for (const object of objects.slice(0, 1)) await store(await cache(), object)
    const test = await retrieve()
    await waitFor(test, {
      state: 'done',
      expected: 5,
      received: 5,
      fault: null,
      detail: '',
      PatientName: { Alphabetic: 'MÜLLERSON^Élise' },
    })
    expect(await digestsHere()).toBe(5)
    const paths = objectRequests().map(({ path }) => path.split('/').slice(5).join('/'))
    expect(paths.sort()).toEqual([
      `${uidOf(study)}.1/instances/${uidOf(study)}.1.2`,
      `${uidOf(study)}.1/instances/${uidOf(study)}.1.3`,
      `${uidOf(study)}.2`,
    ])
    const { study: row } = (await (await cache()).getStudy(uidOf(study))) ?? {}
    expect(row?.completeness).toMatchObject({ expected: 5, expectedFrom: 'NumberOfStudyRelatedInstances', received: 5 })
    const told = test.changes.flatMap((change) => (change.kind === 'retrievalChanged' ? [change.retrieval.state] : []))
    expect([told[0], told.at(-1)]).toEqual(['waiting', 'done'])
    expect(await archivedHere()).toBe(4)
  })

  it('proves what was here already, where the archive gives it all the same', async () => {
    const objects = images(3)
    hold(objects)
    for (const object of objects.slice(0, 1)) await store(await cache(), object)
    await waitFor(await retrieve([give(objects.map(fileOf))]), { state: 'done', expected: 3, received: 3 })
    expect(await archivedHere()).toBe(3)
  })

  const cuts: [string, Behaviour[]][] = [
    ['in the middle of a series', ['cut-in-answer']],
    ['again in the single instances', ['cut-in-answer', 'cut', 'cut-in-answer', 'cut-before-answer']],
    ['by a busy archive', [{ status: 503 }]],
    ['by a fault of the archive', [{ status: 500 }]],
  ]
  it.each(cuts)('goes on after it was interrupted %s', async (_, behaviours) => {
    hold(images(6))
    const test = await retrieve(behaviours)
    await waitFor(test, { state: 'done', expected: 6, received: 6 })
    expect(await digestsHere()).toBe(6)
    expect(test.changes.some((change) => change.kind === 'retrievalChanged' && change.retrieval.fault !== null)).toBe(
      true,
    )
  })

  it('asks again at once where the archive had closed a connection that was kept', async () => {
    hold(images(6))
    const test = await retrieve(['cut'])
    await waitFor(test, { state: 'done', expected: 6, received: 6 })
    expect(objectRequests()).toHaveLength(2)
    expect(test.changes.some((change) => change.kind === 'retrievalChanged' && change.retrieval.fault !== null)).toBe(
      false,
    )
  })

  it('refuses objects of another study, and tells it', async () => {
    hold(images(2))
    const stranger = ctImage({ study: 9_000 + study })
    const test = await retrieve([give([fileOf(stranger), ...images(2).map(fileOf)])])
    await waitFor(test, { state: 'done', received: 2, detail: 'refused: another-study ×1' })
    expect(await (await cache()).getStudy(uidOf(9_000 + study))).toBeNull()
  })

  it('keeps once what comes twice, and asks for what an answer left out', async () => {
    const [first, second, third] = images(3).map(fileOf) as [Buffer, Buffer, Buffer]
    hold(images(3))
    const test = await retrieve([give([first, second, first])])
    await waitFor(test, { state: 'done', expected: 3, received: 3 })
    expect(await digestsHere()).toBe(3)
    expect(objectRequests().at(-1)?.path).toContain(`${uidOf(study)}.1.3`)
    expect(third.length).toBeGreaterThan(0)
  })

  it('tells what the archive lists and does not give', async () => {
    hold(images(3))
    const gone = { status: 404 }
    const test = await retrieve([give(images(2).map(fileOf)), gone])
    await waitFor(test, {
      state: 'failed',
      fault: 'not-here',
      received: 2,
      detail: '1 of 3 instances missing; HTTP 404 ×1',
    })
    expect(await test.archive.retrieve(uidOf(study))).toBeGreaterThan(0)
    await waitFor(test, { state: 'done', received: 3 })
  })

  const nonsense: [string, Behaviour][] = [
    ['no objects', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
    ['parts that are none', give([Buffer.from('not dicom'.repeat(20))])],
    [
      'a boundary that never comes',
      { status: 200, headers: { 'content-type': multipartType }, body: 'x'.repeat(100_000) },
    ],
    [
      'zipped bytes',
      { status: 200, headers: { 'content-type': multipartType, 'content-encoding': 'gzip' }, body: 'x' },
    ],
    ['another address', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
  ]
  it.each(nonsense)('asks one by one after %s', async (_, behaviour) => {
    hold(images(3))
    const test = await retrieve([behaviour])
    await waitFor(test, { state: 'done', received: 3 })
    expect(objectRequests().length).toBeGreaterThanOrEqual(2)
  })

  it('ends when all it gets is nonsense', async () => {
    hold(images(2))
    const bad = give([Buffer.from('not dicom'.repeat(20))])
    const test = await retrieve([bad, bad, bad])
    await waitFor(test, { state: 'failed', fault: 'nonsense', received: 0 })
    expect(await digestsHere()).toBe(0)
  })

  it('refuses a cut data set in a whole part', async () => {
    hold(images(2))
    const [first, second] = images(2).map(fileOf) as [Buffer, Buffer]
    const test = await retrieve([give([first, second.subarray(0, second.length - 100)]), { status: 404 }])
    await waitFor(test, { state: 'failed', received: 1 })
    expect((await test.archive.retrievals())[0]?.detail).toContain('refused: cut-data-set ×1')
  })

  it('finds no study where there is none', async () => {
    await waitFor(await retrieve(), { state: 'failed', fault: 'not-here', expected: null })
    const test = await testArchive(await cache(), remote.url)
    remote.otherwise = ({ path }) => (path.endsWith('/instances') ? { status: 404 } : 'ok')
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'failed', fault: 'not-here', expected: null })
  })

  it('takes answers of an archive that knows no pages', async () => {
    hold(images(4))
    const test = await testArchive(await cache(), remote.url)
    remote.otherwise = ({ kind, query }) => {
      if (kind === 'search') for (const name of ['limit', 'offset']) query.delete(name)
      return 'ok'
    }
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', expected: 4, received: 4 })
  })

  /** The archive's list of series, with what it announces of each. */
  const announcing = (counts: Record<number, number | null>): Behaviour => ({
    status: 200,
    headers: { 'content-type': 'application/dicom+json' },
    body: JSON.stringify(
      Object.entries(counts).map(([series, count]) => ({
        '0020000E': { vr: 'UI', Value: [`${uidOf(study)}.${series}`] },
        ...(count === null ? {} : { '00201209': { vr: 'IS', Value: [count] } }),
      })),
    ),
  })

  it('tells what the archive announces and neither lists nor gives', async () => {
    hold(images(3))
    const test = await testArchive(await cache(), remote.url)
    remote.otherwise = ({ path }) => (path.endsWith('/series') ? announcing({ 1: 5 }) : 'ok')
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'failed', expected: 5, received: 3, detail: '2 of 5 instances missing' })
  })

  it('brings series that the archive does not list by their instances', async () => {
    hold([...images(3), ...images(40, 2)])
    const test = await testArchive(await cache(), remote.url)
    const none: Behaviour = { status: 404 }
    remote.otherwise = ({ path }) =>
      path.endsWith('/series') ? announcing({ 1: 3, 2: null }) : path.endsWith('/instances') ? none : 'ok'
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', expected: 43, received: 43 })
    expect(objectRequests()).toHaveLength(2)
  })

  it('goes by the instances where the archive lists no series', async () => {
    hold(images(3))
    const test = await testArchive(await cache(), remote.url)
    remote.otherwise = ({ path }) => (path.endsWith('/series') ? { status: 501 } : 'ok')
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', expected: 3, received: 3 })
  })

  it('tells what came by itself, apart from what was here', async () => {
    const [here, comes, waits] = [1, 2, 3].map((series) => images(1, series)) as [
      TestObject[],
      TestObject[],
      TestObject[],
    ]
    hold([...here, ...comes, ...waits])
    for (const object of here) await store(await cache(), object)
    const test = await retrieve(['ok', 'silence'])
    await waitFor(test, {
      state: 'running',
      expected: 3,
      received: 2,
      brought: { objects: 1, bytes: expect.any(Number) },
    })
    const [running] = await test.archive.retrievals()
    expect(running?.brought.bytes).toBe(running?.bytes)
    await test.archive.cancelRetrieval(running?.retrievalId ?? 0)
    await waitFor(test, { state: 'cancelled', brought: { objects: 0, bytes: 0 } })
  })

  it('can be cancelled, and asked for again', async () => {
    hold(images(3))
    const test = await retrieve(['silence'])
    await expect.poll(() => objectRequests()).toHaveLength(1)
    const [running] = await test.archive.retrievals()
    expect((await test.archive.status()).retrieving).toBe(1)
    await test.archive.cancelRetrieval(running?.retrievalId ?? 0)
    await waitFor(test, { state: 'cancelled', fault: null })
    expect((await test.archive.status()).retrieving).toBe(0)
    await test.archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'done', received: 3 })
  })

  it('goes on after a restart', async () => {
    hold(images(4))
    const test = await retrieve(['silence'])
    await expect.poll(() => objectRequests()).toHaveLength(1)
    await test.archive.stop()
    expect((await test.records.retrievals.list())[0]).toMatchObject({ state: 'running' })
    const again = await test.again()
    await expect.poll(async () => (await again.retrievals())[0]).toMatchObject({ state: 'done', received: 4 })
  })

  it('waits while the disk is full, and goes on when there is room', async () => {
    hold(images(2))
    let isFull = true
    const real = await cache()
    const full: Cache = {
      ...real,
      ingest: (request) => {
        const writer = real.ingest(request)
        return {
          ...writer,
          end: async () => {
            if (!isFull) return writer.end()
            writer.abort()
            return { kind: 'refused', reason: 'disk-full' }
          },
        }
      },
    }
    const test = await testArchive(real, null)
    const archive = createArchive({
      cache: full,
      records: test.records,
      peers: nobody,
      log: { info() {}, warn() {}, error() {} },
      onChange: () => undefined,
      backoff: { first: 60_000, most: 60_000 },
    })
    await archive.start()
    await archive.configure(configurationOf(remote.url))
    await archive.retrieve(uidOf(study))
    await waitFor(test, { state: 'interrupted', fault: 'disk-full' })
    isFull = false
    archive.diskHasRoom()
    await waitFor(test, { state: 'done', received: 2 })
    await archive.stop()
  })

  it('ends when another archive is set up', async () => {
    hold(images(1))
    const test = await retrieve(['silence', 'silence', 'silence'])
    await expect.poll(() => objectRequests()).toHaveLength(1)
    await test.archive.configure(null)
    await waitFor(test, { state: 'failed', fault: 'not-configured' })
    await expect(test.archive.retrieve(uidOf(study))).rejects.toMatchObject({ fault: 'not-configured' })
  })
})
