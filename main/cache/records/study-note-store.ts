/** What no pack tells of a study: when a person last opened it, and how many instances an archive announced. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { StudyNote } from '../cache.ts'

export class StudyNoteStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  opened(StudyInstanceUID: string, at: string): void {
    this.#database
      .prepare(`
        INSERT INTO study_note (StudyInstanceUID, openedAt) VALUES (?, ?)
        ON CONFLICT (StudyInstanceUID) DO UPDATE SET openedAt = excluded.openedAt`)
      .run(StudyInstanceUID, at)
  }

  expected(StudyInstanceUID: string, count: number): void {
    this.#database
      .prepare(`
        INSERT INTO study_note (StudyInstanceUID, expectedInstances) VALUES (?, ?)
        ON CONFLICT (StudyInstanceUID) DO UPDATE SET expectedInstances = excluded.expectedInstances`)
      .run(StudyInstanceUID, count)
  }

  /** Those behind a study, in order of their UIDs. */
  list(after: string, limit: number): StudyNote[] {
    return this.#database
      .prepare(`
        SELECT StudyInstanceUID, openedAt, expectedInstances FROM study_note WHERE StudyInstanceUID > ?
        ORDER BY StudyInstanceUID LIMIT ?`)
      .all(after, limit) as StudyNote[]
  }
}
