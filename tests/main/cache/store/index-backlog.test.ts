import { describe, expect, it } from 'vitest'
import type { StoredChange } from '../../../../main/cache/cache.ts'
import type { IndexEntry } from '../../../../main/cache/index-database/index-writer.ts'
import type { ObjectRow, RecordPlace } from '../../../../main/cache/object-row.ts'
import { IndexBacklog } from '../../../../main/cache/store/index-backlog.ts'
import { ctImage, store } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { put, testCache, testStore } from '../test-cache.ts'

/** Each in a pack of its own, unless one is named. */
const entry = (SOPInstanceUID: string, packId = SOPInstanceUID): IndexEntry => ({
  row: { SOPInstanceUID } as ObjectRow,
  place: { packId } as RecordPlace,
})

/** An index that can be broken, and that does not take some records. */
const backlogOf = () => {
  const index = { isBroken: false, isIdle: false, bad: [] as string[], taken: [] as string[][] }
  const failures: unknown[] = []
  const backlog = new IndexBacklog<IndexEntry>({
    index: {
      insert: (entries) => {
        const uids = entries.map(({ row }) => row.SOPInstanceUID)
        if (index.isBroken) throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
        if (uids.some((uid) => index.bad.includes(uid))) throw new Error('constraint')
        index.taken.push(uids)
        return uids.map((uid): StoredChange => ({ kind: 'stored', SOPInstanceUID: uid }) as StoredChange)
      },
      proveWritable: () => {
        if (index.isBroken) throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' })
      },
    },
    room: { isWhole: true, giveHalf: () => false },
    isIdle: () => index.isIdle,
    onIndexed: () => undefined,
    onFailed: (error) => void failures.push(error),
  })
  return { index, backlog, failures }
}

describe('the backlog of the index', () => {
  it('indexes by itself after a moment, all that came meanwhile at once', async () => {
    const { index, backlog } = backlogOf()
    backlog.add([entry('1')], false)
    backlog.add([entry('2'), entry('3')], false)
    expect([index.taken, backlog.length]).toEqual([[], 3])
    await expect.poll(() => index.taken).toEqual([['1', '2', '3']])
    expect(backlog.length).toBe(0)
  })

  it('indexes a batch in the pause after the answers, and not while something is on its way in', async () => {
    const { index, backlog } = backlogOf()
    index.isIdle = true
    const batch = Array.from({ length: 8 }, (_, at) => String(at))
    backlog.add(
      batch.map((uid) => entry(uid)),
      false,
    )
    expect(index.taken).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    expect(index.taken).toEqual([batch])
    index.isIdle = false
    backlog.add(
      batch.map((uid) => entry(uid)),
      false,
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(backlog.length).toBe(8)
    backlog.close()
  })

  it('lets no more than a bounded number wait', () => {
    const { index, backlog } = backlogOf()
    for (let number = 1; number <= 1000; number += 1) backlog.add([entry(String(number))], false)
    expect(backlog.length).toBeLessThan(100)
    backlog.close()
    expect(index.taken.flat()).toHaveLength(1000)
  })

  it('keeps what was promised while the index cannot be written, takes no more then, and goes on by itself', async () => {
    const { index, backlog, failures } = backlogOf()
    index.isBroken = true
    expect(backlog.add([entry('1')], false)).toEqual([])
    backlog.flush()
    const second = entry('2')
    expect(backlog.add([second], false)).toEqual([second])
    expect([backlog.length, failures.length > 0]).toEqual([1, true])
    index.isBroken = false
    await expect.poll(() => index.taken).toEqual([['1']])
    expect(backlog.add([entry('3')], false)).toEqual([])
    backlog.close()
    expect(index.taken).toEqual([['1'], ['3']])
  })

  it('keeps no record out because of one that the index does not take', () => {
    const { index, backlog } = backlogOf()
    index.bad = ['2']
    expect(backlog.add([entry('1'), entry('2'), entry('3')], false)).toEqual([])
    backlog.flush()
    expect([index.taken.flat(), backlog.length]).toEqual([['1', '3'], 1])
    const bad = entry('2')
    expect(backlog.add([entry('4'), bad], true)).toEqual([bad])
    expect(index.taken.flat()).toEqual(['1', '3', '4'])
  })

  it('keeps those out that lie behind such a one in its pack, and tells all the while how many wait', () => {
    const { index, backlog } = backlogOf()
    index.bad = ['2']
    backlog.add([entry('1', 'a'), entry('2', 'a'), entry('3', 'a'), entry('4', 'b')], false)
    backlog.flush()
    expect([index.taken.flat(), backlog.length, backlog.waitsIn('a'), backlog.waitsIn('b')]).toEqual([
      ['1', '4'],
      2,
      true,
      false,
    ])
    const behind = entry('5', 'a')
    expect(backlog.add([behind, entry('6', 'b')], false)).toEqual([behind])
    expect(backlog.failure).not.toBeNull()
    index.bad = []
    backlog.flush()
    expect([index.taken.flat(), backlog.failure]).toEqual([['1', '4', '6', '2', '3'], null])
    backlog.close()
  })
})

describe('a store whose index follows', () => {
  it('finds an object at once when its sender was told that it is stored', async () => {
    const cache = await testCache()
    for (const instance of [1, 2, 3, 4, 5]) {
      const { request, bytes } = ctImage({ instance })
      const writer = cache.ingest(request)
      await writer.write(bytes)
      const outcome = await writer.end()
      const study = await cache.getStudy('1.2.826.0.1.77.1')
      expect([outcome.kind, study?.study.NumberOfStudyRelatedInstances]).toEqual(['stored', instance])
    }
    const { request, bytes } = ctImage({ instance: 6 })
    const writer = cache.ingest(request)
    await writer.write(bytes)
    const outcome = await writer.end()
    if (outcome.kind !== 'stored') throw new Error(outcome.kind)
    const object = await cache.open(outcome.instanceKey)
    expect(Buffer.from(await object.read(0, bytes.length)).equals(bytes)).toBe(true)
  })

  it('still answers queries that wait for the index when it is closed', async () => {
    const cache = await testCache()
    expect((await store(cache, ctImage())).kind).toBe('stored')
    const asked = cache.getStudy('1.2.826.0.1.77.1')
    await cache.close()
    expect((await asked)?.study.NumberOfStudyRelatedInstances).toBe(1)
  })

  it('answers duplicates and versions of what it has not indexed yet', async () => {
    const store = testStore({ dataFolder: temporaryFolder() })
    const kinds: string[] = []
    const send = ({ request, bytes }: ReturnType<typeof ctImage>) =>
      new Promise<void>((resolve) => {
        const session = store.begin(request)
        session.write(bytes)
        store.finish(session, ({ kind }) => {
          kinds.push(kind)
          resolve()
        })
      })
    await send(ctImage())
    expect(store.unindexed).toBe(1)
    await send(ctImage())
    await send(ctImage({ seed: 9 }, { ImageComments: 'other' }))
    expect([kinds, store.unindexed]).toEqual([['stored', 'duplicate', 'version'], 2])
    await store.close()
    expect(store.changes.map(({ kind }) => kind)).toEqual(['stored', 'version'])
    expect(store.unindexed).toBe(0)
  })

  it('indexes from its packs what it had not indexed when it ended', async () => {
    const dataFolder = temporaryFolder()
    const ended = testStore({ dataFolder })
    await put(ended, ctImage({ instance: 1 }))
    const { request, bytes } = ctImage({ instance: 2 })
    const session = ended.begin(request)
    session.write(bytes)
    await new Promise((resolve) => ended.finish(session, resolve))
    expect(ended.unindexed).toBe(1)
    const again = testStore({ dataFolder })
    expect(again.recovery.recoveredObjects).toBe(1)
    expect((await put(again, ctImage({ instance: 2 }))).kind).toBe('duplicate')
    await again.close()
    await ended.close()
  })
})
