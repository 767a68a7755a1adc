/** The documents of a report: which there are, and their bytes. */
export { localInstant } from './instant.ts'
export type { DocumentReference, IssuedReport, KeyImagePicture, MadeDocument } from './issued-report.ts'
export { makeDocuments } from './make-documents.ts'
export { planDocuments } from './plan-documents.ts'
