/** What the documents of a report are made of: the report as it is given out, and what it quotes. Everything that varies is in here. */
import type { Measurement } from '../../contract/measurement.ts'
import type { Issue, KeyImage, Report, ReportDocument } from '../../contract/report.ts'

/** Another document that this one refers to. */
export interface DocumentReference {
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPClassUID: string
  SOPInstanceUID: string
}

export interface IssuedReport {
  /** Content and subject as issued. */
  report: Report
  /** Who gave it out when, as what, and the UIDs of its documents. */
  issue: Issue
  /** The measurements that the text quotes, each in the revision quoted. */
  measurements: readonly Measurement[]
  /** Earlier report documents that this one follows: of a provisional issue, or of the report that an addendum adds to. */
  predecessors: readonly DocumentReference[]
  /** StudyDate of the other studies that measurements and key images are of, where known, by StudyInstanceUID. */
  studyDates: ReadonlyMap<string, string>
  /** Pictures of the key images for the printed form, by `keyImageId`; one that cannot be shown is absent. */
  pictures: ReadonlyMap<KeyImage['keyImageId'], KeyImagePicture>
}

export interface KeyImagePicture {
  png: Uint8Array
  width: number
  height: number
}

/** A data set in explicit VR little endian, ready for `cache.ingest`. */
export interface MadeDocument extends ReportDocument {
  TransferSyntaxUID: string
  dataSet: Uint8Array
}
