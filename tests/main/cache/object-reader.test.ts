/** Reading from a disk that fails for a moment. */
import { type FileHandle, open } from 'node:fs/promises'
import { expect, it, onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { openIndexForReading } from '../../../main/cache/index-database/open-index.ts'
import { ObjectReader } from '../../../main/cache/object-reader.ts'
import { InstanceQueries } from '../../../main/cache/queries/instances.ts'
import { ctImage } from './data-sets.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { put, STATION_KEY, testStore } from './test-cache.ts'

/** A reader over one stored object whose reads fail as often as `failing` says. */
const failingReader = async (code: string) => {
  const dataFolder = temporaryFolder()
  const object = ctImage({ rows: 300 })
  const store = testStore({ dataFolder })
  await put(store, object)
  await store.close()
  const folder = dataFolderAt(dataFolder)
  const index = openIndexForReading(folder.index, STATION_KEY)
  const location = new InstanceQueries(index).locate(1)
  index.close()
  if (!location) throw new Error('nothing is stored')
  const disk = { failing: 0, opened: 0 }
  const reader = new ObjectReader(folder, STATION_KEY, async (path) => {
    const handle = await open(path)
    disk.opened += 1
    const read = (async (...values: Parameters<FileHandle['read']>) => {
      if (disk.failing > 0) {
        disk.failing -= 1
        throw Object.assign(new Error(code), { code })
      }
      return handle.read(...values)
    }) as FileHandle['read']
    return { read, close: () => handle.close() }
  })
  onTestFinished(() => reader.close())
  const { length } = object.bytes
  return { disk, reader, location, object, read: () => reader.object(location).read(0, length) }
}

it('reads once more, from a file opened anew, before it says that an object is damaged', async () => {
  const { disk, reader, location, object, read } = await failingReader('EIO')
  for (let round = 0; round < 3; round += 1) {
    disk.failing = 1
    expect(Buffer.from(await read()).equals(object.bytes)).toBe(true)
    disk.failing = 1
    await reader.checkFrame(location)
  }
  disk.failing = 2
  await expect(read()).rejects.toMatchObject({ code: 'object-damaged' })
  expect(Buffer.from(await read()).equals(object.bytes)).toBe(true)
  expect(disk.opened).toBeGreaterThan(6)
})

it('does not take what says nothing of the object for damage, nor ask again', async () => {
  const { disk, read } = await failingReader('EMFILE')
  disk.failing = 2
  await expect(read()).rejects.toMatchObject({ code: 'EMFILE' })
  expect(disk.failing).toBe(1)
})

it('goes on when packs that nobody reads any more cannot be closed', async () => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder })
  const studies = Array.from({ length: 20 }, (_, index) => index + 1)
  for (const study of studies) await put(store, ctImage({ study, rows: 8 }))
  await store.close()
  const folder = dataFolderAt(dataFolder)
  const index = openIndexForReading(folder.index, STATION_KEY)
  const locations = studies.map((instanceKey) => new InstanceQueries(index).locate(instanceKey))
  index.close()
  let closed = 0
  const reader = new ObjectReader(folder, STATION_KEY, async (path) => {
    const handle = await open(path)
    const close = async () => {
      await handle.close()
      closed += 1
      throw Object.assign(new Error('EIO'), { code: 'EIO' })
    }
    return { read: handle.read.bind(handle) as FileHandle['read'], close }
  })
  for (const location of locations) if (location) await reader.object(location).read(0, location.length)
  // Nobody catching it would end the process.
  expect(closed).toBeGreaterThan(0)
  await reader.close().catch(() => undefined)
})
