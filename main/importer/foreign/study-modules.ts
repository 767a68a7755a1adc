/** What an added document takes over from an object of its study: patient and study as they stand there (PS3.3 §C.7.1.1, §C.7.2.1). */
import type { DataSet, DataSetContent } from '../../dataset/index.ts'

const texts = [
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyInstanceUID',
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'StudyID',
] as const
const optional = ['PatientAge', 'StudyDescription'] as const
const names = ['PatientName', 'ReferringPhysicianName'] as const

/** Required attributes are there, empty where the object has none; UIDs and texts as in it. */
export const studyModules = (attributes: DataSet): DataSetContent => ({
  ...Object.fromEntries(texts.map((keyword) => [keyword, attributes.text(keyword) || null])),
  ...Object.fromEntries(
    optional.flatMap((keyword) => (attributes.text(keyword) ? [[keyword, attributes.text(keyword)]] : [])),
  ),
  ...Object.fromEntries(
    names.map((keyword) => [keyword, attributes.has(keyword) ? attributes.personName(keyword) : null]),
  ),
})
