/** Between a drawn shape and the measurement that the station keeps (`main/contract/measurement.ts`): what it says must be true without this viewer. */
import type { ImageHeader } from '../../../main/contract/image.ts'
import type { MeasuredValue, MeasurementContent } from '../../../main/contract/measurement.ts'
import type { DisplaySet, Measurement } from './engine.ts'
import { areaOf, type MeasuredPlane } from './measure.ts'
import { ellipseAxes, ellipseOf, type ImagePoint } from './roi-statistics.ts'
import { ucumOf } from './ucum.ts'
import type { Vector3 } from './vectors.ts'

/** A shape as Cornerstone holds it: handles in space and what they refer to. */
export interface Shape {
  id: string
  tool: Measurement['tool']
  /** Two ends, or bottom, top, left and right of an ellipse. */
  points: Vector3[]
  metadata: Record<string, unknown>
}

/** What is measured: the plane of pixels, and the image that it is or that lies nearest. */
export interface MeasuredImage {
  displaySet: DisplaySet
  header: ImageHeader
  /** From 0. */
  frame: number
  /** False in a reformatted plane, which is no stored image. */
  isStored: boolean
  plane: MeasuredPlane
}

const kinds = { length: 'length', ellipticalROI: 'ellipse' } as const

/** PS3.3 §C.10.5.1.2: the corner of the first pixel is 0\0, its centre 0.5\0.5. Null when a point lies beside the image. */
const graphicData = (points: readonly ImagePoint[], { Columns = 0, Rows = 0 }: ImageHeader): number[] | null => {
  const data = points.flatMap(([column, row]) => [column + 0.5, row + 0.5])
  const isInside = data.every((value, index) => value >= 0 && value <= (index % 2 === 0 ? Columns : Rows))
  return isInside ? data : null
}

const graphicOf = (tool: Shape['tool'], points: readonly ImagePoint[], header: ImageHeader) => {
  const [bottom, top, left, right] = points
  if (tool === 'length') {
    const data = graphicData(points, header)
    return data && { GraphicType: 'POLYLINE' as const, GraphicData: data }
  }
  if (!bottom || !top || !left || !right) return null
  const data = graphicData(ellipseAxes(ellipseOf(bottom, top, left, right)), header)
  return data && { GraphicType: 'ELLIPSE' as const, GraphicData: data }
}

const valuesOf = (
  { length, roi }: Pick<Measurement, 'length' | 'roi'>,
  plane: MeasuredPlane,
  points: readonly ImagePoint[],
): MeasuredValue[] => {
  if (length) return [{ quantity: 'length', value: length.value, unit: ucumOf(length.unit) }]
  const [bottom, top, left, right] = points
  if (!bottom || !top || !left || !right) return []
  const { value, unit } = roi?.area ?? areaOf(plane, ellipseOf(bottom, top, left, right), points)
  const area: MeasuredValue = { quantity: 'area', value, unit: ucumOf(unit) }
  if (!roi) return [area]
  // What is no number (NaN in a parametric map) is no figure.
  const figure = (quantity: MeasuredValue['quantity'], of: number): MeasuredValue[] =>
    Number.isFinite(of) ? [{ quantity, value: of, unit: ucumOf(roi.unit) }] : []
  return [
    area,
    ...figure('mean', roi.mean),
    ...figure('standardDeviation', roi.standardDeviation),
    ...figure('minimum', roi.min),
    ...figure('maximum', roi.max),
  ]
}

const plain = (value: unknown): number[] | undefined =>
  Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<number>) : undefined

/** What drawing it again needs beside its points: the plane, and an image of the display set. */
const viewOf = (metadata: Record<string, unknown>, { header, frame }: MeasuredImage): string =>
  JSON.stringify({
    version: 1,
    SOPInstanceUID: header.SOPInstanceUID,
    frame,
    FrameOfReferenceUID: metadata.FrameOfReferenceUID,
    viewPlaneNormal: plain(metadata.viewPlaneNormal),
    viewUp: plain(metadata.viewUp),
    cameraFocalPoint: plain(metadata.cameraFocalPoint),
    sliceIndex: metadata.sliceIndex,
  })

/** The measurement as it is to be kept; `arePending`: pixels are missing, and with them figures. */
export const measurementContent = (
  { id, tool, points, metadata }: Shape,
  figures: Pick<Measurement, 'length' | 'roi'>,
  image: MeasuredImage,
  arePending = false,
): MeasurementContent => {
  const { displaySet, header, frame, isStored, plane } = image
  const { StudyInstanceUID, SeriesInstanceUID } = displaySet
  const inImage = points.map(plane.toImage)
  return {
    measurementId: id,
    StudyInstanceUID,
    SeriesInstanceUID,
    kind: kinds[tool],
    image: isStored
      ? {
          SOPClassUID: header.SOPClassUID,
          SOPInstanceUID: header.SOPInstanceUID,
          SeriesInstanceUID,
          StudyInstanceUID,
          frame: header.NumberOfFrames > 1 ? frame + 1 : null,
        }
      : null,
    FrameOfReferenceUID: header.FrameOfReferenceUID ?? null,
    points: points.map(([x, y, z]) => [x, y, z]),
    graphic: isStored ? graphicOf(tool, inImage, header) : null,
    values: valuesOf(figures, plane, inImage),
    ...(arePending ? { figuresPending: true as const } : {}),
    calibration: plane.spacing(inImage)?.source ?? 'none',
    view: viewOf(metadata, image),
  }
}

/** What a kept measurement says of how it was drawn. */
export interface KeptShape extends Shape {
  /** Whose image it is: another study may have one of the same UIDs. Null: an earlier version did not say. */
  StudyInstanceUID: string | null
  /** An image of its display set: the measured one, or in a reformatted plane the nearest; from 0. */
  image: { SOPInstanceUID: string; frame: number }
  isStored: boolean
}

/** Whether a display set can be what a kept shape lies on. */
export const isOfStudy = (
  { StudyInstanceUID }: Pick<KeptShape, 'StudyInstanceUID'>,
  displaySet: Pick<DisplaySet, 'StudyInstanceUID'>,
): boolean => StudyInstanceUID === null || StudyInstanceUID === displaySet.StudyInstanceUID

const readView = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** The shape of a kept measurement. Null when its points are not those of such a shape, or nothing says where it belongs. */
export const shapeOf = (content: MeasurementContent): KeptShape | null => {
  const { measurementId, kind, image, points, FrameOfReferenceUID } = content
  const { version: _version, SOPInstanceUID, frame, ...metadata } = readView(content.view)
  const isWhole = points.length === (kind === 'length' ? 2 : 4)
  const of = image?.SOPInstanceUID ?? SOPInstanceUID
  if (!isWhole || typeof of !== 'string') return null
  return {
    StudyInstanceUID: content.StudyInstanceUID,
    id: measurementId,
    tool: kind === 'length' ? 'length' : 'ellipticalROI',
    points: points.map(([x, y, z]) => [x, y, z]),
    metadata: { FrameOfReferenceUID, ...metadata },
    image: {
      SOPInstanceUID: of,
      frame: image ? (image.frame ?? 1) - 1 : typeof frame === 'number' ? frame : 0,
    },
    isStored: image !== null,
  }
}

const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a), Math.abs(b))

const areNear = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((value, index) => isNear(value, b[index] ?? Number.NaN))

/** Whether both are the same shape on the same pixels, as far as arithmetic in another order can tell. */
export const isSameShape = (a: MeasurementContent, b: MeasurementContent): boolean =>
  a.kind === b.kind &&
  a.StudyInstanceUID === b.StudyInstanceUID &&
  a.SeriesInstanceUID === b.SeriesInstanceUID &&
  a.image?.SOPInstanceUID === b.image?.SOPInstanceUID &&
  a.image?.frame === b.image?.frame &&
  areNear(a.points.flat(), b.points.flat()) &&
  a.graphic?.GraphicType === b.graphic?.GraphicType &&
  areNear(a.graphic?.GraphicData ?? [], b.graphic?.GraphicData ?? [])

/** Whether both say the same: the same shape with the same figures, units and calibration. */
export const isSameMeasurement = (a: MeasurementContent, b: MeasurementContent): boolean =>
  isSameShape(a, b) &&
  a.calibration === b.calibration &&
  a.figuresPending === b.figuresPending &&
  a.values.length === b.values.length &&
  a.values.every(({ quantity, value, unit }, index) => {
    const other = b.values[index]
    return other !== undefined && quantity === other.quantity && unit === other.unit && isNear(value, other.value)
  })

/**
 * Whether `next`, taken while pixels are missing, says less of the very shape that `known` says: known figures of an unmoved shape still
 * hold.
 */
export const saysLess = (next: MeasurementContent, known: MeasurementContent): boolean =>
  next.figuresPending === true && known.figuresPending !== true && isSameShape(next, known)
