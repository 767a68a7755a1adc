import { describe, expect, test } from 'vitest'
import { type FrameFormat, frameRanges, joinFrame } from '../../../main/dataset/frame-ranges.ts'
import type { PixelDataLayout } from '../../../main/dataset/pixel-data-layout.ts'

const native = (length: number, more: Partial<PixelDataLayout> = {}): PixelDataLayout => ({
  ...{ keyword: 'PixelData', encapsulated: false, offset: 10, length, frames: null },
  ...more,
})

const read = (bytes: Uint8Array, layout: PixelDataLayout, format: FrameFormat, frame: number): number[] | null => {
  const ranges = frameRanges(layout, format, frame)
  return (
    ranges && [
      ...joinFrame(
        ranges.ranges.map(([start, end]) => bytes.subarray(start, end)),
        ranges,
        layout,
      ),
    ]
  )
}

const data = Uint8Array.from({ length: 64 }, (_, i) => i)

describe('native frames', () => {
  const format = { NumberOfFrames: 2, Rows: 2, Columns: 3, SamplesPerPixel: 1, BitsAllocated: 16 }

  test('follow each other', () => {
    expect(read(data, native(24), format, 0)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21])
    expect(read(data, native(24), format, 1)?.[0]).toBe(22)
  })

  test('are null where the data set does not hold them', () => {
    expect([
      read(data, native(23), format, 1),
      read(data, native(24), format, 2),
      read(data, native(24), format, -1),
    ]).toEqual([null, null, null])
    expect(read(data, native(24), { ...format, Rows: undefined }, 0)).toBeNull()
  })

  test('of big endian data sets come in little endian', () => {
    expect(read(data, native(24, { bigEndianWord: 2 }), format, 1)?.slice(0, 4)).toEqual([23, 22, 25, 24])
    const bytes = { NumberOfFrames: 2, Rows: 1, Columns: 3, SamplesPerPixel: 1, BitsAllocated: 8 }
    expect([0, 1].map((frame) => read(data, native(6, { bigEndianWord: 2 }), bytes, frame))).toEqual([
      [11, 10, 13],
      [12, 15, 14],
    ])
  })

  test('of single bits are shifted to begin on a byte', () => {
    const bits = { NumberOfFrames: 3, Rows: 1, Columns: 5, SamplesPerPixel: 1, BitsAllocated: 1 }
    const packed = new Uint8Array(12)
    packed.set([0b010_10101, 0b0_11111_11], 10)
    expect([0, 1, 2].map((frame) => (read(packed, native(2), bits, frame)?.[0] ?? 0) & 31)).toEqual([
      0b10101, 0b11010, 0b11111,
    ])
  })

  test('with halved colour have two bytes a pixel', () => {
    const halved = { ...format, SamplesPerPixel: 3, BitsAllocated: 8, PhotometricInterpretation: 'YBR_FULL_422' }
    expect(read(data, native(24), halved, 1)).toHaveLength(12)
  })
})

test('fragments of a compressed frame are joined as they are', () => {
  const layout: PixelDataLayout = {
    ...native(0),
    encapsulated: true,
    frames: [
      [
        [4, 2],
        [20, 3],
      ],
      [[30, 1]],
    ],
  }
  const format = { NumberOfFrames: 2, Rows: 2, Columns: 2, BitsAllocated: 16 }
  expect([0, 1, 2].map((frame) => read(data, layout, format, frame))).toEqual([[4, 5, 20, 21, 22], [30], null])
})
