import { describe, expect, test } from 'vitest'
import type { PixelFormat } from '../../../../main/dataset/index.ts'
import { DecodeError } from '../../../../main/pixels/decode/decoded-frame.ts'
import { expandYbr422, interleave, toSamples } from '../../../../main/pixels/decode/native.ts'

const format = (more: Partial<PixelFormat>): PixelFormat => ({
  ...{
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
    Rows: 1,
    Columns: 4,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
  },
  ...{
    PlanarConfiguration: 0,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    pixelValueType: 'integer',
  },
  ...more,
})
const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer)

describe('samples', () => {
  test('keep their stored bits and their sign', () => {
    expect([...toSamples(words(0xf001, 0x0fff, 0x0800), format({ BitsStored: 12, HighBit: 11 }), 3)]).toEqual([
      1, 4095, 2048,
    ])
    expect([
      ...toSamples(words(0xf001, 0x0fff, 0x0800), format({ BitsStored: 12, HighBit: 11, PixelRepresentation: 1 }), 3),
    ]).toEqual([1, -1, -2048])
    expect([
      ...toSamples(words(0xfff0, 0x7ff3), format({ BitsStored: 12, HighBit: 15, PixelRepresentation: 1 }), 2),
    ]).toEqual([-1, 2047])
    expect([...toSamples(words(0xffff), format({ PixelRepresentation: 1 }), 1)]).toEqual([-1])
  })

  test('of one bit, of 32 bits and of floats are read', () => {
    expect([...toSamples(Uint8Array.of(0b1010), format({ BitsAllocated: 1, BitsStored: 1, HighBit: 0 }), 4)]).toEqual([
      0, 1, 0, 1,
    ])
    const long = new Uint8Array(Uint32Array.of(4_000_000_000).buffer)
    expect([...toSamples(long, format({ BitsAllocated: 32, BitsStored: 32, HighBit: 31 }), 1)]).toEqual([4_000_000_000])
    expect([
      ...toSamples(new Uint8Array(Float64Array.of(0.1).buffer), format({ pixelValueType: 'double' }), 1),
    ]).toEqual([0.1])
  })

  test('need not be aligned, and must all be there', () => {
    const shifted = Uint8Array.of(9, 1, 0, 2, 0).subarray(1)
    expect([...toSamples(shifted, format({}), 2)]).toEqual([1, 2])
    expect(() => toSamples(shifted, format({}), 3)).toThrow(DecodeError)
    expect(() => toSamples(shifted, format({ BitsAllocated: 12 }), 1)).toThrow(DecodeError)
  })
})

test('planes are interleaved', () => {
  expect([...interleave(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 3, 5, 2, 4, 6])
})

test('halved colour goes to both pixels', () => {
  expect([...expandYbr422(Uint8Array.of(10, 20, 100, 200, 30, 40, 110, 210), 4)]).toEqual([
    10, 100, 200, 20, 100, 200, 30, 110, 210, 40, 110, 210,
  ])
})
