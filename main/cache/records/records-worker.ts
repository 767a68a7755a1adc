/** The records' thread: one connection, one call at a time, each answered when it is durable. */
import { parentPort, workerData } from 'node:worker_threads'
import { dataFolderAt } from '../data-folder.ts'
import { nodePackFiles } from '../packs/pack-files.ts'
import { SpareRoom } from '../store/spare-room.ts'
import { asCacheError } from '../store/store-errors.ts'
import { answerCall, type CallMessage, type Methods } from '../workers/worker-calls.ts'
import { auditHeadAt } from './audit-head.ts'
import { carryOver } from './carry-over.ts'
import { openStores } from './record-stores.ts'
import { openRecordsFile } from './records-file.ts'
import type { FromRecords, RecordsWorkerData } from './records-messages.ts'
import { storeCalls } from './store-calls.ts'

const port = parentPort
if (!port) throw new Error('The records run in a worker thread.')
const post = (message: FromRecords): void => port.postMessage(message)

const open = () => {
  try {
    const { dataFolder, stationKey } = workerData as RecordsWorkerData
    const folder = dataFolderAt(dataFolder)
    const room = new SpareRoom(folder, nodePackFiles)
    const opened = room.opening(() => openRecordsFile(folder, stationKey))
    const carriedOver = room.opening(() => carryOver(opened.database, folder, stationKey))
    return { ...opened, carriedOver }
  } catch (error) {
    const { code, message } = asCacheError(error)
    post({ type: 'failed', code, message })
    return null
  }
}

const auditHeadIn = ({ dataFolder, stationKey }: RecordsWorkerData) =>
  auditHeadAt(dataFolderAt(dataFolder).auditHead, stationKey)

const opened = open()
if (opened) {
  const { database, recovery, carriedOver } = opened
  const stores = openStores(database, auditHeadIn(workerData as RecordsWorkerData))
  const methods: Methods = {
    ...storeCalls(stores, () => post({ type: 'damaged' })),
    close: () => void database.close(),
  }
  port.on('message', (call: CallMessage) => void answerCall(port, methods, call))
  post({ type: 'opened', recovery, carriedOver, stores: Object.keys(stores) })
}
