import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ctImage, type Values } from '../cache/data-sets.ts'
import { exported, filesBelow, holding, pydicom } from './exporting.ts'

/** The records of patients and studies of an export, by their depth. */
const RECORDS = `
d=pydicom.dcmread(sys.argv[1])
print(json.dumps([[r.DirectoryRecordType,str(r.get('PatientName',''))] for r in d.DirectoryRecordSequence if r.DirectoryRecordType in ('PATIENT','STUDY')]))`

const exportOf = async (...objects: { study?: number; values: Values }[]) => {
  const held = holding(...objects.map(({ study = 1, values }, at) => ctImage({ study, instance: at + 1 }, values)))
  const { path } = await exported(held, { StudyInstanceUIDs: held.StudyInstanceUIDs })
  const patients = filesBelow(join(path, 'DICOM')).map((file) => file.slice(path.length + 1).split('/')[1])
  return { patients, records: pydicom<[string, string][]>(RECORDS, join(path, 'DICOMDIR')) }
}

it('a study whose objects spell its patient differently is one study of one patient', async () => {
  const { patients, records } = await exportOf(
    { values: { PatientName: 'DOE^JOHN', IssuerOfPatientID: 'HOSPITAL' } },
    { values: { PatientName: 'Doe^John^^' } },
    { values: { PatientName: 'DOE^J' } },
  )
  expect(new Set(patients)).toEqual(new Set(['P0000001']))
  expect(records).toEqual([
    ['PATIENT', 'DOE^JOHN'],
    ['STUDY', ''],
  ])
})

it('patients of the same identifier and other names stay two', async () => {
  const { patients, records } = await exportOf(
    { values: { PatientName: 'DOE^JOHN', PatientID: '7' } },
    { study: 2, values: { PatientName: 'MARTIN^Anne', PatientID: '7' } },
  )
  expect(patients).toEqual(['P0000001', 'P0000002'])
  expect(records.map(([type]) => type)).toEqual(['PATIENT', 'STUDY', 'PATIENT', 'STUDY'])
})
