import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageAt, placeRuns, samePlace } from '../../../renderer/viewer/viewport/place-runs.ts'
import { displaySet } from './study-fixtures.ts'

test('places are joined to runs of loaded, awaited and not displayable ones', () => {
  const set = displaySet({ count: 6, notDisplayable: { 2: 'no-pixel-data' } })
  expect(placeRuns(set, Uint8Array.from([1, 1, 0, 0, 2, 1]))).toEqual([
    { kind: 'loaded', from: 0, to: 1 },
    { kind: 'notDisplayable', from: 2, to: 2 },
    { kind: 'awaited', from: 3, to: 3 },
    { kind: 'notDisplayable', from: 4, to: 4 },
    { kind: 'loaded', from: 5, to: 5 },
  ])
})

test('runs cover every place once, whatever is loaded', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 200 }), (places) => {
      const runs = placeRuns(displaySet({ count: places.length }), Uint8Array.from(places))
      const covered = runs.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, step) => from + step))
      expect(covered).toEqual(places.map((_, position) => position))
    }),
  )
})

test('a height on the bar is an image of the stack, also beyond its ends', () => {
  expect([-0.2, 0, 0.5, 0.999, 1.4].map((fraction) => imageAt(fraction, 10))).toEqual([0, 0, 5, 9, 9])
})

test('when images come in before it, the reader stays on the same image', () => {
  const before = displaySet({ count: 2 })
  const [first, second] = before.frames
  const after = displaySet({ count: 4 })
  const grown = { ...after, frames: [...after.frames.slice(2), ...[first, second].flatMap((frame) => frame ?? [])] }
  expect(samePlace(before, grown, 1)).toBe(3)
  expect(samePlace(before, { ...grown, frames: grown.frames.slice(0, 1) }, 1)).toBe(0)
})
