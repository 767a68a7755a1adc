/** Headers for tests: a plain CT slice, and what the test makes different. */
import type { ImageHeader } from '../../../../main/contract/image.ts'

export const header = (own: Partial<ImageHeader> = {}): ImageHeader => ({
  instanceKey: 1,
  StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.4',
  SOPInstanceUID: `1.2.3.4.${own.instanceKey ?? 1}`,
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  Modality: 'CT',
  notDisplayable: null,
  NumberOfFrames: 1,
  Rows: 4,
  Columns: 4,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 0,
  ...own,
})

/** A slice at `z` mm of an axial stack. */
export const slice = (instanceKey: number, z: number, own: Partial<ImageHeader> = {}): ImageHeader =>
  header({
    instanceKey,
    InstanceNumber: instanceKey,
    ImagePositionPatient: [0, 0, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [1, 1],
    FrameOfReferenceUID: '1.2.9',
    ...own,
  })
