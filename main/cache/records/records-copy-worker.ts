/** Writes a copy of the records, whole and as of one moment, from a connection of its own: the records' thread does not wait for it. */
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { workerData } from 'node:worker_threads'
import { syncFolder } from '../../security/durable-file.ts'
import { dataFolderAt } from '../data-folder.ts'
import { copyDatabase } from '../index-database/copy-database.ts'
import { recordsKey } from './records-file.ts'
import type { RecordsWorkerData } from './records-messages.ts'

const { dataFolder, stationKey } = workerData as RecordsWorkerData
const { records, recordsCopy } = dataFolderAt(dataFolder)
const beside = `${recordsCopy}.new`

copyDatabase(records, recordsKey(stationKey), beside)
renameSync(beside, recordsCopy)
syncFolder(dirname(recordsCopy))
