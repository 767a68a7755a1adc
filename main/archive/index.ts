/** The territory's archive over DICOMweb or DIMSE, for the rest of the station. */
export { createArchive } from './archive.ts'
export { ArchiveError } from './archive-error.ts'
export type { Archive, ArchiveChange, ArchiveOptions, TransferStates } from './archive-service.ts'
export { readMultipart } from './dicom-web/multipart-reader.ts'
export { identifyReceived, openReceived } from './received-object.ts'
