/**
 * What cannot be rebuilt from packs: reports, measurements, the reader, the outbox. Kept in a database of their own, in a thread of their
 * own, so that a keystroke never waits for what is being received. Each answer comes when the change is durable.
 */
import type { RecordStores } from './record-stores.ts'

/** A store as seen from other threads. Rejects with `CacheError`: `disk-full`, `index-damaged` or `closed`. */
export type AsyncStore<S> = {
  [K in keyof S as S[K] extends (...args: never[]) => unknown ? K : never]: S[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<R>
    : never
}

/** What was found when the records were opened. */
export type RecordsRecovery =
  | { kind: 'opened' | 'new' }
  /** They could not be read, or come from a later program, and were set aside; restored as they were at `restoredFrom`, or begun anew. */
  | { kind: 'set-aside'; reason: 'damaged' | 'later-version' | 'missing'; restoredFrom: string | null }

/** The stores by name, such as `records.reports.append(…)`. */
export type Records = { readonly [N in keyof RecordStores]: AsyncStore<RecordStores[N]> }

export type OpenedRecords = Records & {
  readonly recovery: RecordsRecovery
  /** Writes the copy that damaged records are restored from. */
  copy(): Promise<void>
  /** Calls back when the thread died or found damage: the station must be started again. */
  onFault(listener: () => void): () => void
  close(): Promise<void>
}
