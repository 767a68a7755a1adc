/** Our pixels as Cornerstone's image and metadata modules. What it is told describes the rescaled values, never the stored ones. */
import { type Enums, type Types, utilities } from '@cornerstonejs/core'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { calibrationOf, drawnSpacing } from './calibration.ts'
import { imagePlane } from './image-plane.ts'
import type { FramePixels, PixelArray } from './pixel-values.ts'
import { initialVoi, type Voi } from './voi.ts'
import type { VoiTable } from './voi-table.ts'

export type ValueType = 'Uint8Array' | 'Int16Array' | 'Uint16Array' | 'Float32Array'

export const valueTypeOf = (values: PixelArray): ValueType =>
  values instanceof Float32Array
    ? 'Float32Array'
    : values instanceof Int16Array
      ? 'Int16Array'
      : values instanceof Uint16Array
        ? 'Uint16Array'
        : 'Uint8Array'

const tables = new WeakMap<Types.IImage, VoiTable>()

const paddings = new WeakMap<Types.IImage, readonly [number, number]>()

/** Values of an image that stand for "no measurement here"; null when it has none. */
export const paddingOf = (image: Types.IImage): readonly [number, number] | null => paddings.get(image) ?? null

/** The image that viewports draw. Its values are rescaled already: slope 1, intercept 0, `preScale.scaled`. */
export const makeImage = (imageId: string, header: ImageHeader, pixels: FramePixels): Types.IImage => {
  const { values, components, min, max } = pixels
  const rows = header.Rows ?? 0
  const columns = header.Columns ?? 0
  const spacing = drawnSpacing(header)
  const voi = initialVoi(header, { min, max, components, isFloat: values instanceof Float32Array })
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width: columns,
    height: rows,
    scalarData: values,
    numberOfComponents: components,
    id: imageId,
  })
  const image: Types.IImage = {
    imageId,
    rows,
    columns,
    width: columns,
    height: rows,
    color: components === 3,
    rgba: false,
    numberOfComponents: components,
    dataType: valueTypeOf(values),
    voxelManager: voxelManager as Types.IVoxelManager<number>,
    getPixelData: () => values,
    getCanvas: () => document.createElement('canvas'),
    sizeInBytes: values.byteLength,
    minPixelValue: min,
    maxPixelValue: max,
    slope: 1,
    intercept: 0,
    windowCenter: voi.center,
    windowWidth: voi.width,
    voiLUTFunction: voi.function as Enums.VOILUTFunctionType,
    columnPixelSpacing: spacing.column,
    rowPixelSpacing: spacing.row,
    invert: false,
    photometricInterpretation: components === 3 ? 'RGB' : 'MONOCHROME2',
    preScale: { enabled: true, scaled: true, scalingParameters: { rescaleSlope: 1, rescaleIntercept: 0 } },
    ...(header.SliceThickness === undefined ? {} : { sliceThickness: header.SliceThickness }),
    ...(header.FrameOfReferenceUID === undefined ? {} : { FrameOfReferenceUID: header.FrameOfReferenceUID }),
  }
  if (pixels.padding) paddings.set(image, pixels.padding)
  if (voi.table) tables.set(image, voi.table)
  return image
}

/** Window or VOI LUT that the image has of itself. */
export const voiOfImage = (image: Types.IImage): Voi => {
  const table = tables.get(image)
  return {
    center: Number(image.windowCenter),
    width: Number(image.windowWidth),
    function: image.voiLUTFunction as Voi['function'],
    ...(table ? { table } : {}),
  }
}

const pixelModule = (header: ImageHeader, type: ValueType, components: number): object => {
  const bits = type === 'Uint8Array' ? 8 : type === 'Float32Array' ? 32 : 16
  return {
    samplesPerPixel: components,
    photometricInterpretation: components === 3 ? 'RGB' : 'MONOCHROME2',
    rows: header.Rows,
    columns: header.Columns,
    bitsAllocated: bits,
    bitsStored: bits,
    highBit: bits - 1,
    pixelRepresentation: type === 'Int16Array' || type === 'Float32Array' ? 1 : 0,
    planarConfiguration: 0,
  }
}

const planeModule = (header: ImageHeader): object => {
  const { origin, row, column, spacing } = imagePlane(header)
  return {
    // Images without a frame of reference must not share one: their measurements would appear on each other.
    frameOfReferenceUID: header.FrameOfReferenceUID ?? `${header.SOPInstanceUID}.unplaced`,
    rows: header.Rows,
    columns: header.Columns,
    imageOrientationPatient: [...row, ...column],
    rowCosines: [...row],
    columnCosines: [...column],
    imagePositionPatient: [...origin],
    pixelSpacing: [spacing.row, spacing.column],
    rowPixelSpacing: spacing.row,
    columnPixelSpacing: spacing.column,
    sliceThickness: header.SliceThickness,
    sliceLocation: header.SliceLocation,
    usingDefaultValues: calibrationOf(header) === null,
  }
}

/** What Cornerstone asks of one frame, by module name; undefined for what it need not know. */
export const metadataModule = (
  module: string,
  header: ImageHeader,
  type: ValueType,
  components: number,
): object | undefined => {
  switch (module) {
    case 'imagePixelModule':
      return pixelModule(header, type, components)
    case 'imagePlaneModule':
      return planeModule(header)
    case 'generalSeriesModule':
      // PT makes Cornerstone apply its own SUV ranges: values here are shown as the object states them.
      return {
        modality: header.Modality === 'PT' ? 'OT' : header.Modality,
        seriesInstanceUID: header.SeriesInstanceUID,
        studyInstanceUID: header.StudyInstanceUID,
        seriesNumber: 0,
        seriesDate: '',
        seriesTime: '',
      }
    case 'modalityLutModule':
      return { rescaleSlope: 1, rescaleIntercept: 0, rescaleType: header.RescaleType }
    case 'voiLutModule':
      return {
        windowCenter: header.WindowCenter ?? [],
        windowWidth: header.WindowWidth ?? [],
        voiLUTFunction: header.VOILUTFunction,
      }
    case 'sopCommonModule':
      return { sopInstanceUID: header.SOPInstanceUID, sopClassUID: header.SOPClassUID }
    case 'transferSyntax':
      return { transferSyntaxUID: header.TransferSyntaxUID }
    case 'generalImageModule':
      return { sopInstanceUID: header.SOPInstanceUID, instanceNumber: header.InstanceNumber }
    case 'frameOfReference':
      return { frameOfReferenceUID: header.FrameOfReferenceUID }
    default:
      return undefined
  }
}
