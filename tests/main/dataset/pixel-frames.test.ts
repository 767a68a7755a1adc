import { expect, test } from 'vitest'
import { type Fragment, framesOfFragments } from '../../../main/dataset/pixel-frames.ts'

const JPEG = 0xffd8ffe0
const J2K = 0xff4fff51

/** Fragments of 100 bytes one after the other, with these first bytes. */
const fragments = (...starts: number[]): Fragment[] =>
  starts.map((start, i) => ({ offset: 16 + i * 108, length: 100, start }))
const frame = (...indexes: number[]) => indexes.map((i) => [16 + i * 108, 100])

test('one fragment a frame needs nothing else', () => {
  expect(framesOfFragments(fragments(1, 2, 3), 3, [])).toEqual([frame(0), frame(1), frame(2)])
})

test('a single frame has all fragments', () => {
  expect(framesOfFragments(fragments(JPEG, 0, JPEG), 1, [0, 108])).toEqual([frame(0, 1, 2)])
})

test('the offset table says where frames start', () => {
  expect(framesOfFragments(fragments(9, 9, 9, 9), 2, [0, 108])).toEqual([frame(0), frame(1, 2, 3)])
})

test('an offset table that names places between fragments, or runs back, is not believed: the images themselves tell', () => {
  const list = fragments(JPEG, 0, J2K, 0)
  for (const table of [[0, 150], [108, 0], [0, 108, 216], []]) {
    expect(framesOfFragments(list, 2, table)).toEqual([frame(0, 1), frame(2, 3)])
  }
})

test('when nothing tells, nothing is invented', () => {
  expect(framesOfFragments(fragments(1, 2, 3), 2, [])).toBeNull()
  expect(framesOfFragments(fragments(JPEG, JPEG), 3, [])).toBeNull()
  expect(framesOfFragments([], 1, [])).toBeNull()
})
