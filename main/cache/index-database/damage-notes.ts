/**
 * What is wrong with packs although the index cannot say what of: places that are not authentic, and keys whose packs are not there. Each may
 * be an object that was answered. They are told until they are found whole, are removed with their study, or a person has taken note of them.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type Statements, statementsOf } from './statements.ts'

/** Bytes of a pack that are not what was written, or, behind the file's end, not there. */
export interface DamagedPlace {
  packId: string
  keyId: string
  beginsAt: number
  length: number
  /** The file is shorter than it was. */
  isGone: boolean
  /** A person has taken note of it. */
  isDismissed: boolean
}

/** A place as it was found. */
export interface FoundPlace {
  offset: number
  length: number
  isGone?: boolean
}

/** The writing side; every call is one transaction, and throws SQLite's error. */
export class DamageNotes {
  readonly #database: Database
  readonly #sql: Statements

  constructor(database: Database) {
    this.#database = database
    this.#sql = statementsOf(database)
  }

  /** All places, pack by pack and in order. */
  places(): DamagedPlace[] {
    const rows = this.#sql(`
        SELECT packId, keyId, beginsAt, length, isGone, dismissedAt IS NOT NULL AS isDismissed
        FROM damaged_place ORDER BY packId, beginsAt`).all() as (Omit<DamagedPlace, 'isGone' | 'isDismissed'> & {
      isGone: number
      isDismissed: number
    })[]
    return rows.map((row) => ({ ...row, isGone: row.isGone === 1, isDismissed: row.isDismissed === 1 }))
  }

  /** The studies of which such a place may hold something, as far as nobody took note of it. */
  studies(): string[] {
    return this.#sql(
      'SELECT DISTINCT StudyInstanceUID FROM damaged_place JOIN pack USING (packId) WHERE dismissedAt IS NULL',
    )
      .pluck()
      .all() as string[]
  }

  /**
   * A pack was read from `start` to `end`, and these places were found damaged, no others. Must come before what was found behind them is
   * indexed. What a person took note of stays so.
   */
  note(
    { packId, keyId }: { packId: string; keyId: string },
    { start, end }: { start: number; end: number },
    found: readonly FoundPlace[],
  ): void {
    const isKnown = this.#sql('SELECT 1 FROM damaged_place WHERE packId = ? LIMIT 1').get(packId)
    if (found.length === 0 && isKnown === undefined) return
    const settle = this.#sql(`
      DELETE FROM damaged_place
      WHERE packId = ? AND beginsAt >= ? AND beginsAt < ? AND beginsAt NOT IN (SELECT value FROM json_each(?))`)
    const save = this.#sql(`
      INSERT INTO damaged_place (packId, keyId, beginsAt, length, isGone, foundAt) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (packId, beginsAt) DO UPDATE SET length = excluded.length, isGone = excluded.isGone`)
    const at = new Date().toISOString()
    this.#database
      .transaction(() => {
        settle.run(packId, start, end, JSON.stringify(found.map(({ offset }) => offset)))
        for (const { offset, length, isGone } of found)
          save.run(packId, keyId, offset, length, Number(isGone ?? false), at)
      })
      .immediate()
  }

  /** There is nothing in this pack, and it is removed. */
  forget(packId: string): void {
    this.#sql('DELETE FROM damaged_place WHERE packId = ?').run(packId)
  }

  /** The index is new, and these keys are of packs that are not there. */
  miss(keyIds: readonly string[]): void {
    const save = this.#sql('INSERT OR IGNORE INTO missed_key (keyId, foundAt) VALUES (?, ?)')
    const at = new Date().toISOString()
    this.#database.transaction(() => keyIds.forEach((keyId) => void save.run(keyId, at))).immediate()
  }

  /** Of the keys that were missing packs, those that still do; the others are forgotten. Tells those of which nobody took note. */
  stillMissed(unused: readonly string[]): string[] {
    const isUnused = 'keyId IN (SELECT value FROM json_each(?))'
    const list = JSON.stringify(unused)
    return this.#database
      .transaction(() => {
        this.#sql(`DELETE FROM missed_key WHERE NOT ${isUnused}`).run(list)
        return this.#sql('SELECT keyId FROM missed_key WHERE dismissedAt IS NULL').pluck().all() as string[]
      })
      .immediate()
  }

  /** A person has taken note of all that is wrong now. What a power cut takes of that is told once more. */
  dismiss(at: string): void {
    this.#database
      .transaction(() => {
        for (const table of ['damaged_place', 'missed_key'])
          this.#sql(`UPDATE ${table} SET dismissedAt = ? WHERE dismissedAt IS NULL`).run(at)
      })
      .immediate()
  }
}
