/** What was given out of reports: issues with their documents, whose bytes are kept until they are in the cache and the outbox. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { Issue, ReportDocument } from '../../contract/report.ts'
import { type IssueRow, toIssue } from './report-rows.ts'

/** A document with its bytes: a data set, ready for `cache.ingest`. */
export interface StoredDocument extends ReportDocument {
  TransferSyntaxUID: string
  dataSet: Uint8Array
}

/** An issue that is not yet on its way; `number` counts a report's issues from 1. */
export interface PendingIssue {
  reportId: string
  number: number
  StudyInstanceUID: string
}

/** The tables of issues; used within the transactions of the report store. */
export class IssueTables {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Oldest first. */
  of(reportId: string): Issue[] {
    const rows = this.#database
      .prepare('SELECT * FROM report_issue WHERE reportId = ? ORDER BY number')
      .all(reportId) as IssueRow[]
    if (rows.length === 0) return []
    const documents = this.#database
      .prepare(`
        SELECT number, kind, SOPClassUID, SOPInstanceUID, SeriesInstanceUID FROM report_document
        WHERE reportId = ? ORDER BY number, position`)
      .all(reportId) as (ReportDocument & { number: number })[]
    return rows.map((row) =>
      toIssue(
        row,
        documents.flatMap(({ number, ...document }) => (number === row.number ? [document] : [])),
      ),
    )
  }

  add(reportId: string, { as, seq, at, signer }: Issue, documents: readonly StoredDocument[]): void {
    const number = this.#database
      .prepare(`
        INSERT INTO report_issue (reportId, number, issuedAs, seq, at, signer)
        SELECT $reportId, count(*) + 1, $as, $seq, $at, $signer FROM report_issue WHERE reportId = $reportId
        RETURNING number`)
      .pluck()
      .get({ reportId, as, seq, at, signer: JSON.stringify(signer) })
    const insert = this.#database.prepare(`
      INSERT INTO report_document VALUES ($SOPInstanceUID, $reportId, $number, $position, $kind, $SOPClassUID,
        $SeriesInstanceUID, $TransferSyntaxUID, $dataSet)`)
    documents.forEach((document, position) => {
      insert.run({ ...document, dataSet: Buffer.from(document.dataSet), reportId, number, position })
    })
  }

  /** Oldest first. */
  pending(): PendingIssue[] {
    return this.#database
      .prepare(`
        SELECT reportId, number, StudyInstanceUID FROM report_issue JOIN report USING (reportId)
        WHERE deliveredAt IS NULL ORDER BY at, reportId, number`)
      .all() as PendingIssue[]
  }

  /** Documents whose bytes are still kept here, in order. */
  documents(reportId: string, number: number): StoredDocument[] {
    return this.#database
      .prepare(`
        SELECT kind, SOPClassUID, SOPInstanceUID, SeriesInstanceUID, TransferSyntaxUID, dataSet FROM report_document
        WHERE reportId = ? AND number = ? AND dataSet IS NOT NULL ORDER BY position`)
      .all(reportId, number) as StoredDocument[]
  }

  /** The documents are in the cache and the outbox: their bytes are let go. */
  delivered(reportId: string, number: number, at: string): void {
    const note = this.#database.prepare('UPDATE report_issue SET deliveredAt = ? WHERE reportId = ? AND number = ?')
    const letGo = this.#database.prepare('UPDATE report_document SET dataSet = NULL WHERE reportId = ? AND number = ?')
    this.#database
      .transaction(() => {
        note.run(at, reportId, number)
        letGo.run(reportId, number)
      })
      .immediate()
  }
}
