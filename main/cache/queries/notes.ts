/** Settings, documents and totals. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Settings } from '../../contract/settings.ts'
import type { CacheTotals } from '../cache.ts'

export class NotesQueries {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  loadSettings(): Partial<Settings> {
    const rows = this.#database.prepare('SELECT name, value FROM setting').all() as { name: string; value: string }[]
    return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]))
  }

  loadDocument(name: string): string | null {
    const text = this.#database.prepare('SELECT text FROM document WHERE name = ?').pluck().get(name) as
      | string
      | undefined
    return text ?? null
  }

  totals(): CacheTotals {
    return this.#database.prepare('SELECT bytes, studies, instances FROM total').get() as CacheTotals
  }
}
