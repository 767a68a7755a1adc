/** From the handles of a drawn shape to its figures, in a plane of pixels. */
import type { CalibrationSource } from './calibration.ts'
import type { Measurement } from './engine.ts'
import {
  distance,
  type Ellipse,
  ellipseArea,
  ellipseOf,
  ellipseStatistics,
  type ImagePoint,
  isOnImage,
  type PixelPlane,
} from './roi-statistics.ts'
import type { Vector3 } from './vectors.ts'

/** Pixels in a plane, where they lie, and how large they are. */
export interface MeasuredPlane {
  /** Column and row of a point in space. */
  toImage(world: Vector3): ImagePoint
  /** The point in space of a column and row of this plane. */
  toWorld(point: ImagePoint): Vector3
  /** mm between columns and rows for a measurement between these points, and where that comes from; null when uncalibrated. */
  spacing(points: readonly ImagePoint[]): { column: number; row: number; source: CalibrationSource } | null
  /** Null when pixels are colour, missing or damaged, or the plane cuts obliquely through the voxels: then there are no figures. */
  pixels: (PixelPlane & { unit: string }) | null
}

const square = { column: 1, row: 1 }

/** Length of the line; mm when calibrated, else px. */
export const measureLength = (plane: MeasuredPlane, points: readonly Vector3[]): Measurement['length'] => {
  const [from, to] = points.map(plane.toImage)
  if (!from || !to) return null
  const spacing = plane.spacing([from, to])
  return { value: distance(from, to, spacing ?? square), unit: spacing ? 'mm' : 'px' }
}

/** Figures of the ellipse through four handles (bottom, top, left, right); null outside the image or without pixels. */
export const measureEllipse = (plane: MeasuredPlane, points: readonly Vector3[]): Measurement['roi'] => {
  const [bottom, top, left, right] = points.map(plane.toImage)
  if (!bottom || !top || !left || !right || !plane.pixels) return null
  const ellipse = ellipseOf(bottom, top, left, right)
  const { columns, rows, unit } = plane.pixels
  // Part of it lies beside the image: a figure of the rest would not be that of the shape drawn.
  if (!isOnImage(ellipse, columns, rows)) return null
  const statistics = ellipseStatistics(plane.pixels, ellipse)
  if (!statistics) return null
  return { ...statistics, unit, area: areaOf(plane, ellipse, [bottom, top, left, right]) }
}

/** Area of an ellipse; mm² when calibrated, else px². */
export const areaOf = (
  plane: MeasuredPlane,
  ellipse: Ellipse,
  handles: readonly ImagePoint[],
): { value: number; unit: 'mm²' | 'px²' } => {
  const spacing = plane.spacing(handles)
  const { column, row } = spacing ?? square
  return { value: ellipseArea(ellipse) * column * row, unit: spacing ? 'mm²' : 'px²' }
}
