/** A small CT whose every voxel is known by formula: 96 columns, 80 rows, 40 slices, 0.7 × 0.9 × 2 mm. */
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { HarnessServer } from './harness-server.ts'

export const phantom = {
  columns: 96,
  rows: 80,
  slices: 40,
  spacing: { column: 0.7, row: 0.9, slice: 2 },
  origin: [-33.25, -35.55, -39],
} as const

const isInside = (
  column: number,
  row: number,
  from: readonly [number, number],
  to: readonly [number, number],
): boolean => column >= from[0] && column <= to[0] && row >= from[1] && row <= to[1]

/** HU of a voxel: air, a soft-tissue block, a bone bar on the patient's left, a rod whose HU tells the slice. */
export const hu = (column: number, row: number, slice: number): number => {
  if (isInside(column, row, [44, 36], [51, 43])) return 100 + 5 * slice
  if (isInside(column, row, [72, 30], [83, 49])) return 700
  if (isInside(column, row, [30, 10], [40, 20]) && slice >= 20) return 300
  if (isInside(column, row, [12, 8], [83, 71])) return 40 + (row % 3) + 2 * (column % 2)
  return -1000
}

const uid = '1.2.826.0.1.3680043.10.1234'

/** Header of slice `slice`, as the station would give it. */
export const phantomHeader = (slice: number, own: Partial<ImageHeader> = {}): ImageHeader => ({
  instanceKey: 100 + slice,
  StudyInstanceUID: `${uid}.1`,
  SeriesInstanceUID: `${uid}.1.1`,
  SOPInstanceUID: `${uid}.1.1.${slice + 1}`,
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  Modality: 'CT',
  notDisplayable: null,
  InstanceNumber: slice + 1,
  FrameOfReferenceUID: `${uid}.9`,
  ImagePositionPatient: [phantom.origin[0], phantom.origin[1], phantom.origin[2] + slice * phantom.spacing.slice],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  PixelSpacing: [phantom.spacing.row, phantom.spacing.column],
  SliceThickness: 2,
  NumberOfFrames: 1,
  Rows: phantom.rows,
  Columns: phantom.columns,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  BitsAllocated: 16,
  BitsStored: 12,
  HighBit: 11,
  PixelRepresentation: 0,
  RescaleSlope: 1,
  RescaleIntercept: -1024,
  RescaleType: 'HU',
  WindowCenter: [50],
  WindowWidth: [350],
  ...own,
})

/** Stored pixels of a slice. */
export const phantomPixels = (slice: number): Uint8Array => {
  const { columns, rows } = phantom
  const values = Uint16Array.from(
    { length: columns * rows },
    (_, at) => hu(at % columns, Math.floor(at / columns), slice) + 1024,
  )
  return new Uint8Array(values.buffer)
}

/** All headers in the order of arrival. */
export const phantomHeaders = (): ImageHeader[] =>
  Array.from({ length: phantom.slices }, (_, slice) => phantomHeader(slice))

/** Grey level 0–255 of a value under a LINEAR window (PS3.3 §C.11.2.1.2.1). */
export const grey = (value: number, center: number, width: number): number => {
  const share = (value - (center - 0.5)) / (width - 1) + 0.5
  return 255 * Math.max(0, Math.min(1, share))
}

/** Lets the server send every slice. */
export const servePhantom = (server: HarnessServer): void => {
  for (let slice = 0; slice < phantom.slices; slice++) {
    server.frames.set(`${100 + slice}/0`, { kind: 'native', bytes: phantomPixels(slice) })
  }
}
