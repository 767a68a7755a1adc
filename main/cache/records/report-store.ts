/**
 * Reports: each a log of changes that grows until the report is final or given up, and what was given out of it. An issue and the bytes of
 * its documents are written in one transaction.
 */
import type { Database, Statement } from 'better-sqlite3-multiple-ciphers'
import type { Issue, Report, ReportChange, ReportContent, ReportState, ReportSummary } from '../../contract/report.ts'
import { IssueTables, type PendingIssue, type StoredDocument } from './issue-store.ts'
import { type LogState, ReportLog, stateAfter } from './report-log.ts'
import { type ReportRow, toSummary } from './report-rows.ts'

/** As kept: how far the documents are is known elsewhere. */
export type StoredReport = Omit<Report, 'transfer'>
export type StoredSummary = Omit<ReportSummary, 'transfer'>
/** What a new report begins with. */
export type NewReport = Omit<StoredReport, 'state' | 'changedAt' | 'seq' | 'issues'>

type Changes = readonly { changeId: string; change: ReportChange }[]
export interface AppendRequest {
  reportId: string
  after: number
  changes: Changes
  at: string
}
export type AppendOutcome =
  | { kind: 'saved'; seq: number; at: string; StudyInstanceUID: string }
  | { kind: 'conflict'; seq: number }
  | { kind: 'immutable' | 'not-found' | 'does-not-fit' }
export type IssueOutcome = { kind: 'issued' } | { kind: 'changed'; seq: number } | { kind: 'immutable' | 'not-found' }
export type CancelOutcome = { kind: 'cancelled'; StudyInstanceUID: string } | { kind: 'immutable' | 'not-found' }
export interface FurthestReport {
  StudyInstanceUID: string
  state: 'draft' | 'preliminary' | 'final'
  at: string
}

interface AppendPlan {
  StudyInstanceUID: string
  before: LogState
  /** The changes that are new, each with the state after it. */
  steps: { changeId: string; state: LogState }[]
}

const isClosed = (state: ReportState): boolean => state === 'final' || state === 'cancelled'

export class ReportStore {
  readonly #database: Database
  readonly #log: ReportLog
  readonly #issues: IssueTables
  readonly #byId: Statement
  readonly #advance: Statement

  constructor(database: Database) {
    this.#database = database
    this.#log = new ReportLog(database)
    this.#issues = new IssueTables(database)
    this.#byId = database.prepare('SELECT * FROM report WHERE reportId = ?')
    this.#advance = database.prepare('UPDATE report SET seq = ?, changedAt = ? WHERE reportId = ?')
  }

  create(report: NewReport): StoredReport {
    const { content, ...head } = report
    const insert = this.#database.prepare(`
      INSERT INTO report VALUES ($reportId, $StudyInstanceUID, $kind, $predecessorReportId, 'draft', $templateId,
        $documentTitle, $language, $author, $subject, $createdAt, $createdAt, 0)`)
    this.#database
      .transaction(() => {
        insert.run({
          ...head,
          documentTitle: JSON.stringify(head.documentTitle),
          author: head.author && JSON.stringify(head.author),
          subject: JSON.stringify(head.subject),
        })
        this.#log.begin(report.reportId, content)
      })
      .immediate()
    return { ...report, state: 'draft', changedAt: report.createdAt, seq: 0, issues: [] }
  }

  get(reportId: string): StoredReport | null {
    const row = this.#row(reportId)
    if (!row) return null
    const { content } = this.#log.state(reportId)
    return { ...toSummary(row, this.#issues.of(reportId)), subject: JSON.parse(row.subject), content }
  }

  /** The present content of a report that there is, for looking something up in it. */
  contentOf(reportId: string): ReportContent {
    return this.#log.peek(reportId)
  }

  /** Reports of a study, newest first. */
  list(StudyInstanceUID: string): StoredSummary[] {
    const rows = this.#database
      .prepare('SELECT * FROM report WHERE StudyInstanceUID = ? ORDER BY createdAt DESC, rowid DESC')
      .all(StudyInstanceUID) as ReportRow[]
    return rows.map((row) => toSummary(row, this.#issues.of(row.reportId)))
  }

  /** Of each study that has one: the furthest report that was not given up, and when it was last changed. */
  furthest(StudyInstanceUIDs: readonly string[]): FurthestReport[] {
    // Beside max(), SQLite takes the other columns from the row that has the maximum.
    return this.#database
      .prepare(`
        SELECT StudyInstanceUID, state, at FROM (
          SELECT StudyInstanceUID, state, changedAt AS at,
            max(CASE state WHEN 'final' THEN '3' WHEN 'preliminary' THEN '2' ELSE '1' END || changedAt)
          FROM report
          WHERE StudyInstanceUID IN (SELECT value FROM json_each(?)) AND state <> 'cancelled'
          GROUP BY StudyInstanceUID)`)
      .all(JSON.stringify(StudyInstanceUIDs)) as FurthestReport[]
  }

  /** The same of every study behind `after`, in order of their UIDs. */
  furthestBehind(after: string, limit: number): FurthestReport[] {
    const studies = this.#database
      .prepare(`
        SELECT DISTINCT StudyInstanceUID FROM report WHERE StudyInstanceUID > ? AND state <> 'cancelled'
        ORDER BY StudyInstanceUID LIMIT ?`)
      .pluck()
      .all(after, limit) as string[]
    return this.furthest(studies)
  }

  /** Appends changes, all or none; those that are kept already at their place are a retry. Durable when it returns. */
  append(request: AppendRequest): AppendOutcome {
    let reached = null as LogState | null
    const outcome = this.#database
      .transaction((): AppendOutcome => {
        const plan = this.#plan(request)
        if ('kind' in plan) return plan
        reached = this.#write(request, plan)
        return { kind: 'saved', seq: reached.seq, at: request.at, StudyInstanceUID: plan.StudyInstanceUID }
      })
      .immediate()
    // Only what was committed is remembered.
    if (reached) this.#log.keep(request.reportId, reached)
    return outcome
  }

  /** Gives up a draft; its log stays. */
  cancel(reportId: string, at: string): CancelOutcome {
    return this.#database
      .transaction((): CancelOutcome => {
        const row = this.#row(reportId)
        if (!row) return { kind: 'not-found' }
        if (isClosed(row.state)) return { kind: 'immutable' }
        this.#database
          .prepare(`UPDATE report SET state = 'cancelled', changedAt = ? WHERE reportId = ?`)
          .run(at, reportId)
        return { kind: 'cancelled', StudyInstanceUID: row.StudyInstanceUID }
      })
      .immediate()
  }

  /** Gives a report out as it is at change `issue.seq`, with the bytes of its documents: one transaction. */
  issue(reportId: string, issue: Issue, documents: readonly StoredDocument[]): IssueOutcome {
    return this.#database
      .transaction((): IssueOutcome => {
        const row = this.#row(reportId)
        if (!row) return { kind: 'not-found' }
        if (isClosed(row.state)) return { kind: 'immutable' }
        if (row.seq !== issue.seq) return { kind: 'changed', seq: row.seq }
        this.#issues.add(reportId, issue, documents)
        this.#database
          .prepare('UPDATE report SET state = ?, changedAt = ? WHERE reportId = ?')
          .run(issue.as, new Date(issue.at).toISOString(), reportId)
        return { kind: 'issued' }
      })
      .immediate()
  }

  /** Issues whose documents are not yet in the cache and the outbox, oldest first. */
  pendingIssues(): PendingIssue[] {
    return this.#issues.pending()
  }

  /** Documents of an issue whose bytes are still kept here. */
  pendingDocuments(reportId: string, number: number): StoredDocument[] {
    return this.#issues.documents(reportId, number)
  }

  /** The documents of an issue are in the cache and the outbox: their bytes are let go here. */
  delivered(reportId: string, number: number, at: string): void {
    this.#issues.delivered(reportId, number, at)
  }

  #row(reportId: string): ReportRow | undefined {
    return this.#byId.get(reportId) as ReportRow | undefined
  }

  /** What appending would write; an outcome when nothing is to be written. */
  #plan({ reportId, after, changes }: AppendRequest): AppendOutcome | AppendPlan {
    const row = this.#row(reportId)
    if (!row) return { kind: 'not-found' }
    const { StudyInstanceUID, seq, changedAt } = row
    const known = this.#knownAtPlace(reportId, after, changes)
    const fresh = changes.slice(known)
    if (fresh.length === 0) return { kind: 'saved', seq: after + known, at: changedAt, StudyInstanceUID }
    if (isClosed(row.state)) return { kind: 'immutable' }
    const isKnownElsewhere = fresh.some(({ changeId }) => this.#log.find(changeId) !== null)
    const isTwice = new Set(changes.map(({ changeId }) => changeId)).size < changes.length
    if (after + known !== seq || isKnownElsewhere || isTwice) return { kind: 'conflict', seq }
    const before = this.#log.state(reportId)
    const steps: AppendPlan['steps'] = []
    for (const { changeId, change } of fresh) {
      const state = stateAfter(steps.at(-1)?.state ?? before, change)
      if (!state) return { kind: 'does-not-fit' }
      steps.push({ changeId, state })
    }
    return { StudyInstanceUID, before, steps }
  }

  /** How many of `changes`, from the first on, are kept where they would now be put. */
  #knownAtPlace(reportId: string, after: number, changes: Changes): number {
    const firstUnknown = changes.findIndex(({ changeId }, index) => {
      const found = this.#log.find(changeId)
      return found?.reportId !== reportId || found.seq !== after + index + 1
    })
    return firstUnknown < 0 ? changes.length : firstUnknown
  }

  #write({ reportId, at }: AppendRequest, { before, steps }: AppendPlan): LogState {
    const reached = steps.reduce(
      (state, step) => this.#log.write(reportId, state, step.state, { changeId: step.changeId, at }),
      before,
    )
    this.#advance.run(reached.seq, at, reportId)
    return reached
  }
}
