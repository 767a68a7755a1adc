/** Reports, measurements, and who reads: everything that a person writes here, until it is signed and on its way. */
export { makeDocuments } from './documents/index.ts'
export { createMeasurements, type Measurements } from './measurements.ts'
export type { RenderPicture, ReportOutbox } from './ports.ts'
export { createReader, type Reader } from './reader.ts'
export { createReports, type ReportChanged, type Reports } from './reports.ts'
