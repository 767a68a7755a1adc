/**
 * Gives out a report, once in effect however often it is asked: check, PIN, UIDs, documents in memory, then one transaction that holds the
 * issue and the documents' bytes. Before that transaction nothing has happened; after it only delivery remains, which can be done again.
 */
import { randomUUID } from 'node:crypto'
import type { StoredReport } from '../../cache/index.ts'
import type { Issue, Report, SigningProblem } from '../../contract/report.ts'
import { uidFromUUID } from '../../dicom/index.ts'
import type { Answer, Input } from '../calls.ts'
import { type CitedStudy, citedStudies, quotedMeasurements } from '../content-runs.ts'
import {
  type DocumentReference,
  type IssuedReport,
  type KeyImagePicture,
  localInstant,
  planDocuments,
} from '../documents/index.ts'
import type { ReportPorts } from '../ports.ts'
import { canBeIssued } from '../states.ts'
import { contentProblems } from './content-problems.ts'
import { evidenceProblems } from './evidence-problems.ts'

/** As in the contract; the signed report is read by the caller. `isNew`: it was given out by this very call. */
export type SignOutcome = { kind: 'signed'; isNew: boolean } | Exclude<Answer<'sign'>, { kind: 'signed' }>

/** What hinders giving out `report` as it is now. */
export const signingProblems = async (
  report: Pick<Report, 'content' | 'subject'>,
  ports: Pick<ReportPorts, 'records' | 'cache'>,
): Promise<SigningProblem[]> => [...(await evidenceProblems(report, ports)), ...contentProblems(report.content)]

/** The documents of an issue that others follow: those that hold the report itself. */
const referencesOf = (
  { StudyInstanceUID }: { StudyInstanceUID: string },
  issue: Issue | undefined,
): DocumentReference[] =>
  (issue?.documents ?? [])
    .filter(({ kind }) => kind === 'report')
    .map(({ SeriesInstanceUID, SOPClassUID, SOPInstanceUID }) => ({
      StudyInstanceUID,
      SeriesInstanceUID,
      SOPClassUID,
      SOPInstanceUID,
    }))

/** The last issue of this report, and the final one of the report that an addendum adds to. */
async function predecessorsOf(report: StoredReport, { records }: ReportPorts): Promise<DocumentReference[]> {
  const { predecessorReportId } = report
  const predecessor = predecessorReportId === null ? null : await records.reports.get(predecessorReportId)
  return [
    ...referencesOf(report, report.issues.at(-1)),
    ...(predecessor ? referencesOf(predecessor, predecessor.issues.at(-1)) : []),
  ]
}

async function picturesOf({ content }: StoredReport, { renderPicture, log }: ReportPorts) {
  const pictures = new Map<string, KeyImagePicture>()
  for (const { keyImageId, image, ...look } of content.keyImages) {
    const picture = await renderPicture(image, look).catch((error: { code?: unknown; name?: string }) => {
      log.warn({ code: error.code ?? error.name }, 'No picture of a key image')
      return null
    })
    if (picture) pictures.set(keyImageId, picture)
  }
  return pictures
}

/** The dates of the cited studies that are here and have one. */
async function studyDatesOf(cited: readonly CitedStudy[], { cache }: ReportPorts): Promise<Map<string, string>> {
  const dates = await Promise.all(
    cited.map(
      async ({ StudyInstanceUID }): Promise<[string, string]> => [
        StudyInstanceUID,
        (await cache.getStudy(StudyInstanceUID))?.study.StudyDate ?? '',
      ],
    ),
  )
  return new Map(dates.filter(([, date]) => date !== ''))
}

/** Everything that the documents are made of, with their UIDs fixed. */
async function issuedReport(
  stored: StoredReport,
  { as, after: seq }: Input<'sign'>,
  signer: Issue['signer'],
  ports: ReportPorts,
): Promise<IssuedReport> {
  const report: Report = { ...stored, state: as, transfer: 'waiting' }
  const [measurements, predecessors, pictures] = await Promise.all([
    ports.records.measurements.revisions(quotedMeasurements(report.content)),
    predecessorsOf(stored, ports),
    picturesOf(stored, ports),
  ])
  const studyDates = await studyDatesOf(citedStudies(stored, measurements), ports)
  const documents = planDocuments(report.content, () => uidFromUUID(randomUUID()))
  const issue: Issue = { as, seq, at: localInstant(ports.now()), signer, documents }
  return { report, issue, measurements, predecessors, studyDates, pictures }
}

const placeOf = ({ code, sectionId, fieldId, measurementId, keyImageId }: SigningProblem): string =>
  JSON.stringify([code, sectionId, fieldId, measurementId, keyImageId])

/** Whether the signer may go on: no errors, and every warning accepted, each at its own place where the places were told. */
function mayGoOn(
  problems: readonly SigningProblem[],
  { accepted, confirmed }: Pick<Input<'sign'>, 'accepted' | 'confirmed'>,
): boolean {
  const places = confirmed?.map(placeOf)
  return problems.every(
    (problem) =>
      problem.severity === 'warning' &&
      accepted.includes(problem.code) &&
      (places === undefined || places.includes(placeOf(problem))),
  )
}

/** Gives out a report. At most one call at a time for each report. */
export async function sign(request: Input<'sign'>, ports: ReportPorts): Promise<SignOutcome> {
  const { reportId, after, as, pin } = request
  const { records, authenticator, makeDocuments } = ports
  const stored = await records.reports.get(reportId)
  if (!stored) return { kind: 'not-found' }
  // The answer to the first try was lost: this is the same signature.
  if (stored.issues.some((issue) => issue.as === as && issue.seq === after)) return { kind: 'signed', isNew: false }
  if (!canBeIssued(stored.state, as)) return { kind: 'immutable' }
  if (stored.seq !== after) return { kind: 'changed', seq: stored.seq }
  const signer = await records.profile.profile()
  if (!signer) return { kind: 'no-profile' }
  const problems = await signingProblems(stored, ports)
  if (!mayGoOn(problems, request)) return { kind: 'problems', problems }
  const outcome = await authenticator.verify(pin)
  if (outcome.kind !== 'right') return { kind: 'pin', outcome }
  const issued = await issuedReport(stored, request, signer, ports)
  const made = await makeDocuments(issued)
  const answer = await records.reports.issue(reportId, issued.issue, made)
  return answer.kind === 'issued' ? { kind: 'signed', isNew: true } : answer
}
