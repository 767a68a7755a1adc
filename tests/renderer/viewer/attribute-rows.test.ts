import { expect, test } from 'vitest'
import { attributeRows, searchRows } from '../../../renderer/viewer/header/attribute-rows.ts'

const attributes = {
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'MARTIN^Élise', Phonetic: 'x' }] },
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00091001': { vr: 'UN', InlineBinary: 'AAAA' },
  '00081115': { vr: 'SQ', Value: [{ '0020000E': { vr: 'UI', Value: ['1.2.3'] } }] },
  '7FE00010': { vr: 'OW', BulkDataURI: 'x' },
  '00280030': { vr: 'DS', Value: [0.5, 0.5] },
}
const rows = attributeRows(attributes)

test('attributes are listed by tag, with keyword and value, items of sequences below and indented', () => {
  expect(rows.map(({ tag, keyword, value, depth }) => [tag, keyword, value, depth])).toEqual([
    ['(0008,0016)', 'SOPClassUID', '1.2.840.10008.5.1.4.1.1.2 (CT Image)', 0],
    ['(0008,1115)', 'ReferencedSeriesSequence', '', 0],
    ['', '#1', '', 1],
    ['(0020,000E)', 'SeriesInstanceUID', '1.2.3', 2],
    ['(0009,1001)', '', '', 0],
    ['(0010,0010)', 'PatientName', 'MARTIN^Élise = x', 0],
    ['(0028,0030)', 'PixelSpacing', '0.5 \\ 0.5', 0],
    ['(7FE0,0010)', 'PixelData', '', 0],
  ])
})

test('what is not shown says how much it is', () => {
  expect(rows.flatMap(({ tag, binary, items }) => (binary || items !== null ? [[tag, binary, items]] : []))).toEqual([
    ['(0008,1115)', null, 1],
    ['(0009,1001)', { bytes: 3 }, null],
    ['(7FE0,0010)', { bytes: null }, null],
  ])
})

test('a search finds words in tag, keyword and value without accents, and keeps the sequences around', () => {
  const found = (search: string) => searchRows(rows, search).map(({ key }) => key)
  expect(found('elise')).toEqual(['00100010'])
  expect(found('00280030')).toEqual(['00280030'])
  expect(found('series 1.2.3')).toEqual(['00081115', '00081115[0]', '00081115[0].0020000E'])
  expect(found('nothing of the kind')).toEqual([])
  expect(found('  ')).toHaveLength(rows.length)
})
