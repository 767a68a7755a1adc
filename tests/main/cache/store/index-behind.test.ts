/** What the index cannot take when the cache is opened: everything else is there, nothing of it is lost, and it comes by itself. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { IndexLag, IngestOutcome } from '../../../../main/cache/cache.ts'
import { openIndexForReading, openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { indexVersion, migrate } from '../../../../main/cache/migrations/migration.ts'
import { nodePackFiles, type PackFiles } from '../../../../main/cache/packs/pack-files.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import { mountSmallDisk } from '../../../helpers/small-disk.ts'
import { ctImage, type TestObject } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFiles, packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const MIB = 1024 * 1024
const STUDY = '1.2.826.0.1.77.1'
const uid = (instance: number, study = 1): string => `1.2.826.0.1.77.${study}.1.${instance}`

/** Has the index refuse what `when` says of a new instance, from another connection. */
const refuseInIndex = (dataFolder: string, when: string): (() => void) => {
  const run = (sql: string): void => {
    const database = openIndexForWriting(join(dataFolder, 'index.sqlite'), STATION_KEY)
    database.exec(sql)
    database.close()
  }
  run(`CREATE TRIGGER refuse BEFORE INSERT ON instance WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`)
  return () => run('DROP TRIGGER refuse')
}

const instancesIn = (dataFolder: string): unknown[] => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const found = database.prepare('SELECT SOPInstanceUID FROM instance ORDER BY SOPInstanceUID').pluck().all()
  database.close()
  return found
}

/** Stores without having it indexed. */
const send = (store: Store, { request, bytes }: TestObject): Promise<IngestOutcome> => {
  const session = store.begin(request)
  session.write(bytes)
  return new Promise((resolve) => store.finish(session, resolve))
}

/** A folder as a kill leaves it: `indexed` objects of the study in the index, `others` only in its pack. */
const killed = async (dataFolder: string, indexed: TestObject[], others: TestObject[]): Promise<void> => {
  const ended = testStore({ dataFolder })
  for (const object of indexed) await put(ended, object)
  const index = ['', '-wal'].map((suffix) => {
    const path = join(dataFolder, `index.sqlite${suffix}`)
    return { path, bytes: existsSync(path) ? readFileSync(path) : null }
  })
  for (const object of others) expect((await send(ended, object)).kind).toBe('stored')
  await ended.close()
  for (const { path, bytes } of index) {
    if (bytes) writeFileSync(path, bytes)
    else rmSync(path, { force: true })
  }
  rmSync(join(dataFolder, 'index.sqlite-shm'), { force: true })
}

/** The fifth version of an index, whose step to the sixth writes anew 4 MB of it. */
const earlierIndex = (dataFolder: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
  const database = openIndexForWriting(join(dataFolder, 'index.sqlite'), STATION_KEY)
  migrate(database, migrations.slice(0, 5))
  database.pragma('foreign_keys = OFF')
  const fill = (table: string, values: Record<string, string>): void => {
    const columns = database.pragma(`table_info(${table})`) as { name: string; type: string; notnull: number }[]
    const filled = columns.filter(({ name, notnull }) => name in values || notnull === 1)
    const each = filled.map(({ name, type }) => values[name] ?? (type === 'INTEGER' ? '0' : "''"))
    database.exec(`
      WITH RECURSIVE numbers(n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)
      INSERT INTO ${table} (${filled.map(({ name }) => name).join()}) SELECT ${each.join()} FROM numbers`)
  }
  fill('instance', { instanceId: 'n', seriesKey: '-1', SOPInstanceUID: "printf('%0800d', n)" })
  fill('version', { instanceKey: 'n', instanceId: 'n' })
  fill('archive_proof', { instanceKey: 'n', archive: "'archive'", archivedAt: "'2026'", proof: "'read-back'" })
  database.close()
}

describe('a record that the index does not take at the start', () => {
  it('keeps only those behind it in its pack waiting, and they come when the index takes it', async () => {
    const dataFolder = temporaryFolder()
    await killed(
      dataFolder,
      [ctImage({ instance: 1 })],
      [ctImage({ instance: 2 }), ctImage({ instance: 3 }), ctImage({ instance: 4 }), ctImage({ study: 2 })],
    )
    const allow = refuseInIndex(dataFolder, `NEW.SOPInstanceUID = '${uid(3)}'`)
    const lags: (IndexLag | null)[] = []
    const store = testStore({ dataFolder, onIndexLag: (lag) => void lags.push(lag) })
    expect(store.recovery).toMatchObject({ recoveredObjects: 2, waitingObjects: 2, unreadablePacks: 0, removedKeys: 0 })
    expect(store.indexLag).toEqual({ objects: 2, reason: 'SQLITE_CONSTRAINT_TRIGGER' })
    expect(store.studiesBehind).toEqual(['1.2.826.0.1.77.1'])
    expect(instancesIn(dataFolder)).toEqual([uid(1), uid(2), uid(1, 2)])
    allow()
    await expect.poll(() => store.indexLag, { timeout: 10_000 }).toBeNull()
    expect(store.studiesBehind).toEqual([])
    expect(instancesIn(dataFolder)).toEqual([uid(1), uid(2), uid(3), uid(4), uid(1, 2)])
    expect(store.changes.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([uid(3), uid(4)])
    expect(lags.at(-1)).toBeNull()
    await store.close()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 0, waitingObjects: 0 })
    await again.close()
  })

  it('neither lets new objects pass it in its pack nor gives its key again', async () => {
    const dataFolder = temporaryFolder()
    await killed(dataFolder, [ctImage({ instance: 1 })], [ctImage({ instance: 2 }), ctImage({ instance: 3 })])
    const allow = refuseInIndex(dataFolder, `NEW.SOPInstanceUID = '${uid(2)}'`)
    const store = testStore({ dataFolder })
    const outcomes = [await put(store, ctImage({ instance: 3 })), await put(store, ctImage({ instance: 4 }))]
    expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'stored'])
    expect(packFiles(dataFolder)).toHaveLength(2)
    await store.close()
    allow()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 1, waitingObjects: 0 })
    expect(instancesIn(dataFolder)).toEqual([uid(1), uid(2), uid(3), uid(4)])
    for (const instance of [1, 2, 3, 4]) expect((await put(again, ctImage({ instance }))).kind).toBe('duplicate')
    await again.close()
  })

  it('keeps its study and its key, whatever is removed', async () => {
    const dataFolder = temporaryFolder()
    await killed(dataFolder, [ctImage({ instance: 1 })], [ctImage({ instance: 2 }), ctImage({ study: 2 })])
    const allow = refuseInIndex(dataFolder, `NEW.SOPInstanceUID IN ('${uid(2)}', '${uid(1, 2)}')`)
    const store = testStore({ dataFolder })
    expect(store.recovery.waitingObjects).toBe(2)
    expect(keyFiles(dataFolder)).toHaveLength(2)
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null })).toEqual({ kind: 'busy' })
    await store.close()
    allow()
    const again = testStore({ dataFolder })
    expect(instancesIn(dataFolder)).toEqual([uid(1), uid(2), uid(1, 2)])
    expect(again.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
    await again.close()
  })
})

describe('a new index that does not take all at the start', () => {
  it('goes on lacking what the records know until the studies that waited are in it', async () => {
    const dataFolder = temporaryFolder()
    const ended = testStore({ dataFolder })
    await put(ended, ctImage({ instance: 1 }))
    await ended.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
    const fresh = openIndexForWriting(join(dataFolder, 'index.sqlite'), STATION_KEY)
    migrate(fresh, migrations)
    fresh.close()
    const allow = refuseInIndex(dataFolder, 'true')
    const store = testStore({ dataFolder })
    expect(store.recovery).toMatchObject({ recoveredObjects: 0, waitingObjects: 1 })
    const lacks = (): unknown[] => {
      const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
      const isLacking = database.prepare('SELECT isLacking FROM total').pluck().get()
      const stated = database.prepare('SELECT statedInstances FROM study').pluck().all()
      database.close()
      return [isLacking, stated]
    }
    const known = { StudyInstanceUID: STUDY, openedAt: null, expectedInstances: 5 }
    const tell = () => store.bringBack({ studies: [known], proofs: [] })
    const end = () => store.bringBack({ studies: [], proofs: [], isAll: true })
    tell()
    expect(lacks()).toEqual([1, []])
    allow()
    await expect.poll(() => store.indexLag, { timeout: 10_000 }).toBeNull()
    // What was told while its pack waited found no study: the end of that telling does not complete it.
    end()
    expect(lacks()).toEqual([1, [null]])
    tell()
    end()
    expect(lacks()).toEqual([0, [5]])
    await store.close()
  })
})

describe('a pack that cannot be read at the start', () => {
  const unreadable = (isBroken: () => boolean): PackFiles => ({
    ...nodePackFiles,
    read: (descriptor, buffer, position) => {
      if (isBroken() && position > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' })
      return nodePackFiles.read(descriptor, buffer, position)
    },
  })

  it('takes nothing more, and what it holds is found when it can be read', async () => {
    const dataFolder = temporaryFolder()
    await killed(dataFolder, [ctImage({ instance: 1 })], [ctImage({ instance: 2 })])
    let isBroken = true
    const store = testStore({ dataFolder, files: unreadable(() => isBroken) })
    expect(store.recovery).toMatchObject({ unreadablePacks: 1, recoveredObjects: 0, removedKeys: 0 })
    isBroken = false
    expect((await put(store, ctImage({ instance: 3 }))).kind).toBe('stored')
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null })).toEqual({ kind: 'busy' })
    await store.close()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ unreadablePacks: 0, recoveredObjects: 1 })
    expect(instancesIn(dataFolder)).toEqual([uid(1), uid(2), uid(3)])
    await again.close()
  })
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0

describe.runIf(canMount)('a disk without room for the index', () => {
  const smallDisk = (bytes: number) => {
    const disk = mountSmallDisk(bytes)
    onTestFinished(() => disk.unmount())
    return disk
  }

  it('indexes what was answered, in room that was kept for it, and answers nothing more that it has no room to index', async () => {
    const { folder: dataFolder, fill } = smallDisk(16 * MIB)
    const store = testStore({ dataFolder })
    await put(store, ctImage({ instance: 1 }))
    for (let instance = 2; instance <= 40; instance += 1) await send(store, ctImage({ instance }))
    fill(0)
    store.index()
    expect([store.unindexed, store.indexLag]).toEqual([0, null])
    let stored = 40
    while ((await send(store, ctImage({ instance: stored + 1, rows: 100 }))).kind === 'stored') stored += 1
    expect(store.unindexed).toBe(0)
    await store.close()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject({ recoveredObjects: 0, waitingObjects: 0 })
    expect(instancesIn(dataFolder)).toHaveLength(stored)
    await again.close()
  })

  it('opens all the same when even that is gone, says what waits, and catches up as soon as there is room', async () => {
    const { folder: dataFolder, fill } = smallDisk(16 * MIB)
    const ended = testStore({ dataFolder })
    for (let instance = 1; instance <= 3; instance += 1) await put(ended, ctImage({ instance }))
    for (let instance = 4; instance <= 40; instance += 1) await send(ended, ctImage({ instance }))
    rmSync(join(dataFolder, 'spare-room'))
    const ballast = fill(0)
    const store = testStore({ dataFolder })
    expect(store.recovery).toMatchObject({ recoveredObjects: 0, waitingObjects: 37, unreadablePacks: 0 })
    expect(store.indexLag).toEqual({ objects: 37, reason: 'SQLITE_FULL' })
    expect(instancesIn(dataFolder)).toHaveLength(3)
    rmSync(ballast)
    await expect.poll(() => store.indexLag, { timeout: 10_000 }).toBeNull()
    expect(instancesIn(dataFolder)).toHaveLength(40)
    expect((await put(store, ctImage({ instance: 41 }))).kind).toBe('stored')
    await store.close()
    await ended.close()
  })

  it('does not open while an index of an earlier version cannot be brought to this one, says why, and loses nothing', async () => {
    const { folder: dataFolder, fill } = smallDisk(40 * MIB)
    const ended = testStore({ dataFolder })
    await put(ended, ctImage({ instance: 1 }))
    await ended.close()
    earlierIndex(dataFolder)
    const ballast = fill(0)
    for (const _ of [1, 2]) {
      const failing = () => testStore({ dataFolder })
      expect(failing).toThrow(expect.objectContaining({ code: 'SQLITE_FULL' }))
    }
    rmSync(ballast)
    const store = testStore({ dataFolder })
    expect(store.recovery).toMatchObject({ indexRebuilt: 'no', recoveredObjects: 1, unreadablePacks: 0 })
    await store.close()
    const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
    const proofs = database.prepare('SELECT count(*) FROM archive_proof').pluck().get()
    expect([indexVersion(database), proofs]).toEqual([migrations.length, 4000])
    database.close()
  })
})
