/** What an archive says when it is asked again for what it was proven to hold: only what it certainly lacks is proven no longer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { part10Header } from '../../../main/dataset/index.ts'
import { type Behaviour, type ScriptedArchive, startScriptedArchive } from '../../helpers/scripted-archive.ts'
import { ctImage, store, type TestObject } from '../cache/data-sets.ts'
import { configurationOf, shareCache, type TestArchive, testArchive } from './test-archive.ts'

const cache = shareCache()

let remote: ScriptedArchive
let study = 500
beforeEach(async () => {
  study += 1
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const uidOf = (): string => `1.2.826.0.1.77.${study}`
const instanceOf = (instance: number): string => `${uidOf()}.1.${instance}`
const fileOf = ({ request, bytes }: TestObject): Buffer => Buffer.concat([part10Header(request), bytes])
const imagesOf = (count: number): TestObject[] =>
  Array.from({ length: count }, (_, index) => ctImage({ study, instance: index + 1, rows: 8 }))

/** A station with a study that the archive holds, proven by having been sent or retrieved. */
async function withStudy(count: number, origin: 'sent' | 'retrieved'): Promise<TestArchive> {
  const test = await testArchive(await cache(), remote.url)
  const { archive } = await test.records.outbox.archive()
  for (const object of imagesOf(count)) {
    const { request, bytes } = object
    if (origin === 'retrieved') remote.put(fileOf(object))
    const from = origin === 'retrieved' ? { ...request, origin, archive } : request
    await store(test.cache, { request: from, bytes })
  }
  if (origin === 'sent') {
    await test.archive.send(uidOf())
    await expect.poll(async () => (await test.archive.status()).outbox.archived).toBe(count)
  }
  remote.requests.length = 0
  return test
}

const confirm = ({ archive }: Pick<TestArchive, 'archive'>) => archive.confirm(uidOf(), new AbortController().signal)

/** Instances that the archive is not proven to hold, by number. */
async function unproven({ cache, records }: TestArchive): Promise<number[]> {
  const { archive } = await records.outbox.archive()
  const places = await cache.listInstances(uidOf(), archive)
  return places.filter((each) => !each.isArchived).map(({ SOPInstanceUID }) => Number(SOPInstanceUID.split('.').at(-1)))
}

const answering = (dataSets: unknown): Behaviour => ({
  status: 200,
  headers: { 'content-type': 'application/dicom+json' },
  body: JSON.stringify(dataSets),
})

describe('an archive by DICOMweb', () => {
  it('that holds all of a study says so by its list alone', async () => {
    const test = await withStudy(3, 'retrieved')
    expect(await confirm(test)).toBe('held')
    expect(await unproven(test)).toEqual([])
    expect(remote.requests.filter(({ query }) => query.has('SOPInstanceUID'))).toEqual([])
  })

  it('is sent again what it lost of what it was sent, and a person is told until it is there', async () => {
    const test = await withStudy(3, 'sent')
    const gate = Promise.withResolvers<void>()
    remote.held.delete(instanceOf(2))
    remote.otherwise = (request) =>
      request.kind === 'search' ? 'ok' : (_, answer) => void gate.promise.then(() => answer.destroy())
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([2])
    expect((await test.archive.problems()).lost).toBe('1')
    expect(test.changes).toContainEqual({ kind: 'statusChanged' })
    expect((await test.archive.status()).outbox.archived).toBe(2)
    remote.otherwise = () => 'ok'
    gate.resolve()
    await expect.poll(async () => (await test.archive.status()).outbox.archived).toBe(3)
    expect(await unproven(test)).toEqual([])
    expect((await test.archive.problems()).lost).toBeNull()
    expect(remote.held.has(instanceOf(2))).toBe(true)
    expect(await test.records.withdrawals.list(0, 10)).toEqual([])
    expect(await confirm(test)).toBe('held')
  })

  it('is not sent by itself what came from it and it gave up, but when a person says so', async () => {
    const test = await withStudy(2, 'retrieved')
    remote.held.clear()
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([1, 2])
    expect((await test.archive.problems()).lost).toBe('1')
    expect((await test.archive.status()).outbox).toMatchObject({ waiting: 0, sent: 0, archived: 0 })
    expect(await test.archive.send(uidOf())).toBe(2)
    await expect.poll(async () => (await test.archive.problems()).lost).toBeNull()
    expect(remote.held.size).toBe(2)
  })

  it('no longer concerns anybody once the study is gone from here', async () => {
    const test = await withStudy(1, 'retrieved')
    remote.held.clear()
    expect(await confirm(test)).toBe('lost')
    await test.cache.removeStudy({ StudyInstanceUID: uidOf(), archive: null })
    expect((await test.archive.problems()).lost).toBeNull()
  })

  it('that cuts its list is asked by name, and believed where it has each', async () => {
    const test = await withStudy(12, 'retrieved')
    remote.otherwise = ({ path, query }) =>
      path.endsWith('/instances') && !query.has('SOPInstanceUID') && query.has('offset') ? answering([]) : 'ok'
    remote.script = [cutAfter(4)]
    expect(await confirm(test)).toBe('held')
    remote.held.delete(instanceOf(9))
    remote.script = [cutAfter(4)]
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([9])
  })

  it('that cuts it short of many says nothing certain, and loses no proof', async () => {
    const test = await withStudy(40, 'retrieved')
    remote.otherwise = ({ path, query }) =>
      path.endsWith('/instances') && !query.has('SOPInstanceUID') && query.has('offset') ? answering([]) : 'ok'
    remote.script = [cutAfter(4)]
    expect(await confirm(test)).toBe('unclear')
    expect(await unproven(test)).toEqual([])
    // Of many that are gone some are asked for by name.
    for (const instance of Array.from({ length: 30 }, (_, index) => index + 11))
      remote.held.delete(instanceOf(instance))
    remote.otherwise = () => 'ok'
    remote.requests.length = 0
    expect(await confirm(test)).toBe('lost')
    expect((await unproven(test)).length).toBe(30)
    expect(remote.requests.filter(({ query }) => query.has('SOPInstanceUID'))).toHaveLength(16)
  })

  const nothing: [string, (test: TestArchive) => void, string][] = [
    ['refuses every search', () => always({ status: 400 }), 'unclear'],
    ['knows no search below a study', () => below({ status: 404 }), 'unclear'],
    ['takes no notice of what is asked for', () => below(answering([instance('1.9')])), 'unclear'],
    ['fails inside', () => always({ status: 500 }), 'unclear'],
    ['does not let us in', () => always({ status: 401 }), 'away'],
    ['has no room for questions', () => always({ status: 503 }), 'away'],
    ['cuts the connection', () => always('cut'), 'away'],
  ]
  const always = (behaviour: Behaviour): void => {
    remote.otherwise = () => behaviour
  }
  /** The study is there, and nothing below it is told. */
  const below = (behaviour: Behaviour): void => {
    remote.otherwise = ({ path }) => (path.endsWith('/studies') ? 'ok' : behaviour)
  }
  it.each(nothing)('that %s takes no proof away', async (_, change, word) => {
    const test = await withStudy(2, 'retrieved')
    change(test)
    expect(await confirm(test)).toBe(word)
    expect(await unproven(test)).toEqual([])
    expect((await test.archive.problems()).lost).toBeNull()
  })

  it('that answers 404 for a study it no longer has is believed', async () => {
    const test = await withStudy(2, 'retrieved')
    remote.held.clear()
    below({ status: 404 })
    expect(await confirm(test)).toBe('lost')
    expect(await unproven(test)).toEqual([1, 2])
  })

  it('is not asked while it does not answer, nor where none is set up', async () => {
    const test = await withStudy(1, 'retrieved')
    await test.archive.configure(null)
    expect(await confirm(test)).toBe('away')
    await test.archive.configure(configurationOf('http://127.0.0.1:1/web'))
    expect(await confirm(test)).toBe('away')
    await test.archive.configure(configurationOf(remote.url))
    always({ status: 503, headers: { 'retry-after': '60' } })
    remote.requests.length = 0
    for (const _ of [1, 2, 3]) expect(await confirm(test)).toBe('away')
    expect(remote.requests).toHaveLength(1)
  })

  it('that does not end its answer is not waited for once nobody asks any more', async () => {
    const test = await withStudy(1, 'retrieved')
    always('silence')
    const leaving = new AbortController()
    remote.onRequest = () => leaving.abort()
    expect(await test.archive.confirm(uidOf(), leaving.signal)).toBe('away')
  })
})

const instance = (SOPInstanceUID: string) => ({
  '0020000E': { vr: 'UI', Value: [`${SOPInstanceUID}.1`] },
  '00080018': { vr: 'UI', Value: [SOPInstanceUID] },
})

/** The first instances of the study. */
const cutAfter = (count: number): Behaviour =>
  answering(
    Array.from({ length: count }, (_, index) => ({
      ...instance(instanceOf(index + 1)),
      '0020000E': { vr: 'UI', Value: [`${uidOf()}.1`] },
    })),
  )
