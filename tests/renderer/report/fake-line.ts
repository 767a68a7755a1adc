/** The line to a station with one report: what a window calls over `fetch`, answered as the contract describes it. */
import type { Report, ReportChange } from '../../../main/contract/report.ts'
import { applyReportChange } from '../../../main/contract/report-changes.ts'
import { section } from './contents.ts'

/** A draft with an empty section. */
export const draft: Report = {
  reportId: '0b8a51e8-0000-4000-8000-0000000000aa',
  StudyInstanceUID: '1.2',
  kind: 'report',
  predecessorReportId: null,
  state: 'draft',
  templateId: 'free',
  documentTitle: { CodeValue: '18748-4', CodingSchemeDesignator: 'LN', CodeMeaning: 'Diagnostic imaging report' },
  language: 'fr',
  author: null,
  createdAt: '2026-01-01T08:00:00.000Z',
  changedAt: '2026-01-01T08:00:00.000Z',
  seq: 0,
  issues: [],
  transfer: 'none',
  subject: {
    StudyInstanceUID: '1.2',
    PatientName: { Alphabetic: 'MARTIN^Élise' },
    PatientID: '42',
    IssuerOfPatientID: '',
    PatientBirthDate: '19600102',
    PatientSex: 'F',
    StudyDate: '20260101',
    StudyTime: '',
    StudyID: '',
    AccessionNumber: '',
    StudyDescription: '',
    ReferringPhysicianName: {},
  },
  content: { sections: [section('findings')], fields: [], keyImages: [] },
}

interface Appending {
  changes: { changeId: string; change: ReportChange }[]
}

/** Answers `fetch` in this window until `close`; `limit`: the longest request in characters. */
export function openLine(limit = Number.POSITIVE_INFINITY) {
  const before = globalThis.fetch
  let report = draft
  let isCut: 'answer' | 'all' | null = null
  let isGone = false
  const log: string[] = []
  const answer = (data: unknown, status = 200) => new Response(JSON.stringify(data), { status })
  const append = ({ changes }: Appending) => {
    const fresh = changes.filter(({ changeId }) => !log.includes(changeId))
    if (isGone) return { kind: 'not-found' }
    if (fresh.length > 0 && report.state === 'final') return { kind: 'immutable' }
    for (const { changeId, change } of fresh) {
      report = { ...report, seq: report.seq + 1, content: applyReportChange(report.content, change) ?? report.content }
      log.push(changeId)
    }
    return { kind: 'saved', seq: report.seq, at: report.changedAt }
  }
  globalThis.fetch = async (input, init) => {
    const body = String(init?.body ?? '')
    if (isCut === 'all') throw new TypeError('no answer')
    if (!String(input).startsWith('/call/reports.append')) return answer([{ result: { data: isGone ? null : report } }])
    if (body.length > limit) return answer({}, 413)
    const data = append(JSON.parse(body) as Appending)
    if (isCut) throw new TypeError('no answer')
    return answer({ result: { data } })
  }
  return {
    /** Ids of the changes that were appended. */
    log,
    report: () => report,
    /** Requests get no answer any more; with `all` they do not even come. */
    cut: (what: 'answer' | 'all') => {
      isCut = what
    },
    mend: () => {
      isCut = null
    },
    sign: () => {
      report = { ...report, state: 'final' }
    },
    /** The station has this report no more. */
    lose: () => {
      isGone = true
    },
    close: () => {
      globalThis.fetch = before
    },
  }
}
