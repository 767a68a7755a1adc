import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { PixelError } from '../../../../renderer/viewer/engine/pixel-error.ts'
import { framePixels, nativeSamples } from '../../../../renderer/viewer/engine/pixel-values.ts'
import { header } from './header.ts'

const words = (...values: number[]): Uint8Array => new Uint8Array(Uint16Array.from(values).buffer)
const row = (columns: number, own: Partial<ImageHeader> = {}): ImageHeader =>
  header({ Rows: 1, Columns: columns, ...own })
const decode = (image: ImageHeader, bytes: Uint8Array) => framePixels(image, nativeSamples(image, bytes))
const reasonOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return error instanceof PixelError ? error.reason : String(error)
  }
  return 'none'
}

describe('type of the values', () => {
  test('unsigned stays unsigned', () => {
    const { values } = decode(row(3), words(0, 40000, 65535))
    expect(values).toEqual(Uint16Array.of(0, 40000, 65535))
  })

  test('whole intercept and a range that fits become 16-bit HU on the same memory', () => {
    const bytes = words(0, 1024, 4095)
    const { values, min, max } = decode(row(3, { BitsStored: 12, HighBit: 11, RescaleIntercept: -1024 }), bytes)
    expect(values).toEqual(Int16Array.of(-1024, 0, 3071))
    expect([min, max]).toEqual([-1024, 3071])
    expect(values.buffer).toBe(bytes.buffer)
  })

  test('values that do not fit 16 bits become float, not wrapped', () => {
    const { values } = decode(row(2, { RescaleIntercept: -1024 }), words(65535, 0))
    expect(values).toEqual(Float32Array.of(64511, -1024))
    const signed = decode(row(2, { PixelRepresentation: 1, RescaleIntercept: -1024 }), words(32768, 0))
    expect(signed.values).toEqual(Float32Array.of(-33792, -1024))
  })

  test('padding beyond the range does not make floats of a CT', () => {
    const image = row(3, { PixelRepresentation: 1, RescaleIntercept: -1024, PixelPaddingValue: -32768 })
    const { values, padding, min } = decode(image, words(32768, 0, 2000))
    expect(values).toEqual(Int16Array.of(-32768, -1024, 976))
    expect(padding).toEqual([-32768, -32768])
    expect(min).toBe(-1024)
  })

  test('padding written with the other sign is understood', () => {
    const image = row(2, { PixelRepresentation: 1, PixelPaddingValue: 63536 })
    expect(decode(image, words(63536, 5)).padding).toEqual([-2000, -2000])
  })

  test('a slope or a broken intercept makes floats', () => {
    expect(decode(row(2, { RescaleSlope: 0.25 }), words(1, 7)).values).toEqual(Float32Array.of(0.25, 1.75))
    expect(decode(row(1, { RescaleIntercept: 0.5 }), words(1)).values).toEqual(Float32Array.of(1.5))
  })

  test('bytes stay bytes, signed bytes become words', () => {
    const bytes = { BitsAllocated: 8, BitsStored: 8, HighBit: 7 }
    expect(decode(row(2, bytes), Uint8Array.of(1, 255)).values).toEqual(Uint8Array.of(1, 255))
    expect(decode(row(2, { ...bytes, PixelRepresentation: 1 }), Uint8Array.of(1, 255)).values).toEqual(
      Int16Array.of(1, -1),
    )
  })

  test('float pixel data is taken as it is', () => {
    const image = row(2, { pixelValueType: 'float', BitsAllocated: 32 })
    expect(decode(image, new Uint8Array(Float32Array.of(0.1, -3).buffer)).values).toEqual(Float32Array.of(0.1, -3))
    const double = row(2, { pixelValueType: 'double', BitsAllocated: 64 })
    expect(decode(double, new Uint8Array(Float64Array.of(0.5, -3).buffer)).values).toEqual(Float32Array.of(0.5, -3))
  })
})

describe('stored bits', () => {
  test('what lies above the stored bits is masked off, the sign extended', () => {
    const image = row(2, { BitsStored: 12, HighBit: 11 })
    expect(Array.from(decode(image, words(0xf123, 0x0fff)).values)).toEqual([0x123, 0xfff])
    expect(Array.from(decode({ ...image, PixelRepresentation: 1 }, words(0xf123, 0x0fff)).values)).toEqual([0x123, -1])
  })

  test('a high bit that is not the last stored one shifts the value down', () => {
    const image = row(1, { BitsStored: 12, HighBit: 15 })
    expect(Array.from(decode(image, words(0x1230)).values)).toEqual([0x123])
  })

  test('any value survives any layout that holds it', () => {
    const layout = fc.integer({ min: 2, max: 16 }).chain((BitsStored) =>
      fc.record({
        BitsStored: fc.constant(BitsStored),
        HighBit: fc.integer({ min: BitsStored - 1, max: 15 }),
        isSigned: fc.boolean(),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        noise: fc.integer({ min: 0, max: 65535 }),
      }),
    )
    fc.assert(
      fc.property(layout, ({ BitsStored, HighBit, isSigned, share, noise }) => {
        const span = 2 ** BitsStored
        const value = Math.floor(share * (span - 1)) - (isSigned ? span / 2 : 0)
        const shift = HighBit + 1 - BitsStored
        const field = (span - 1) << shift
        const stored = ((value & (span - 1)) << shift) | (noise & ~field & 0xffff)
        const image = row(1, { BitsStored, HighBit, PixelRepresentation: isSigned ? 1 : 0 })
        expect(Array.from(decode(image, words(stored)).values)).toEqual([value])
      }),
    )
  })

  test('one-bit pixels are unpacked from the least significant bit', () => {
    const image = row(10, { BitsAllocated: 1, BitsStored: 1, HighBit: 0 })
    expect(Array.from(decode(image, Uint8Array.of(0b101, 0b10)).values)).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1])
  })
})

test('a modality LUT holds its ends', () => {
  const ModalityLUTSequence = { LUTDescriptor: [3, 10, 16] as [number, number, number], LUTData: [100, 200, 300] }
  expect(Array.from(decode(row(4, { ModalityLUTSequence }), words(0, 10, 11, 99)).values)).toEqual([100, 100, 200, 300])
})

describe('colour', () => {
  const rgb = (own: Partial<ImageHeader>) =>
    row(2, {
      SamplesPerPixel: 3,
      PhotometricInterpretation: 'RGB',
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      ...own,
    })

  test('planes are put side by side', () => {
    const { values, components } = decode(rgb({ PlanarConfiguration: 1 }), Uint8Array.of(1, 2, 3, 4, 5, 6))
    expect(values).toEqual(Uint8Array.of(1, 3, 5, 2, 4, 6))
    expect(components).toBe(3)
  })

  test('YBR_FULL and YBR_FULL_422 become RGB (ITU-T T.871)', () => {
    const full = decode(rgb({ PhotometricInterpretation: 'YBR_FULL' }), Uint8Array.of(76, 85, 255, 128, 128, 128))
    expect(full.values).toEqual(Uint8Array.of(254, 0, 0, 128, 128, 128))
    const half = decode(rgb({ PhotometricInterpretation: 'YBR_FULL_422' }), Uint8Array.of(76, 128, 85, 255))
    expect(Array.from(half.values.slice(0, 3))).toEqual([254, 0, 0])
    expect(Array.from(half.values.slice(3))).toEqual([255, 52, 52])
  })

  test('palettes of 16 bits keep their upper byte', () => {
    const table = (LUTData: number[]) => ({ LUTDescriptor: [2, 5, 16] as [number, number, number], LUTData })
    const image = row(3, {
      PhotometricInterpretation: 'PALETTE COLOR',
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      palette: [table([0, 0xff00]), table([0x8000, 0]), table([0x1000, 0x2000])],
    })
    expect(Array.from(decode(image, Uint8Array.of(0, 5, 6)).values)).toEqual([0, 128, 16, 0, 128, 16, 255, 0, 32])
  })
})

describe('refusals', () => {
  test('say why, and never show part of an image as the whole', () => {
    expect(reasonOf(() => decode(row(4), words(1, 2)))).toBe('pixel-data-truncated')
    expect(reasonOf(() => decode(row(0), words()))).toBe('unsupported-pixel-format')
    expect(reasonOf(() => decode(row(1, { BitsStored: 17 }), words(1)))).toBe('unsupported-pixel-format')
    expect(reasonOf(() => decode(row(1, { BitsAllocated: 12 }), words(1)))).toBe('unsupported-pixel-format')
    expect(reasonOf(() => decode(row(1, { RescaleSlope: 0 }), words(1)))).toBe('unsupported-pixel-format')
    const odd = row(1, { SamplesPerPixel: 3, PhotometricInterpretation: 'HSV', BitsAllocated: 8 })
    expect(reasonOf(() => decode(odd, new Uint8Array(3)))).toBe('unsupported-pixel-format')
  })
})
