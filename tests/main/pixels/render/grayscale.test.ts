import { describe, expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { DecodeError } from '../../../../main/pixels/decode/decoded-frame.ts'
import { frameView, renderGrayscale } from '../../../../main/pixels/render/grayscale.ts'

const base: ImageHeader = {
  ...{ instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '3', SOPClassUID: '4' },
  ...{ TransferSyntaxUID: '1.2.840.10008.1.2.1', notDisplayable: null, NumberOfFrames: 1 },
}
const levels = (header: Partial<ImageHeader>, samples: Int16Array | Float32Array, inverted = false) => [
  ...renderGrayscale(samples, { ...base, ...header }, inverted),
]

describe('windows (PS3.3 §C.11.2.1.2)', () => {
  const hu = { RescaleSlope: 1, RescaleIntercept: -1024 }
  test('LINEAR: black at and below c − 0.5 − (w−1)/2, white above c − 0.5 + (w−1)/2', () => {
    const window = { ...hu, WindowCenter: [40], WindowWidth: [101] }
    expect(levels(window, Int16Array.of(1024 - 1000, 1024 - 11, 1024 + 39, 1024 + 40, 1024 + 90, 4000))).toEqual([
      0, 0, 126, 129, 255, 255,
    ])
  })
  test('LINEAR_EXACT and SIGMOID', () => {
    const exact = { WindowCenter: [50], WindowWidth: [100], VOILUTFunction: 'LINEAR_EXACT' }
    expect(levels(exact, Int16Array.of(0, 50, 100))).toEqual([0, 128, 255])
    expect(levels({ ...exact, VOILUTFunction: 'SIGMOID' }, Int16Array.of(-1000, 50, 75, 1000))).toEqual([
      0, 128, 186, 255,
    ])
  })
  test('a width of 1 is a threshold', () => {
    expect(levels({ WindowCenter: [10], WindowWidth: [1] }, Int16Array.of(9, 10))).toEqual([0, 255])
  })
})

test('MONOCHROME1 is turned round, padding stays black', () => {
  const header = { WindowCenter: [50], WindowWidth: [100], VOILUTFunction: 'LINEAR_EXACT', PixelPaddingValue: -2000 }
  expect(levels(header, Int16Array.of(0, 100, -2000), true)).toEqual([255, 0, 0])
})

test('without a window the percentiles of what is no padding decide', () => {
  const samples = Int16Array.from({ length: 1000 }, (_, i) => (i < 500 ? -2000 : i - 500))
  const result = levels({ PixelPaddingValue: -2000 }, samples)
  expect([result[0], result[500], result[999], (result[750] ?? 0) > 120 && (result[750] ?? 0) < 136]).toEqual([
    0,
    0,
    255,
    true,
  ])
  expect(levels({}, Int16Array.of(5, 5, 5))).toEqual([128, 128, 128])
})

test('a modality LUT comes before the window, a VOI LUT in its place', () => {
  const modality = { LUTDescriptor: [3, 10, 16] as [number, number, number], LUTData: [0, 50, 100] }
  const exact = { WindowCenter: [50], WindowWidth: [100], VOILUTFunction: 'LINEAR_EXACT' }
  expect(levels({ ModalityLUTSequence: modality, ...exact }, Int16Array.of(0, 10, 11, 12, 99))).toEqual([
    0, 0, 128, 255, 255,
  ])
  const voi = { LUTDescriptor: [3, -1, 8] as [number, number, number], LUTData: [0, 51, 255] }
  expect(levels({ VOILUTSequence: [voi] }, Int16Array.of(-5, -1, 0, 1))).toEqual([0, 0, 51, 255])
})

test('a damaged modality LUT gives no picture, a damaged VOI LUT one by the percentiles', () => {
  const empty = { LUTDescriptor: [0, 0, 0] as [number, number, number], LUTData: [] }
  expect(() => levels({ ModalityLUTSequence: empty }, Int16Array.of(0, 100))).toThrow(DecodeError)
  expect(levels({ VOILUTSequence: [empty] }, Int16Array.of(0, 50, 100))).toEqual([0, 128, 255])
})

test('a frame of its own values overrides the shared ones', () => {
  const header: ImageHeader = { ...base, WindowCenter: [1], frames: [{}, { WindowCenter: [2], WindowWidth: [3] }] }
  expect([frameView(header, 0).WindowCenter, frameView(header, 1).WindowCenter]).toEqual([[1], [2]])
})

test('many integers by table and few by formula give the same picture', () => {
  const header = { RescaleSlope: 0.5, RescaleIntercept: -3, WindowCenter: [100], WindowWidth: [900] }
  const many = Int16Array.from({ length: 70_000 }, (_, i) => (i % 3000) - 1000)
  expect(levels(header, many).slice(0, 3000)).toEqual(levels(header, many.slice(0, 3000)))
})
