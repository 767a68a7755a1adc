/**
 * How large a pixel is, and how that is known (PS3.3 §10.7.1.3, §C.7.6.2.1.1, §C.8.5.5). Nothing is assumed: without a source,
 * lengths are in pixels.
 */
import type { ImageHeader } from '../../../main/contract/image.ts'

export type CalibrationSource = 'patient' | 'detector' | 'corrected' | 'region'

export interface Calibration {
  /** mm between neighbouring columns and rows. */
  column: number
  row: number
  source: CalibrationSource
}

/** Modalities whose pixels are a projection: distances are those of the detector's plane unless someone corrected them. */
const projections: ReadonlySet<string> = new Set(['CR', 'DX', 'MG', 'XA', 'RF', 'PX', 'IO', 'DR'])

const isSpacing = (spacing: readonly number[] | undefined): spacing is [number, number] =>
  spacing?.length === 2 && spacing.every((value) => Number.isFinite(value) && value > 0)

const isSame = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  Math.abs(a[0] - b[0]) < 1e-4 * b[0] && Math.abs(a[1] - b[1]) < 1e-4 * b[1]

const projection = (header: ImageHeader): Calibration | null => {
  const { PixelSpacing, ImagerPixelSpacing, NominalScannedPixelSpacing, PixelSpacingCalibrationType } = header
  const magnification = header.EstimatedRadiographicMagnificationFactor
  const detector = [ImagerPixelSpacing, NominalScannedPixelSpacing].find(isSpacing)
  if (isSpacing(PixelSpacing)) {
    const isCorrected = PixelSpacingCalibrationType
      ? ['GEOMETRY', 'FIDUCIAL'].includes(PixelSpacingCalibrationType)
      : detector !== undefined && !isSame(PixelSpacing, detector)
    return { row: PixelSpacing[0], column: PixelSpacing[1], source: isCorrected ? 'corrected' : 'detector' }
  }
  if (!detector) return null
  const isMagnified = magnification !== undefined && magnification >= 1 && magnification < 10
  const factor = isMagnified ? magnification : 1
  return { row: detector[0] / factor, column: detector[1] / factor, source: isMagnified ? 'corrected' : 'detector' }
}

/** The regions of an ultrasound image in which both axes are lengths: two-dimensional, in centimetres. */
const lengthRegions = (header: ImageHeader) =>
  (header.SequenceOfUltrasoundRegions ?? []).filter(
    (region) =>
      region.RegionSpatialFormat === 1 &&
      region.PhysicalUnitsXDirection === 3 &&
      region.PhysicalUnitsYDirection === 3 &&
      Math.abs(region.PhysicalDeltaX ?? 0) > 0 &&
      Math.abs(region.PhysicalDeltaY ?? 0) > 0,
  )

/** Size of a pixel in the region that holds all `points` (columns, rows, from 0); null when none or several disagree. */
const fromRegions = (
  header: ImageHeader,
  points: readonly (readonly [number, number])[] | null,
): Calibration | null => {
  const holding = lengthRegions(header).filter(
    (region) =>
      points === null ||
      points.every(
        ([column, row]) =>
          column >= region.RegionLocationMinX0 &&
          column <= region.RegionLocationMaxX1 &&
          row >= region.RegionLocationMinY0 &&
          row <= region.RegionLocationMaxY1,
      ),
  )
  const sizes = holding.map(
    (region): Calibration => ({
      column: Math.abs(region.PhysicalDeltaX ?? 0) * 10,
      row: Math.abs(region.PhysicalDeltaY ?? 0) * 10,
      source: 'region',
    }),
  )
  const [first] = sizes
  const agree = sizes.every(({ column, row }) => first && isSame([row, column], [first.row, first.column]))
  return first && agree ? first : null
}

/**
 * Calibration for a measurement between `points`, or for the whole image when null; null when uncalibrated.
 * `header` holds the attributes of the frame.
 */
export const calibrationOf = (
  header: ImageHeader,
  points: readonly (readonly [number, number])[] | null = null,
): Calibration | null => {
  if (header.SequenceOfUltrasoundRegions?.length) return fromRegions(header, points)
  if (projections.has(header.Modality ?? '')) return projection(header)
  const { PixelSpacing } = header
  return isSpacing(PixelSpacing)
    ? { row: PixelSpacing[0], column: PixelSpacing[1], source: 'patient' }
    : projection(header)
}

/** Spacing to draw with: the calibration's, else the pixel's aspect (PS3.3 §C.7.6.3.1.7), else square. */
export const drawnSpacing = (header: ImageHeader): { column: number; row: number } => {
  if (isSpacing(header.PixelSpacing)) return { row: header.PixelSpacing[0], column: header.PixelSpacing[1] }
  if (isSpacing(header.ImagerPixelSpacing)) {
    return { row: header.ImagerPixelSpacing[0], column: header.ImagerPixelSpacing[1] }
  }
  const { PixelAspectRatio } = header
  return isSpacing(PixelAspectRatio)
    ? { row: PixelAspectRatio[0] / PixelAspectRatio[1], column: 1 }
    : { row: 1, column: 1 }
}
