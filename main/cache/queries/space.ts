/** Studies by the room they take and by how long they were not used, with what the archive is proven to hold of each. */
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers'
import type { ProvenWithin, StudyPlace, StudyUse } from '../cache.ts'
import { ANY_TIME, IS_PROVEN } from '../index-database/study-removal.ts'

type Row = Omit<StudyUse, 'isProven'> & { studyKey: number }

const COLUMNS = 'studyKey, StudyInstanceUID, lastReceivedAt, openedAt, conflictingInstances'

export class SpaceQueries {
  readonly #database: Database
  readonly #isProven: Statement

  constructor(database: Database) {
    this.#database = database
    this.#isProven = database.prepare(IS_PROVEN).pluck()
  }

  /** In order of last reception, which has an index; the oldest first. */
  listByAge(request: { archive: string; after: StudyPlace | null; limit: number }): StudyUse[] {
    const { archive, after, limit } = request
    const rows = this.#database
      .prepare(`
        SELECT ${COLUMNS}, bytes FROM study
        WHERE lastReceivedAt >= @lastReceivedAt AND (lastReceivedAt, StudyInstanceUID) > (@lastReceivedAt, @StudyInstanceUID)
        ORDER BY lastReceivedAt, StudyInstanceUID LIMIT @limit`)
      .all({
        lastReceivedAt: after?.lastReceivedAt ?? '',
        StudyInstanceUID: after?.StudyInstanceUID ?? '',
        limit,
      }) as Row[]
    return rows.map((row) => this.#withProofs(row, archive))
  }

  /** By the bytes of their packs: those are few and short, and what the disk would have again. */
  listBySize(request: { archive: string; offset: number; limit: number }): StudyUse[] {
    const { archive, offset, limit } = request
    const rows = this.#database
      .prepare(`
        SELECT ${COLUMNS}, room.bytes AS bytes FROM (
          SELECT StudyInstanceUID, sum(indexedEnd) AS bytes FROM pack GROUP BY StudyInstanceUID
          ORDER BY bytes DESC, StudyInstanceUID LIMIT ? OFFSET ?) AS room JOIN study USING (StudyInstanceUID)
        ORDER BY room.bytes DESC, StudyInstanceUID`)
      .all(limit, offset) as Row[]
    return rows.map((row) => this.#withProofs(row, archive))
  }

  /** Null when it is not here. Only proofs of the time `provenWithin` count. */
  studyUse(request: { StudyInstanceUID: string; archive: string; provenWithin?: ProvenWithin }): StudyUse | null {
    const { StudyInstanceUID, archive, provenWithin } = request
    const row = this.#database
      .prepare(`SELECT ${COLUMNS}, bytes FROM study WHERE StudyInstanceUID = ?`)
      .get(StudyInstanceUID) as Row | undefined
    return row ? this.#withProofs(row, archive, provenWithin) : null
  }

  #withProofs({ studyKey, ...use }: Row, archive: string, within: ProvenWithin = ANY_TIME): StudyUse {
    return { ...use, isProven: this.#isProven.get({ studyKey, archive, ...within }) === 1 }
  }
}
