/** Who reads here, and the PIN with what was tried on it. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ReaderProfile } from '../../contract/profile.ts'

export class ProfileStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  profile(): ReaderProfile | null {
    const text = this.#read('profile')
    return text === null ? null : (JSON.parse(text) as ReaderProfile)
  }

  saveProfile(profile: ReaderProfile): void {
    this.#database.prepare('UPDATE reader SET profile = ?').run(JSON.stringify(profile))
  }

  /** What `main/security` keeps of a PIN, in its own form; null: none was ever set. */
  pin(): string | null {
    return this.#read('pin')
  }

  savePin(pin: string): void {
    this.#database.prepare('UPDATE reader SET pin = ?').run(pin)
  }

  #read(column: 'profile' | 'pin'): string | null {
    return this.#database.prepare(`SELECT ${column} FROM reader`).pluck().get() as string | null
  }
}
