import { describe, expect, test } from 'vitest'
import { documentKind } from '../../../renderer/viewer/documents/document-kind.ts'
import {
  firstContent,
  type ImagesItem,
  isDocument,
  itemCounts,
  type SeriesContents,
  stripItems,
} from '../../../renderer/viewer/strip/strip-items.ts'
import { BASIC_TEXT_SR, CT, displaySet, header, imagesOf, seriesRow } from './study-fixtures.ts'

const report: SeriesContents = {
  series: seriesRow({ SeriesInstanceUID: '1.2.3.8', SeriesNumber: 0, Modality: 'SR' }),
  headers: [header(90, { SOPClassUID: BASIC_TEXT_SR, notDisplayable: 'no-pixel-data' })],
  displaySets: [],
}
const pending: SeriesContents = {
  series: seriesRow({ SeriesInstanceUID: '1.2.3.7', SeriesNumber: 7 }),
  headers: null,
  displaySets: [],
}

describe('the strip', () => {
  test('lists series by number, those being read too, and documents after the images', () => {
    const items = stripItems([report, pending, imagesOf(displaySet({ id: 'A' }), { SeriesNumber: 3 })])
    expect(items.map(({ kind, key }) => [kind, key])).toEqual([
      ['images', 'images A'],
      ['pending', 'pending 1.2.3.7'],
      ['document', 'document 1.2.3.8'],
    ])
  })

  test('calls a report a document, and an image that lost its pixels an image', () => {
    expect(isDocument({ SOPClassUID: BASIC_TEXT_SR, notDisplayable: 'no-pixel-data' })).toBe(true)
    expect(isDocument({ SOPClassUID: CT, notDisplayable: 'no-pixel-data' })).toBe(false)
    expect(isDocument({ SOPClassUID: '1.2.3.4', notDisplayable: null })).toBe(false)
  })

  test('names what a document is', () => {
    const kinds = ['88.11', '88.59', '104.1', '66.4', '66', '11.1', '481.3', '9.1.1', '2']
    expect(kinds.map((suffix) => documentKind(`1.2.840.10008.5.1.4.1.1.${suffix}`))).toEqual([
      'structuredReport',
      'keyObjects',
      'pdf',
      'segmentation',
      'rawData',
      'presentationState',
      'radiotherapy',
      'waveform',
      'other',
    ])
  })
})

describe('what is shown first', () => {
  const scoutSet = displaySet({ id: 'scout', count: 1 })
  const scout = {
    ...scoutSet,
    headers: new Map([[1, header(1, { ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] })]]),
  }

  test('is a stack, not the localizer before it', () => {
    const items = stripItems([imagesOf(scout), imagesOf(displaySet({ id: 'B' }), { SeriesNumber: 2 })])
    expect(firstContent(items, false)).toEqual({ kind: 'images', displaySetId: 'B' })
  })

  test('is the localizer only once there is nothing else to come, and a document only when there are no images', () => {
    const items = stripItems([imagesOf(scout), report])
    expect(firstContent(items, true)).toBeNull()
    expect(firstContent(items, false)).toEqual({ kind: 'images', displaySetId: 'scout' })
    expect(firstContent(stripItems([report]), false)).toEqual({ kind: 'document', SeriesInstanceUID: '1.2.3.8' })
  })
})

describe('the counts of a series', () => {
  const counts = (contents: SeriesContents) => itemCounts(stripItems([contents])[0] as ImagesItem)

  test('are complete when nothing is missing', () => {
    expect(counts(imagesOf(displaySet()))).toEqual({
      expected: null,
      received: 3,
      displayed: 3,
      gaps: 0,
      isIncomplete: false,
    })
  })

  test('are incomplete by an announced number, a gap, or an image that cannot be shown', () => {
    const announced = { completeness: { expected: 5, received: 3, displayable: 3 } }
    expect(counts(imagesOf(displaySet(), announced))).toMatchObject({ expected: 5, received: 3, isIncomplete: true })
    expect(counts(imagesOf(displaySet({ gaps: [2] }))).isIncomplete).toBe(true)
    expect(counts(imagesOf(displaySet({ notDisplayable: { 0: 'object-damaged' } })))).toMatchObject({
      received: 3,
      displayed: 2,
      isIncomplete: true,
    })
  })
})
