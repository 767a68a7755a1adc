/** From the rows of reports and issues to the contract's. */
import type { Issue, ReportDocument, ReportSummary } from '../../contract/report.ts'

export interface ReportRow {
  reportId: string
  StudyInstanceUID: string
  kind: ReportSummary['kind']
  predecessorReportId: string | null
  state: ReportSummary['state']
  templateId: string
  documentTitle: string
  language: ReportSummary['language']
  author: string | null
  subject: string
  createdAt: string
  changedAt: string
  seq: number
}

export interface IssueRow {
  number: number
  issuedAs: Issue['as']
  seq: number
  at: string
  signer: string
}

/** A report without its content and subject; how far its documents are is known elsewhere. */
export const toSummary = (row: ReportRow, issues: Issue[]): Omit<ReportSummary, 'transfer'> => ({
  reportId: row.reportId,
  StudyInstanceUID: row.StudyInstanceUID,
  kind: row.kind,
  predecessorReportId: row.predecessorReportId,
  state: row.state,
  templateId: row.templateId,
  documentTitle: JSON.parse(row.documentTitle),
  language: row.language,
  author: row.author === null ? null : JSON.parse(row.author),
  createdAt: row.createdAt,
  changedAt: row.changedAt,
  seq: row.seq,
  issues,
})

export const toIssue = (row: IssueRow, documents: ReportDocument[]): Issue => ({
  as: row.issuedAs,
  seq: row.seq,
  at: row.at,
  signer: JSON.parse(row.signer),
  documents,
})
