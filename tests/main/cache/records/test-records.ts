/** Records for one test. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openRecords } from '../../../../main/cache/records/open-records.ts'
import { openStores, type RecordStores } from '../../../../main/cache/records/record-stores.ts'
import type { OpenedRecords } from '../../../../main/cache/records/records.ts'
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
