/** What the index keeps of each instance: the attributes of PS3.18 tables 10.6.1-3 to 10.6.1-5 and of the study list. */
import { plainDate, plainTime } from '../dicom/date-time.ts'
import type { Keyword } from '../dicom/elements.ts'
import type { PersonNameGroups } from '../dicom/person-name.ts'
import type { DataSet } from './data-set.ts'
import { searchText } from './search-text.ts'

/** The order that an image was made for (PS3.3 §C.4.8, table 10-9). */
export interface RequestAttributes {
  RequestedProcedureID: string
  ScheduledProcedureStepID: string
  RequestedProcedureDescription: string
  ScheduledProcedureStepDescription: string
  AccessionNumber: string
}

/** Patient, study, series and instance attributes; texts are empty and numbers null where the data set says nothing. */
export interface IndexedAttributes {
  SOPClassUID: string
  SOPInstanceUID: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
  TimezoneOffsetFromUTC: string

  PatientName: PersonNameGroups
  PatientBirthName: PersonNameGroups
  OtherPatientNames: PersonNameGroups[]
  PatientID: string
  IssuerOfPatientID: string
  OtherPatientIDs: { PatientID: string; IssuerOfPatientID: string }[]
  PatientBirthDate: string
  PatientSex: string
  PatientAge: string

  StudyDate: string
  StudyTime: string
  StudyID: string
  AccessionNumber: string
  StudyDescription: string
  ReferringPhysicianName: PersonNameGroups
  InstitutionName: string
  /** As announced by the sender; empty when it does not say. */
  ModalitiesInStudy: string[]
  NumberOfStudyRelatedSeries: number | null
  NumberOfStudyRelatedInstances: number | null

  Modality: string
  SeriesNumber: number | null
  SeriesDescription: string
  BodyPartExamined: string
  ProtocolName: string
  SeriesDate: string
  SeriesTime: string
  FrameOfReferenceUID: string
  Laterality: string
  StationName: string
  Manufacturer: string
  ManufacturerModelName: string
  PerformedProcedureStepStartDate: string
  PerformedProcedureStepStartTime: string
  RequestAttributesSequence: RequestAttributes[]
  NumberOfSeriesRelatedInstances: number | null

  InstanceNumber: number | null
  AcquisitionNumber: number | null
  ImageType: string[]
  ContentDate: string
  ContentTime: string
  Rows: number | null
  Columns: number | null
  BitsAllocated: number | null
  NumberOfFrames: number | null
  ImagesInAcquisition: number | null
}

const integer = (attributes: DataSet, keyword: Keyword): number | null => {
  const value = attributes.number(keyword)
  return value !== undefined && Number.isSafeInteger(value) ? value : null
}

/** Attributes that identify the patient: they must agree between the instances of a study. */
export const identifyingKeywords = [
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
] as const satisfies readonly (keyof IndexedAttributes & Keyword)[]

/** Takes the indexed attributes from a data set. */
export const indexedAttributes = (attributes: DataSet): IndexedAttributes => ({
  SOPClassUID: attributes.text('SOPClassUID'),
  SOPInstanceUID: attributes.text('SOPInstanceUID'),
  StudyInstanceUID: attributes.text('StudyInstanceUID'),
  SeriesInstanceUID: attributes.text('SeriesInstanceUID'),
  TimezoneOffsetFromUTC: attributes.text('TimezoneOffsetFromUTC'),
  ...patientAttributes(attributes),
  ...studyAttributes(attributes),
  ...seriesAttributes(attributes),
  InstanceNumber: integer(attributes, 'InstanceNumber'),
  AcquisitionNumber: integer(attributes, 'AcquisitionNumber'),
  ImageType: attributes.texts('ImageType'),
  ContentDate: plainDate(attributes.text('ContentDate')),
  ContentTime: plainTime(attributes.text('ContentTime')),
  Rows: integer(attributes, 'Rows'),
  Columns: integer(attributes, 'Columns'),
  BitsAllocated: integer(attributes, 'BitsAllocated'),
  NumberOfFrames: integer(attributes, 'NumberOfFrames'),
  ImagesInAcquisition: integer(attributes, 'ImagesInAcquisition'),
})

const patientAttributes = (attributes: DataSet) => ({
  PatientName: attributes.personName('PatientName'),
  PatientBirthName: attributes.personName('PatientBirthName'),
  OtherPatientNames: attributes.personNames('OtherPatientNames'),
  PatientID: attributes.text('PatientID'),
  IssuerOfPatientID: attributes.text('IssuerOfPatientID'),
  OtherPatientIDs: otherPatientIDs(attributes),
  PatientBirthDate: plainDate(attributes.text('PatientBirthDate')),
  PatientSex: attributes.text('PatientSex'),
  PatientAge: attributes.text('PatientAge'),
})

/** From the sequence, and from the retired OtherPatientIDs (0010,1000) where it names others. */
const otherPatientIDs = (attributes: DataSet): { PatientID: string; IssuerOfPatientID: string }[] => {
  const listed = attributes.items('OtherPatientIDsSequence').map((item) => ({
    PatientID: item.text('PatientID'),
    IssuerOfPatientID: item.text('IssuerOfPatientID'),
  }))
  const known = new Set(listed.map(({ PatientID }) => PatientID))
  const retired = attributes.texts('OtherPatientIDs').filter((PatientID) => !known.has(PatientID))
  return [...listed, ...retired.map((PatientID) => ({ PatientID, IssuerOfPatientID: '' }))].filter(
    ({ PatientID }) => PatientID,
  )
}

const studyAttributes = (attributes: DataSet) => ({
  StudyDate: plainDate(attributes.text('StudyDate')),
  StudyTime: plainTime(attributes.text('StudyTime')),
  StudyID: attributes.text('StudyID'),
  AccessionNumber: attributes.text('AccessionNumber'),
  StudyDescription: attributes.text('StudyDescription'),
  ReferringPhysicianName: attributes.personName('ReferringPhysicianName'),
  InstitutionName: attributes.text('InstitutionName'),
  ModalitiesInStudy: attributes.texts('ModalitiesInStudy').filter(Boolean),
  NumberOfStudyRelatedSeries: integer(attributes, 'NumberOfStudyRelatedSeries'),
  NumberOfStudyRelatedInstances: integer(attributes, 'NumberOfStudyRelatedInstances'),
})

const seriesAttributes = (attributes: DataSet) => ({
  Modality: attributes.text('Modality'),
  SeriesNumber: integer(attributes, 'SeriesNumber'),
  SeriesDescription: attributes.text('SeriesDescription'),
  BodyPartExamined: attributes.text('BodyPartExamined'),
  ProtocolName: attributes.text('ProtocolName'),
  SeriesDate: plainDate(attributes.text('SeriesDate')),
  SeriesTime: plainTime(attributes.text('SeriesTime')),
  FrameOfReferenceUID: attributes.text('FrameOfReferenceUID'),
  Laterality: attributes.text('Laterality'),
  StationName: attributes.text('StationName'),
  Manufacturer: attributes.text('Manufacturer'),
  ManufacturerModelName: attributes.text('ManufacturerModelName'),
  PerformedProcedureStepStartDate: plainDate(attributes.text('PerformedProcedureStepStartDate')),
  PerformedProcedureStepStartTime: plainTime(attributes.text('PerformedProcedureStepStartTime')),
  RequestAttributesSequence: attributes.items('RequestAttributesSequence').map((item) => ({
    RequestedProcedureID: item.text('RequestedProcedureID'),
    ScheduledProcedureStepID: item.text('ScheduledProcedureStepID'),
    RequestedProcedureDescription: item.text('RequestedProcedureDescription'),
    ScheduledProcedureStepDescription: item.text('ScheduledProcedureStepDescription'),
    AccessionNumber: item.text('AccessionNumber'),
  })),
  NumberOfSeriesRelatedInstances: integer(attributes, 'NumberOfSeriesRelatedInstances'),
})

const groups = (name: PersonNameGroups): string[] => [
  name.Alphabetic ?? '',
  name.Ideographic ?? '',
  name.Phonetic ?? '',
]

/** The words by which a study is found: names, identifiers, accession number, descriptions; normalised by {@link searchText}. */
export const studySearchText = (attributes: IndexedAttributes): string =>
  searchText(
    [
      attributes.PatientName,
      attributes.PatientBirthName,
      ...attributes.OtherPatientNames,
      attributes.ReferringPhysicianName,
    ].flatMap(groups),
    [
      attributes.PatientID,
      ...attributes.OtherPatientIDs.map(({ PatientID }) => PatientID),
      attributes.AccessionNumber,
      attributes.StudyID,
      attributes.StudyDescription,
      attributes.InstitutionName,
    ],
  )
