/** From a scanned data set to the contract's ImageHeader (PS3.3 §C.7.6, §C.11; enhanced objects §C.7.6.16). */
import type { ImageHeader, NotDisplayableReason } from '../contract/image.ts'
import { hasPixelsElsewhere, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import type { DataSet } from './data-set.ts'
import { frameLength } from './frame-ranges.ts'
import { frameHeaders } from './functional-groups.ts'
import { modalityLookupTable, palette, voiLookupTables } from './lookup-tables.ts'
import type { PixelDataLayout } from './pixel-data-layout.ts'
import { numberOfFrames } from './pixel-layout.ts'
import { compact, integerOf, pair, textOf, textsOf, vector3, vector6 } from './typed-values.ts'
import { ultrasoundRegions } from './ultrasound-regions.ts'

/** What the index keeps of an image: everything but the cache's own key. */
export type ImageHeaderWithoutKey = Omit<ImageHeader, 'instanceKey'>

/** A scan result as far as the header needs it. */
export interface ScannedImage {
  attributes: DataSet
  pixelData: PixelDataLayout | null
  TransferSyntaxUID: string
}

/** Builds the header of an instance. What the data set does not say, or says in a form that means nothing, is absent. */
export const imageHeader = ({ attributes, pixelData, TransferSyntaxUID }: ScannedImage): ImageHeaderWithoutKey => {
  const header = compact({
    ...identification(attributes),
    TransferSyntaxUID,
    notDisplayable: null as NotDisplayableReason | null,
    ...acquisition(attributes),
    ...plane(attributes),
    ...pixels(attributes, pixelData),
    ...values(attributes),
    NumberOfFrames: numberOfFrames(attributes),
  })
  const frames = frameHeaders(attributes, header.NumberOfFrames)
  const whole = { ...header, ...frames.shared, ...(frames.perFrame ? { frames: frames.perFrame } : {}) }
  return { ...whole, notDisplayable: whyNotDisplayable(whole, attributes, pixelData) }
}

const identification = (attributes: DataSet) => ({
  StudyInstanceUID: attributes.text('StudyInstanceUID'),
  SeriesInstanceUID: attributes.text('SeriesInstanceUID'),
  SOPInstanceUID: attributes.text('SOPInstanceUID'),
  SOPClassUID: attributes.text('SOPClassUID'),
  Modality: textOf(attributes, 'Modality'),
  InstanceNumber: attributes.number('InstanceNumber'),
  ImageType: textsOf(attributes, 'ImageType'),
  ImageComments: textOf(attributes, 'ImageComments'),
})

const acquisition = (attributes: DataSet) => ({
  AcquisitionNumber: attributes.number('AcquisitionNumber'),
  AcquisitionDate: textOf(attributes, 'AcquisitionDate'),
  AcquisitionTime: textOf(attributes, 'AcquisitionTime'),
  ContentDate: textOf(attributes, 'ContentDate'),
  ContentTime: textOf(attributes, 'ContentTime'),
  PatientPosition: textOf(attributes, 'PatientPosition'),
  PatientOrientation: textsOf(attributes, 'PatientOrientation'),
  Laterality: textOf(attributes, 'Laterality'),
  ImageLaterality: textOf(attributes, 'ImageLaterality'),
  ViewPosition: textOf(attributes, 'ViewPosition'),
  BodyPartExamined: textOf(attributes, 'BodyPartExamined'),
  TemporalPositionIdentifier: attributes.number('TemporalPositionIdentifier'),
  EchoNumbers: attributes.number('EchoNumbers'),
  EchoTime: attributes.number('EchoTime'),
  RepetitionTime: attributes.number('RepetitionTime'),
  InversionTime: attributes.number('InversionTime'),
  FlipAngle: attributes.number('FlipAngle'),
  DiffusionBValue: attributes.number('DiffusionBValue'),
  KVP: attributes.number('KVP'),
  XRayTubeCurrent: attributes.number('XRayTubeCurrent'),
  Exposure: attributes.number('Exposure'),
  ExposureTime: attributes.number('ExposureTime'),
  ConvolutionKernel: textOf(attributes, 'ConvolutionKernel'),
  ContrastBolusAgent: textOf(attributes, 'ContrastBolusAgent'),
  GantryDetectorTilt: attributes.number('GantryDetectorTilt'),
  FrameTime: attributes.number('FrameTime'),
  CineRate: attributes.number('CineRate'),
  RecommendedDisplayFrameRate: attributes.number('RecommendedDisplayFrameRate'),
})

const plane = (attributes: DataSet) => ({
  ImagePositionPatient: vector3(attributes, 'ImagePositionPatient'),
  ImageOrientationPatient: vector6(attributes, 'ImageOrientationPatient'),
  PixelSpacing: pair(attributes, 'PixelSpacing'),
  SliceThickness: attributes.number('SliceThickness'),
  SpacingBetweenSlices: attributes.number('SpacingBetweenSlices'),
  SliceLocation: attributes.number('SliceLocation'),
  FrameOfReferenceUID: textOf(attributes, 'FrameOfReferenceUID'),
  PixelAspectRatio: pair(attributes, 'PixelAspectRatio'),
  ImagerPixelSpacing: pair(attributes, 'ImagerPixelSpacing'),
  NominalScannedPixelSpacing: pair(attributes, 'NominalScannedPixelSpacing'),
  EstimatedRadiographicMagnificationFactor: attributes.number('EstimatedRadiographicMagnificationFactor'),
  PixelSpacingCalibrationType: textOf(attributes, 'PixelSpacingCalibrationType'),
  PixelSpacingCalibrationDescription: textOf(attributes, 'PixelSpacingCalibrationDescription'),
  SequenceOfUltrasoundRegions: ultrasoundRegions(attributes),
})

const pixelValueTypes = { PixelData: 'integer', FloatPixelData: 'float', DoubleFloatPixelData: 'double' } as const

const pixels = (attributes: DataSet, pixelData: PixelDataLayout | null) => ({
  Rows: integerOf(attributes, 'Rows'),
  Columns: integerOf(attributes, 'Columns'),
  SamplesPerPixel: integerOf(attributes, 'SamplesPerPixel'),
  PhotometricInterpretation: textOf(attributes, 'PhotometricInterpretation'),
  PlanarConfiguration: integerOf(attributes, 'PlanarConfiguration'),
  BitsAllocated: integerOf(attributes, 'BitsAllocated'),
  BitsStored: integerOf(attributes, 'BitsStored'),
  HighBit: integerOf(attributes, 'HighBit'),
  PixelRepresentation: integerOf(attributes, 'PixelRepresentation'),
  pixelValueType: pixelData ? pixelValueTypes[pixelData.keyword] : undefined,
  PixelPaddingValue: paddingValue(attributes, 'PixelPaddingValue'),
  PixelPaddingRangeLimit: paddingValue(attributes, 'PixelPaddingRangeLimit'),
  palette: palette(attributes),
})

/** Stored as US or SS; the number is that of PixelRepresentation whatever the sender chose (PS3.3 §C.7.5.1.1.2). */
const paddingValue = (
  attributes: DataSet,
  keyword: 'PixelPaddingValue' | 'PixelPaddingRangeLimit',
): number | undefined => {
  const value = attributes.number(keyword)
  if (value === undefined) return undefined
  return attributes.number('PixelRepresentation') === 1 ? (value << 16) >> 16 : value & 0xffff
}

const values = (attributes: DataSet) => ({
  RescaleSlope: attributes.number('RescaleSlope'),
  RescaleIntercept: attributes.number('RescaleIntercept'),
  RescaleType: textOf(attributes, 'RescaleType'),
  WindowCenter: attributes.numbers('WindowCenter'),
  WindowWidth: attributes.numbers('WindowWidth'),
  WindowCenterWidthExplanation: textsOf(attributes, 'WindowCenterWidthExplanation'),
  VOILUTFunction: textOf(attributes, 'VOILUTFunction'),
  ModalityLUTSequence: modalityLookupTable(attributes),
  VOILUTSequence: voiLookupTables(attributes),
  PresentationLUTShape: textOf(attributes, 'PresentationLUTShape'),
  Units: textOf(attributes, 'Units'),
  LossyImageCompression: textOf(attributes, 'LossyImageCompression'),
  LossyImageCompressionRatio: attributes.numbers('LossyImageCompressionRatio'),
  LossyImageCompressionMethod: textsOf(attributes, 'LossyImageCompressionMethod'),
  BurnedInAnnotation: textOf(attributes, 'BurnedInAnnotation'),
})

const grayscale = new Set(['MONOCHROME1', 'MONOCHROME2'])
const colour = new Set(['RGB', 'YBR_FULL', 'YBR_FULL_422', 'YBR_ICT', 'YBR_RCT'])

const whyNotDisplayable = (
  header: ImageHeaderWithoutKey,
  attributes: DataSet,
  pixelData: PixelDataLayout | null,
): NotDisplayableReason | null => {
  if (!pixelData) return hasPixelsElsewhere(header.TransferSyntaxUID) ? 'pixels-elsewhere' : 'no-pixel-data'
  if (!attributes.complete) return 'unreadable-header'
  const syntax = transferSyntaxes.get(header.TransferSyntaxUID)
  if (!syntax?.displayable) return 'unsupported-transfer-syntax'
  const { Rows, Columns } = header
  if (!Rows || !Columns) return 'unreadable-header'
  if (!isSupportedFormat(header)) return 'unsupported-pixel-format'
  if (pixelData.encapsulated !== syntax.encapsulated) return 'unsupported-pixel-format'
  if (!pixelData.encapsulated) {
    const bytes = frameLength(header)
    return bytes === undefined || bytes * header.NumberOfFrames > pixelData.length ? 'pixel-data-truncated' : null
  }
  return pixelData.frames?.length === header.NumberOfFrames ? null : 'pixel-data-truncated'
}

/** The formats that the pixel path shows: see design, “Pixel path and pixel truth”. */
const isSupportedFormat = (header: ImageHeaderWithoutKey): boolean => {
  const { BitsAllocated = 0, SamplesPerPixel = 1, PhotometricInterpretation = '' } = header
  if (header.pixelValueType !== 'integer') {
    return SamplesPerPixel === 1 && BitsAllocated === (header.pixelValueType === 'float' ? 32 : 64)
  }
  if (!hasConsistentBits(header)) return false
  if (SamplesPerPixel === 3)
    return colour.has(PhotometricInterpretation) && (BitsAllocated === 8 || BitsAllocated === 16)
  if (SamplesPerPixel !== 1) return false
  if (PhotometricInterpretation === 'PALETTE COLOR')
    return header.palette !== undefined && (BitsAllocated === 8 || BitsAllocated === 16)
  return grayscale.has(PhotometricInterpretation) && [1, 8, 16, 32].includes(BitsAllocated)
}

/** BitsStored and HighBit have to fit BitsAllocated; where they are absent all bits count. */
const hasConsistentBits = ({
  BitsAllocated = 0,
  BitsStored = BitsAllocated,
  HighBit = BitsStored - 1,
}: ImageHeaderWithoutKey): boolean =>
  BitsStored >= 1 && BitsStored <= BitsAllocated && HighBit >= BitsStored - 1 && HighBit < BitsAllocated
