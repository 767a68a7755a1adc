/** Whom and what a report is about, taken from the study when it is begun and compared with it when it is signed. */
import { isDeepStrictEqual } from 'node:util'
import type { ReportSubject } from '../contract/report.ts'
import type { StudyRow } from '../contract/studies.ts'

/** The study's identity as it is now. */
export const subjectOf = (study: StudyRow): ReportSubject => ({
  StudyInstanceUID: study.StudyInstanceUID,
  PatientName: study.PatientName,
  ...(study.PatientBirthName ? { PatientBirthName: study.PatientBirthName } : {}),
  PatientID: study.PatientID,
  IssuerOfPatientID: study.IssuerOfPatientID,
  PatientBirthDate: study.PatientBirthDate,
  PatientSex: study.PatientSex,
  StudyDate: study.StudyDate,
  StudyTime: study.StudyTime,
  StudyID: study.StudyID,
  AccessionNumber: study.AccessionNumber,
  StudyDescription: study.StudyDescription,
  ReferringPhysicianName: study.ReferringPhysicianName,
})

/**
 * Whether both are of one patient as the cache groups studies: by PatientID and its issuer. Without a PatientID nothing says so.
 */
export const isSamePatient = (
  a: Pick<ReportSubject, 'PatientID' | 'IssuerOfPatientID'>,
  b: Pick<ReportSubject, 'PatientID' | 'IssuerOfPatientID'>,
): boolean => a.PatientID !== '' && a.PatientID === b.PatientID && a.IssuerOfPatientID === b.IssuerOfPatientID

/** Whether a value that was there is another one now; what was empty may have become known. */
const differs = (before: string, after: string): boolean => before !== '' && before !== after

/** Whether the study names another patient than the one that the report was begun for. */
export const isAnotherPatient = (subject: ReportSubject, study: StudyRow): boolean =>
  subject.PatientID !== study.PatientID ||
  !isDeepStrictEqual(subject.PatientName, study.PatientName) ||
  differs(subject.IssuerOfPatientID, study.IssuerOfPatientID) ||
  differs(subject.PatientBirthDate, study.PatientBirthDate) ||
  differs(subject.PatientSex, study.PatientSex)
