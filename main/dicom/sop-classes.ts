/** SOP classes: which can be stored, which are images by nature (PS3.4 Annex B). */
import { STORAGE_SOP_CLASS_PREFIX, STORAGE_SOP_CLASS_TABLE } from './storage-sop-class-table.ts'

export interface StorageSOPClass {
  UID: string
  keyword: string
  name: string
  /** Its instances are there to be looked at as images; reports, presentation states, waveforms, plans, segmentations are not. */
  isImage: boolean
}

const parseRow = (row: string): StorageSOPClass => {
  const [suffix = '', keyword = '', nature = '', name = ''] = row.split('|')
  return { UID: STORAGE_SOP_CLASS_PREFIX + suffix, keyword, name, isImage: nature === 'image' }
}

/** By UID. */
export const storageSOPClasses: ReadonlyMap<string, StorageSOPClass> = new Map(
  STORAGE_SOP_CLASS_TABLE.trim()
    .split('\n')
    .map(parseRow)
    .map((sopClass) => [sopClass.UID, sopClass]),
)

/** UIDs that the program itself names. */
export const SOPClassUIDs = {
  Verification: '1.2.840.10008.1.1',
  StorageCommitmentPushModel: '1.2.840.10008.1.20.1',
  PatientRootQueryRetrieveInformationModelFind: '1.2.840.10008.5.1.4.1.2.1.1',
  PatientRootQueryRetrieveInformationModelMove: '1.2.840.10008.5.1.4.1.2.1.2',
  PatientRootQueryRetrieveInformationModelGet: '1.2.840.10008.5.1.4.1.2.1.3',
  StudyRootQueryRetrieveInformationModelFind: '1.2.840.10008.5.1.4.1.2.2.1',
  StudyRootQueryRetrieveInformationModelMove: '1.2.840.10008.5.1.4.1.2.2.2',
  StudyRootQueryRetrieveInformationModelGet: '1.2.840.10008.5.1.4.1.2.2.3',
  MediaStorageDirectoryStorage: '1.2.840.10008.1.3.10',
  CTImageStorage: '1.2.840.10008.5.1.4.1.1.2',
  EnhancedCTImageStorage: '1.2.840.10008.5.1.4.1.1.2.1',
  MRImageStorage: '1.2.840.10008.5.1.4.1.1.4',
  EnhancedMRImageStorage: '1.2.840.10008.5.1.4.1.1.4.1',
  SecondaryCaptureImageStorage: '1.2.840.10008.5.1.4.1.1.7',
  ComprehensiveSRStorage: '1.2.840.10008.5.1.4.1.1.88.33',
  Comprehensive3DSRStorage: '1.2.840.10008.5.1.4.1.1.88.34',
  KeyObjectSelectionDocumentStorage: '1.2.840.10008.5.1.4.1.1.88.59',
  VLPhotographicImageStorage: '1.2.840.10008.5.1.4.1.1.77.1.4',
  VideoPhotographicImageStorage: '1.2.840.10008.5.1.4.1.1.77.1.4.1',
  EncapsulatedPDFStorage: '1.2.840.10008.5.1.4.1.1.104.1',
} as const

/** The one instance of the storage commitment push model (PS3.4 §J.3.5). */
export const STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID = '1.2.840.10008.1.20.1.1'

/** The DICOM application context (PS3.7 Annex A.2.1). */
export const APPLICATION_CONTEXT_UID = '1.2.840.10008.3.1.1.1'

/** Whether a SOP class of the standard is stored by C-STORE. */
export const isStorageSOPClass = (UID: string): boolean => storageSOPClasses.has(UID)

/** Whether instances of the SOP class are images by nature; false for unknown and private classes. */
export const isImageSOPClass = (UID: string): boolean => storageSOPClasses.get(UID)?.isImage ?? false

/** What a person is told about a SOP class: its name without “Storage”, or the UID when it is unknown. */
export const sopClassName = (UID: string): string =>
  UID === SOPClassUIDs.Verification ? 'Verification' : (storageSOPClasses.get(UID)?.name.replace(' Storage', '') ?? UID)
