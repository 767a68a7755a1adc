import { describe, expect, test } from 'vitest'
import { imageHeader as imageHeaderModel } from '../../../main/contract/image.ts'
import { HeaderScan } from '../../../main/dataset/header-scan.ts'
import { imageHeader } from '../../../main/dataset/image-header.ts'
import { type DataSetContent, writeDataSet } from '../../../main/dataset/write.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/transfer-syntaxes.ts'
import { bytesOf, fragments, join } from './raw-data-set.ts'

const identifiers = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: '1.2.3.4.5',
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.4',
}
const ct: DataSetContent = {
  ...identifiers,
  ...{ SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', Rows: 2, Columns: 2 },
  ...{ BitsAllocated: 16, BitsStored: 12, HighBit: 11, PixelRepresentation: 1, PixelData: Int16Array.of(1, 2, 3, 4) },
}

const headerOf = (bytes: Uint8Array, UID: string = TransferSyntaxUIDs.ExplicitVRLittleEndian) => {
  const scan = new HeaderScan(UID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.detail)
  const header = imageHeader(result)
  expect(imageHeaderModel.parse({ ...header, instanceKey: 1 })).toEqual({ ...header, instanceKey: 1 })
  return header
}
const header = (content: DataSetContent, UID?: string) => headerOf(writeDataSet(content), UID)

describe('classic images', () => {
  test('what the data set says is there, the rest is absent', () => {
    expect(
      header({
        ...ct,
        ...{
          Modality: 'CT',
          ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
          InstanceNumber: 12,
          KVP: 120,
          PatientPosition: 'HFS',
        },
        ...{
          ImagePositionPatient: [-125, -125.5, 30],
          ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
          PixelSpacing: [0.5, 0.4],
        },
        ...{
          SliceThickness: 1.25,
          RescaleSlope: 1,
          RescaleIntercept: -1024,
          RescaleType: 'HU',
          PixelPaddingValue: -2000,
        },
        ...{ WindowCenter: [40, 300], WindowWidth: [400, 1500], WindowCenterWidthExplanation: ['MOU', 'OS'] },
      }),
    ).toEqual({
      ...identifiers,
      ...{
        TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
        notDisplayable: null,
        Modality: 'CT',
        InstanceNumber: 12,
      },
      ...{ ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'], KVP: 120, PatientPosition: 'HFS', NumberOfFrames: 1 },
      ...{
        ImagePositionPatient: [-125, -125.5, 30],
        ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
        PixelSpacing: [0.5, 0.4],
      },
      ...{
        SliceThickness: 1.25,
        RescaleSlope: 1,
        RescaleIntercept: -1024,
        RescaleType: 'HU',
        PixelPaddingValue: -2000,
      },
      ...{ WindowCenter: [40, 300], WindowWidth: [400, 1500], WindowCenterWidthExplanation: ['MOU', 'OS'] },
      ...{ SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', Rows: 2, Columns: 2, BitsAllocated: 16 },
      ...{ BitsStored: 12, HighBit: 11, PixelRepresentation: 1, pixelValueType: 'integer' },
    })
  })

  test('values that mean nothing are absent, not zero', () => {
    const odd = header({
      ...ct,
      PixelSpacing: '0.5',
      ImagePositionPatient: '',
      WindowCenter: 'mou',
      RescaleSlope: '1,5',
      SliceThickness: null,
    })
    expect([
      odd.PixelSpacing,
      odd.ImagePositionPatient,
      odd.WindowCenter,
      odd.RescaleSlope,
      odd.SliceThickness,
    ]).toEqual(Array(5).fill(undefined))
  })

  test('regions of ultrasound that do not say where they are are left out', () => {
    const region = {
      RegionLocationMinX0: 1,
      RegionLocationMinY0: 2,
      RegionLocationMaxX1: 100,
      RegionLocationMaxY1: 80,
      PhysicalDeltaX: 0.02,
    }
    expect(
      header({ ...ct, SequenceOfUltrasoundRegions: [region, { PhysicalDeltaX: 1 }] }).SequenceOfUltrasoundRegions,
    ).toEqual([region])
  })
})

test('enhanced multi-frame: shared groups go to the header, the frames keep their own', () => {
  const perFrame = (z: number, b: number): DataSetContent => ({
    FrameContentSequence: [
      { StackID: '1', InStackPositionNumber: z, TemporalPositionIndex: 1, FrameReferenceDateTime: '20260101120000' },
    ],
    PlanePositionSequence: [{ ImagePositionPatient: [0, 0, z] }],
    MRDiffusionSequence: [{ DiffusionBValue: b }],
    FrameVOILUTSequence: [{ WindowCenter: 50 + z, WindowWidth: 100 }],
  })
  const { frames, ...shared } = header({
    ...ct,
    ...{ NumberOfFrames: 2, PixelData: new Int16Array(8) },
    SharedFunctionalGroupsSequence: [
      {
        PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
        PixelMeasuresSequence: [{ PixelSpacing: [0.9, 0.9], SliceThickness: 5, SpacingBetweenSlices: 6 }],
        PixelValueTransformationSequence: [{ RescaleIntercept: -5, RescaleSlope: 2, RescaleType: 'US' }],
      },
    ],
    PerFrameFunctionalGroupsSequence: [perFrame(1, 0), perFrame(2, 1000)],
  })
  expect(shared).toMatchObject({
    ...{
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      PixelSpacing: [0.9, 0.9],
      SliceThickness: 5,
      SpacingBetweenSlices: 6,
    },
    ...{ RescaleIntercept: -5, RescaleSlope: 2, RescaleType: 'US', NumberOfFrames: 2, notDisplayable: null },
  })
  const frame = (z: number, DiffusionBValue: number) => ({
    ...{ StackID: '1', InStackPositionNumber: z, TemporalPositionIndex: 1, FrameReferenceDateTime: '20260101120000' },
    ...{ ImagePositionPatient: [0, 0, z], DiffusionBValue, WindowCenter: [50 + z], WindowWidth: [100] },
  })
  expect(frames).toEqual([frame(1, 0), frame(2, 1000)])
})

describe('look-up tables', () => {
  test('the first input of a VOI LUT has the sign of what comes out of the modality LUT or rescale', () => {
    const first = (content: DataSetContent) =>
      header({ ...ct, VOILUTSequence: [{ LUTDescriptor: [2, 65_036, 16], LUTData: [0, 1] }], ...content })
        .VOILUTSequence?.[0]?.LUTDescriptor[1]
    const modality = { LUTDescriptor: [2, 0, 16], LUTData: [40_000, 65_535] }
    expect(first({})).toBe(-500)
    expect(first({ PixelRepresentation: 0 })).toBe(65_036)
    expect(first({ PixelRepresentation: 0, RescaleIntercept: -1024, RescaleSlope: 1 })).toBe(-500)
    expect(first({ PixelRepresentation: 0, RescaleIntercept: 4000, RescaleSlope: -1 })).toBe(-500)
    expect(first({ RescaleIntercept: 2048, RescaleSlope: 1 })).toBe(65_036)
    expect(first({ ModalityLUTSequence: [modality] })).toBe(65_036)
  })

  test('a damaged table stays, without entries, unless another can take its place', () => {
    const whole = { LUTDescriptor: [2, 0, 16], LUTExplanation: 'B', LUTData: [0, 1] }
    const cut = { LUTDescriptor: [9, 0, 16], LUTExplanation: 'A', LUTData: [1] }
    const empty = { LUTDescriptor: [9, 0, 16], LUTExplanation: 'A', LUTData: [] }
    expect(header({ ...ct, VOILUTSequence: [cut] }).VOILUTSequence).toEqual([empty])
    expect(header({ ...ct, VOILUTSequence: [cut, whole] }).VOILUTSequence).toEqual([whole])
    expect(header({ ...ct, ModalityLUTSequence: [cut] }).ModalityLUTSequence).toEqual(empty)
  })

  test('a modality LUT of signed pixels begins at a signed value, 256 entries may be bytes', () => {
    const table = { LUTDescriptor: [4, 65_534, 16], LUTData: [10, 20, 30, 40] }
    expect(header({ ...ct, ModalityLUTSequence: [table] }).ModalityLUTSequence).toEqual({
      LUTDescriptor: [4, -2, 16],
      LUTData: [10, 20, 30, 40],
    })
    const bytes = { LUTDescriptor: [4, 0, 8], LUTExplanation: 'OS', LUTData: Uint8Array.of(1, 2, 3, 4) }
    expect(
      header({ ...ct, VOILUTSequence: [bytes, { LUTDescriptor: [9, 0, 8], LUTData: Uint8Array.of(1) }] })
        .VOILUTSequence,
    ).toEqual([{ LUTDescriptor: [4, 0, 8], LUTExplanation: 'OS', LUTData: [1, 2, 3, 4] }])
  })

  const palette = {
    ...ct,
    PhotometricInterpretation: 'PALETTE COLOR',
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: new Uint8Array(4),
  }
  const descriptors = {
    RedPaletteColorLookupTableDescriptor: [6, 0, 16],
    GreenPaletteColorLookupTableDescriptor: [6, 0, 16],
    BluePaletteColorLookupTableDescriptor: [6, 0, 16],
  }

  test('a palette is read, and without one such an image cannot be shown', () => {
    const data = Uint16Array.of(0, 1, 2, 3, 4, 65_535)
    const full = header({
      ...palette,
      ...descriptors,
      RedPaletteColorLookupTableData: data,
      GreenPaletteColorLookupTableData: data,
      BluePaletteColorLookupTableData: data,
    })
    expect(full.palette?.[2]).toEqual({ LUTDescriptor: [6, 0, 16], LUTData: [0, 1, 2, 3, 4, 65_535] })
    expect(full.notDisplayable).toBeNull()
    expect(header(palette).notDisplayable).toBe('unsupported-pixel-format')
  })

  test('segmented palettes are expanded: discrete, linear, indirect (PS3.3 §C.7.9.2)', () => {
    const linear = Uint16Array.of(0, 1, 100, 1, 5, 200)
    const indirect = Uint16Array.of(0, 2, 7, 9, 1, 1, 20, 2, 1, 0, 0, 0, 1, 5)
    const read = header({
      ...palette,
      ...descriptors,
      SegmentedRedPaletteColorLookupTableData: linear,
      SegmentedGreenPaletteColorLookupTableData: linear,
      SegmentedBluePaletteColorLookupTableData: indirect,
    })
    expect(read.palette?.map(({ LUTData }) => LUTData)).toEqual([
      [100, 120, 140, 160, 180, 200],
      [100, 120, 140, 160, 180, 200],
      [7, 9, 20, 7, 9, 5],
    ])
  })
})

describe('what cannot be shown says why', () => {
  const { PixelData: _, ...withoutPixels } = ct
  test.each<[string, DataSetContent, string | undefined, string | null]>([
    ['no pixel data', withoutPixels, undefined, 'no-pixel-data'],
    ['pixels that are elsewhere', withoutPixels, TransferSyntaxUIDs.JPIPReferenced, 'pixels-elsewhere'],
    ['pixels where there should be none', ct, TransferSyntaxUIDs.JPIPReferenced, 'unsupported-transfer-syntax'],
    ['no size', { ...ct, Rows: 0 }, undefined, 'unreadable-header'],
    ['too few bytes', { ...ct, NumberOfFrames: 2 }, undefined, 'pixel-data-truncated'],
    [
      'an unknown photometric interpretation',
      { ...ct, PhotometricInterpretation: 'HSV' },
      undefined,
      'unsupported-pixel-format',
    ],
    ['bits that do not fit', { ...ct, BitsStored: 17 }, undefined, 'unsupported-pixel-format'],
    ['12 bits allocated', { ...ct, BitsAllocated: 12 }, undefined, 'unsupported-pixel-format'],
    ['native pixels under a compressed syntax', ct, '1.2.840.10008.1.2.4.90', 'unsupported-pixel-format'],
    ['a private syntax', ct, '1.2.840.113619.5.2', 'unsupported-transfer-syntax'],
    ['a video', ct, '1.2.840.10008.1.2.4.102', 'unsupported-transfer-syntax'],
    [
      'floats',
      { ...ct, PixelData: undefined as never, BitsAllocated: 32, FloatPixelData: new Float32Array(4) },
      undefined,
      null,
    ],
    ['more pixels than are needed', { ...ct, PixelData: new Int16Array(9) }, undefined, null],
  ])('%s', (_name, content, UID, reason) => {
    expect(header(content, UID).notDisplayable).toBe(reason)
  })

  test('fewer compressed frames than are said', () => {
    const { PixelData: _pixels, ...rest } = { ...ct, NumberOfFrames: 3 }
    const one = bytesOf('\xff\xd8\xff\xe0')
    const bytes = (count: number) => join(writeDataSet(rest), fragments([], Array(count).fill(one)))
    expect([2, 3].map((count) => headerOf(bytes(count), TransferSyntaxUIDs.JPEGLSLossless).notDisplayable)).toEqual([
      'pixel-data-truncated',
      null,
    ])
  })
})
