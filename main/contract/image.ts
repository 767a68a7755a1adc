/**
 * What a viewer must know of an instance before its pixels arrive: the Image Pixel, Image Plane, Modality LUT, VOI LUT and
 * acquisition attributes (PS3.3 C.7.6.2, C.7.6.3, C.11.1, C.11.2), each under its DICOM keyword.
 * A property is absent when the data set has no usable value; nothing is invented.
 */
import { z } from 'zod'

const vector3 = z.tuple([z.number(), z.number(), z.number()])
const orientation = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()])

/** A LUT as stored (PS3.3 C.11.1.1): number of entries, first input value mapped, bits, and the entries. */
export const lookupTable = z.object({
  LUTDescriptor: z.tuple([z.number(), z.number(), z.number()]),
  LUTExplanation: z.string().optional(),
  LUTData: z.array(z.number()),
})

/** Attributes that enhanced multi-frame objects state per frame, and classic ones once (PS3.3 C.7.6.16). */
export const frameHeader = z.object({
  ImagePositionPatient: vector3.optional(),
  ImageOrientationPatient: orientation.optional(),
  /** Row spacing (vertical), then column spacing (horizontal), mm. */
  PixelSpacing: z.tuple([z.number(), z.number()]).optional(),
  SliceThickness: z.number().optional(),
  SpacingBetweenSlices: z.number().optional(),
  RescaleSlope: z.number().optional(),
  RescaleIntercept: z.number().optional(),
  RescaleType: z.string().optional(),
  WindowCenter: z.array(z.number()).optional(),
  WindowWidth: z.array(z.number()).optional(),
  WindowCenterWidthExplanation: z.array(z.string()).optional(),
  VOILUTFunction: z.string().optional(),
  DiffusionBValue: z.number().optional(),
  EffectiveEchoTime: z.number().optional(),
  TemporalPositionIndex: z.number().optional(),
  StackID: z.string().optional(),
  InStackPositionNumber: z.number().optional(),
  /** Frame Acquisition / Reference DateTime or Content Time of the frame, as stored. */
  FrameReferenceDateTime: z.string().optional(),
})
export type FrameHeader = z.infer<typeof frameHeader>

/** Calibrated region of an ultrasound image (PS3.3 C.8.5.5). */
export const ultrasoundRegion = z.object({
  RegionSpatialFormat: z.number().optional(),
  RegionDataType: z.number().optional(),
  RegionLocationMinX0: z.number(),
  RegionLocationMinY0: z.number(),
  RegionLocationMaxX1: z.number(),
  RegionLocationMaxY1: z.number(),
  PhysicalUnitsXDirection: z.number().optional(),
  PhysicalUnitsYDirection: z.number().optional(),
  PhysicalDeltaX: z.number().optional(),
  PhysicalDeltaY: z.number().optional(),
})

/** Why an instance cannot be shown as an image. The UI has a sentence for each (locales, `notDisplayable.*`). */
export const notDisplayableReason = z.enum([
  'no-pixel-data',
  /** The object says where its pixels are and does not hold them (JPIP). */
  'pixels-elsewhere',
  'unsupported-transfer-syntax',
  'unsupported-pixel-format',
  'pixel-data-truncated',
  'unreadable-header',
  'object-damaged',
  'object-missing',
])
export type NotDisplayableReason = z.infer<typeof notDisplayableReason>

export const imageHeader = frameHeader.extend({
  /** The cache's own key of the stored instance (current version): stable while the instance is in the cache. */
  instanceKey: z.number().int(),
  StudyInstanceUID: z.string(),
  SeriesInstanceUID: z.string(),
  SOPInstanceUID: z.string(),
  SOPClassUID: z.string(),
  /** The transfer syntax the object is stored in. */
  TransferSyntaxUID: z.string(),
  Modality: z.string().optional(),
  /** Null when it can be shown. */
  notDisplayable: notDisplayableReason.nullable(),

  InstanceNumber: z.number().optional(),
  AcquisitionNumber: z.number().optional(),
  AcquisitionDate: z.string().optional(),
  AcquisitionTime: z.string().optional(),
  ContentDate: z.string().optional(),
  ContentTime: z.string().optional(),
  ImageType: z.array(z.string()).optional(),
  ImageComments: z.string().optional(),
  SliceLocation: z.number().optional(),
  FrameOfReferenceUID: z.string().optional(),
  PatientPosition: z.string().optional(),
  PatientOrientation: z.array(z.string()).optional(),
  Laterality: z.string().optional(),
  ImageLaterality: z.string().optional(),
  ViewPosition: z.string().optional(),
  BodyPartExamined: z.string().optional(),
  TemporalPositionIdentifier: z.number().optional(),
  EchoNumbers: z.number().optional(),
  EchoTime: z.number().optional(),
  RepetitionTime: z.number().optional(),
  InversionTime: z.number().optional(),
  FlipAngle: z.number().optional(),
  KVP: z.number().optional(),
  XRayTubeCurrent: z.number().optional(),
  Exposure: z.number().optional(),
  ExposureTime: z.number().optional(),
  ConvolutionKernel: z.string().optional(),
  ContrastBolusAgent: z.string().optional(),
  GantryDetectorTilt: z.number().optional(),

  NumberOfFrames: z.number().int().positive(),
  Rows: z.number().int().optional(),
  Columns: z.number().int().optional(),
  SamplesPerPixel: z.number().int().optional(),
  PhotometricInterpretation: z.string().optional(),
  PlanarConfiguration: z.number().int().optional(),
  BitsAllocated: z.number().int().optional(),
  BitsStored: z.number().int().optional(),
  HighBit: z.number().int().optional(),
  PixelRepresentation: z.number().int().optional(),
  /** 'integer' for (7FE0,0010), 'float' and 'double' for (7FE0,0008) and (7FE0,0009). */
  pixelValueType: z.enum(['integer', 'float', 'double']).optional(),
  PixelPaddingValue: z.number().optional(),
  PixelPaddingRangeLimit: z.number().optional(),
  PixelAspectRatio: z.tuple([z.number(), z.number()]).optional(),
  ImagerPixelSpacing: z.tuple([z.number(), z.number()]).optional(),
  NominalScannedPixelSpacing: z.tuple([z.number(), z.number()]).optional(),
  EstimatedRadiographicMagnificationFactor: z.number().optional(),
  PixelSpacingCalibrationType: z.string().optional(),
  PixelSpacingCalibrationDescription: z.string().optional(),
  SequenceOfUltrasoundRegions: z.array(ultrasoundRegion).optional(),
  ModalityLUTSequence: lookupTable.optional(),
  VOILUTSequence: z.array(lookupTable).optional(),
  PresentationLUTShape: z.string().optional(),
  Units: z.string().optional(),
  LossyImageCompression: z.string().optional(),
  LossyImageCompressionRatio: z.array(z.number()).optional(),
  LossyImageCompressionMethod: z.array(z.string()).optional(),
  BurnedInAnnotation: z.string().optional(),
  FrameTime: z.number().optional(),
  CineRate: z.number().optional(),
  RecommendedDisplayFrameRate: z.number().optional(),
  /** Palette of PALETTE COLOR images (PS3.3 C.7.6.3.1.5), red, green, blue. */
  palette: z.tuple([lookupTable, lookupTable, lookupTable]).optional(),
  /** One entry a frame, where the object states values per frame; otherwise absent. */
  frames: z.array(frameHeader).optional(),
})
export type ImageHeader = z.infer<typeof imageHeader>
