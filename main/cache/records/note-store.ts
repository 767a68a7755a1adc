/** Settings, and small named documents of the station. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Settings } from '../../contract/settings.ts'

/** Limit of a document, in UTF-16 code units. */
export const MAX_DOCUMENT_LENGTH = 256 * 1024

export class NoteStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What was saved; it may be of an earlier program. */
  loadSettings(): Partial<Settings> {
    const rows = this.#database.prepare('SELECT name, value FROM setting').all() as { name: string; value: string }[]
    return Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value) as unknown]))
  }

  /** Keeps those that are named and leaves the others. */
  saveSettings(settings: Partial<Settings>): void {
    const save = this.#database.prepare(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    this.#database
      .transaction(() => {
        for (const [name, value] of Object.entries(settings))
          if (value !== undefined) save.run(name, JSON.stringify(value))
      })
      .immediate()
  }

  /** Null when there is none of this name. */
  loadDocument(name: string): string | null {
    const text = this.#database.prepare('SELECT text FROM document WHERE name = ?').pluck().get(name)
    return (text as string | undefined) ?? null
  }

  /** Throws a RangeError beyond 256 KiB. */
  saveDocument(name: string, text: string): void {
    if (text.length > MAX_DOCUMENT_LENGTH)
      throw new RangeError(`Document ${name} is longer than ${MAX_DOCUMENT_LENGTH}.`)
    this.#database
      .prepare('INSERT INTO document (name, text) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text')
      .run(name, text)
  }
}
