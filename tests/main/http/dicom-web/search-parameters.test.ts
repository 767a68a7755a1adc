import { expect, it } from 'vitest'
import { searchParameters } from '../../../../main/http/dicom-web/search-parameters.ts'

it('reads keywords and tags, lists of UIDs, ranges and paging', () => {
  const query = {
    PatientName: 'DUP*',
    '00080020': '20200101-20201231',
    StudyInstanceUID: '1.2,1.3',
    ModalitiesInStudy: ['CT', 'MR'],
    includefield: ['InstitutionName,00081030', 'StudyID'],
    limit: '10',
    offset: '20',
    fuzzymatching: 'true',
  }
  expect(searchParameters('study', query)).toEqual({
    match: {
      PatientName: 'DUP*',
      StudyDate: '20200101-20201231',
      StudyInstanceUID: '1.2\\1.3',
      ModalitiesInStudy: 'CT\\MR',
    },
    includefield: ['InstitutionName', 'StudyDescription', 'StudyID'],
    limit: 10,
    offset: 20,
    missingModes: ['fuzzymatching'],
  })
})

it('bounds how much is asked for', () => {
  expect(searchParameters('study', {}).limit).toBe(1000)
  expect(searchParameters('study', { limit: '999999999' }).limit).toBe(5000)
  expect(searchParameters('study', { includefield: 'all' }).includefield).toBe('all')
})

it('refuses what it does not understand, rather than showing other patients', () => {
  const wrong = [
    { limit: '-1' },
    { limit: '1e3' },
    { offset: 'x' },
    { limit: ['1', '2'] },
    { StudyDate: 'yesterday' },
    { PatientName: ['A', 'B'] },
    { PatientName: 'A', '00100010': 'B' },
    { Rows: '512' },
    { SOPInstanceUID: '1.2' },
    { 'x<script>': '1' },
    { includefield: 'a;b' },
    { 'RequestAttributesSequence.ScheduledProcedureStepID': '1' },
  ]
  for (const query of wrong) expect(() => searchParameters('study', query), JSON.stringify(query)).toThrow()
})

it('matches on levels above, not on those below', () => {
  expect(searchParameters('instance', { PatientID: '7', Modality: 'CT', SOPClassUID: '1.2' }).match).toEqual({
    PatientID: '7',
    Modality: 'CT',
    SOPClassUID: '1.2',
  })
  expect(() => searchParameters('study', { Modality: 'CT' })).toThrow()
})
