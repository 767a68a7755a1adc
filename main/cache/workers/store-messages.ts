/** What the main thread and the store worker tell each other. Bytes lie in slots of memory that both share (`shared-slots.ts`). */
import type { ChosenVersion, IndexLag, IngestOutcome, IngestRequest, StoredChange } from '../cache.ts'
import type { RecoveryReport } from '../store/recovery.ts'
import type { CallMessage, ResultMessage } from './worker-calls.ts'

export interface StoreWorkerData {
  dataFolder: string
  stationKey: Uint8Array
  chosen: readonly ChosenVersion[]
  reserve: number
  packLimit: number
}

export type ToStore =
  /** A slot that later messages name. */
  | { type: 'slot'; slot: number; memory: SharedArrayBuffer }
  | {
      type: 'data'
      object: number
      /** With the object's first message. */
      request: IngestRequest | null
      /** Null without bytes. */
      slot: number | null
      length: number
      /** With the object's last message: the SHA-256 of its whole data set, hexadecimal. */
      sha256: string | null
    }
  | { type: 'abort'; object: number }
  | CallMessage

export type FromStore =
  | {
      type: 'opened'
      recovery: RecoveryReport
      lag: IndexLag | null
      studiesBehind: readonly string[] | null
      damagedStudies: readonly string[]
    }
  | { type: 'failed'; code: 'wrong-key' | 'disk-full' | 'index-damaged'; message: string }
  /** What was decided, what the index took, and how many decided objects it does not know yet. */
  | {
      type: 'decided'
      outcomes: [object: number, outcome: IngestOutcome][]
      changes: StoredChange[]
      unindexed: number
    }
  | { type: 'disk-full'; full: boolean }
  | { type: 'index-lag'; lag: IndexLag | null; studiesBehind: readonly string[] | null }
  | { type: 'problem'; what: string; detail: string }
  | ResultMessage
