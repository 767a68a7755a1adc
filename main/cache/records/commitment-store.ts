/**
 * Storage commitments that an archive was asked for: which transaction was about what had been sent by then. Reports name instances alone, so
 * one proves a content only when no other content of that instance went to the same archive.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'

export interface CommitmentAsked {
  TransactionUID: string
  /** Id of the archive, and whom its reports come from. */
  archive: string
  aeTitle: string
  /** ISO 8601. */
  askedAt: string
}

/** An item that was sent before it was asked for. */
export interface SentItem {
  itemId: number
  StudyInstanceUID: string
  SOPInstanceUID: string
  sha256: string
  /** Times in a row that it was asked about, or not committed to for now. */
  failures: number
  /** Times that it was sent. */
  attempts: number
  sentAt: string
  /** Contents of this instance that went, or may have gone, to this archive. */
  contents: number
}

export class CommitmentStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Before the request goes out: from here on a report may come. The items are due again at `dueAt`, when none came; transactions from before
   * `forgetBefore` are forgotten. What is asked about was sent before, whatever the clock was set back to since.
   */
  ask(asked: CommitmentAsked, itemIds: readonly number[], dueAt: string, forgetBefore: string): void {
    this.#database
      .transaction(() => {
        this.#database.prepare('DELETE FROM commitment WHERE askedAt < ?').run(forgetBefore)
        this.#database
          .prepare('INSERT INTO commitment VALUES (@TransactionUID, @archive, @aeTitle, @askedAt)')
          .run(asked)
        this.#database
          .prepare(`
            UPDATE outbox SET fault = 'awaiting-commitment', detail = '', failures = failures + 1, dueAt = @dueAt,
              sentAt = min(sentAt, @askedAt)
            WHERE state = 'sent' AND itemId IN (SELECT value FROM json_each(@itemIds))`)
          .run({ dueAt, askedAt: asked.askedAt, itemIds: JSON.stringify(itemIds) })
      })
      .immediate()
  }

  /** Null: nothing was asked under this UID, or it is forgotten. */
  find(TransactionUID: string): CommitmentAsked | null {
    const found = this.#database.prepare('SELECT * FROM commitment WHERE TransactionUID = ?').get(TransactionUID)
    return (found as CommitmentAsked | undefined) ?? null
  }

  /** Of these instances, what the transaction was about: sent before it, and not sent again or proven since. */
  itemsOf({ archive, askedAt }: CommitmentAsked, SOPInstanceUIDs: readonly string[]): SentItem[] {
    return this.#database
      .prepare(`
        SELECT itemId, StudyInstanceUID, SOPInstanceUID, sha256, sentAt, failures, attempts, (
          SELECT count(*) FROM outbox AS other WHERE other.archive = @archive
            AND (other.sentAt IS NOT NULL OR other.isUncertain = 1) AND other.SOPInstanceUID = outbox.SOPInstanceUID) AS contents
        FROM outbox WHERE archive = @archive AND state = 'sent' AND sentAt <= @askedAt
          AND SOPInstanceUID IN (SELECT value FROM json_each(@SOPInstanceUIDs))`)
      .all({ archive, askedAt, SOPInstanceUIDs: JSON.stringify(SOPInstanceUIDs) }) as SentItem[]
  }
}
