/** What the main thread and the store worker tell each other. Buffers travel by transfer, never by copy. */
import type { IngestOutcome, IngestRequest, StoredChange } from '../cache.ts'
import type { RecoveryReport } from '../store/recovery.ts'
import type { CallMessage, ResultMessage } from './worker-calls.ts'

export interface StoreWorkerData {
  dataFolder: string
  stationKey: Uint8Array
  reserve: number
  packLimit: number
}

export type ToStore =
  | {
      type: 'data'
      object: number
      /** With the object's first message. */
      request: IngestRequest | null
      buffer: ArrayBuffer | null
      length: number
      isLast: boolean
    }
  | { type: 'abort'; object: number }
  | CallMessage

export type FromStore =
  | { type: 'opened'; recovery: RecoveryReport }
  | { type: 'failed'; code: 'wrong-key' | 'disk-full' | 'index-damaged'; message: string }
  | { type: 'buffer'; object: number; buffer: ArrayBuffer }
  | { type: 'outcome'; object: number; outcome: IngestOutcome }
  | { type: 'committed'; changes: StoredChange[] }
  | { type: 'disk-full'; full: boolean }
  | { type: 'problem'; what: string; detail: string }
  | ResultMessage
