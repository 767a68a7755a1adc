/** A backup that runs beside everything else, with its progress and its end. */
import { Worker } from 'node:worker_threads'
import type { Backup, BackupRequest } from './back-up.ts'

export type BackupWorkerData = Pick<BackupRequest, 'dataFolder' | 'stationKey' | 'to'>

export type BackupMessage =
  | { kind: 'progress'; bytes: number; total: number }
  | { kind: 'done'; backup: Backup }
  | { kind: 'cancelled' }
  /** Code of a CacheError or of the file system; never a path. */
  | { kind: 'failed'; code: string }

export type BackupEnd = Exclude<BackupMessage, { kind: 'progress' }>

export interface RunningBackup {
  readonly end: Promise<BackupEnd>
  /** Ends it after the pack that is being copied; what was written is removed. */
  cancel(): void
}

/** Beside this module, which is bundled or not. */
const workerFile = new URL(`./backup-worker.${import.meta.url.split('.').pop()}`, import.meta.url)

/** ms that a cancelled backup gets to remove what it wrote. */
const PATIENCE = 10_000

/** Begins a backup. Never throws. */
export function runBackup(
  request: BackupWorkerData,
  onProgress: (progress: { bytes: number; total: number }) => void,
): RunningBackup {
  const worker = new Worker(workerFile, { workerData: request })
  const { promise, resolve } = Promise.withResolvers<BackupEnd>()
  worker.on('message', (message: BackupMessage) => {
    if (message.kind === 'progress') onProgress(message)
    else resolve(message)
  })
  worker.once('error', () => resolve({ kind: 'failed', code: 'unknown' }))
  worker.once('exit', () => resolve({ kind: 'failed', code: 'unknown' }))
  const cancel = (): void => {
    worker.postMessage('cancel')
    // A disk that does not answer holds nobody up: what is left of it there is removed by the next backup.
    setTimeout(() => {
      resolve({ kind: 'cancelled' })
      void worker.terminate()
    }, PATIENCE).unref()
  }
  return { end: promise, cancel }
}
