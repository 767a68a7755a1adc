import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { backUp } from '../../../../main/cache/backup/back-up.ts'
import { lockDataFolder } from '../../../../main/cache/folder-lock.ts'
import { openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { verifyAudit } from '../../../../main/cache/records/verify-audit.ts'
import type { AuditEvent } from '../../../../main/contract/audit.ts'
import { createKeyFileStore, openVault } from '../../../../main/security/index.ts'
import { ctImage, store, type TestObject } from '../data-sets.ts'
import { testRecords } from '../records/test-records.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { packFiles, testCache } from '../test-cache.ts'

/** A data folder that receives, with its recovery key; `keyFile` and the folders of the tests lie beside it. */
const running = async () => {
  const place = temporaryFolder()
  const dataFolder = join(place, 'data')
  const keyStore = createKeyFileStore({ keyFile: join(place, 'station.key'), dataFolder })
  const vault = await openVault({ dataFolder, keyStore })
  if (vault.kind !== 'open') throw new Error('locked')
  const { stationKey } = vault
  const recoveryKey = vault.drawRecoveryKey()
  vault.confirmRecoveryKey(recoveryKey.slice(-5))
  const cache = await testCache({ dataFolder, stationKey, packLimitBytes: 100_000 })
  const records = await testRecords(dataFolder, stationKey)
  return { place, dataFolder, stationKey, recoveryKey, cache, records, to: join(place, 'backups') }
}

/** The station key of a copy, by the recovery key alone. */
const restoredKey = async (dataFolder: string, keyFile: string, recoveryKey: string) => {
  const vault = await openVault({ dataFolder, keyStore: createKeyFileStore({ keyFile, dataFolder }) })
  if (vault.kind !== 'locked') throw new Error('not locked')
  const answer = await vault.restore(recoveryKey)
  return answer.outcome === 'restored' ? answer.vault.stationKey : null
}

const images = (study: number, count: number): TestObject[] =>
  Array.from({ length: count }, (_, index) => ctImage({ study, instance: index + 1 }))

const bytesIn = async (cache: Awaited<ReturnType<typeof testCache>>, { request }: TestObject) => {
  const key = await cache.findInstance({ SOPInstanceUID: request.SOPInstanceUID })
  if (key === null) return null
  const stored = await cache.open(key)
  return Buffer.from(await stored.read(0, stored.length))
}

it('copies a folder that receives, and the copy opens elsewhere with the recovery key', async () => {
  const { place, dataFolder, stationKey, recoveryKey, cache, records, to } = await running()
  await records.notes.saveSettings({ aeTitle: 'GARDE' })
  await records.retention.pin('1.2.826.0.1.77.1', '2026-01-15T10:00:00.000Z')
  const noted: AuditEvent = {
    kind: 'started',
    EventID: '110100',
    EventActionCode: 'E',
    EventDateTime: '2026-01-15T10:00:00.000Z',
    EventOutcomeIndicator: 0,
    ActiveParticipant: [],
    ParticipantObject: [],
    detail: {},
  }
  await records.audit.append([noted, noted])
  const before = [...images(1, 30), ...images(2, 5)]
  for (const object of before) await store(cache, object)
  let isCopying = true
  const receiving = (async () => {
    for (let study = 3; isCopying; study += 1) for (const object of images(study, 3)) await store(cache, object)
    for (const object of images(1, 40)) await store(cache, object)
  })()
  const backup = await backUp({ dataFolder, stationKey, to })
  isCopying = false
  await receiving
  expect(backup.missingPacks).toBe(0)
  expect(readdirSync(to).filter((name) => name !== 'lock')).toEqual([backup.folder.slice(to.length + 1)])
  for (const name of readdirSync(backup.folder, { recursive: true, encoding: 'utf8' })) {
    const { mode } = statSync(join(backup.folder, name))
    expect([name, mode & 0o077]).toEqual([name, 0])
  }

  const elsewhere = join(temporaryFolder(), 'elsewhere')
  cpSync(backup.folder, elsewhere, { recursive: true })
  const key = await restoredKey(elsewhere, join(place, 'other.key'), recoveryKey)
  expect(key && Buffer.from(key).equals(stationKey)).toBe(true)
  const copy = await testCache({ dataFolder: elsewhere, stationKey: key ?? Buffer.alloc(32) })
  expect(copy.recovery).toMatchObject({ indexRebuilt: 'no', recoveredObjects: 0, cutBytes: 0, missingPacks: 0 })
  for (const object of before) expect((await bytesIn(copy, object))?.equals(object.bytes)).toBe(true)
  for (const instanceKey of await copy.listKeys(0, 1_000)) {
    expect(await copy.verify(instanceKey, async () => undefined)).toBe('intact')
  }
  const copiedRecords = await testRecords(elsewhere, stationKey)
  expect(await copiedRecords.notes.loadSettings()).toMatchObject({ aeTitle: 'GARDE' })
  expect(copiedRecords.recovery.kind).toBe('opened')
  expect(await copiedRecords.retention.pinned(['1.2.826.0.1.77.1', '1.2'])).toEqual(['1.2.826.0.1.77.1'])
  expect(await verifyAudit(copiedRecords.audit)).toEqual({ entries: 2, fault: null, breaks: [] })
  // It receives on.
  expect((await store(copy, ctImage({ study: 1, instance: 900 }))).kind).toBe('stored')
})

it('has what was answered also where the index does not take it: the copy indexes it', async () => {
  const { dataFolder, stationKey, cache, to } = await running()
  await store(cache, ctImage({ instance: 1 }))
  expect(await cache.totals()).toMatchObject({ instances: 1 })
  const run = (path: string, sql: string): void => {
    const database = openIndexForWriting(path, stationKey)
    database.exec(sql)
    database.close()
  }
  run(
    join(dataFolder, 'index.sqlite'),
    "CREATE TRIGGER refuse BEFORE INSERT ON instance BEGIN SELECT RAISE(ABORT, 'refused'); END",
  )
  expect((await store(cache, ctImage({ study: 2 }))).kind).toBe('stored')
  const backup = await backUp({ dataFolder, stationKey, to })
  run(join(backup.folder, 'index.sqlite'), 'DROP TRIGGER refuse')
  const copy = await testCache({ dataFolder: backup.folder, stationKey })
  expect(copy.recovery).toMatchObject({ recoveredObjects: 1, cutBytes: 0, missingPacks: 0, unreadablePacks: 0 })
  expect(await copy.totals()).toMatchObject({ instances: 2 })
})

it('is never taken for whole before it is: no key opens what was cut off, and the next one removes it', async () => {
  const { place, dataFolder, stationKey, recoveryKey, cache, to } = await running()
  for (const study of [1, 2, 3]) for (const object of images(study, 4)) await store(cache, object)
  const cuts: string[] = []
  await backUp({
    dataFolder,
    stationKey,
    to,
    // What a power cut would leave at this moment.
    onProgress: () => {
      const cut = join(place, `cut-${cuts.length}`)
      cpSync(to, cut, { recursive: true, filter: (name) => !name.endsWith('lock') })
      cuts.push(cut)
    },
  })
  expect(cuts.length).toBeGreaterThanOrEqual(3)
  for (const [index, cut] of cuts.entries()) {
    const [name = '', ...others] = readdirSync(cut)
    expect([name.endsWith('.partial'), others]).toEqual([true, []])
    expect(await restoredKey(join(cut, name), join(place, `cut-${index}.key`), recoveryKey)).toBe(null)
  }
  const [cut = ''] = cuts
  const whole = await backUp({ dataFolder, stationKey, to: cut })
  expect(readdirSync(cut).filter((name) => name !== 'lock')).toEqual([whole.folder.slice(cut.length + 1)])
})

it('follows a study that is removed meanwhile, and tells what was missing before', async () => {
  const { dataFolder, stationKey, cache, to } = await running()
  for (const study of [1, 2]) for (const object of images(study, 2)) await store(cache, object)
  const [lost = ''] = packFiles(dataFolder)
  let removal: Promise<unknown> | null = null
  const removeAll = () =>
    Promise.all(
      [1, 2].map((study) => cache.removeStudy({ StudyInstanceUID: `1.2.826.0.1.77.${study}`, archive: null })),
    )
  const backup = await backUp({
    dataFolder,
    stationKey,
    to,
    onProgress: () => {
      removal ??= removeAll()
    },
  })
  await removal
  expect(backup.missingPacks).toBe(0)
  const copy = await testCache({ dataFolder: backup.folder, stationKey })
  expect(copy.recovery.missingPacks).toBe(0)
  expect(existsSync(lost)).toBe(false)

  await store(cache, ctImage({ study: 5 }))
  // A question has the index know it.
  await cache.totals()
  const [pack = ''] = packFiles(dataFolder)
  renameSync(pack, `${pack}.aside`)
  const now = () => new Date(Date.now() + 60_000)
  expect(await backUp({ dataFolder, stationKey, to, now })).toMatchObject({ packs: 0, missingPacks: 1 })
})

it('keeps nothing of a backup that failed, and makes one at a time', async () => {
  const { place, dataFolder, stationKey, cache, to } = await running()
  await store(cache, ctImage())
  const failing = backUp({
    dataFolder,
    stationKey,
    to,
    onProgress: () => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
    },
  })
  await expect(failing).rejects.toMatchObject({ code: 'disk-full' })
  expect(readdirSync(to)).toEqual(['lock'])
  const lock = lockDataFolder(to)
  await expect(backUp({ dataFolder, stationKey, to })).rejects.toMatchObject({ code: 'folder-in-use' })
  lock.release()
  writeFileSync(join(place, 'file'), '')
  await expect(backUp({ dataFolder, stationKey, to: join(place, 'file', 'x') })).rejects.toThrow()
})

it('copies again only what an earlier backup beside it does not have, and both are whole', async () => {
  const { dataFolder, stationKey, cache, to } = await running()
  const objects = [1, 2, 3].flatMap((study) => images(study, 4))
  for (const object of objects) await store(cache, object)
  const first = await backUp({ dataFolder, stationKey, to })
  expect(first.sharedBytes).toBe(0)
  const more = ctImage({ study: 3, instance: 50 })
  await store(cache, more)
  const now = (): Date => new Date(Date.now() + 60_000)
  const second = await backUp({ dataFolder, stationKey, to, now })
  expect(second.sharedBytes).toBeGreaterThan(0)
  expect(second.bytes - second.sharedBytes).toBeLessThan(first.bytes)

  // A byte of the first that changed is no reason to take it for the same.
  const [pack = ''] = packFiles(second.folder)
  const bytes = readFileSync(pack)
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  rmSync(pack)
  writeFileSync(pack, bytes)
  const third = await backUp({ dataFolder, stationKey, to, now: () => new Date(Date.now() + 120_000) })
  expect(third.sharedBytes).toBeLessThan(second.sharedBytes + second.bytes)
  expect(readFileSync(pack.replace(second.folder, third.folder)).equals(bytes)).toBe(false)

  rmSync(first.folder, { recursive: true })
  const copy = await testCache({ dataFolder: third.folder, stationKey })
  expect(copy.recovery).toMatchObject({ indexRebuilt: 'no', damagedStretches: 0, missingPacks: 0 })
  for (const object of [...objects, more]) expect(await bytesIn(copy, object)).toEqual(object.bytes)
})
