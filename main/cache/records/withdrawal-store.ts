/**
 * Proofs of the archive that it took back itself: it was asked again and no longer holds what it held. What this station had sent there is in
 * the outbox again by the same transaction.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { InstanceContent, WithdrawnProof } from '../cache.ts'

export class WithdrawalStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Notes that `archive` lacks these contents of a study; those that had gone there through the outbox are due again, to be looked for before
   * they are sent. Tells how many those are.
   */
  withdraw(lost: {
    archive: string
    StudyInstanceUID: string
    contents: readonly InstanceContent[]
    withdrawnAt: string
  }): number {
    const { contents, ...shared } = lost
    const note = this.#database.prepare(`
      INSERT INTO withdrawn_proof (archive, SOPInstanceUID, sha256, StudyInstanceUID, withdrawnAt)
      VALUES (@archive, @SOPInstanceUID, @sha256, @StudyInstanceUID, @withdrawnAt)
      ON CONFLICT (archive, SOPInstanceUID, sha256) DO UPDATE SET withdrawnAt = excluded.withdrawnAt`)
    const sendAgain = this.#database.prepare(`
      UPDATE outbox SET state = 'waiting', isUncertain = 1, fault = NULL, detail = '', failures = 0, dueAt = @withdrawnAt,
        sentAt = NULL, archivedAt = NULL
      WHERE archive = @archive AND SOPInstanceUID = @SOPInstanceUID AND sha256 = @sha256 AND state = 'archived'`)
    return this.#database
      .transaction(() =>
        contents.reduce((again, content) => {
          const values = { ...shared, ...content }
          note.run(values)
          return again + sendAgain.run(values).changes
        }, 0),
      )
      .immediate()
  }

  /** Behind a withdrawal, in their order. */
  list(after: number, limit: number): (WithdrawnProof & { withdrawalId: number })[] {
    return this.#database
      .prepare(`
        SELECT withdrawalId, archive, SOPInstanceUID, sha256, withdrawnAt FROM withdrawn_proof
        WHERE withdrawalId > ? ORDER BY withdrawalId LIMIT ?`)
      .all(after, limit) as (WithdrawnProof & { withdrawalId: number })[]
  }

  /** Studies of which an archive lacks something, those that were asked about last first. */
  studies(archive: string, limit: number): string[] {
    return this.#database
      .prepare(`
        SELECT StudyInstanceUID FROM withdrawn_proof WHERE archive = ?
        GROUP BY StudyInstanceUID ORDER BY max(withdrawnAt) DESC LIMIT ?`)
      .pluck()
      .all(archive, limit) as string[]
  }
}
