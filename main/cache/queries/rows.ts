/** From the index's rows to the contract's. */
import type { Completeness, SeriesRow, StudyRow } from '../../contract/studies.ts'
import { parsePersonName } from '../../dicom/person-name.ts'
import type { SeriesState } from '../index-database/series-state.ts'
import type { StudyState } from '../index-database/study-state.ts'

/** How long after its last object a study counts as being received, in ms. */
export const RECEIVING_MS = 5000

const listOf = (text: string): string[] => text.split('\\').filter(Boolean)

/** An announcement that more instances have since refuted says nothing. */
const reliable = (stated: number | null, received: number): number | null =>
  stated !== null && stated >= received ? stated : null

/** Completeness of a series. */
export const seriesCompleteness = (series: SeriesState): Completeness => {
  const received = series.NumberOfSeriesRelatedInstances
  const expected = reliable(series.statedInstances, received)
  return {
    expected,
    ...(expected !== null && series.statedBy ? { expectedFrom: series.statedBy } : {}),
    received,
    displayable: series.displayable,
  }
}

/** What the series of a study add up to. */
export interface SeriesSums {
  /** Announced instances, or those that are here where a series has no announcement. */
  expected: number
  from: SeriesState['statedBy']
  /** Documents that were made here. */
  created: number
}

/**
 * Completeness of a study: what its sender stated, or else what the series add up to where any of them has an announcement
 * (series that have none count as they are). Documents that were made here were announced by nobody and make nothing more complete.
 */
export const studyCompleteness = (study: StudyState, { expected, from, created }: SeriesSums): Completeness => {
  const received = study.NumberOfStudyRelatedInstances - created
  const stated = reliable(study.statedInstances, received)
  const displayable = study.displayable - created
  if (stated !== null) return { expected: stated, expectedFrom: 'NumberOfStudyRelatedInstances', received, displayable }
  if (!from) return { expected: null, received, displayable }
  return { expected: expected - created, expectedFrom: from, received, displayable }
}

export const toStudyRow = (study: StudyState, sums: SeriesSums, now: number): StudyRow => ({
  StudyInstanceUID: study.StudyInstanceUID,
  PatientName: parsePersonName(study.PatientName),
  ...(study.PatientBirthName ? { PatientBirthName: parsePersonName(study.PatientBirthName) } : {}),
  PatientID: study.PatientID,
  IssuerOfPatientID: study.IssuerOfPatientID,
  PatientBirthDate: study.PatientBirthDate,
  PatientSex: study.PatientSex,
  StudyDate: study.StudyDate,
  StudyTime: study.StudyTime,
  StudyID: study.StudyID,
  AccessionNumber: study.AccessionNumber,
  StudyDescription: study.StudyDescription,
  ReferringPhysicianName: parsePersonName(study.ReferringPhysicianName),
  InstitutionName: study.InstitutionName,
  ModalitiesInStudy: listOf(study.ModalitiesInStudy),
  BodyPartExamined: study.BodyPartExamined,
  NumberOfStudyRelatedSeries: study.NumberOfStudyRelatedSeries,
  NumberOfStudyRelatedInstances: study.NumberOfStudyRelatedInstances,
  completeness: studyCompleteness(study, sums),
  // One that lies further ahead was dated before the clock was set back.
  receiving: Math.abs(now - Date.parse(study.lastReceivedAt)) < RECEIVING_MS,
  firstReceivedAt: study.firstReceivedAt,
  lastReceivedAt: study.lastReceivedAt,
  openedAt: study.openedAt,
  origin: study.origin as StudyRow['origin'],
  sender: study.sender,
  conflictingInstances: study.conflictingInstances,
  conflictingAttributes: listOf(study.conflictingAttributes),
  bytes: study.bytes,
})

export const toSeriesRow = (
  series: SeriesState,
  StudyInstanceUID: string,
  notDisplayable: SeriesRow['notDisplayable'],
): SeriesRow => ({
  SeriesInstanceUID: series.SeriesInstanceUID,
  StudyInstanceUID,
  Modality: series.Modality,
  SeriesNumber: series.SeriesNumber,
  SeriesDescription: series.SeriesDescription,
  BodyPartExamined: series.BodyPartExamined,
  ProtocolName: series.ProtocolName,
  SeriesDate: series.SeriesDate,
  SeriesTime: series.SeriesTime,
  FrameOfReferenceUID: series.FrameOfReferenceUID,
  SOPClassUIDs: listOf(series.SOPClassUIDs),
  NumberOfSeriesRelatedInstances: series.NumberOfSeriesRelatedInstances,
  numberOfFrames: series.numberOfFrames,
  completeness: seriesCompleteness(series),
  notDisplayable,
  revision: series.revision,
})
