/** The territory's archive over DICOMweb or DIMSE, for the rest of the station. */
export { type Archive, type ArchiveChange, type ArchiveOptions, createArchive, type TransferStates } from './archive.ts'
export { ArchiveError } from './archive-error.ts'
export { readMultipart } from './dicom-web/multipart-reader.ts'
export { identifyReceived, openReceived } from './received-object.ts'
