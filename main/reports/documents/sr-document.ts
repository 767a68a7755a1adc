/** SR and Key Object Selection documents: general modules and the root of the content tree (PS3.3 §C.17.2, §C.17.3, §C.17.6). */
import type { Issue, ReportSubject } from '../../contract/report.ts'
import type { DataSetContent } from '../../dataset/index.ts'
import type { Code } from '../../dicom/index.ts'
import { codesOf } from '../states.ts'
import { codeItem } from './code-item.ts'
import { type ContentItem, contentSequence } from './content-item.ts'
import { evidence, hierarchicalReferences } from './evidence.ts'
import type { Instant } from './instant.ts'
import type { DocumentReference } from './issued-report.ts'
import { authorObserver, verifyingObserver } from './observers.ts'

/** Root of a content tree that follows a template of PS3.16. */
export const contentTree = (title: Code, TemplateIdentifier: string, children: readonly ContentItem[]) =>
  ({
    ValueType: 'CONTAINER',
    ConceptNameCodeSequence: [codeItem(title)],
    ContinuityOfContent: 'SEPARATE',
    ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier }],
    ...contentSequence(children),
  }) satisfies DataSetContent

/** The order that the document fulfils, as far as its accession number tells (Table C.17-2); absent without one. */
const referencedRequest = ({ StudyInstanceUID, AccessionNumber }: ReportSubject): DataSetContent =>
  AccessionNumber === ''
    ? {}
    : {
        ReferencedRequestSequence: [
          {
            StudyInstanceUID,
            ReferencedStudySequence: [],
            AccessionNumber,
            PlacerOrderNumberImagingServiceRequest: null,
            FillerOrderNumberImagingServiceRequest: null,
            RequestedProcedureID: null,
            RequestedProcedureDescription: null,
            RequestedProcedureCodeSequence: [],
          },
        ],
      }

/** Complete either way; verified and final, or unverified and preliminary (PS3.3 §C.17.2.4). */
const flags = ({ as, signer }: Issue, instant: Instant): DataSetContent => {
  const { CompletionFlag, VerificationFlag, PreliminaryFlag } = codesOf({ kind: 'report', state: as })
  const isVerified = VerificationFlag === 'VERIFIED'
  return {
    CompletionFlag,
    VerificationFlag,
    PreliminaryFlag,
    ...(isVerified ? { VerifyingObserverSequence: [verifyingObserver(signer, instant)] } : {}),
  }
}

/** SR Document Series and SR Document General Modules (PS3.3 §C.17.1, §C.17.2). */
export const srGeneral = (
  subject: ReportSubject,
  issue: Issue,
  instant: Instant,
  references: readonly DocumentReference[],
  predecessors: readonly DocumentReference[],
): DataSetContent => ({
  ReferencedPerformedProcedureStepSequence: [],
  ...flags(issue, instant),
  AuthorObserverSequence: [authorObserver(issue.signer)],
  ...(predecessors.length > 0 ? { PredecessorDocumentsSequence: hierarchicalReferences(predecessors) } : {}),
  ...referencedRequest(subject),
  PerformedProcedureCodeSequence: [],
  ...evidence(subject.StudyInstanceUID, references),
})

/** Key Object Document Series and Key Object Document Modules (PS3.3 §C.17.6). */
export const keyObjectGeneral = (subject: ReportSubject, references: readonly DocumentReference[]): DataSetContent => ({
  ReferencedPerformedProcedureStepSequence: [],
  ...referencedRequest(subject),
  CurrentRequestedProcedureEvidenceSequence: hierarchicalReferences(references),
})
