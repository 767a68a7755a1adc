/** Modules that all documents share: patient and study as the subject has them, series, equipment, SOP Common (PS3.3 §C.7, §C.12.1). */
import type { ReportDocument, ReportSubject } from '../../contract/report.ts'
import type { PersonName } from '../../contract/studies.ts'
import type { DataSetContent } from '../../dataset/index.ts'
import { formatPersonNameValue, IMPLEMENTATION_VERSION_NAME } from '../../dicom/index.ts'
import type { Instant } from './instant.ts'
import { nameGroups } from './person-names.ts'

const orEmpty = (value: string): string | null => (value === '' ? null : value)
const nameOrEmpty = (name: PersonName): string | null => orEmpty(formatPersonNameValue(nameGroups(name)))

/** Patient Module (PS3.3 §C.7.1.1). */
const patientModule = (subject: ReportSubject): DataSetContent => ({
  PatientName: nameOrEmpty(subject.PatientName),
  PatientID: orEmpty(subject.PatientID),
  ...(subject.IssuerOfPatientID ? { IssuerOfPatientID: subject.IssuerOfPatientID } : {}),
  PatientBirthDate: orEmpty(subject.PatientBirthDate),
  PatientSex: orEmpty(subject.PatientSex),
  ...(subject.PatientBirthName ? { PatientBirthName: nameOrEmpty(subject.PatientBirthName) } : {}),
})

/** General Study Module (PS3.3 §C.7.2.1). */
const studyModule = (subject: ReportSubject): DataSetContent => ({
  StudyInstanceUID: subject.StudyInstanceUID,
  StudyDate: orEmpty(subject.StudyDate),
  StudyTime: orEmpty(subject.StudyTime),
  ReferringPhysicianName: nameOrEmpty(subject.ReferringPhysicianName),
  StudyID: orEmpty(subject.StudyID),
  AccessionNumber: orEmpty(subject.AccessionNumber),
  ...(subject.StudyDescription ? { StudyDescription: subject.StudyDescription } : {}),
})

/** What a document adds to its series and instance. */
export interface DocumentHead {
  document: ReportDocument
  Modality: 'SR' | 'KO' | 'DOC'
  SeriesNumber: number
  InstanceNumber: number
  SeriesDescription: string
}

/** Everything of a document that is not its content. Text is in UTF-8 (ISO_IR 192), times in the offset of the issue. */
export const documentHead = (
  subject: ReportSubject,
  { date, time, offset }: Instant,
  { document, Modality, SeriesNumber, InstanceNumber, SeriesDescription }: DocumentHead,
): DataSetContent => ({
  SpecificCharacterSet: 'ISO_IR 192',
  InstanceCreationDate: date,
  InstanceCreationTime: time,
  SOPClassUID: document.SOPClassUID,
  SOPInstanceUID: document.SOPInstanceUID,
  TimezoneOffsetFromUTC: offset,
  ...patientModule(subject),
  ...studyModule(subject),
  Modality,
  SeriesInstanceUID: document.SeriesInstanceUID,
  SeriesNumber,
  SeriesDate: date,
  SeriesTime: time,
  SeriesDescription,
  Manufacturer: 'Astreinte',
  ManufacturerModelName: 'Astreinte',
  SoftwareVersions: IMPLEMENTATION_VERSION_NAME,
  InstanceNumber,
  ContentDate: date,
  ContentTime: time,
})
