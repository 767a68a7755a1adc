/** Records for one test. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openRecords } from '../../../../main/cache/records/open-records.ts'
import { openStores, type RecordStores } from '../../../../main/cache/records/record-stores.ts'
import type { OpenedRecords, Records } from '../../../../main/cache/records/records.ts'
import { openRecordsFile } from '../../../../main/cache/records/records-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY, silent } from '../test-cache.ts'

export * from './report-data.ts'

/** The stores on this thread; `reopen` closes them and reads the file again. */
export const testStores = (
  dataFolder = temporaryFolder(),
): RecordStores & { dataFolder: string; reopen(): RecordStores } => {
  let { database } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  onTestFinished(() => void database.close())
  return {
    ...openStores(database),
    dataFolder,
    reopen: () => {
      database.close()
      database = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY).database
      return openStores(database)
    },
  }
}

/** The stores on this thread as their thread would answer. */
export const answeringStores = (dataFolder?: string): Records => {
  const { dataFolder: _, reopen: __, ...stores } = testStores(dataFolder)
  const answering = (store: object) =>
    new Proxy(store, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        return typeof method === 'function' ? async (...args: unknown[]) => method.apply(target, args) : undefined
      },
    })
  return Object.fromEntries(
    Object.entries(stores).map(([name, store]) => [name, answering(store)]),
  ) as unknown as Records
}

/** The records in their thread. */
export const testRecords = async (
  dataFolder = temporaryFolder(),
  stationKey: Uint8Array = STATION_KEY,
): Promise<OpenedRecords & { dataFolder: string }> => {
  const records = await openRecords({ dataFolder, stationKey, log: silent })
  onTestFinished(() => records.close())
  return Object.assign(records, { dataFolder })
}

export const recordsFile = (dataFolder: string): string => join(dataFolder, 'records.sqlite')
