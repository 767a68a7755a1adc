import { expect, test } from 'vitest'
import { partFacts } from '../../../renderer/viewer/strip/part-facts.ts'
import { displaySet, header } from './study-fixtures.ts'

const nothing = { label: '', plane: null, size: null, numbers: null }

test('the parts of a split series are told apart by what differs, by nothing else', () => {
  const b = (label: string) => ({ ...displaySet(), label })
  expect(partFacts([b('b 0'), b('b 1000')], 'DWI')).toEqual([
    { ...nothing, label: 'b 0' },
    { ...nothing, label: 'b 1000' },
  ])
  const axial = displaySet()
  const coronal = {
    ...displaySet(),
    headers: new Map([[1, header(1, { ImageOrientationPatient: [1, 0, 0, 0, 0, -1], Rows: 300 })]]),
  }
  expect(partFacts([axial, coronal], 'SANS IV')).toEqual([
    { ...nothing, plane: 'axial', size: { columns: 512, rows: 512 } },
    { ...nothing, plane: 'coronal', size: { columns: 512, rows: 300 } },
  ])
})

test('parts that are alike in all of it have their image numbers', () => {
  expect(partFacts([displaySet({ count: 3 }), displaySet({ count: 1 })], 'SANS IV')).toEqual([
    { ...nothing, numbers: { first: 1, last: 3 } },
    { ...nothing, numbers: { first: 1, last: 1 } },
  ])
})
