/** What the main thread and the records' threads tell each other. */
import type { CacheError } from '../cache.ts'
import type { ResultMessage } from '../workers/worker-calls.ts'
import type { RecordsRecovery } from './records.ts'

export interface RecordsWorkerData {
  dataFolder: string
  stationKey: Uint8Array
}

export type FromRecords =
  | { type: 'opened'; recovery: RecordsRecovery; carriedOver: number; stores: string[] }
  | { type: 'failed'; code: CacheError['code']; message: string }
  /** The file is no longer what it was; it is looked at again when the station starts. */
  | { type: 'damaged' }
  | ResultMessage
