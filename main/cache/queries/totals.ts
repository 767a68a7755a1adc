/** What the cache holds in all, and whether the index lacks what the records know. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { CacheTotals } from '../cache.ts'

export const totals = (database: Database): CacheTotals =>
  database.prepare('SELECT bytes, studies, instances FROM total').get() as CacheTotals

/** Until what the records know of its content was brought back into an index that was made anew. */
export const isLacking = (database: Database): boolean =>
  database.prepare('SELECT isLacking FROM total').pluck().get() === 1
