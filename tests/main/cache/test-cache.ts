/** Caches and stores for one test, closed after it. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { IngestOutcome, StoredChange } from '../../../main/cache/cache.ts'
import { type OpenCacheOptions, type OpenedCache, openCache } from '../../../main/cache/open-cache.ts'
import { Store, type StoreOptions } from '../../../main/cache/store/store.ts'
import { STATION_KEY, type TestObject } from './data-sets.ts'
import { temporaryFolder } from './temporary-folder.ts'

export { STATION_KEY }
export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Opens a cache with worker threads; without `dataFolder` in a new folder. */
export const testCache = async (
  options: Partial<OpenCacheOptions> = {},
): Promise<OpenedCache & { dataFolder: string }> => {
  const dataFolder = options.dataFolder ?? temporaryFolder()
  const cache = await openCache({ stationKey: STATION_KEY, log: silent, reserveBytes: 0, ...options, dataFolder })
  onTestFinished(() => cache.close())
  return Object.assign(cache, { dataFolder })
}

/** Opens the store on this thread. */
export const testStore = (
  options: Partial<StoreOptions> & { dataFolder: string },
): Store & { changes: StoredChange[] } => {
  const changes: StoredChange[] = []
  const store = new Store({
    stationKey: STATION_KEY,
    reserve: 0,
    packLimit: 1024 ** 3,
    onIndexed: (committed) => void changes.push(...committed),
    onDiskFull: () => undefined,
    onProblem: () => undefined,
    ...options,
  })
  return Object.assign(store, { changes })
}

/** Stores an object in pieces. */
export const put = (store: Store, { request, bytes }: TestObject, pieceLength = 10_000): Promise<IngestOutcome> => {
  const session = store.begin(request)
  for (let at = 0; at < bytes.length; at += pieceLength) session.write(bytes.subarray(at, at + pieceLength))
  return store.end(session)
}

const filesBelow = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort()

export const packFiles = (dataFolder: string): string[] => filesBelow(join(dataFolder, 'packs'), '.pack')
export const keyFiles = (dataFolder: string): string[] =>
  filesBelow(join(dataFolder, 'keys'), '.key').filter((name) => !/0{32}\.key$/.test(name))
