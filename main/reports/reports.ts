/** The report service: templates, drafts written change by change, signing, addenda. What it answers is the contract's (contract/report.ts). */
import type { StoredReport, StoredSummary } from '../cache/index.ts'
import type { Report, ReportSummary, TransferState } from '../contract/report.ts'
import type { StudyRow } from '../contract/studies.ts'
import { ADDENDUM_TEMPLATE, beginAddendum, beginReport } from './begin.ts'
import type { Answer, CallName, Input } from './calls.ts'
import type { ReportPorts } from './ports.ts'
import { createDelivery } from './signing/deliver.ts'
import { sign, signingProblems } from './signing/sign.ts'
import { byFit, studyKind } from './templates/best-fit.ts'
import { readTemplates } from './templates/read-templates.ts'
import { createTurns } from './turns.ts'

/** A report was begun, changed, signed or given up. */
export interface ReportChanged {
  StudyInstanceUID: string
  reportId: string
  seq: number
  /** Only what is written changed: that happens at every key. */
  isText: boolean
}

export interface ReportsOptions extends ReportPorts {
  /** Folders of templates, those of the program first; one that is not there is empty. */
  templateFolders: readonly string[]
}

export type Reports = { [N in CallName]: (input: Input<N>) => Promise<Answer<N>> } & {
  /** Adds to each study's row how far its report is. */
  withReports(rows: readonly StudyRow[]): Promise<StudyRow[]>
  onChange(listener: (change: ReportChanged) => void): () => void
  /** Finishes what was signed in an earlier run and is not yet on its way. */
  resume(): Promise<void>
  /** Ends what is under way; the rest goes on at the next start. */
  close(): Promise<void>
}

/** A report is as far as the last of its documents; one that was refused is told before all. */
const leastFar = (states: readonly TransferState[]): TransferState =>
  (['failed', 'waiting', 'sent'] as const).find((state) => states.includes(state)) ?? 'archived'

export function createReports(options: ReportsOptions): Reports {
  const { records, cache, outbox, log, now, templateFolders } = options
  const stored = records.reports
  const inTurn = createTurns()
  const listeners = new Set<(change: ReportChanged) => void>()
  const tell = (report: Omit<ReportChanged, 'isText'>, isText = false): void => {
    const { StudyInstanceUID, reportId, seq } = report
    for (const listener of listeners) listener({ StudyInstanceUID, reportId, seq, isText })
  }
  const tellOf = async (reportId: string): Promise<void> => {
    const report = await stored.get(reportId)
    if (report) tell(report)
  }
  const delivery = createDelivery(options, ({ reportId }) => void tellOf(reportId).catch(() => undefined))

  const transferOf = async ({ issues }: StoredSummary): Promise<TransferState> => {
    const documents = issues.at(-1)?.documents
    if (!documents) return 'none'
    const states = await outbox.transferOf(documents.map(({ SOPInstanceUID }) => SOPInstanceUID))
    return leastFar(documents.map(({ SOPInstanceUID }) => states[SOPInstanceUID] ?? 'waiting'))
  }
  const complete = async (report: StoredReport): Promise<Report> => ({ ...report, transfer: await transferOf(report) })
  const completeSummary = async (summary: StoredSummary): Promise<ReportSummary> => ({
    ...summary,
    transfer: await transferOf(summary),
  })

  /** A copy of the records as they are with the signature in them; a person does not wait for it. */
  const copyRecords = (): void => {
    options.copyRecords().catch((error: { code?: unknown }) => log.warn({ code: error.code }, 'No copy of the records'))
  }

  const signNow = async (request: Input<'sign'>): Promise<Answer<'sign'>> => {
    const outcome = await sign(request, options)
    if (outcome.kind !== 'signed') return outcome
    if (outcome.isNew) await tellOf(request.reportId)
    await delivery.run()
    if (outcome.isNew) copyRecords()
    const report = await stored.get(request.reportId)
    return report ? { kind: 'signed', report: await complete(report) } : { kind: 'not-found' }
  }

  return {
    async templates({ StudyInstanceUID, language }) {
      const { templates, unreadable } = await readTemplates(templateFolders)
      const choosable = templates.filter(
        (template) => template.language === language && template.templateId !== ADDENDUM_TEMPLATE,
      )
      const found = await cache.getStudy(StudyInstanceUID)
      const ordered = found ? byFit(choosable, studyKind(found.study, found.series)) : choosable
      return { templates: ordered, unreadable }
    },
    list: async ({ StudyInstanceUID }) =>
      Promise.all((await stored.list(StudyInstanceUID)).map((summary) => completeSummary(summary))),
    async get({ reportId }) {
      const report = await stored.get(reportId)
      return report && complete(report)
    },
    async create(input) {
      const answer = await beginReport(input, (await readTemplates(templateFolders)).templates, options)
      if (answer.kind !== 'created') return answer
      tell(answer.report)
      return { kind: 'created', report: await complete(answer.report) }
    },
    async addendum({ reportId }) {
      const answer = await beginAddendum(reportId, (await readTemplates(templateFolders)).templates, options)
      if (answer.kind !== 'created') return answer
      tell(answer.report)
      return { kind: 'created', report: await complete(answer.report) }
    },
    async append({ reportId, after, changes }) {
      const answer = await stored.append({ reportId, after, changes, at: now().toISOString() })
      if (answer.kind !== 'saved') return answer
      const { StudyInstanceUID, seq, at } = answer
      tell({ StudyInstanceUID, reportId, seq }, true)
      return { kind: 'saved', seq, at }
    },
    async check({ reportId }) {
      const report = await stored.get(reportId)
      return report ? signingProblems(report, options) : []
    },
    async cancel({ reportId }) {
      const answer = await stored.cancel(reportId, now().toISOString())
      if (answer.kind === 'cancelled') await tellOf(reportId)
      return { kind: answer.kind }
    },
    sign: (request) => inTurn(request.reportId, () => signNow(request)),
    async withReports(rows) {
      if (rows.length === 0) return []
      const furthest = await stored.furthest(rows.map(({ StudyInstanceUID }) => StudyInstanceUID))
      const byStudy = new Map(furthest.map(({ StudyInstanceUID, state, at }) => [StudyInstanceUID, { state, at }]))
      return rows.map((row) => {
        const report = byStudy.get(row.StudyInstanceUID)
        return report ? { ...row, report } : row
      })
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    resume: () => delivery.run(),
    close: () => delivery.stop(),
  }
}
