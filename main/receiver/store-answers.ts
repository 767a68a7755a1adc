/** What a sender is told about each outcome of `cache.ingest` (PS3.4 Table B.2-1, PS3.7 §9.1.1.1.9 and Annex C). */
import type { IngestOutcome, RefusalReason } from '../cache/cache.ts'
import { DimseStatus } from '../dicom/index.ts'

/** Status and ErrorComment of a C-STORE-RSP. */
export interface StoreAnswer {
  status: number
  ErrorComment?: string
}

/** By reason of refusal. Comments are at most 64 ASCII characters and name nothing of the object. */
export const refusalAnswers: Record<RefusalReason, Required<StoreAnswer>> = {
  'cut-data-set': { status: DimseStatus.CannotUnderstand, ErrorComment: 'data set ends inside an element' },
  'unreadable-data-set': { status: DimseStatus.CannotUnderstand, ErrorComment: 'data set cannot be read' },
  'missing-identifiers': {
    status: DimseStatus.DataSetDoesNotMatchSOPClass,
    ErrorComment: 'Study, Series or SOP Instance UID missing or invalid',
  },
  'identifiers-disagree': {
    status: DimseStatus.DataSetDoesNotMatchSOPClass,
    ErrorComment: 'SOP Class or Instance UID differs from the command',
  },
  'too-large': { status: DimseStatus.OutOfResources, ErrorComment: 'data set too large' },
  'disk-full': { status: DimseStatus.OutOfResources, ErrorComment: 'disk full' },
  'storage-failed': { status: DimseStatus.ProcessingFailure, ErrorComment: 'storing failed' },
}

/** The answer to an outcome. Duplicates and further versions are kept, so they succeed. */
export const answerTo = (outcome: IngestOutcome): StoreAnswer =>
  outcome.kind === 'refused' ? refusalAnswers[outcome.reason] : { status: DimseStatus.Success }
