/** Attribute matching of C-FIND and QIDO-RS as SQL conditions (PS3.4 §C.2.2.2). */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { CacheError } from '../cache.ts'
import { foldText } from '../index-database/fold-text.ts'

export interface Condition {
  sql: string
  values: (string | number)[]
}

/** How a keyword is matched. */
export type MatchKind = 'UID' | 'text' | 'name' | 'range' | 'number'

/** `*` and `?` mean in GLOB what they mean in DICOM; its bracket is taken literally. */
const globOf = (value: string): string => value.replace(/\[/g, '[[]')
const hasWildcard = (value: string): boolean => /[*?]/.test(value)

const textCondition = (column: string, value: string): Condition =>
  hasWildcard(value) ? { sql: `${column} GLOB ?`, values: [globOf(value)] } : { sql: `${column} = ?`, values: [value] }

/** The ends of `a-b`, `a-` or `-b`; null when the value is no range. */
export const rangeEnds = (value: string): { from: string; to: string } | null => {
  const dash = value.indexOf('-')
  return dash < 0 ? null : { from: value.slice(0, dash).trim(), to: value.slice(dash + 1).trim() }
}

/** Range matching (PS3.4 §C.2.2.2.5) on dates and times; a single time matches what is within it. */
const rangeCondition = (column: string, value: string): Condition => {
  const ends = rangeEnds(value)
  const isTime = /^(\d{2}){1,3}$|^\d{6}\.\d{1,6}$/.test(value)
  if (!ends) return textCondition(column, isTime ? `${value}*` : value)
  const { from, to } = ends
  // An upper bound given with less precision includes everything within it.
  const conditions = [...(from ? [`${column} >= ?`] : []), ...(to ? [`${column} <= ?`] : []), `${column} <> ''`]
  return { sql: conditions.join(' AND '), values: [...(from ? [from] : []), ...(to ? [`${to}\uffff`] : [])] }
}

/** Lets conditions be asked of `database` that call {@link foldText}, and those of {@link untilThen}. */
export const teachMatching = (database: Database): void => {
  database.function('composed_text', { deterministic: true }, (text: unknown) => String(text ?? '').normalize('NFC'))
  database.function('fold_text', { deterministic: true }, (text: unknown) => foldText(String(text ?? '')))
  database.function('until_then', (then: unknown, _row: unknown) => {
    if (performance.now() >= Number(then)) throw new CacheError('search-too-broad', 'The search takes too long.')
    return 1
  })
}

/**
 * True of every row until `then`, in ms of `performance.now()`; after it the query ends with {@link CacheError} `search-too-broad`: nothing
 * else ends one. `key` has it asked for each row of a table.
 */
export const untilThen = (then: number, key: string): Condition => ({ sql: `until_then(?, ${key})`, values: [then] })

/** A column of names as they were received, as {@link matchCondition} takes it. */
export const foldedName = (column: string): string => `fold_text(${column})`

const nameCondition = (folded: string, value: string): Condition => {
  // Folded Hangul is in pieces, of which a question mark would stand for one instead of for a syllable.
  const isOfSyllables = value.includes('?')
  const column = isOfSyllables ? `composed_text(${folded})` : folded
  // Empty components and groups at the end need not be written (PS3.5 §6.2.1.1); those at the beginning leave them open.
  const plain = foldText(value)
    .replace(/[\s^]+(?==|$)/g, '')
    .replace(/=+$/, '')
    .replace(/^=+/, '*=')
  const glob = globOf(isOfSyllables ? plain.normalize('NFC') : plain)
  // Any component group may match: the value holds them separated by '='.
  const values = [glob, `${glob}=*`, `*=${glob}`, `*=${glob}=*`]
  return { sql: `(${values.map(() => `${column} GLOB ?`).join(' OR ')})`, values }
}

/** Universal matching: an empty value, or only asterisks (PS3.4 §C.2.2.2.3). */
export const isUniversal = (value: string): boolean => /^\**$/.test(value)

/** The condition for one key; null for universal matching. */
export const matchCondition = (column: string, kind: MatchKind, value: string): Condition | null => {
  if (isUniversal(value)) return null
  if (kind === 'UID') {
    const uids = value.split(/[\\,]/).filter(Boolean)
    return { sql: `${column} IN (${uids.map(() => '?').join(', ')})`, values: uids }
  }
  if (kind === 'name') return nameCondition(column, value)
  if (kind === 'range') return rangeCondition(column, value)
  if (kind === 'number') return { sql: `${column} = ?`, values: [Number(value)] }
  return textCondition(column, value)
}
