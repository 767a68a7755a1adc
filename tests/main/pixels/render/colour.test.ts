import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { renderColour } from '../../../../main/pixels/render/colour.ts'

const base: ImageHeader = {
  ...{ instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '3', SOPClassUID: '4' },
  ...{ TransferSyntaxUID: '1.2.840.10008.1.2.1', notDisplayable: null, NumberOfFrames: 1 },
}

test('RGB of 8 bits stays, of 16 bits is scaled', () => {
  expect([
    ...renderColour(
      { samples: Uint8Array.of(1, 2, 255), PhotometricInterpretation: 'RGB' },
      { ...base, BitsStored: 8 },
    ),
  ]).toEqual([1, 2, 255])
  expect([
    ...renderColour(
      { samples: Uint16Array.of(0, 32_896, 65_535), PhotometricInterpretation: 'RGB' },
      { ...base, BitsStored: 16 },
    ),
  ]).toEqual([0, 128, 255])
})

test('YBR_FULL becomes RGB by the equations of PS3.3 §C.7.6.3.1.2', () => {
  const samples = Uint8Array.of(76, 85, 255, 150, 44, 21, 29, 255, 107, 128, 128, 128)
  const rgb = [...renderColour({ samples, PhotometricInterpretation: 'YBR_FULL' }, base)]
  const expected = [255, 0, 0, 0, 255, 0, 0, 0, 255, 128, 128, 128]
  expect(rgb.every((value, i) => Math.abs(value - (expected[i] ?? 0)) <= 2)).toBe(true)
})

test('palettes begin at their first value, hold their ends, and come from 8 or 16 bits', () => {
  const table = (bits: number, ...LUTData: number[]) => ({
    LUTDescriptor: [LUTData.length, 10, bits] as [number, number, number],
    LUTData,
  })
  const palette: ImageHeader['palette'] = [table(16, 0, 65_535), table(8, 5, 6), table(16, 7, 200)]
  const samples = Uint8Array.of(0, 10, 11, 99)
  expect([...renderColour({ samples, PhotometricInterpretation: 'PALETTE COLOR' }, { ...base, palette })]).toEqual([
    ...[0, 5, 7, 0, 5, 7],
    ...[255, 6, 200, 255, 6, 200],
  ])
})
