/** The documents of a report: which there are, and their bytes. */
import type { DocumentMaker } from './issued-report.ts'
import { makeDocuments } from './make-documents.ts'
import { planDocuments } from './plan-documents.ts'

export { localInstant } from './instant.ts'
export type {
  DocumentMaker,
  DocumentReference,
  IssuedReport,
  KeyImagePicture,
  MadeDocument,
} from './issued-report.ts'
export { makeDocuments, planDocuments }

/** The maker of the standard's documents; `newUID` draws the UIDs of a plan. */
export const createDocumentMaker = (newUID: () => string): DocumentMaker => ({
  plan: ({ report }) => planDocuments(report.content, newUID),
  make: makeDocuments,
})
