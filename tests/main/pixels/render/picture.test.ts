import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { renderFrame } from '../../../../main/pixels/render/picture.ts'

const base: ImageHeader = {
  ...{ instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '3', SOPClassUID: '4' },
  ...{ TransferSyntaxUID: '1.2.840.10008.1.2.1', notDisplayable: null, NumberOfFrames: 1, Rows: 1, Columns: 2 },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, WindowCenter: [128], WindowWidth: [256] },
}

test('brightness falls with the value in MONOCHROME1, in an inverse presentation, and once when both say so', () => {
  const levels = (own: Partial<ImageHeader>) => [
    ...renderFrame({ ...base, PhotometricInterpretation: 'MONOCHROME2', ...own }, 0, Uint8Array.of(0, 255)).data,
  ]
  expect(levels({})).toEqual([0, 255])
  expect(levels({ PhotometricInterpretation: 'MONOCHROME1' })).toEqual([255, 0])
  expect(levels({ PresentationLUTShape: 'INVERSE' })).toEqual([255, 0])
  expect(levels({ PhotometricInterpretation: 'MONOCHROME1', PresentationLUTShape: 'INVERSE' })).toEqual([255, 0])
})
