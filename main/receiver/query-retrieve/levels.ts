/** The levels of the two information models and the keys that are supported at each (PS3.4 §C.6.1, §C.6.2), as data. */
import { type Keyword, SOPClassUIDs } from '../../dicom/index.ts'

/** Query/Retrieve Level (0008,0052). */
export type Level = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE'

export const levels: readonly Level[] = ['PATIENT', 'STUDY', 'SERIES', 'IMAGE']

/** The key that every response of a level has, and by which its entities are retrieved. */
export const uniqueKeys = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const satisfies Record<Level, Keyword>

/** Keys that are matched and returned. In the study root, those of the patient belong to the study. */
export const matchedKeys: Record<Level, readonly Keyword[]> = {
  PATIENT: ['PatientID', 'IssuerOfPatientID', 'PatientName', 'PatientBirthName', 'PatientBirthDate', 'PatientSex'],
  STUDY: [
    'StudyInstanceUID',
    'StudyDate',
    'StudyTime',
    'AccessionNumber',
    'StudyID',
    'ModalitiesInStudy',
    'StudyDescription',
    'ReferringPhysicianName',
    'InstitutionName',
  ],
  SERIES: [
    'SeriesInstanceUID',
    'Modality',
    'SeriesNumber',
    'SeriesDescription',
    'SeriesDate',
    'SeriesTime',
    'BodyPartExamined',
    'ProtocolName',
    'FrameOfReferenceUID',
    'StationName',
    'Manufacturer',
    'ManufacturerModelName',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
  ],
  IMAGE: ['SOPInstanceUID', 'SOPClassUID', 'InstanceNumber', 'ContentDate', 'ContentTime'],
}

/** Keys that are returned where they are asked for, and not matched. */
export const returnedKeys: Record<Level, readonly Keyword[]> = {
  PATIENT: [
    'NumberOfPatientRelatedStudies',
    'NumberOfPatientRelatedSeries',
    'NumberOfPatientRelatedInstances',
    'RetrieveAETitle',
    'InstanceAvailability',
    'QueryRetrieveLevel',
    'SpecificCharacterSet',
  ],
  STUDY: ['NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances', 'PatientAge', 'TimezoneOffsetFromUTC'],
  SERIES: ['NumberOfSeriesRelatedInstances', 'Laterality'],
  IMAGE: ['AcquisitionNumber', 'ImageType', 'Rows', 'Columns', 'BitsAllocated', 'NumberOfFrames'],
}

/** The level and those above it. */
export const levelsDownTo = (level: Level): readonly Level[] => levels.slice(0, levels.indexOf(level) + 1)

const {
  PatientRootQueryRetrieveInformationModelFind,
  PatientRootQueryRetrieveInformationModelMove,
  PatientRootQueryRetrieveInformationModelGet,
  StudyRootQueryRetrieveInformationModelFind,
  StudyRootQueryRetrieveInformationModelMove,
  StudyRootQueryRetrieveInformationModelGet,
} = SOPClassUIDs

/** The SOP classes, each with its operation. */
export const queryRetrieveClasses = {
  'C-FIND': [PatientRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind],
  'C-MOVE': [PatientRootQueryRetrieveInformationModelMove, StudyRootQueryRetrieveInformationModelMove],
  'C-GET': [PatientRootQueryRetrieveInformationModelGet, StudyRootQueryRetrieveInformationModelGet],
} as const

/** Whether the information model of a SOP class has the level: the study root begins at the study. */
export const hasLevel = (SOPClassUID: string, level: Level): boolean =>
  level !== 'PATIENT' || Object.values(queryRetrieveClasses).some(([patientRoot]) => patientRoot === SOPClassUID)
