/** New reports and addenda: from a template, about the study as it is now. */
import { randomUUID } from 'node:crypto'
import type { NewReport, StoredReport } from '../cache/index.ts'
import type { ReportTemplate } from '../contract/report.ts'
import type { Input } from './calls.ts'
import type { ReportPorts } from './ports.ts'
import { subjectOf } from './subject.ts'

/** The template that an addendum is begun with: nobody chooses it. */
export const ADDENDUM_TEMPLATE = 'addendum'

const startingFrom = (
  { templateId, language, documentTitle, content }: ReportTemplate,
  { now }: ReportPorts,
): Pick<
  NewReport,
  'reportId' | 'kind' | 'predecessorReportId' | 'templateId' | 'language' | 'documentTitle' | 'createdAt' | 'content'
> => ({
  reportId: randomUUID(),
  kind: 'report',
  predecessorReportId: null,
  templateId,
  language,
  documentTitle,
  createdAt: now().toISOString(),
  content: { ...content, keyImages: [] },
})

const find = (templates: readonly ReportTemplate[], templateId: string, language: string): ReportTemplate | undefined =>
  templates.find((template) => template.templateId === templateId && template.language === language)

/** Begins a report about a study that is here. */
export async function beginReport(
  { StudyInstanceUID, templateId, language }: Input<'create'>,
  templates: readonly ReportTemplate[],
  ports: ReportPorts,
): Promise<{ kind: 'created'; report: StoredReport } | { kind: 'no-study' | 'no-template' }> {
  const template = find(templates, templateId, language)
  if (!template || templateId === ADDENDUM_TEMPLATE) return { kind: 'no-template' }
  const found = await ports.cache.getStudy(StudyInstanceUID)
  if (!found) return { kind: 'no-study' }
  const author = await ports.records.profile.profile()
  const subject = subjectOf(found.study)
  const report = await ports.records.reports.create({
    ...startingFrom(template, ports),
    StudyInstanceUID,
    author,
    subject,
  })
  return { kind: 'created', report }
}

/** Begins an addendum to a final report, about the study as it is now, or as it was when it is no longer here. */
export async function beginAddendum(
  reportId: string,
  templates: readonly ReportTemplate[],
  ports: ReportPorts,
): Promise<{ kind: 'created'; report: StoredReport } | { kind: 'not-final' }> {
  const predecessor = await ports.records.reports.get(reportId)
  if (predecessor?.state !== 'final') return { kind: 'not-final' }
  const { StudyInstanceUID, language, documentTitle } = predecessor
  const template = find(templates, ADDENDUM_TEMPLATE, language)
  if (!template) throw new Error('The template of addenda cannot be read.')
  const found = await ports.cache.getStudy(StudyInstanceUID)
  const report = await ports.records.reports.create({
    ...startingFrom(template, ports),
    StudyInstanceUID,
    kind: 'addendum',
    predecessorReportId: reportId,
    documentTitle,
    author: await ports.records.profile.profile(),
    subject: found ? subjectOf(found.study) : predecessor.subject,
  })
  return { kind: 'created', report }
}
