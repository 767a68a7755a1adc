/** A disk that is really full: a small memory file system where this user may mount one. (The same rules on an injected disk: store/faulty-files.test.ts.) */
import { spawnSync } from 'node:child_process'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { IngestOutcome } from '../../../main/cache/cache.ts'
import { ctImage, store } from './data-sets.ts'
import { testRecords } from './records/test-records.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testCache } from './test-cache.ts'

const MIB = 1024 * 1024

const mountSmallDisk = (bytes: number): string | null => {
  const folder = temporaryFolder()
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]).status === 0
  if (!mounted) return null
  onTestFinished(() => void spawnSync('/bin/umount', ['-l', folder]))
  return folder
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0

const fillDisk = (folder: string, leave: number): string => {
  const { bavail, bsize } = statfsSync(folder)
  const path = join(folder, 'other-program.bin')
  writeFileSync(path, Buffer.alloc(Math.max(0, bavail * bsize - leave)))
  return path
}

it.runIf(canMount)('refuses with disk-full, goes on reading, recovers by itself, and loses nothing', async () => {
  const mount = mountSmallDisk(64 * MIB)
  if (mount === null) throw new Error('mounting failed')
  const ballast = join(mount, 'ballast.bin')
  writeFileSync(ballast, Buffer.alloc(20 * MIB))
  const dataFolder = join(mount, 'data')
  const cache = await testCache({ dataFolder, reserveBytes: 4 * MIB })
  const { notes } = await testRecords(dataFolder)
  const events: boolean[] = []
  cache.onDiskFull((full) => void events.push(full))
  const outcomes: IngestOutcome[] = []
  const put = async (instance: number): Promise<IngestOutcome> => {
    const outcome = await store(cache, ctImage({ instance, rows: 512 }))
    outcomes.push(outcome)
    return outcome
  }
  let instance = 1
  while ((await put(instance)).kind === 'stored') instance += 1
  expect(outcomes.at(-1)).toEqual({ kind: 'refused', reason: 'disk-full' })
  expect(instance).toBeGreaterThan(20)
  expect(events).toEqual([true])
  expect(await cache.disk()).toMatchObject({ full: true })
  // Everything else goes on: lists, reads, and small notes of the station.
  const page = { search: '', modalities: [], sort: 'lastReceivedAt', descending: true, offset: 0, limit: 10 }
  expect((await cache.listStudies(page)).rows[0]?.NumberOfStudyRelatedInstances).toBe(instance - 1)
  expect(await (await cache.open(1)).read(0, 1000)).toHaveLength(1000)
  await notes.saveDocument('window', 'somewhere')
  // Now truly full, to the last byte: SQLite cannot commit either, and says so.
  const filler = fillDisk(dataFolder, 0)
  const saveMany = async (): Promise<void> => {
    for (let number = 1; number <= 100; number += 1) await notes.saveDocument(`document ${number}`, 'x'.repeat(250_000))
  }
  await expect(saveMany()).rejects.toMatchObject({ code: 'disk-full' })
  expect(await notes.loadDocument('window')).toBe('somewhere')
  expect(await put(instance)).toEqual({ kind: 'refused', reason: 'disk-full' })
  rmSync(filler)
  await cache.close()
  // Another program took the room: the cache opens, and takes objects again as soon as there is room.
  const squeezed = fillDisk(mount, 2 * MIB)
  const again = await testCache({ dataFolder, reserveBytes: 4 * MIB })
  expect(again.recovery).toMatchObject({ damagedStretches: 0, cutBytes: 0 })
  expect(await again.totals()).toMatchObject({ instances: instance - 1 })
  expect(await store(again, ctImage({ instance: 500 }))).toEqual({ kind: 'refused', reason: 'disk-full' })
  const changed = Promise.withResolvers<boolean>()
  again.onDiskFull((full) => changed.resolve(full))
  rmSync(squeezed)
  rmSync(ballast)
  expect(await changed.promise).toBe(false)
  expect((await store(again, ctImage({ instance: 500, rows: 16 }))).kind).toBe('stored')
})

it.runIf(canMount)('refuses nothing as long as no reserve is asked for, down to the last byte', async () => {
  const dataFolder = mountSmallDisk(12 * MIB)
  if (dataFolder === null) throw new Error('mounting failed')
  const cache = await testCache({ dataFolder, reserveBytes: 0 })
  let stored = 0
  let outcome: IngestOutcome
  do {
    outcome = await store(cache, ctImage({ instance: stored + 1, rows: 400 }))
    if (outcome.kind === 'stored') stored += 1
  } while (outcome.kind === 'stored')
  expect(outcome).toEqual({ kind: 'refused', reason: 'disk-full' })
  expect(stored).toBeGreaterThan(5)
  await cache.close()
  const again = await testCache({ dataFolder, reserveBytes: 0 })
  expect(again.recovery).toMatchObject({ recoveredObjects: 0, damagedStretches: 0, missingPacks: 0 })
  expect(await again.totals()).toMatchObject({ instances: stored })
})

it.runIf(canMount)('opens on a disk that is full to the last byte, so that everything can be read', async () => {
  const mount = mountSmallDisk(20 * MIB)
  if (mount === null) throw new Error('mounting failed')
  const dataFolder = join(mount, 'data')
  const cache = await testCache({ dataFolder, reserveBytes: 0 })
  const records = await testRecords(dataFolder)
  expect((await store(cache, ctImage())).kind).toBe('stored')
  await records.notes.saveDocument('window', 'somewhere')
  await records.close()
  await cache.close()
  fillDisk(mount, 0)
  // The station opens them first.
  expect(await (await testRecords(dataFolder)).notes.loadDocument('window')).toBe('somewhere')
  const again = await testCache({ dataFolder, reserveBytes: 4 * MIB })
  expect(await again.totals()).toMatchObject({ instances: 1 })
  expect(await (await again.open(1)).read(0, 100)).toHaveLength(100)
  expect(await store(again, ctImage({ instance: 2 }))).toEqual({ kind: 'refused', reason: 'disk-full' })
})
