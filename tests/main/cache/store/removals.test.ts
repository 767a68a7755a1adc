/** Removing a study: whole or gone, whatever fails and wherever it is cut off; and what is received afterwards is a new study. */
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { nodePackFiles, type PackFiles } from '../../../../main/cache/packs/pack-files.ts'
import { InstanceQueries } from '../../../../main/cache/queries/instances.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFiles, packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'
const OTHER = '1.2.826.0.1.77.2'
const ARCHIVE = 'archive'
const AT = '2026-02-03T10:00:00.000Z'
const CLEAN = {
  recoveredObjects: 0,
  cutBytes: 0,
  damagedStretches: 0,
  unreadablePacks: 0,
  missingPacks: 0,
  removedKeys: 0,
}

const prove = (store: Store, instanceKeys: readonly number[], archive = ARCHIVE): void =>
  store.notes.saveArchiveProofs(
    instanceKeys.map((instanceKey) => ({ instanceKey, archive, sentAt: AT, archivedAt: AT, proof: 'read-back' })),
  )

const fill = async (store: Store, study: number, count = 4): Promise<number[]> => {
  const keys: number[] = []
  for (let instance = 1; instance <= count; instance += 1) {
    const outcome = await put(store, ctImage({ study, instance, rows: 40 }))
    if (outcome.kind !== 'refused') keys.push(outcome.instanceKey)
  }
  return keys
}

/** A store with an archived study in several packs, and another study; and their keys. */
const filled = async (dataFolder: string, files: PackFiles = nodePackFiles) => {
  const store = testStore({ dataFolder, files, packLimit: 3_000 })
  const archived = await fill(store, 1)
  const other = await fill(store, 2)
  prove(store, archived)
  return { store, archived, other }
}

const look = (dataFolder: string) => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const studies = new StudyQueries(database)
  const countOf = (study: string) => studies.getStudy(study)?.study.NumberOfStudyRelatedInstances ?? 0
  const total = database.prepare('SELECT studies, instances, bytes FROM total').get()
  const counted = database
    .prepare(`
      SELECT (SELECT count(*) FROM study) AS studies, (SELECT count(*) FROM instance) AS instances,
        (SELECT coalesce(sum(recordEnd - recordOffset), 0) FROM version) AS bytes`)
    .get()
  const found = {
    archived: countOf(STUDY),
    other: countOf(OTHER),
    tombstones: database.prepare('SELECT count(*) FROM tombstone').pluck().get() as number,
    searched: studies.listStudies({
      search: 'ACC1',
      modalities: [],
      sort: 'lastReceivedAt',
      descending: true,
      offset: 0,
      limit: 10,
    }).total,
    violations: database.pragma('foreign_key_check') as unknown[],
  }
  database.close()
  expect(total).toEqual(counted)
  return found
}

const seriesRevision = (dataFolder: string): number => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const revision = new StudyQueries(database).getStudy(STUDY)?.series[0]?.revision ?? 0
  database.close()
  return revision
}

const bytesOf = (dataFolder: string, study: string): number => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const bytes = database.prepare('SELECT bytes FROM study WHERE StudyInstanceUID = ?').pluck().get(study) as number
  database.close()
  return bytes
}

const WHOLE = { archived: 4, other: 4, tombstones: 0, searched: 1, violations: [] }
const GONE = { archived: 0, other: 4, tombstones: 0, searched: 0, violations: [] }

describe('removing a study', () => {
  it('leaves no row, pack or key of it, and everything of the others', async () => {
    const dataFolder = temporaryFolder()
    const { store } = await filled(dataFolder)
    const [packs, keys] = [packFiles(dataFolder).length, keyFiles(dataFolder).length]
    const outcome = store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })
    expect(outcome).toMatchObject({ kind: 'removed', bytes: expect.any(Number) })
    expect([packFiles(dataFolder).length, keyFiles(dataFolder).length]).toEqual([packs / 2, keys - 1])
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })).toEqual({ kind: 'unknown' })
    await store.close()
    expect(look(dataFolder)).toEqual(GONE)
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject(CLEAN)
    await again.close()
  })

  it('is refused while one version is not proven by that archive, also one that came after the proof', async () => {
    const dataFolder = temporaryFolder()
    const { store, other } = await filled(dataFolder)
    const remove = (StudyInstanceUID: string, archive: string | null = ARCHIVE) =>
      store.removeStudy({ StudyInstanceUID, archive }).kind
    expect(remove(OTHER)).toBe('not-archived')
    prove(store, other.slice(1))
    expect(remove(OTHER)).toBe('not-archived')
    prove(store, other, 'another archive')
    expect(remove(OTHER)).toBe('not-archived')
    await put(store, ctImage({ study: 1, instance: 9, rows: 40 }))
    expect(remove(STUDY)).toBe('not-archived')
    await put(store, ctImage({ study: 2, instance: 1, rows: 40, seed: 99 }))
    prove(store, other)
    expect(remove(OTHER)).toBe('not-archived')
    // A person's word needs no proof.
    expect(remove(OTHER, null)).toBe('removed')
    await store.close()
    expect(look(dataFolder)).toMatchObject({ archived: 5, other: 0 })
  })

  it('is refused while something is being written to the study', async () => {
    const dataFolder = temporaryFolder()
    const { store } = await filled(dataFolder)
    const coming = ctImage({ study: 1, instance: 9, rows: 40 })
    const session = store.begin(coming.request)
    session.write(coming.bytes.subarray(0, 2_000))
    const remove = () => store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE }).kind
    expect(remove()).toBe('busy')
    session.write(coming.bytes.subarray(2_000))
    const ending = store.end(session)
    expect(remove()).toBe('busy')
    expect((await ending).kind).toBe('stored')
    expect(remove()).toBe('not-archived')
    await store.close()
  })

  it('is refused when something came since a person was asked, whatever is proven', async () => {
    const dataFolder = temporaryFolder()
    const { store } = await filled(dataFolder)
    const bytes = bytesOf(dataFolder, OTHER)
    await put(store, ctImage({ study: 2, instance: 9, rows: 40 }))
    expect(store.removeStudy({ StudyInstanceUID: OTHER, archive: null, bytes }).kind).toBe('busy')
    const now = bytesOf(dataFolder, OTHER)
    expect(store.removeStudy({ StudyInstanceUID: OTHER, archive: null, bytes: now }).kind).toBe('removed')
    await store.close()
  })

  it('lets the study come again under a new key, with keys and revisions of its own', async () => {
    const dataFolder = temporaryFolder()
    const { store, archived } = await filled(dataFolder)
    const before = seriesRevision(dataFolder)
    store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })
    const back = await fill(store, 1)
    expect(Math.min(...back)).toBeGreaterThan(Math.max(...archived))
    expect(seriesRevision(dataFolder)).toBeGreaterThan(before)
    await store.close()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject(CLEAN)
    expect((await put(again, ctImage({ study: 1, instance: 1, rows: 40 }))).kind).toBe('duplicate')
    await again.close()
    expect(look(dataFolder)).toEqual(WHOLE)
  })

  it('knows what comes again with the content that was proven, and nothing else', async () => {
    const dataFolder = temporaryFolder()
    const { store } = await filled(dataFolder)
    const remove = (archive: string) => store.removeStudy({ StudyInstanceUID: STUDY, archive }).kind
    expect(remove(ARCHIVE)).toBe('removed')
    await fill(store, 1)
    expect(remove('another archive')).toBe('not-archived')
    expect(remove(ARCHIVE)).toBe('removed')
    await fill(store, 1, 3)
    await put(store, ctImage({ study: 1, instance: 4, rows: 40, seed: 99 }))
    expect(remove(ARCHIVE)).toBe('not-archived')
    await store.close()
  })

  it('settles the conflict of an instance that another study keeps', async () => {
    const dataFolder = temporaryFolder()
    const store = testStore({ dataFolder })
    await put(store, ctImage({ study: 1, instance: 1 }))
    await put(store, ctImage({ study: 2, instance: 1 }, { SOPInstanceUID: '1.2.826.0.1.77.1.1.1' }))
    store.removeStudy({ StudyInstanceUID: STUDY, archive: null })
    await store.close()
    const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
    expect(database.prepare('SELECT conflictingInstances FROM study').pluck().all()).toEqual([0])
    expect(database.prepare('SELECT isConflicting FROM instance').pluck().all()).toEqual([0])
    database.close()
  })

  it('takes packs along that the index never knew', async () => {
    const dataFolder = temporaryFolder()
    let isBroken = false
    const files: PackFiles = {
      ...nodePackFiles,
      sync: (descriptor) =>
        isBroken
          ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }))
          : nodePackFiles.sync(descriptor, false),
      // What was refused cannot be taken back either.
      truncate: (descriptor, length) => {
        if (isBroken) throw Object.assign(new Error('EIO'), { code: 'EIO' })
        nodePackFiles.truncate(descriptor, length)
      },
    }
    const { store } = await filled(dataFolder, files)
    isBroken = true
    expect((await put(store, ctImage({ study: 1, instance: 9, rows: 40 }))).kind).toBe('refused')
    isBroken = false
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE }).kind).toBe('removed')
    await store.close()
    const again = testStore({ dataFolder })
    expect(again.recovery).toMatchObject(CLEAN)
    await again.close()
    expect(look(dataFolder)).toEqual(GONE)
  })
})

describe('removing a large study', () => {
  const LARGE = 450
  const large = async (dataFolder: string) => {
    const store = testStore({ dataFolder })
    await Promise.all(
      Array.from({ length: LARGE }, (_, index) =>
        put(store, ctImage({ instance: index + 1, series: index % 3, rows: 2 })),
      ),
    )
    const other = await fill(store, 2)
    return { store, other }
  }
  const rowsLeft = (dataFolder: string): number => {
    const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
    const count = database.prepare('SELECT count(*) FROM version').pluck().get() as number
    database.close()
    return count
  }

  it('takes it out of every list at once, and its rows away a few at a time, while it may come again', async () => {
    const dataFolder = temporaryFolder()
    const { store } = await large(dataFolder)
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null })).toMatchObject({ kind: 'removed' })
    expect(rowsLeft(dataFolder)).toBeGreaterThan(LARGE / 2)
    const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
    const [studies, instances] = [new StudyQueries(database), new InstanceQueries(database)]
    expect(studies.getStudy(STUDY)).toBe(null)
    expect(instances.imageHeaders(`${STUDY}.1`)).toEqual({ revision: 0, instances: [] })
    expect(instances.listInstanceKeys({ StudyInstanceUID: STUDY })).toEqual([])
    expect(instances.findInstance({ SOPInstanceUID: `${STUDY}.1.2` })).toBe(null)
    expect(database.prepare('SELECT studies, instances FROM total').get()).toEqual({ studies: 1, instances: 4 })
    database.close()
    // It comes, goes and comes while the first is still being swept up.
    for (let round = 0; round < 2; round += 1) {
      expect(await put(store, ctImage({ instance: 1, series: 1, rows: 2 }))).toMatchObject({ kind: 'stored' })
      if (round === 0) expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
    }
    await expect.poll(() => rowsLeft(dataFolder)).toBe(5)
    await store.close()
    expect(look(dataFolder)).toEqual({ archived: 1, other: 4, tombstones: 0, searched: 1, violations: [] })
  })

  it('goes on after a crash', async () => {
    const dataFolder = temporaryFolder()
    const copy = join(temporaryFolder(), 'copy')
    const { store } = await large(dataFolder)
    store.removeStudy({ StudyInstanceUID: STUDY, archive: null })
    cpSync(dataFolder, copy, { recursive: true })
    await store.close()
    const again = testStore({ dataFolder: copy })
    expect(again.recovery).toMatchObject(CLEAN)
    await expect.poll(() => rowsLeft(copy)).toBe(4)
    await again.close()
    expect(look(copy)).toEqual(GONE)
  })
})

describe('a removal that is cut off', () => {
  it.each([
    { packs: 0, keys: 0 },
    { packs: 1, keys: 0 },
    { packs: 3, keys: 0 },
    { packs: 4, keys: 0 },
    { packs: 4, keys: 1 },
  ])('behind $packs packs and $keys keys leaves the study gone after the next start', async ({ packs, keys }) => {
    const dataFolder = temporaryFolder()
    const copy = join(temporaryFolder(), 'copy')
    let removed = Number.NEGATIVE_INFINITY
    const atCut = (): void => {
      if (removed === packs && !existsSync(copy)) cpSync(dataFolder, copy, { recursive: true })
    }
    const files: PackFiles = {
      ...nodePackFiles,
      remove: (path) => {
        atCut()
        nodePackFiles.remove(path)
        removed += 1
        atCut()
      },
    }
    const { store } = await filled(dataFolder, files)
    const others = keyFiles(dataFolder)
    removed = 0
    store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })
    const [destroyed = ''] = others.filter((path) => !existsSync(path))
    await store.close()
    if (keys === 1) rmSync(join(copy, relative(dataFolder, destroyed)))
    expect([packFiles(copy).length, keyFiles(copy).length]).toEqual([8 - packs, 2 - keys])
    const again = testStore({ dataFolder: copy })
    expect(again.recovery).toMatchObject(CLEAN)
    await again.close()
    expect(look(copy)).toEqual(GONE)
    expect([packFiles(copy).length, keyFiles(copy).length]).toEqual([4, 1])
  })

  it('before its transaction was durable leaves the study whole', async () => {
    const dataFolder = temporaryFolder()
    const copy = join(temporaryFolder(), 'copy')
    const { store } = await filled(dataFolder)
    cpSync(dataFolder, copy, { recursive: true })
    store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })
    await store.close()
    const again = testStore({ dataFolder: copy })
    expect(again.recovery).toMatchObject(CLEAN)
    expect(again.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE }).kind).toBe('removed')
    await again.close()
    expect(look(copy)).toEqual(GONE)
  })

  it('that cannot unlink a pack keeps trying, and nothing of the study comes back', async () => {
    const dataFolder = temporaryFolder()
    let isBroken = false
    const files: PackFiles = {
      ...nodePackFiles,
      remove: (path) => {
        if (isBroken) throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
        nodePackFiles.remove(path)
      },
    }
    const { store } = await filled(dataFolder, files)
    isBroken = true
    expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE }).kind).toBe('removed')
    await store.close()
    const stuck = testStore({ dataFolder, files })
    expect(stuck.recovery).toMatchObject(CLEAN)
    expect((await put(stuck, ctImage({ study: 1, instance: 1, rows: 40 }))).kind).toBe('stored')
    isBroken = false
    expect(stuck.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
    await stuck.close()
    expect(look(dataFolder)).toEqual(GONE)
    expect(packFiles(dataFolder)).toHaveLength(4)
  })
})

it('does not miss a removed pack whose index is lost as well', async () => {
  const dataFolder = temporaryFolder()
  const { store } = await filled(dataFolder)
  store.removeStudy({ StudyInstanceUID: STUDY, archive: ARCHIVE })
  await store.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
  const again = testStore({ dataFolder })
  expect(again.recovery).toMatchObject({ ...CLEAN, indexRebuilt: 'missing', recoveredObjects: 4 })
  await again.close()
  expect(look(dataFolder)).toEqual(GONE)
})

it('gives no key a second time when the index is lost and the objects with the last keys are removed', async () => {
  const dataFolder = temporaryFolder()
  const { store, archived, other } = await filled(dataFolder)
  store.removeStudy({ StudyInstanceUID: OTHER, archive: null })
  await store.close()
  const loseIndex = (): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
  }
  loseIndex()
  const rebuilt = testStore({ dataFolder })
  const [first = 0] = await fill(rebuilt, 3, 1)
  expect(first).toBeGreaterThan(Math.max(...archived, ...other))
  rebuilt.removeStudy({ StudyInstanceUID: '1.2.826.0.1.77.3', archive: null })
  await rebuilt.close()
  loseIndex()
  const again = testStore({ dataFolder })
  const [second = 0] = await fill(again, 3, 1)
  expect(second).toBeGreaterThan(first)
  await again.close()
})
