import { expect, it } from 'vitest'
import type { RemoteStudy } from '../../../main/contract/archive.ts'
import { firstOrder, inOrder, newestFirst } from '../../../renderer/archive/found-order.ts'
import { remoteStudies } from '../../helpers/sample-archive.ts'

const [any] = remoteStudies(1) as [RemoteStudy]
const study = (name: string, StudyDate: string, NumberOfStudyRelatedInstances: number | null): RemoteStudy => ({
  ...any,
  ...{ PatientName: { Alphabetic: name }, StudyDate, NumberOfStudyRelatedInstances },
})
const given = [
  study('ZOLA^Émile', '20210514', 12),
  study('Élie^Zoé', '', null),
  study('DUPONT^Luc', '20250714', 100),
  study('', '20250114', 9),
]
const dates = (studies: readonly RemoteStudy[]) => studies.map(({ StudyDate }) => StudyDate)

it('is the newest first, and a study without a date last', () => {
  expect(dates(inOrder(given, newestFirst))).toEqual(['20250714', '20250114', '20210514', ''])
})

it('is the other way round when asked, and a study without a date is last all the same', () => {
  expect(dates(inOrder(given, { by: 'date', isDescending: false }))).toEqual(['20210514', '20250114', '20250714', ''])
})

it('takes names without their accents, and counts as numbers', () => {
  const names = inOrder(given, firstOrder('patient')).map(({ PatientName }) => PatientName.Alphabetic)
  expect(names.slice(-3)).toEqual(['DUPONT^Luc', 'Élie^Zoé', 'ZOLA^Émile'])
  expect(inOrder(given, firstOrder('images')).map((one) => one.NumberOfStudyRelatedInstances)).toEqual([
    100,
    12,
    9,
    null,
  ])
})
