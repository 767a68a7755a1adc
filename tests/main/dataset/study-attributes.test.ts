import { expect, test } from 'vitest'
import { HeaderScan } from '../../../main/dataset/header-scan.ts'
import { indexedAttributes, studySearchText } from '../../../main/dataset/study-attributes.ts'
import { type DataSetContent, writeDataSet } from '../../../main/dataset/write.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'

const indexed = (content: DataSetContent) => {
  const scan = new HeaderScan(TransferSyntaxUIDs.ExplicitVRLittleEndian)
  scan.push(writeDataSet(content))
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  return indexedAttributes(result.attributes)
}

test('dates and times of the retired form compare with others', () => {
  const old = { PatientBirthDate: '1951.02.03', StudyDate: '1993.01.10', StudyTime: '09:30', SeriesTime: '09:30:15.5' }
  expect(indexed({ ...old, SeriesDate: '199.01', ContentTime: '9:30' })).toMatchObject({
    ...{ PatientBirthDate: '19510203', StudyDate: '19930110', StudyTime: '0930', SeriesTime: '093015.5' },
    ...{ SeriesDate: '199.01', ContentTime: '9:30' },
  })
})

test('patient, study, series and instance are taken as they are said', () => {
  expect(
    indexed({
      ...{
        PatientName: 'Martin^Élise',
        PatientID: '12345',
        IssuerOfPatientID: 'CHU',
        PatientBirthName: 'Durand^Élise',
        OtherPatientIDs: ['12345', 'X9'],
      },
      OtherPatientIDsSequence: [{ PatientID: '12345', IssuerOfPatientID: 'INS' }],
      ...{
        StudyDate: '20260321',
        AccessionNumber: 'A1',
        ModalitiesInStudy: ['CT', 'SR'],
        NumberOfStudyRelatedInstances: 300,
      },
      ...{
        Modality: 'CT',
        SeriesNumber: '2',
        RequestAttributesSequence: [{ RequestedProcedureID: 'RP1', ScheduledProcedureStepID: 'S1' }],
      },
      ...{ InstanceNumber: '-7', Rows: 512, NumberOfFrames: 1, ImagesInAcquisition: '1.5' },
    }),
  ).toMatchObject({
    ...{
      PatientName: { Alphabetic: 'Martin^Élise' },
      PatientID: '12345',
      IssuerOfPatientID: 'CHU',
      PatientBirthName: { Alphabetic: 'Durand^Élise' },
    },
    OtherPatientIDs: [
      { PatientID: '12345', IssuerOfPatientID: 'INS' },
      { PatientID: 'X9', IssuerOfPatientID: '' },
    ],
    ...{
      StudyDate: '20260321',
      AccessionNumber: 'A1',
      ModalitiesInStudy: ['CT', 'SR'],
      NumberOfStudyRelatedInstances: 300,
    },
    ...{ Modality: 'CT', SeriesNumber: 2, InstanceNumber: -7, Rows: 512, NumberOfFrames: 1, ImagesInAcquisition: null },
    RequestAttributesSequence: [{ RequestedProcedureID: 'RP1', ScheduledProcedureStepID: 'S1', AccessionNumber: '' }],
  })
})

test('what is not said is empty or null', () => {
  const { SeriesNumber, StudyDate, PatientName, OtherPatientIDs, NumberOfSeriesRelatedInstances } = indexed({
    Modality: 'MR',
  })
  expect({ SeriesNumber, StudyDate, PatientName, OtherPatientIDs, NumberOfSeriesRelatedInstances }).toEqual({
    ...{
      SeriesNumber: null,
      StudyDate: '',
      PatientName: {},
      OtherPatientIDs: [],
      NumberOfSeriesRelatedInstances: null,
    },
  })
})

test('a study is found by names, identifiers and descriptions', () => {
  const text = studySearchText(
    indexed({
      PatientName: 'Lefèvre^Zoé',
      PatientBirthName: 'Brun',
      PatientID: 'AB-1',
      StudyDescription: 'TDM crânien',
      AccessionNumber: 'ACC9',
    }),
  )
  expect(text.split(' ')).toEqual(
    expect.arrayContaining(['lefevre', 'zoe', 'brun', 'ab', '1', 'ab1', 'tdm', 'cranien', 'acc9']),
  )
})
