/** What cannot be read in packs and belongs to no object that is known: told at every start, until it is read, removed, or a person took note. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { packDamage } from '../../../../main/cache/queries/pack-damage.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import type { Store } from '../../../../main/cache/store/store.ts'
import type { PackDamage } from '../../../../main/contract/integrity.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { keyFiles, packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const STUDY = '1.2.826.0.1.77.1'

const filled = async (count: number): Promise<{ dataFolder: string; pack: string; keys: number[] }> => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  const keys: number[] = []
  for (let instance = 1; instance <= count; instance += 1) {
    const outcome = await put(store, ctImage({ instance }))
    if (outcome.kind === 'stored') keys.push(outcome.instanceKey)
  }
  await store.close()
  const [pack = ''] = packFiles(dataFolder)
  return { dataFolder, pack, keys }
}

const loseIndex = (dataFolder: string): void => {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
}

/** Changes a byte at this part of the file; the returned function takes it back. */
const rot = (path: string, part: number): (() => void) => {
  const whole = readFileSync(path)
  const bytes = Buffer.from(whole)
  const at = Math.floor(bytes.length * part)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(path, bytes)
  return () => writeFileSync(path, whole)
}

const look = (dataFolder: string): PackDamage & { instances: number } => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  try {
    const study = new StudyQueries(database).getStudy(STUDY)?.study
    return { ...packDamage(database), instances: study?.NumberOfStudyRelatedInstances ?? 0 }
  } finally {
    database.close()
  }
}

const prove = (store: Store, keys: readonly number[]): void =>
  store.notes.saveArchiveProofs(
    keys.map((instanceKey) => ({
      ...{ instanceKey, archive: 'archive', proof: 'read-back' },
      ...{ sentAt: null, archivedAt: '2026-02-03T10:00:00.000Z' },
    })),
  )

it('tells of damage before the last object at every start and keeps its study, until a person took note', async () => {
  const { dataFolder, pack, keys } = await filled(3)
  loseIndex(dataFolder)
  rot(pack, 0.5)
  const request = { StudyInstanceUID: STUDY, archive: 'archive' }
  for (const recoveredObjects of [2, 0]) {
    const store = testStore({ dataFolder })
    expect(store.recovery).toMatchObject({ recoveredObjects, damagedStretches: 1 })
    prove(store, keys)
    expect(store.removeStudy(request).kind).toBe('not-archived')
    await store.close()
  }
  const found = look(dataFolder)
  expect(found).toMatchObject({ total: 1, missedPacks: 0, instances: 2 })
  expect(found.places).toMatchObject([{ study: { StudyInstanceUID: STUDY, StudyDate: '20260115' } }])
  const noted = testStore({ dataFolder })
  noted.dismissDamage()
  await noted.close()
  expect(look(dataFolder)).toMatchObject({ total: 0, places: [], instances: 2 })
  const after = testStore({ dataFolder })
  expect(after.recovery.damagedStretches).toBe(0)
  expect(after.removeStudy(request).kind).toBe('removed')
  await after.close()
  expect([packFiles(dataFolder), keyFiles(dataFolder)]).toEqual([[], []])
})

it('tells no more of the damage of a study that is removed', async () => {
  const { dataFolder, pack } = await filled(3)
  loseIndex(dataFolder)
  rot(pack, 0.5)
  const store = testStore({ dataFolder })
  expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
  await store.close()
  expect(look(dataFolder)).toMatchObject({ total: 0 })
})

it('finds what could not be read for a while, also where other objects behind it are indexed', async () => {
  const { dataFolder, pack } = await filled(3)
  loseIndex(dataFolder)
  const mend = rot(pack, 0.5)
  await testStore({ dataFolder }).close()
  expect(look(dataFolder)).toMatchObject({ total: 1, instances: 2 })
  mend()
  const store = testStore({ dataFolder })
  expect(store.recovery).toMatchObject({ recoveredObjects: 1, damagedStretches: 0 })
  await store.close()
  expect(look(dataFolder)).toMatchObject({ total: 0, instances: 3 })
})

it('tells of a file that was cut short until it is whole again', async () => {
  const { dataFolder, pack } = await filled(2)
  const whole = readFileSync(pack)
  writeFileSync(pack, whole.subarray(0, 300))
  for (let start = 1; start <= 2; start += 1) {
    const short = testStore({ dataFolder })
    expect(short.recovery).toMatchObject({ recoveredObjects: 0, damagedStretches: 1, cutBytes: 0 })
    await short.close()
  }
  expect(look(dataFolder)).toMatchObject({ total: 1, places: [{ beginsAt: 300, bytes: whole.length - 300 }] })
  writeFileSync(pack, whole)
  const mended = testStore({ dataFolder })
  expect(mended.recovery).toMatchObject({ recoveredObjects: 0, damagedStretches: 0 })
  await mended.close()
  expect(look(dataFolder)).toMatchObject({ total: 0, instances: 2 })
})

it('writes nothing behind a damaged end that a person took note of, and gives no key in it again', async () => {
  const { dataFolder, pack, keys } = await filled(2)
  loseIndex(dataFolder)
  rot(pack, 0.99)
  const bytes = readFileSync(pack)
  const store = testStore({ dataFolder })
  expect(store.recovery).toMatchObject({ recoveredObjects: 1, damagedStretches: 1 })
  store.dismissDamage()
  await store.close()
  const again = testStore({ dataFolder })
  expect(again.recovery.damagedStretches).toBe(0)
  const next = await put(again, ctImage({ instance: 3 }))
  expect(next.kind === 'stored' && next.instanceKey).toBeGreaterThan(Math.max(...keys))
  await again.close()
  expect(readFileSync(pack)).toEqual(bytes)
})

it('tells at every start that packs are missing which only their keys tell of, until they are back', async () => {
  const { dataFolder } = await filled(1)
  const store = testStore({ dataFolder })
  for (let study = 2; study <= 6; study += 1) await put(store, ctImage({ study, rows: 2 }))
  await store.close()
  const [packs, away] = [join(dataFolder, 'packs'), join(dataFolder, 'away')]
  renameSync(packs, away)
  loseIndex(dataFolder)
  for (let start = 1; start <= 2; start += 1) {
    const without = testStore({ dataFolder })
    expect(without.recovery.missingPacks).toBe(6)
    await without.close()
    expect(look(dataFolder).missedPacks).toBe(6)
    rmSync(packs, { recursive: true })
  }
  renameSync(away, packs)
  const back = testStore({ dataFolder })
  expect(back.recovery).toMatchObject({ missingPacks: 0, recoveredObjects: 6 })
  await back.close()
  expect(look(dataFolder).missedPacks).toBe(0)
})

/** A study of one object, and beside its pack a second one of it, as a kill or a power cut leaves it. */
const withUnfinishedPack = async (tailOf: (bytes: Buffer) => Buffer) => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  await put(store, ctImage({ instance: 1 }))
  const [pack = ''] = packFiles(dataFolder)
  const { request, bytes } = ctImage({ instance: 2, rows: 256 })
  const sessions = [store.begin(request), store.begin(request)]
  for (const session of sessions) session.write(bytes.subarray(0, 70_000))
  const second = packFiles(dataFolder).find((path) => path !== pack) ?? ''
  const torn = readFileSync(second)
  await store.close()
  writeFileSync(second, tailOf(torn))
  return { dataFolder, pack, second }
}

it('takes a pack along with its study of which a power cut left nothing that can be read', async () => {
  const { dataFolder, pack, second } = await withUnfinishedPack((torn) => torn.fill(0, torn.length - 4096))
  const store = testStore({ dataFolder })
  expect(store.recovery).toMatchObject({ damagedStretches: 0, unreadablePacks: 0, removedEmptyPacks: 0 })
  expect(packFiles(dataFolder)).toEqual([pack, second].toSorted())
  expect(store.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
  await store.close()
  expect([packFiles(dataFolder), keyFiles(dataFolder)]).toEqual([[], []])
  const again = testStore({ dataFolder })
  expect(again.recovery).toMatchObject({ unreadablePacks: 0, missingPacks: 0 })
  await again.close()
})

it('removes what lies unread of a removed study once a person took note of it', async () => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder, packLimit: 3000 })
  for (let instance = 1; instance <= 2; instance += 1) await put(store, ctImage({ instance }))
  await store.close()
  loseIndex(dataFolder)
  const [damaged = ''] = packFiles(dataFolder)
  rot(damaged, 0.5)
  const removing = testStore({ dataFolder })
  expect(removing.removeStudy({ StudyInstanceUID: STUDY, archive: null }).kind).toBe('removed')
  await removing.close()
  const noted = testStore({ dataFolder })
  expect([noted.recovery.damagedStretches, packFiles(dataFolder)]).toEqual([1, [damaged]])
  noted.dismissDamage()
  await noted.close()
  const after = testStore({ dataFolder })
  expect(after.recovery).toMatchObject({ damagedStretches: 0, unreadablePacks: 0, missingPacks: 0 })
  await after.close()
  expect([packFiles(dataFolder), keyFiles(dataFolder)]).toEqual([[], []])
})

it('keeps the key of an empty pack when the index is lost: another pack under it may be away', async () => {
  const { dataFolder, pack } = await withUnfinishedPack((torn) => torn)
  loseIndex(dataFolder)
  renameSync(pack, `${pack}.away`)
  const without = testStore({ dataFolder })
  expect(without.recovery).toMatchObject({ removedEmptyPacks: 1, recoveredObjects: 0 })
  await without.close()
  renameSync(`${pack}.away`, pack)
  const back = testStore({ dataFolder })
  expect(back.recovery).toMatchObject({ recoveredObjects: 1, unreadablePacks: 0 })
  await back.close()
})
