/** Retrievals on the disk, so that one goes on after a restart. What arrived is in the cache: only the wish and how it went is kept here. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Retrieval } from '../../contract/archive.ts'
import type { PersonName } from '../../contract/studies.ts'

/** A retrieval without what only its run knows. */
export type KeptRetrieval = Omit<Retrieval, 'rate' | 'brought'>

/** What a run may change. */
export type RetrievalChange = Partial<Omit<KeptRetrieval, 'retrievalId' | 'StudyInstanceUID' | 'startedAt'>>

/** Retrievals that are kept. */
const KEPT = 100

const UNDER_WAY = `state IN ('waiting', 'running', 'interrupted')`
const COLUMNS = `retrievalId, StudyInstanceUID, PatientName, StudyDescription, state, fault, detail, expected, received,
  bytes, startedAt`

const toRetrieval = (row: unknown): KeptRetrieval => {
  const { PatientName, ...others } = row as Omit<KeptRetrieval, 'PatientName'> & { PatientName: string }
  return { ...others, PatientName: JSON.parse(PatientName) as PersonName }
}

export class RetrievalStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Notes the wish for a study; one that is under way is that wish already. */
  add(archive: string, StudyInstanceUID: string, startedAt: string): KeptRetrieval {
    return this.#database
      .transaction(() => {
        this.#database
          .prepare(`
            INSERT INTO retrieval (archive, StudyInstanceUID, PatientName, StudyDescription, state, startedAt)
            VALUES (?, ?, '{}', '', 'waiting', ?) ON CONFLICT DO NOTHING`)
          .run(archive, StudyInstanceUID, startedAt)
        this.#database
          .prepare(`
            DELETE FROM retrieval WHERE NOT (${UNDER_WAY}) AND retrievalId NOT IN (
              SELECT retrievalId FROM retrieval ORDER BY retrievalId DESC LIMIT ${KEPT})`)
          .run()
        return toRetrieval(
          this.#database
            .prepare(`SELECT ${COLUMNS} FROM retrieval WHERE archive = ? AND StudyInstanceUID = ? AND ${UNDER_WAY}`)
            .get(archive, StudyInstanceUID),
        )
      })
      .immediate()
  }

  /** Changes a retrieval; null when there is none. */
  change(retrievalId: number, change: RetrievalChange): KeptRetrieval | null {
    const { PatientName, ...others } = change
    const values = { ...others, ...(PatientName ? { PatientName: JSON.stringify(PatientName) } : {}) }
    const columns = Object.keys(values)
    if (columns.length > 0) {
      this.#database
        .prepare(
          `UPDATE retrieval SET ${columns.map((name) => `${name} = @${name}`).join(', ')} WHERE retrievalId = @retrievalId`,
        )
        .run({ ...values, retrievalId })
    }
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM retrieval WHERE retrievalId = ?`).get(retrievalId)
    return row ? toRetrieval(row) : null
  }

  /** Those of an archive that are to go on, oldest first. */
  underWay(archive: string): KeptRetrieval[] {
    return this.#database
      .prepare(`SELECT ${COLUMNS} FROM retrieval WHERE archive = ? AND ${UNDER_WAY} ORDER BY retrievalId`)
      .all(archive)
      .map(toRetrieval)
  }

  /** Another archive is set up: what was to come from others will not. */
  giveUpOthers(archive: string): void {
    this.#database
      .prepare(`UPDATE retrieval SET state = 'failed', fault = 'not-configured' WHERE archive <> ? AND ${UNDER_WAY}`)
      .run(archive)
  }

  /** Newest first, at most 100. */
  list(): KeptRetrieval[] {
    return this.#database
      .prepare(`SELECT ${COLUMNS} FROM retrieval ORDER BY retrievalId DESC LIMIT ${KEPT}`)
      .all()
      .map(toRetrieval)
  }
}
