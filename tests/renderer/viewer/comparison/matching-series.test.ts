import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import type { SeriesRow } from '../../../../main/contract/studies.ts'
import { matchingSeries } from '../../../../renderer/viewer/comparison/matching-series.ts'
import { type ImagesItem, stripItems } from '../../../../renderer/viewer/strip/strip-items.ts'
import { displaySet, header, imagesOf } from '../study-fixtures.ts'

const coronal: ImageHeader['ImageOrientationPatient'] = [1, 0, 0, 0, 0, -1]

function item(id: string, row: Partial<SeriesRow> = {}, image: Partial<ImageHeader> = {}, count = 3): ImagesItem {
  const made = displaySet({ id, count, SeriesInstanceUID: `1.${id}` })
  const headers = new Map([...made.headers.keys()].map((key) => [key, header(key, image)]))
  const label = row.SeriesDescription ?? made.label
  const [first] = stripItems([imagesOf({ ...made, headers, label }, row)])
  if (first?.kind !== 'images') throw new Error('no images')
  return first
}

const best = (current: ImagesItem, ...candidates: ImagesItem[]) => {
  const found = matchingSeries(current, candidates)
  return found && [found.item.displaySet.displaySetId, found.isOfSameKind]
}

const current = item('0', { SeriesDescription: 'CRANE sans IV 1.25' })

test('modality and plane count before words, words before the number of images', () => {
  const other = item('1', { Modality: 'MR', SeriesDescription: 'CRANE sans IV 1.25' })
  const turned = item('2', { SeriesDescription: 'Crâne sans IV 1.25' }, { ImageOrientationPatient: coronal })
  const withContrast = item('3', { SeriesDescription: 'CRÂNE avec IV 1.25' })
  const without = item('4', { SeriesDescription: 'Crâne SANS iv' }, {}, 40)
  const abdomen = item('5', { SeriesDescription: 'CRANE sans IV 1.25', BodyPartExamined: 'ABDOMEN' })
  expect(best(current, other, turned, withContrast, without, abdomen)).toEqual(['4', true])
  expect(best(current, other, turned, withContrast, abdomen)).toEqual(['3', true])
  expect(best(current, other, turned, abdomen)).toEqual(['5', true])
  expect(best(current, other, turned)).toEqual(['2', false])
  expect(best(current, other)).toEqual(['1', false])
})

test('with or without contrast counts before the words', () => {
  const withAgent = item('1', { SeriesDescription: 'CRANE sans IV 1.25' }, { ContrastBolusAgent: 'IOMERON' })
  const without = item('2', { SeriesDescription: 'Tete' })
  expect(best(current, withAgent, without)).toEqual(['2', true])
  expect(best(withAgent, withAgent, without)).toEqual(['1', true])
})

test('a localizer only stands beside a localizer', () => {
  const scout = item(
    '1',
    { SeriesDescription: 'CRANE sans IV 1.25' },
    { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] },
  )
  const stack = item('2', { Modality: 'MR', SeriesDescription: '' })
  expect(best(current, scout, stack)).toEqual(['2', false])
  expect(best(current, scout)).toEqual(['1', false])
  expect(best(scout, stack, item('3', {}, { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] }))).toEqual(['3', true])
})

test('of two that fit the same, the one with about as many images; nothing fits nothing', () => {
  expect(best(current, item('1', {}, {}, 90), item('2', {}, {}, 4))).toEqual(['2', true])
  expect(best(current)).toBe(null)
})
