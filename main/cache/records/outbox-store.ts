/**
 * The outbox on the disk: each item is one content of one instance for one archive, and what is known of its way there. Every change is one
 * durable transaction, made before the step that it announces, so that after any cut the next start knows what may have happened.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ArchiveFault, OutboxCounts, OutboxItem } from '../../contract/archive.ts'
import type { KnownOfContent } from '../cache.ts'

/** What is put into the outbox: named by its content, whatever key the index gives it. */
export interface OutboxEntry {
  StudyInstanceUID: string
  SOPInstanceUID: string
  SOPClassUID: string
  sha256: string
  bytes: number
  /** Documents go before images. */
  isDocument: boolean
}

/** An item as the sender needs it. */
export interface OutboxWork extends OutboxEntry {
  itemId: number
  state: OutboxItem['state']
  /** It may be there: an attempt to send it did not tell how it ended. */
  isUncertain: boolean
  /** Attempts in a row that failed. */
  failures: number
  /** Times that it was sent. */
  attempts: number
  sentAt: string | null
}

/** What an item was found to be. */
export interface OutboxFailure {
  /** `sent`: the archive accepted it, but it is not proven yet. */
  state: 'failed' | 'sent'
  fault: ArchiveFault
  detail: string
  /** Null: only when a person asks. */
  dueAt: string | null
  isUncertain: boolean
}

/** What is known of an item that is archived. */
export type OutboxProof = KnownOfContent['proofs'][number] & { itemId: number }

/** An item for the list, without what the index knows of its study. */
export type OutboxRow = Omit<OutboxItem, 'PatientName' | 'PatientID' | 'StudyDescription'>

export interface ListRequest {
  states: OutboxItem['state'][]
  StudyInstanceUID?: string | undefined
  offset: number
  limit: number
}

/** ISO 8601 instants. */
export interface DueRequest {
  now: string
  latest: string
  limit: number
}

/** The archive that is set up: the id of its address, and its configuration as JSON. */
export interface KeptArchive {
  archive: string
  configuration: string | null
}

const countsOf = (rows: readonly { state: string; count: number }[]): OutboxCounts => {
  const of = (state: string): number => rows.find((row) => row.state === state)?.count ?? 0
  return { waiting: of('waiting') + of('sending'), sent: of('sent'), archived: of('archived'), failed: of('failed') }
}

const ROW = `itemId, StudyInstanceUID, SOPInstanceUID, SOPClassUID, state, fault, detail, attempts, queuedAt,
  CASE WHEN state = 'failed' OR fault IS NOT NULL THEN dueAt END AS nextAttemptAt, sentAt, archivedAt, bytes`

/** The archive accepted it and holds something else, or nothing. */
const SENT_IN_VAIN = `(coalesce(fault, '') IN ('differs', 'not-committed') OR (state = 'failed' AND fault IS 'not-here'))`

export class OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  archive(): KeptArchive {
    return this.#database.prepare('SELECT archive, configuration FROM archive').get() as KeptArchive
  }

  /** Sets up another archive, or none (empty id): what no archive is proven to have goes there. Failed items are due again. */
  setArchive({ archive, configuration }: KeptArchive, now: string): void {
    this.#database
      .transaction(() => {
        this.#database.prepare('UPDATE archive SET archive = ?, configuration = ?').run(archive, configuration)
        this.#moveUnproven(archive, now)
        this.#database
          .prepare(`
            UPDATE outbox SET dueAt = ?, failures = 0 WHERE archive = ? AND state IN ('failed', 'sent')
              AND fault IS NOT NULL AND (dueAt IS NOT NULL OR fault = 'no-proof')`)
          .run(now, archive)
      })
      .immediate()
  }

  #moveUnproven(archive: string, now: string): void {
    // Where the new archive has the item already, its own row stands for it.
    this.#database
      .prepare(`
        DELETE FROM outbox WHERE archive <> @archive AND state <> 'archived' AND EXISTS (
          SELECT 1 FROM outbox AS there WHERE there.archive = @archive
            AND there.SOPInstanceUID = outbox.SOPInstanceUID AND there.sha256 = outbox.sha256)`)
      .run({ archive })
    // Several rows of other archives for one content become one.
    this.#database
      .prepare(`
        DELETE FROM outbox WHERE archive <> @archive AND state <> 'archived' AND EXISTS (
          SELECT 1 FROM outbox AS other WHERE other.archive <> @archive AND other.state <> 'archived'
            AND other.SOPInstanceUID = outbox.SOPInstanceUID AND other.sha256 = outbox.sha256
            AND other.itemId < outbox.itemId)`)
      .run({ archive })
    this.#database
      .prepare(`
        UPDATE outbox SET archive = @archive, state = 'waiting', isUncertain = 0, fault = NULL, detail = '', failures = 0,
          dueAt = @now, sentAt = NULL WHERE archive <> @archive AND state <> 'archived'`)
      .run({ archive, now })
  }

  /** Items that were being sent when the station ended may have arrived; they are due now. */
  recover(now: string): void {
    this.#database
      .prepare(`UPDATE outbox SET state = 'waiting', isUncertain = 1, dueAt = ? WHERE state = 'sending'`)
      .run(now)
  }

  /** Adds what is not there yet, for the archive that is set up; tells how many. */
  enqueue(entries: readonly OutboxEntry[], now: string): number {
    const { archive } = this.archive()
    const insert = this.#database.prepare(`
      INSERT INTO outbox (archive, SOPInstanceUID, sha256, StudyInstanceUID, SOPClassUID, bytes, isDocument, state,
        queuedAt, dueAt)
      VALUES (@archive, @SOPInstanceUID, @sha256, @StudyInstanceUID, @SOPClassUID, @bytes, @isDocument, 'waiting', @now,
        @now) ON CONFLICT DO NOTHING`)
    return this.#database
      .transaction(() =>
        entries.reduce(
          (added, entry) =>
            added + insert.run({ ...entry, archive, now, isDocument: Number(entry.isDocument) }).changes,
          0,
        ),
      )
      .immediate()
  }

  /**
   * Items to work on now, documents or images, those due longest first; and when the next of them is due. Only what failed waits for a time
   * to come, and never for one after `latest`, which no pause leads to: a clock that was set back holds nothing else.
   */
  due(isDocument: boolean, { now, latest, limit }: DueRequest): { items: OutboxWork[]; nextAt: string | null } {
    const { archive } = this.archive()
    const values = { archive, isDocument: Number(isDocument), now, latest, limit }
    const items = this.#database
      .prepare(`
        SELECT itemId, StudyInstanceUID, SOPInstanceUID, SOPClassUID, sha256, bytes, isDocument, state,
          isUncertain, failures, attempts, sentAt
        FROM outbox WHERE archive = @archive AND isDocument = @isDocument
          AND (dueAt <= @now OR dueAt > @latest OR (dueAt IS NOT NULL AND fault IS NULL))
        ORDER BY dueAt, itemId LIMIT @limit`)
      .all(values) as (Omit<OutboxWork, 'isDocument' | 'isUncertain'> & { isDocument: number; isUncertain: number })[]
    const nextAt = this.#database
      .prepare(`
        SELECT min(dueAt) FROM outbox WHERE archive = @archive AND isDocument = @isDocument AND dueAt > @now
          AND dueAt <= @latest AND fault IS NOT NULL`)
      .pluck()
      .get(values) as string | null
    return {
      items: items.map((item) => ({ ...item, isDocument: item.isDocument === 1, isUncertain: item.isUncertain === 1 })),
      nextAt,
    }
  }

  /** Before the first byte goes out: from here on the archive may have it. */
  sending(itemId: number): void {
    this.#database
      .prepare(`
        UPDATE outbox SET state = 'sending', isUncertain = 1, attempts = attempts + 1, dueAt = NULL, sentAt = NULL,
          fault = NULL, detail = '' WHERE itemId = ? AND state <> 'archived'`)
      .run(itemId)
  }

  /** The archive accepted it. */
  sent(itemId: number, now: string): void {
    this.#database
      .prepare(`
        UPDATE outbox SET state = 'sent', isUncertain = 0, fault = NULL, detail = '', failures = 0, dueAt = @now,
          sentAt = @now WHERE itemId = @itemId AND state <> 'archived'`)
      .run({ itemId, now })
  }

  /** It is proven there; where that was withdrawn once, it is so again. */
  archived(itemId: number, now: string): void {
    this.#database
      .transaction(() => {
        this.#database
          .prepare(`
            UPDATE outbox SET state = 'archived', isUncertain = 0, fault = NULL, detail = '', failures = 0, dueAt = NULL,
              sentAt = coalesce(sentAt, @now), archivedAt = @now WHERE itemId = @itemId`)
          .run({ itemId, now })
        this.#database
          .prepare(`
            DELETE FROM withdrawn_proof WHERE (archive, SOPInstanceUID, sha256) IN (
              SELECT archive, SOPInstanceUID, sha256 FROM outbox WHERE itemId = ?)`)
          .run(itemId)
      })
      .immediate()
  }

  /** An attempt did not succeed. */
  failed(itemId: number, failure: OutboxFailure): void {
    this.#database
      .prepare(`
        UPDATE outbox SET state = @state, isUncertain = @isUncertain, fault = @fault, detail = @detail,
          failures = failures + 1, dueAt = @dueAt WHERE itemId = @itemId AND state <> 'archived'`)
      .run({ ...failure, itemId, isUncertain: Number(failure.isUncertain) })
  }

  /**
   * Makes failed items due: one, or all; gives the study of each. What differed is to be sent once more where the archive had accepted it, or
   * where a person named it, and so is what the archive did not commit itself to; else it is only compared again: all at once must not put ours in the place of what others sent there.
   * What was accepted and given up because it was not there is looked for once more, and then sent.
   */
  retry(itemId: number | null, now: string): string[] {
    return this.#database
      .prepare(`
        UPDATE outbox SET
          state = CASE WHEN sentAt IS NOT NULL AND NOT ${SENT_IN_VAIN} THEN 'sent' ELSE 'waiting' END,
          sentAt = CASE WHEN NOT ${SENT_IN_VAIN} THEN sentAt END,
          isUncertain = CASE WHEN fault IS 'differs' AND @itemId IS NOT NULL THEN 0
            WHEN fault IS 'not-here' AND sentAt IS NOT NULL THEN 1 ELSE isUncertain END,
          failures = 0, dueAt = @now
        WHERE (state = 'failed' OR (state = 'sent' AND fault IS NOT NULL)) AND (@itemId IS NULL OR itemId = @itemId)
        RETURNING StudyInstanceUID`)
      .pluck()
      .all({ itemId, now }) as string[]
  }

  /** Items that wait for a time to come are due at once: the archive answers again. */
  wake(now: string): void {
    const { archive } = this.archive()
    this.#database
      .prepare('UPDATE outbox SET dueAt = @now WHERE archive = @archive AND dueAt > @now')
      .run({ archive, now })
  }

  /** Newest first. */
  list({ states, StudyInstanceUID, offset, limit }: ListRequest): { total: number; items: OutboxRow[] } {
    const where = [
      ...(states.length > 0 ? ['state IN (SELECT value FROM json_each(@states))'] : []),
      ...(StudyInstanceUID === undefined ? [] : ['StudyInstanceUID = @StudyInstanceUID']),
    ]
    const from = `FROM outbox ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}`
    const values = { states: JSON.stringify(states), StudyInstanceUID, offset, limit }
    return {
      total: this.#database.prepare(`SELECT count(*) ${from}`).pluck().get(values) as number,
      items: this.#database
        .prepare(`SELECT ${ROW} ${from} ORDER BY itemId DESC LIMIT @limit OFFSET @offset`)
        .all(values) as OutboxRow[],
    }
  }

  counts(): OutboxCounts {
    return countsOf(
      this.#database.prepare('SELECT state, count FROM outbox_count').all() as { state: string; count: number }[],
    )
  }

  /** Failed items that only a person can set going again. */
  stuck(): number {
    return this.#database
      .prepare(`SELECT count(*) FROM outbox WHERE state = 'failed' AND dueAt IS NULL`)
      .pluck()
      .get() as number
  }

  /** Counts of each study that ever had items. */
  countsOf(StudyInstanceUIDs: readonly string[]): Record<string, OutboxCounts> {
    const rows = this.#database
      .prepare(`
        SELECT StudyInstanceUID, state, count(*) AS count FROM outbox
        WHERE StudyInstanceUID IN (SELECT value FROM json_each(?)) GROUP BY StudyInstanceUID, state`)
      .all(JSON.stringify(StudyInstanceUIDs)) as { StudyInstanceUID: string; state: string; count: number }[]
    const found = Map.groupBy(rows, (row) => row.StudyInstanceUID)
    return Object.fromEntries([...found].map(([study, counts]) => [study, countsOf(counts)]))
  }

  /** What is proven to be in an archive, behind an item, in their order. */
  proofs(after: number, limit: number): OutboxProof[] {
    return this.#database
      .prepare(`
        SELECT itemId, archive, SOPInstanceUID, sha256, sentAt, archivedAt, NULL AS proof FROM outbox
        WHERE itemId > ? AND state = 'archived' ORDER BY itemId LIMIT ?`)
      .all(after, limit) as OutboxProof[]
  }

  /** How far instances are, by SOPInstanceUID; those that were never queued are absent. Any proof counts before anything else. */
  transferOf(SOPInstanceUIDs: readonly string[]): Record<string, 'waiting' | 'sent' | 'archived' | 'failed'> {
    const rows = this.#database
      .prepare(`
        SELECT SOPInstanceUID,
          CASE WHEN state = 'sending' OR (state = 'failed' AND dueAt IS NOT NULL) THEN 'waiting' ELSE state END AS state
        FROM outbox WHERE SOPInstanceUID IN (SELECT value FROM json_each(?)) ORDER BY state = 'archived', itemId`)
      .all(JSON.stringify(SOPInstanceUIDs)) as {
      SOPInstanceUID: string
      state: 'waiting' | 'sent' | 'archived' | 'failed'
    }[]
    return Object.fromEntries(rows.map(({ SOPInstanceUID, state }) => [SOPInstanceUID, state]))
  }
}
