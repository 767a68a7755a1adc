/** What became of the images and measurements that a report refers to, and of the study that it is about. */
import type { Report, SigningProblem } from '../../contract/report.ts'
import type { StudyRow } from '../../contract/studies.ts'
import { citedStudies, quotedMeasurements, runsOf } from '../content-runs.ts'
import type { ReportPorts } from '../ports.ts'
import { isAnotherPatient, isSamePatient } from '../subject.ts'

type Quoting = Pick<Report, 'content'>

/** Measurements that are other now than quoted, lack figures, were removed, or were never kept. */
async function measurementProblems(
  { content }: Quoting,
  { measurements }: ReportPorts['records'],
): Promise<SigningProblem[]> {
  const quoted = quotedMeasurements(content)
  if (quoted.length === 0) return []
  const [present, kept] = await Promise.all([
    measurements.present(quoted.map(({ measurementId }) => measurementId)),
    measurements.revisions(quoted),
  ])
  return quoted.flatMap(({ measurementId, revision }): SigningProblem[] => {
    const now = present.find((one) => one.measurementId === measurementId)
    const asQuoted = kept.find((one) => one.measurementId === measurementId && one.revision === revision)
    if (!now || !asQuoted) return [{ severity: 'error', code: 'measurement-unsaved', measurementId }]
    if (now.isRemoved) return [{ severity: 'warning', code: 'measurement-gone', measurementId }]
    if (now.revision !== revision) return [{ severity: 'error', code: 'measurement-stale', measurementId }]
    return asQuoted.figuresPending ? [{ severity: 'warning', code: 'measurement-pending', measurementId }] : []
  })
}

/** Key images that the text names and nobody marked, and those whose image is not here. */
async function keyImageProblems({ content }: Quoting, cache: ReportPorts['cache']): Promise<SigningProblem[]> {
  const marked = new Set(content.keyImages.map(({ keyImageId }) => keyImageId))
  const unmarked = runsOf(content).flatMap(({ run }) =>
    run.kind === 'keyImage' && !marked.has(run.keyImageId) ? [run.keyImageId] : [],
  )
  const missing = await Promise.all(
    content.keyImages.map(async ({ keyImageId, image }) => {
      const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID } = image
      const isHere = (await cache.findInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID })) !== null
      return isHere ? null : keyImageId
    }),
  )
  return [
    ...[...new Set(unmarked)].map(
      (keyImageId): SigningProblem => ({
        severity: 'error',
        code: 'key-image-missing',
        keyImageId,
      }),
    ),
    ...missing
      .filter((keyImageId) => keyImageId !== null)
      .map((keyImageId): SigningProblem => ({ severity: 'warning', code: 'key-image-missing', keyImageId })),
  ]
}

function studyProblems({ subject }: Pick<Report, 'subject'>, study: StudyRow | null): SigningProblem[] {
  if (!study) return [{ severity: 'error', code: 'study-missing' }]
  const { expected, received, displayable } = study.completeness
  const isIncomplete = (expected !== null && received < expected) || displayable < received
  const isConflicting = study.conflictingInstances > 0 || study.conflictingAttributes.length > 0
  const warnings: [boolean, SigningProblem['code']][] = [
    [study.receiving, 'study-receiving'],
    [isIncomplete, 'study-incomplete'],
    [isConflicting, 'study-conflicting'],
  ]
  return [
    ...(isAnotherPatient(subject, study) ? [{ severity: 'error', code: 'patient-changed' } as const] : []),
    ...warnings.flatMap(([holds, code]) => (holds ? [{ severity: 'warning', code } as const] : [])),
  ]
}

/** Other studies that are cited: of another patient, or not here to be compared. */
async function citedProblems(
  report: Pick<Report, 'content' | 'subject'>,
  study: StudyRow | null,
  { records, cache }: Pick<ReportPorts, 'records' | 'cache'>,
): Promise<SigningProblem[]> {
  const quoted = quotedMeasurements(report.content)
  const kept = quoted.length === 0 ? [] : await records.measurements.revisions(quoted)
  const problems = await Promise.all(
    citedStudies(report, kept).map(async ({ StudyInstanceUID, by }): Promise<SigningProblem | null> => {
      const cited = await cache.getStudy(StudyInstanceUID)
      if (!cited) return { severity: 'warning', code: 'cited-study-missing', ...by }
      if (isSamePatient(study ?? report.subject, cited.study)) return null
      return { severity: 'warning', code: 'cited-other-patient', ...by }
    }),
  )
  return problems.filter((problem) => problem !== null)
}

/** Problems of what the report refers to, as it is now. */
export async function evidenceProblems(
  report: Pick<Report, 'content' | 'subject'>,
  { records, cache }: Pick<ReportPorts, 'records' | 'cache'>,
): Promise<SigningProblem[]> {
  const [measurements, keyImages, study] = await Promise.all([
    measurementProblems(report, records),
    keyImageProblems(report, cache),
    cache.getStudy(report.subject.StudyInstanceUID),
  ])
  const cited = await citedProblems(report, study?.study ?? null, { records, cache })
  const isUnlisted = cache.mayLack(report.subject.StudyInstanceUID)
  const unlisted: SigningProblem[] = isUnlisted ? [{ severity: 'warning', code: 'study-unlisted' }] : []
  return [...studyProblems(report, study?.study ?? null), ...unlisted, ...measurements, ...keyImages, ...cited]
}
