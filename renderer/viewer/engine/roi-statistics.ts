/** The figures of measurements, from the pixels themselves: what is drawn beside a shape and what a report cites are these. */

/** A point in the image: column and row, whole numbers at pixel centres, from 0. */
export type ImagePoint = readonly [column: number, row: number]

/** An ellipse by its centre and two conjugate half-axes, in columns and rows. */
export interface Ellipse {
  center: ImagePoint
  a: ImagePoint
  b: ImagePoint
}

/** Values of one plane of pixels. */
export interface PixelPlane {
  columns: number
  rows: number
  values: ArrayLike<number>
  /** Values that are no measurement: from, to. */
  padding: readonly [number, number] | null
}

export interface RoiStatistics {
  mean: number
  /** Of the population: the root of the mean squared deviation. */
  standardDeviation: number
  min: number
  max: number
  /** Pixels counted: centre inside, on the image, not padding. */
  pixels: number
}

/** The ellipse through the ends of two conjugate diameters: bottom, top, left, right. */
export const ellipseOf = (bottom: ImagePoint, top: ImagePoint, left: ImagePoint, right: ImagePoint): Ellipse => ({
  center: [(left[0] + right[0] + top[0] + bottom[0]) / 4, (left[1] + right[1] + top[1] + bottom[1]) / 4],
  a: [(right[0] - left[0]) / 2, (right[1] - left[1]) / 2],
  b: [(bottom[0] - top[0]) / 2, (bottom[1] - top[1]) / 2],
})

/** Its major axis and its minor axis, each by its two ends; the ellipse itself need not lie along the rows (Rytz). */
export const ellipseAxes = ({ center, a, b }: Ellipse): [ImagePoint, ImagePoint, ImagePoint, ImagePoint] => {
  const angle = Math.atan2(2 * (a[0] * b[0] + a[1] * b[1]), a[0] ** 2 + a[1] ** 2 - b[0] ** 2 - b[1] ** 2) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const major: ImagePoint = [a[0] * cos + b[0] * sin, a[1] * cos + b[1] * sin]
  const minor: ImagePoint = [b[0] * cos - a[0] * sin, b[1] * cos - a[1] * sin]
  const end = (axis: ImagePoint, side: 1 | -1): ImagePoint => [center[0] + side * axis[0], center[1] + side * axis[1]]
  return [end(major, -1), end(major, 1), end(minor, -1), end(minor, 1)]
}

/** Area of the ellipse in pixels: π |a × b|. */
export const ellipseArea = ({ a, b }: Ellipse): number => Math.PI * Math.abs(a[0] * b[1] - a[1] * b[0])

/** Whether the ellipse lies on the image: half a pixel beyond the outer centres is still the outer pixels. */
export const isOnImage = ({ center, a, b }: Ellipse, columns: number, rows: number): boolean => {
  const width = Math.hypot(a[0], b[0])
  const height = Math.hypot(a[1], b[1])
  const slack = 0.5 + 1e-6
  return (
    center[0] - width >= -slack &&
    center[1] - height >= -slack &&
    center[0] + width <= columns - 1 + slack &&
    center[1] + height <= rows - 1 + slack
  )
}

/** Statistics of the pixels whose centre is inside or on the ellipse; null when there is none. */
export const ellipseStatistics = (plane: PixelPlane, ellipse: Ellipse): RoiStatistics | null => {
  const { center, a, b } = ellipse
  const determinant = a[0] * b[1] - a[1] * b[0]
  if (Math.abs(determinant) < 1e-12) return null
  const width = Math.hypot(a[0], b[0])
  const height = Math.hypot(a[1], b[1])
  const [from, to] = plane.padding ?? [1, 0]
  const firstRow = Math.max(0, Math.ceil(center[1] - height - 1e-9))
  const lastRow = Math.min(plane.rows - 1, Math.floor(center[1] + height + 1e-9))
  const firstColumn = Math.max(0, Math.ceil(center[0] - width - 1e-9))
  const lastColumn = Math.min(plane.columns - 1, Math.floor(center[0] + width + 1e-9))
  let pixels = 0
  let mean = 0
  let squares = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const x = column - center[0]
      const y = row - center[1]
      const u = (x * b[1] - y * b[0]) / determinant
      const v = (y * a[0] - x * a[1]) / determinant
      if (u * u + v * v > 1 + 1e-9) continue
      const value = plane.values[row * plane.columns + column] ?? Number.NaN
      if (value >= from && value <= to) continue
      // Welford: no cancellation, however large the values are.
      pixels++
      const delta = value - mean
      mean += delta / pixels
      squares += delta * (value - mean)
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  return pixels === 0 ? null : { mean, standardDeviation: Math.sqrt(squares / pixels), min, max, pixels }
}

/** Distance between two points in the units of the spacing (mm between columns and rows; 1 and 1 for pixels). */
export const distance = (from: ImagePoint, to: ImagePoint, spacing: { column: number; row: number }): number =>
  Math.hypot((to[0] - from[0]) * spacing.column, (to[1] - from[1]) * spacing.row)
