/** What QIDO-RS matches and returns at each level (PS3.18 §10.6.3.3, Tables 10.6.1-5 and 10.6.3-3 to 10.6.3-5), as data. */
import type { Keyword } from '../../dicom/index.ts'

export type SearchLevel = 'study' | 'series' | 'instance'

/** Attributes that a result of the level always has. */
export const returnedAttributes: Record<SearchLevel, readonly Keyword[]> = {
  study: [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ModalitiesInStudy',
    'ReferringPhysicianName',
    'TimezoneOffsetFromUTC',
    'StudyDescription',
    'PatientName',
    'PatientID',
    'IssuerOfPatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'NumberOfStudyRelatedSeries',
    'NumberOfStudyRelatedInstances',
  ],
  series: [
    'Modality',
    'TimezoneOffsetFromUTC',
    'SeriesDescription',
    'SeriesInstanceUID',
    'SeriesNumber',
    'NumberOfSeriesRelatedInstances',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'RequestAttributesSequence',
  ],
  instance: [
    'SOPClassUID',
    'SOPInstanceUID',
    'TimezoneOffsetFromUTC',
    'InstanceNumber',
    'Rows',
    'Columns',
    'BitsAllocated',
    'NumberOfFrames',
  ],
}

/** Of the attributes above, those that are only there where they are known (type C). */
export const conditionalAttributes: ReadonlySet<Keyword> = new Set<Keyword>([
  'TimezoneOffsetFromUTC',
  'SeriesDescription',
  'PerformedProcedureStepStartDate',
  'PerformedProcedureStepStartTime',
  'RequestAttributesSequence',
  'Rows',
  'Columns',
  'BitsAllocated',
  'NumberOfFrames',
])

/** Attributes that identify a result's place above its level: returned unless the address says them. */
export const identifyingAttributes: Record<SearchLevel, readonly Keyword[]> = {
  study: [],
  series: ['StudyInstanceUID'],
  instance: ['StudyInstanceUID', 'SeriesInstanceUID'],
}

/** Attributes that can be matched at the level: the required ones and those that the index keeps beside. */
export const matchedAttributes: Record<SearchLevel, readonly Keyword[]> = {
  study: [
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'ModalitiesInStudy',
    'ReferringPhysicianName',
    'StudyDescription',
    'PatientName',
    'PatientID',
    'IssuerOfPatientID',
    'PatientBirthDate',
    'PatientSex',
    'StudyInstanceUID',
    'StudyID',
    'InstitutionName',
    'PatientBirthName',
  ],
  series: [
    'Modality',
    'SeriesInstanceUID',
    'SeriesNumber',
    'SeriesDescription',
    'SeriesDate',
    'SeriesTime',
    'BodyPartExamined',
    'ProtocolName',
    'FrameOfReferenceUID',
    'StationName',
    'Manufacturer',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
  ],
  instance: ['SOPClassUID', 'SOPInstanceUID', 'InstanceNumber', 'ContentDate', 'ContentTime'],
}

/** What can be matched inside sequences, by path. */
export const matchedPaths: Record<SearchLevel, readonly string[]> = {
  study: [],
  series: ['RequestAttributesSequence.ScheduledProcedureStepID', 'RequestAttributesSequence.RequestedProcedureID'],
  instance: [],
}

/** The level and those above it. */
export const levelsDownTo: Record<SearchLevel, readonly SearchLevel[]> = {
  study: ['study'],
  series: ['study', 'series'],
  instance: ['study', 'series', 'instance'],
}
