/** Makes a backup on a thread of its own: copying databases takes as long as they are large. */
import { parentPort, workerData } from 'node:worker_threads'
import { CacheError } from '../cache.ts'
import { backUp } from './back-up.ts'
import type { BackupMessage, BackupWorkerData } from './run-backup.ts'

const { dataFolder, stationKey, to } = workerData as BackupWorkerData
const tell = (message: BackupMessage): void => parentPort?.postMessage(message)

const ending = new AbortController()
parentPort?.once('message', () => ending.abort())

try {
  const onProgress = (progress: { bytes: number; total: number }): void => {
    ending.signal.throwIfAborted()
    tell({ kind: 'progress', ...progress })
  }
  tell({ kind: 'done', backup: await backUp({ dataFolder, stationKey, to, onProgress }) })
} catch (error) {
  const { code } = error as { code?: unknown }
  if (ending.signal.aborted) tell({ kind: 'cancelled' })
  else
    tell({ kind: 'failed', code: error instanceof CacheError || typeof code === 'string' ? String(code) : 'unknown' })
}
parentPort?.close()
