import { expect, test } from 'vitest'
import { identityDifferences, standingOf } from '../../../../renderer/viewer/comparison/compared-study.ts'
import { study } from '../study-fixtures.ts'

const at = (StudyDate: string, StudyTime = '') => ({ StudyDate, StudyTime })

test('a study is older or newer only where both dates say so', () => {
  const read = at('20250301', '2142')
  expect(
    [
      at('20240301'),
      at('20260101'),
      at('20250301', '0800'),
      at('20250301', '2300'),
      at('20250301'),
      at('20250301', '2142'),
      at(''),
    ].map((other) => standingOf(other, read)),
  ).toEqual(['older', 'newer', 'older', 'newer', 'other', 'other', 'other'])
  expect(standingOf(at('20240301'), at(''))).toBe('other')
})

test('case, accents and padding of a name make no other person', () => {
  const written = ['Martin^Élise', 'MARTIN^ELISE', 'martin^elise ^^^', ' Martin ^E\u0301lise']
  expect(written.map((Alphabetic) => identityDifferences({ ...study, PatientName: { Alphabetic } }, study))).toEqual([
    [],
    [],
    [],
    [],
  ])
})

test('whatever else names another person is told, also what only one of them states', () => {
  const differing = (change: Partial<typeof study>) => identityDifferences({ ...study, ...change }, study)
  expect([
    differing({ PatientName: { Alphabetic: 'MARTIN^Elsa' } }),
    differing({ PatientName: {} }),
    differing({ PatientBirthDate: '19510408' }),
    differing({ PatientBirthDate: '' }),
    differing({ PatientSex: 'M', PatientID: 'P0043' }),
    differing({ IssuerOfPatientID: 'CHR' }),
  ]).toEqual([
    ['PatientName'],
    ['PatientName'],
    ['PatientBirthDate'],
    ['PatientBirthDate'],
    ['PatientSex', 'PatientID'],
    ['IssuerOfPatientID'],
  ])
})
