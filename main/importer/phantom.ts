/** Generates the CT phantom of phantom-model.ts as CT Image Storage instances (PS3.3 A.3), one a transverse slice. */
import { part10Header, writeDataSet } from '../dataset/index.ts'
import { SOPClassUIDs, TransferSyntaxUIDs, uidFromUUID } from '../dicom/index.ts'
import { BACKGROUND_HU, holds, phantomGrid, phantomShapes, type Shape, voxelCentre } from './phantom-model.ts'

/** The phantom's identifiers, the same each time, so that loading it twice stores it once. */
export const phantomUids = {
  StudyInstanceUID: uidFromUUID('8c3f6f0e-1d7a-4f57-9a55-2f4c6a9b1e01'),
  SeriesInstanceUID: uidFromUUID('8c3f6f0e-1d7a-4f57-9a55-2f4c6a9b1e02'),
  FrameOfReferenceUID: uidFromUUID('8c3f6f0e-1d7a-4f57-9a55-2f4c6a9b1e03'),
  /** Of one slice, from 0. */
  SOPInstanceUID: (slice: number) =>
    uidFromUUID(`8c3f6f0e-1d7a-4f57-9a55-2f4c6a9b${(0x2000 + slice).toString(16).padStart(4, '0')}`),
} as const

/** SOP class and transfer syntax of every slice. */
export const phantomContext = {
  SOPClassUID: SOPClassUIDs.CTImageStorage,
  TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
} as const

/** Stored value = Hounsfield units less this. */
const RESCALE_INTERCEPT = -1024

const { Columns, Rows, slices, PixelSpacing, SliceThickness, origin } = phantomGrid

/** First and last index of the grid's axis that can lie between two coordinates. */
function indexRange(axis: 0 | 1 | 2, from: number, to: number): [first: number, last: number] {
  const spacing = axis === 2 ? SliceThickness : PixelSpacing[1 - axis]
  const count = axis === 0 ? Columns : axis === 1 ? Rows : slices
  const index = (coordinate: number) => (coordinate - (origin[axis] ?? 0)) / (spacing ?? 1)
  return [Math.max(0, Math.floor(index(from))), Math.min(count - 1, Math.ceil(index(to)))]
}

/** The box around a shape: `[from, to]` for each axis, mm. */
function extent(shape: Shape): [number, number][] {
  if (shape.kind === 'box') return [0, 1, 2].map((axis) => [shape.from[axis] ?? 0, shape.to[axis] ?? 0])
  const [x, y] = shape.centre
  const z: [number, number] = shape.kind === 'rod' ? [shape.zFrom, shape.zTo] : around(shape.centre[2], shape.radius)
  return [around(x, shape.radius), around(y, shape.radius), z]
}
const around = (middle: number, radius: number): [number, number] => [middle - radius, middle + radius]

/** Draws the shape's cut with a slice. */
function draw(shape: Shape, slice: number, values: Int16Array): void {
  const [x = [0, 0], y = [0, 0], z = [0, 0]] = extent(shape)
  const [firstSlice, lastSlice] = indexRange(2, ...z)
  if (slice < firstSlice || slice > lastSlice) return
  const [firstColumn, lastColumn] = indexRange(0, ...x)
  const [firstRow, lastRow] = indexRange(1, ...y)
  const value = shape.HU - RESCALE_INTERCEPT
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      if (holds(shape, voxelCentre(column, row, slice))) values[row * Columns + column] = value
    }
  }
}

/** Stored values of one slice, row by row. */
export function phantomPixels(slice: number): Int16Array {
  const values = new Int16Array(Rows * Columns).fill(BACKGROUND_HU - RESCALE_INTERCEPT)
  for (const shape of phantomShapes) draw(shape, slice, values)
  return values
}

const patientAndStudy = {
  PatientName: { Alphabetic: 'FANTÔME^CT' },
  PatientID: 'DEMO-CT',
  PatientBirthDate: null,
  PatientSex: 'O',
  StudyInstanceUID: phantomUids.StudyInstanceUID,
  StudyDate: '20260101',
  StudyTime: '080000',
  StudyID: 'DEMO1',
  AccessionNumber: null,
  ReferringPhysicianName: null,
  StudyDescription: 'Fantôme CT / CT phantom',
  InstitutionName: 'Astreinte',
} as const

const seriesAndEquipment = {
  Modality: 'CT',
  SeriesInstanceUID: phantomUids.SeriesInstanceUID,
  SeriesNumber: 1,
  SeriesDate: '20260101',
  SeriesTime: '080000',
  SeriesDescription: 'Axial 1 mm',
  Laterality: null,
  PatientPosition: 'HFS',
  FrameOfReferenceUID: phantomUids.FrameOfReferenceUID,
  PositionReferenceIndicator: null,
  Manufacturer: 'Astreinte',
  ManufacturerModelName: 'Phantom',
  SoftwareVersions: '1',
} as const

const imageOf = (slice: number) => {
  const position = voxelCentre(0, 0, slice)
  return {
    ...phantomContext,
    SOPInstanceUID: phantomUids.SOPInstanceUID(slice),
    ImageType: ['DERIVED', 'SECONDARY', 'AXIAL'],
    DerivationDescription: 'Computed from geometric shapes; no patient, no scanner',
    InstanceNumber: slice + 1,
    AcquisitionNumber: 1,
    ContentDate: '20260101',
    ContentTime: '080000',
    KVP: null,
    BurnedInAnnotation: 'NO',
    ImagePositionPatient: position.map((value) => Number(value.toFixed(3))),
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing,
    SliceThickness,
    SliceLocation: position[2],
    PatientOrientation: ['L', 'P'],
  }
}

const pixelsOf = (slice: number) => ({
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  Rows,
  Columns,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 1,
  RescaleIntercept: RESCALE_INTERCEPT,
  RescaleSlope: 1,
  RescaleType: 'HU',
  WindowCenter: 40,
  WindowWidth: 400,
  PixelData: phantomPixels(slice),
})

/** The data set of one slice, from 0 at the feet. */
export function phantomDataSet(slice: number): Uint8Array {
  const { TransferSyntaxUID: _, ...image } = imageOf(slice)
  return writeDataSet({ ...patientAndStudy, ...seriesAndEquipment, ...image, ...pixelsOf(slice) })
}

/** The DICOM file of one slice. */
export function phantomFile(slice: number): Uint8Array {
  const SOPInstanceUID = phantomUids.SOPInstanceUID(slice)
  return Buffer.concat([part10Header({ ...phantomContext, SOPInstanceUID }), phantomDataSet(slice)])
}
