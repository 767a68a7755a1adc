/** The audit log on the disk: entries are added in batches, each batch one commit and one head, and are never changed. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { AuditEntry, AuditEvent, AuditFault, AuditFilter } from '../../contract/audit.ts'
import { auditObjects } from '../../dicom/index.ts'
import { foldText } from '../index-database/fold-text.ts'
import { type ChainPlace, type ChainRow, canonicalText, chainHash, chainStart, follow } from './audit-chain.ts'
import type { AuditHead } from './audit-head.ts'

/** A part of a verification. */
export interface AuditStep {
  place: ChainPlace
  fault: AuditFault | null
  /** Entries of kind `broken` in this part. */
  breaks: number[]
  isEnd: boolean
}

/** What is searched for in the log itself. */
export type EntryFilter = Omit<AuditFilter, 'patient'>

/** Name and identifier of each patient whom an entry is about, folded. */
const patientTexts = ({ ParticipantObject }: AuditEvent): string[] =>
  ParticipantObject.filter(({ ParticipantObjectIDTypeCode: type }) => type === auditObjects.PatientNumber).map(
    ({ ParticipantObjectID, ParticipantObjectName = '' }) =>
      foldText(`${ParticipantObjectName.replace(/[\^=]/g, ' ')} ${ParticipantObjectID}`),
  )

export class AuditStore {
  readonly #database: Database
  readonly #head: AuditHead | null

  constructor(database: Database, head: AuditHead | null) {
    this.#database = database
    this.#head = head
  }

  /** What the head says against the log as it is now; null: they agree. A log behind which the head was left by a crash agrees. */
  headFault(): AuditFault | null {
    const last = this.#last()
    const head = this.#head?.read()
    if (!head || (head.kind === 'none' && last.seq === 0)) return null
    if (head.kind === 'none') return { reason: 'no-head', seq: last.seq }
    if (head.kind === 'unreadable') return { reason: 'head-unreadable', seq: last.seq }
    const { seq, hash } = head.place
    if (seq === 0) return null
    if (seq > last.seq) return { reason: 'cut', seq: last.seq + 1 }
    const row = this.#database.prepare('SELECT hash FROM audit WHERE seq = ?').pluck().get(seq) as Buffer | undefined
    return row?.equals(hash) ? null : { reason: 'rewritten', seq }
  }

  /**
   * Adds events in this order; durable when it returns. They are, too, when the head could not be written (`isHeadKept` false): it is behind
   * then, and the next one makes up for it.
   */
  append(events: readonly AuditEvent[]): { seq: number; isHeadKept: boolean } {
    const insert = this.#database.prepare('INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)')
    // Before the first entry, so that a log without a head is always one whose head was taken away.
    if (this.#last().seq === 0 && this.#head?.read().kind === 'none') this.#keepHead(chainStart)
    const place = this.#database
      .transaction(() =>
        events.reduce((before, event): ChainPlace => {
          const [seq, entry] = [before.seq + 1, canonicalText(event)]
          const hash = chainHash(before.hash, seq, entry)
          insert.run(seq, entry, hash)
          return { seq, hash }
        }, this.#last()),
      )
      .immediate()
    return { seq: place.seq, isHeadKept: this.#keepHead(place) }
  }

  isEmpty(): boolean {
    return this.#last().seq === 0
  }

  /** Newest first, one more than `limit` when there are more. */
  entries(filter: EntryFilter): AuditEntry[] {
    return this.#select(filter, filter.limit + 1)
  }

  /** Of the newest `limit` entries, those about a patient in whose name or identifier are all folded `words`; `next`: what to go on before. */
  entriesAbout(filter: EntryFilter, words: readonly string[]): { entries: AuditEntry[]; next: number | null } {
    const looked = this.#select(filter, filter.limit)
    const entries = looked.filter((entry) =>
      patientTexts(entry).some((text) => words.every((word) => text.includes(word))),
    )
    return { entries, next: looked.length < filter.limit ? null : (looked.at(-1)?.seq ?? null) }
  }

  #select({ kind, from, to, person, before }: EntryFilter, most: number): AuditEntry[] {
    const wanted: [string, unknown][] = [
      ['kind = ?', kind],
      ['at >= ?', from],
      ['at < ?', to],
      ['person = ?', person],
      ['seq < ?', before],
    ]
    const given = wanted.filter(([, value]) => value !== null)
    const where = given.length > 0 ? `WHERE ${given.map(([condition]) => condition).join(' AND ')}` : ''
    const rows = this.#database
      .prepare(`SELECT seq, entry FROM audit ${where} ORDER BY seq DESC LIMIT ?`)
      .all(...given.map(([, value]) => value), most) as { seq: number; entry: string }[]
    return rows.map(({ seq, entry }) => ({ ...(JSON.parse(entry) as AuditEvent), seq }))
  }

  /** Who asked for anything, each as last named. */
  persons(): { UserID: string; UserName: string }[] {
    return this.#database
      .prepare(`
        SELECT person AS UserID, coalesce(entry ->> '$.ActiveParticipant[0].UserName', '') AS UserName
        FROM audit WHERE seq IN (SELECT max(seq) FROM audit WHERE person IS NOT NULL GROUP BY person)
        ORDER BY UserName, UserID LIMIT 200`)
      .all() as { UserID: string; UserName: string }[]
  }

  /** Verifies up to `limit` entries behind `from`; null: from the first on. */
  verifyFrom(from: ChainPlace | null, limit: number): AuditStep {
    const start = from ?? chainStart
    // In the order of their numbers, and none left out whatever the number.
    const after = from === null ? Number.MIN_SAFE_INTEGER : from.seq
    const rows = this.#database
      .prepare('SELECT seq, CAST(entry AS BLOB) AS entry, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?')
      .all(after, limit) as ChainRow[]
    const { place, fault } = follow(start, rows)
    const breaks = rows.flatMap(({ seq, entry }) =>
      seq <= place.seq && (JSON.parse(Buffer.from(entry).toString()) as AuditEvent).kind === 'broken' ? [seq] : [],
    )
    return { place, fault, breaks, isEnd: fault !== null || rows.length < limit }
  }

  #keepHead(place: ChainPlace): boolean {
    try {
      this.#head?.write(place)
      return true
    } catch {
      return false
    }
  }

  #last(): ChainPlace {
    const row = this.#database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get()
    return (row as ChainPlace | undefined) ?? chainStart
  }
}
