/** Writes a copy of the records, whole and as of one moment, from a connection of its own: the records' thread does not wait for it. */
import { renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { workerData } from 'node:worker_threads'
import { syncFile, syncFolder } from '../../security/durable-file.ts'
import { dataFolderAt, makePrivateFile } from '../data-folder.ts'
import { openForReading } from '../index-database/open-index.ts'
import { recordsKey } from './records-file.ts'
import type { RecordsWorkerData } from './records-messages.ts'

const { dataFolder, stationKey } = workerData as RecordsWorkerData
const { records, recordsCopy } = dataFolderAt(dataFolder)
const beside = `${recordsCopy}.new`

rmSync(beside, { force: true })
makePrivateFile(beside)
const database = openForReading(records, recordsKey(stationKey))
try {
  // The copy is encrypted as the original is, under the same key; for SQLite it is a write.
  database.pragma('query_only = OFF')
  // Synced below, once.
  database.pragma('synchronous = OFF')
  database.prepare('VACUUM INTO ?').run(beside)
} finally {
  database.close()
}
syncFile(beside)
renameSync(beside, recordsCopy)
syncFolder(dirname(recordsCopy))
