import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../../../main/pixels/decode/decoded-frame.ts'
import { decodeRle } from '../../../../main/pixels/decode/rle.ts'
import { encodeRle } from '../rle-encoder.ts'

const frame = (segments: number[][]): Uint8Array => {
  const header = new Uint32Array(16)
  header[0] = segments.length
  let at = 64
  segments.forEach((segment, i) => {
    header[i + 1] = at
    at += segment.length
  })
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()])
}

test('runs, literals and the no-operation byte are unpacked (PS3.5 §G.3.2)', () => {
  expect([...decodeRle(frame([[2, 1, 2, 3, 128, 0xfe, 9, 0, 7]]), 7, 1, 1)]).toEqual([1, 2, 3, 9, 9, 9, 7])
})

test('segments are bytes of samples, the most significant first', () => {
  expect([
    ...decodeRle(
      frame([
        [1, 0x12, 0x34],
        [1, 0x56, 0x78],
      ]),
      2,
      1,
      2,
    ),
  ]).toEqual([0x56, 0x12, 0x78, 0x34])
  expect([
    ...decodeRle(
      frame([
        [1, 1, 2],
        [1, 3, 4],
        [1, 5, 6],
      ]),
      2,
      3,
      1,
    ),
  ]).toEqual([1, 3, 5, 2, 4, 6])
})

test('what is encoded comes back', () => {
  const shape = fc.record({
    pixels: fc.integer({ min: 1, max: 300 }),
    samples: fc.constantFrom(1, 3),
    bytes: fc.constantFrom(1, 2, 4),
  })
  fc.assert(
    fc.property(shape, fc.integer({ min: 1, max: 40 }), ({ pixels, samples, bytes }, spread) => {
      const data = Uint8Array.from({ length: pixels * samples * bytes }, (_, i) => Math.floor(i / spread) * 37)
      expect(decodeRle(encodeRle(data, samples, bytes), pixels, samples, bytes)).toEqual(data)
    }),
  )
})

describe('frames that are not what the header says', () => {
  test.each([
    ['no header', Uint8Array.of(1, 0, 0, 0)],
    ['too few segments', frame([[3, 1, 2, 3, 4]])],
    [
      'a short segment',
      frame([
        [1, 1, 2],
        [3, 1, 2, 3, 4],
      ]),
    ],
    [
      'a literal beyond the segment',
      frame([
        [3, 1, 2, 3, 4],
        [90, 1, 2],
      ]),
    ],
  ])('%s is an error', (_, bytes) => {
    expect(() => decodeRle(bytes, 4, 1, 2)).toThrow(DecodeError)
  })

  test('mutated frames decode or fail, nothing else', () => {
    const good = encodeRle(
      new Uint8Array(200).map((_, i) => i >> 3),
      1,
      2,
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (mutations) => {
          const bytes = good.slice()
          for (const [at, value] of mutations) bytes[at] = value
          try {
            expect(decodeRle(bytes, 100, 1, 2)).toHaveLength(200)
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError)
          }
        },
      ),
    )
  })
})
