/** The plane in which an image is drawn: its own in the patient, or a made-up one where the object has none (PS3.3 §C.7.6.2.1.1). */
import type { ImageHeader } from '../../../main/contract/image.ts'
import { drawnSpacing } from './calibration.ts'
import type { ImagePoint } from './roi-statistics.ts'
import { add, dot, isOrientation, planeAxes, scale, subtract, type Vector3 } from './vectors.ts'

export interface ImagePlane {
  /** Centre of the first pixel. */
  origin: Vector3
  row: Vector3
  column: Vector3
  normal: Vector3
  /** mm (or units of the aspect ratio) between columns and between rows. */
  spacing: { column: number; row: number }
  /** False when position and orientation are made up: then no letters and no reference to other planes. */
  isPlaced: boolean
}

export const imagePlane = (header: ImageHeader): ImagePlane => {
  const { ImageOrientationPatient, ImagePositionPatient } = header
  const isPlaced = isOrientation(ImageOrientationPatient) && ImagePositionPatient !== undefined
  return {
    ...planeAxes(isPlaced && ImageOrientationPatient ? ImageOrientationPatient : [1, 0, 0, 0, 1, 0]),
    origin: isPlaced && ImagePositionPatient ? ImagePositionPatient : [0, 0, 0],
    spacing: drawnSpacing(header),
    isPlaced,
  }
}

/** Column and row of a point in space; whole numbers are pixel centres. */
export const imagePointOf = (plane: ImagePlane, world: Vector3): ImagePoint => {
  const offset = subtract(world, plane.origin)
  return [dot(offset, plane.row) / plane.spacing.column, dot(offset, plane.column) / plane.spacing.row]
}

/** The point in space of a column and row. */
export const worldPointOf = (plane: ImagePlane, [column, row]: ImagePoint): Vector3 =>
  add(plane.origin, add(scale(plane.row, column * plane.spacing.column), scale(plane.column, row * plane.spacing.row)))
