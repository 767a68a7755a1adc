/**
 * The states of a report and what each is called elsewhere: SR (PS3.3 §C.17.2), FHIR DiagnosticReport.status, HL7 v2 tables 0123 (OBR-25)
 * and 0085 (OBX-11). A report that was given out provisionally may be written on; final is for ever, and is followed by an addendum.
 */
import type { Issue, ReportState, ReportSummary } from '../contract/report.ts'

interface StateCodes {
  CompletionFlag: 'PARTIAL' | 'COMPLETE'
  VerificationFlag: 'UNVERIFIED' | 'VERIFIED'
  PreliminaryFlag: 'PRELIMINARY' | 'FINAL'
  fhirStatus: 'partial' | 'preliminary' | 'final' | 'appended' | 'cancelled'
  resultStatus: 'I' | 'P' | 'F' | 'C' | 'X'
  observationStatus: 'I' | 'P' | 'F' | 'C' | 'X'
  isEditable: boolean
  /** States that may follow. */
  next: readonly ReportState[]
}

const draft = {
  CompletionFlag: 'PARTIAL',
  VerificationFlag: 'UNVERIFIED',
  PreliminaryFlag: 'PRELIMINARY',
} as const
const issuedFinally = { CompletionFlag: 'COMPLETE', VerificationFlag: 'VERIFIED', PreliminaryFlag: 'FINAL' } as const
const open = { isEditable: true, next: ['preliminary', 'final', 'cancelled'] } as const
const closed = { isEditable: false, next: [] } as const

const states: Record<ReportState | 'addendum', StateCodes> = {
  draft: { ...draft, ...open, fhirStatus: 'partial', resultStatus: 'I', observationStatus: 'I' },
  preliminary: {
    ...open,
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    PreliminaryFlag: 'PRELIMINARY',
    fhirStatus: 'preliminary',
    resultStatus: 'P',
    observationStatus: 'P',
  },
  final: { ...issuedFinally, ...closed, fhirStatus: 'final', resultStatus: 'F', observationStatus: 'F' },
  /** A final addendum: a document of its own that names its predecessor. */
  addendum: { ...issuedFinally, ...closed, fhirStatus: 'appended', resultStatus: 'C', observationStatus: 'C' },
  cancelled: { ...draft, ...closed, fhirStatus: 'cancelled', resultStatus: 'X', observationStatus: 'X' },
}

/** The codes of a report in `state`. */
export const codesOf = ({ kind, state }: Pick<ReportSummary, 'kind' | 'state'>): StateCodes =>
  states[kind === 'addendum' && state === 'final' ? 'addendum' : state]

/** Whether a report in `state` may be given out as `as`. */
export const canBeIssued = (state: ReportState, as: Issue['as']): boolean => states[state].next.includes(as)
