import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { samePosition, sameShare } from '../../../../renderer/viewer/comparison/same-position.ts'
import { displaySet, header } from '../study-fixtures.ts'

/** Axial images at these heights, mm. */
function stack(heights: readonly number[], change: Partial<ImageHeader> = { FrameOfReferenceUID: '1.9' }) {
  const made = displaySet({ count: heights.length })
  const headers = new Map(
    heights.map((z, index) => [index + 1, header(index + 1, { ImagePositionPatient: [-120, -120, z], ...change })]),
  )
  return { frames: made.frames, headers }
}
const rising = (count: number, apart: number, from = 0) => Array.from({ length: count }, (_, i) => from + i * apart)
const nowhere = { from: 0, to: 0 }

test('in one Frame of Reference the image at the same height, whatever the order and distance of the images', () => {
  const from = stack(rising(20, 2))
  expect(samePosition(from, 10, stack(rising(40, 1)), nowhere)).toBe(20)
  expect(samePosition(from, 10, stack(rising(40, 1).reverse()), nowhere)).toBe(19)
  expect(samePosition(from, 10, stack(rising(5, 5)), nowhere)).toBe(4)
})

test('where the other stack does not reach, there is no such image', () => {
  const from = stack(rising(20, 2))
  const part = stack(rising(4, 2, 10))
  expect([0, 4, 5, 8, 9, 10].map((index) => samePosition(from, index, part, nowhere))).toEqual([null, 0, 0, 3, 3, null])
})

test('in another Frame of Reference as many millimetres from where both were together, in the same sense', () => {
  const from = stack(rising(20, 2))
  const other = stack(rising(40, 1, 700), { FrameOfReferenceUID: '1.8' })
  expect([10, 13, 0, 19].map((index) => samePosition(from, index, other, { from: 10, to: 25 }))).toEqual([
    25, 31, 5, 39,
  ])
  const reversed = stack(rising(40, 1, 700).reverse(), { FrameOfReferenceUID: '1.8' })
  expect(samePosition(from, 13, reversed, { from: 10, to: 25 })).toBe(19)
})

test('where planes lean apart or nothing is known, as many images on', () => {
  const from = stack(rising(20, 2))
  const coronal = stack(rising(20, 1), { FrameOfReferenceUID: '1.9', ImageOrientationPatient: [1, 0, 0, 0, 0, -1] })
  expect([10, 12, 19].map((index) => samePosition(from, index, coronal, { from: 10, to: 15 }))).toEqual([15, 17, 19])
  const flat = displaySet({ count: 3 })
  const bare = { frames: flat.frames, headers: new Map() }
  expect(samePosition(from, 4, bare, { from: 3, to: 0 })).toBe(1)
  expect(samePosition(from, 4, { frames: [], headers: new Map() }, nowhere)).toBe(null)
})

test('the same share of both stacks goes the same way through the patient', () => {
  const from = stack(rising(21, 2))
  expect(sameShare(from, 5, stack(rising(41, 1), { FrameOfReferenceUID: '1.8' })).to).toBe(10)
  expect(sameShare(from, 5, stack(rising(41, 1).reverse(), { FrameOfReferenceUID: '1.8' })).to).toBe(30)
  expect(sameShare(stack([0]), 0, stack(rising(41, 1))).to).toBe(20)
})

test('whatever the stacks, the answer is one of the images', () => {
  const heights = fc.array(fc.double({ min: -900, max: 900, noNaN: true }), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(heights, heights, fc.nat(11), fc.boolean(), (a, b, index, isSameFrame) => {
      const from = stack(a)
      const to = stack(b, { FrameOfReferenceUID: isSameFrame ? '1.9' : '1.8' })
      const at = Math.min(index, a.length - 1)
      const share = sameShare(from, at, to)
      const found = samePosition(from, at, to, share) ?? share.to
      expect(Number.isInteger(found) && found >= 0 && found < b.length).toBe(true)
    }),
  )
})
