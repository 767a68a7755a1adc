/** The store on disks that fail: full ones, ones whose sync fails, ones that lose what was not synced. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { nodePackFiles, type PackFiles } from '../../../../main/cache/packs/pack-files.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFiles, packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const fileError = (code: string): Error => Object.assign(new Error(code), { code })

/** A disk with room for `room` more bytes in packs. */
const smallDisk = (disk: { room: number }): PackFiles => ({
  ...nodePackFiles,
  write: (descriptor, buffers, position) => {
    if (disk.room <= 0) throw fileError('ENOSPC')
    const first = buffers[0] ?? new Uint8Array(0)
    const part = first.subarray(0, disk.room)
    disk.room -= part.length
    return nodePackFiles.write(descriptor, [part], position)
  },
  truncate: (descriptor, length) => {
    disk.room += nodePackFiles.size(descriptor) - length
    nodePackFiles.truncate(descriptor, length)
  },
  space: () => ({ free: disk.room, total: 1_000_000 }),
})

const instancesIn = (dataFolder: string): number => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const study = new StudyQueries(database).getStudy('1.2.826.0.1.77.1')
  database.close()
  return study?.study.NumberOfStudyRelatedInstances ?? 0
}

describe('a full disk', () => {
  it('refuses objects, takes partial ones back, keeps the others and recovers by itself', async () => {
    const dataFolder = temporaryFolder()
    const disk = { room: 60_000 }
    const events: boolean[] = []
    const store = testStore({ dataFolder, files: smallDisk(disk), onDiskFull: (full) => void events.push(full) })
    const first = await put(store, ctImage({ instance: 1, rows: 128 }))
    const sizes = packFiles(dataFolder).map((path) => statSync(path).size)
    const second = await put(store, ctImage({ instance: 2, rows: 128 }))
    expect([first.kind, second]).toEqual(['stored', { kind: 'refused', reason: 'disk-full' }])
    expect(packFiles(dataFolder).map((path) => statSync(path).size)).toEqual(sizes)
    expect(events).toEqual([true])
    expect(await put(store, ctImage({ instance: 3, rows: 8 }))).toEqual({ kind: 'refused', reason: 'disk-full' })
    disk.room += 1_000_000
    await expect.poll(() => events).toEqual([true, false])
    expect((await put(store, ctImage({ instance: 2, rows: 128 }))).kind).toBe('stored')
    await store.close()
    expect(instancesIn(dataFolder)).toBe(2)
  })

  it('refuses before it is full, so that the index can still commit', async () => {
    const disk = { room: 100_000 }
    const store = testStore({ dataFolder: temporaryFolder(), files: smallDisk(disk), reserve: 90_000 })
    expect((await put(store, ctImage({ instance: 1, rows: 128 }))).kind).toBe('stored')
    await expect
      .poll(async () => put(store, ctImage({ instance: 2, rows: 16 })))
      .toEqual({ kind: 'refused', reason: 'disk-full' })
    expect(disk.room).toBeGreaterThan(0)
    await store.close()
  })

  it('keeps exactly what it answered, wherever the room ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 90_000 }), async (room) => {
        const dataFolder = temporaryFolder()
        const store = testStore({ dataFolder, files: smallDisk({ room }) })
        const outcomes = []
        for (let instance = 1; instance <= 6; instance += 1)
          outcomes.push(await put(store, ctImage({ instance, rows: 80 })))
        await store.close()
        const stored = outcomes.filter(({ kind }) => kind === 'stored').length
        expect(instancesIn(dataFolder)).toBe(stored)
        const again = testStore({ dataFolder })
        expect(again.recovery).toMatchObject({ recoveredObjects: 0, damagedStretches: 0, unreadablePacks: 0 })
        await again.close()
      }),
      { numRuns: 15 },
    )
  })
})

describe('a sync that fails', () => {
  it('refuses the group, trusts the pack no more, and goes on in another', async () => {
    const dataFolder = temporaryFolder()
    let isBroken = true
    const files: PackFiles = {
      ...nodePackFiles,
      sync: (descriptor) => (isBroken ? Promise.reject(fileError('EIO')) : nodePackFiles.sync(descriptor, false)),
    }
    const store = testStore({ dataFolder, files })
    const failed = await Promise.all([put(store, ctImage({ instance: 1 })), put(store, ctImage({ instance: 1 }))])
    expect(failed).toEqual([
      { kind: 'refused', reason: 'storage-failed' },
      { kind: 'refused', reason: 'storage-failed' },
    ])
    isBroken = false
    expect((await put(store, ctImage({ instance: 1 }))).kind).toBe('stored')
    await store.close()
    expect(instancesIn(dataFolder)).toBe(1)
    const again = testStore({ dataFolder })
    expect(again.recovery.recoveredObjects).toBe(0)
    await again.close()
    expect(instancesIn(dataFolder)).toBe(1)
  })
})

describe('a sync that fails once', () => {
  it('refuses also what was written into the pack meanwhile: a later sync says nothing of pages that were lost', async () => {
    const first = Promise.withResolvers<void>()
    let syncs = 0
    const files: PackFiles = {
      ...nodePackFiles,
      sync: (descriptor) => (++syncs === 1 ? first.promise : nodePackFiles.sync(descriptor, false)),
    }
    const store = testStore({ dataFolder: temporaryFolder(), files })
    const outcomes = [put(store, ctImage({ instance: 1 })), put(store, ctImage({ instance: 2 }))]
    const unfinished = ctImage({ instance: 3 })
    const session = store.begin(unfinished.request)
    session.write(unfinished.bytes)
    first.reject(fileError('EIO'))
    const refused = { kind: 'refused', reason: 'storage-failed' }
    expect(await Promise.all(outcomes)).toEqual([refused, refused])
    expect(await store.end(session)).toEqual(refused)
    expect((await put(store, ctImage({ instance: 1 }))).kind).toBe('stored')
    await store.close()
  })
})

it('does not answer for a pack that someone removed while it was open, and goes on in another', async () => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  await put(store, ctImage({ instance: 1 }))
  for (const pack of packFiles(dataFolder)) rmSync(pack)
  expect(await put(store, ctImage({ instance: 2 }))).toEqual({ kind: 'refused', reason: 'storage-failed' })
  expect((await put(store, ctImage({ instance: 2 }))).kind).toBe('stored')
  expect(await put(store, ctImage({ instance: 1 }))).toMatchObject({ kind: 'stored', instanceKey: 1 })
  await store.close()
  const again = testStore({ dataFolder })
  expect((await put(again, ctImage({ instance: 2 }))).kind).toBe('duplicate')
  await again.close()
})

/** A disk that remembers what each pack held at its last sync. */
const forgetfulDisk = (synced: Map<number, { path: string; bytes: Buffer }>): PackFiles => {
  const paths = new Map<number, string>()
  const track = (descriptor: number, path: string): number => {
    paths.set(descriptor, path)
    return descriptor
  }
  return {
    ...nodePackFiles,
    create: (path) => track(nodePackFiles.create(path), path),
    open: (path) => track(nodePackFiles.open(path), path),
    sync: async (descriptor) => {
      const path = paths.get(descriptor) ?? ''
      const bytes = readFileSync(path)
      await nodePackFiles.sync(descriptor, false)
      synced.set(descriptor, { path, bytes })
    },
  }
}

/** What is left of the index: its log, which a commit does not sync, ends anywhere; all of it is there; or there is none. */
const indexAfterwards = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('cut' as const), part: fc.constant(1) }),
  fc.record({ kind: fc.constant('gone' as const) }),
)

describe('a power cut', () => {
  it('loses no answered object when everything that was not synced is gone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), indexAfterwards, async (count, index) => {
        const dataFolder = temporaryFolder()
        const after = temporaryFolder()
        const synced = new Map<number, { path: string; bytes: Buffer }>()
        const store = testStore({ dataFolder, files: forgetfulDisk(synced) })
        const answered: number[] = []
        const all = Array.from({ length: 12 }, (_, index) =>
          put(store, ctImage({ instance: index + 1, rows: 40 })).then((outcome) => {
            if (outcome.kind === 'stored') answered.push(index + 1)
          }),
        )
        for (let index = 0; index < count; index += 1) await all[index]
        const known = [...answered]
        const copy = (path: string, bytes: Buffer): void => {
          const target = join(after, relative(dataFolder, path))
          mkdirSync(dirname(target), { recursive: true })
          writeFileSync(target, bytes)
        }
        for (const { path, bytes } of synced.values()) copy(path, bytes)
        for (const path of [...keyFiles(dataFolder), join(dataFolder, 'keys', '00', `${'0'.repeat(32)}.key`)]) {
          copy(path, readFileSync(path))
        }
        if (index.kind !== 'gone') copyFileSync(join(dataFolder, 'index.sqlite'), join(after, 'index.sqlite'))
        if (index.kind === 'cut') {
          const log = readFileSync(join(dataFolder, 'index.sqlite-wal'))
          writeFileSync(join(after, 'index.sqlite-wal'), log.subarray(0, Math.round(log.length * index.part)))
        }
        await store.close()
        const again = testStore({ dataFolder: after })
        expect(again.recovery).toMatchObject({ damagedStretches: 0, missingPacks: 0, unreadablePacks: 0 })
        for (const instance of known) {
          expect((await put(again, ctImage({ instance, rows: 40 }))).kind).toBe('duplicate')
        }
        await again.close()
        expect(instancesIn(after)).toBeGreaterThanOrEqual(known.length)
      }),
      { numRuns: 24 },
    )
  })
})
