/** The shape of a measurement as coordinates of an SR (PS3.3 §C.18.6.1.2, §C.18.9.1.2). */
import type { Measurement } from '../../contract/measurement.ts'

export interface Shape {
  GraphicType: string
  GraphicData: readonly number[]
}

type Point = readonly number[]

const distance = (a: Point, b: Point): number => Math.hypot(...a.map((value, i) => value - (b[i] ?? 0)))

/** Both axes of an ellipse, the ends of the major one first, as the standard wants them. */
const majorAxisFirst = (points: readonly Point[]): readonly Point[] => {
  const [a = [], b = [], c = [], d = []] = points
  return distance(a, b) >= distance(c, d) ? [a, b, c, d] : [c, d, a, b]
}

const pairs = (values: readonly number[]): Point[] =>
  Array.from({ length: Math.floor(values.length / 2) }, (_, i) => values.slice(2 * i, 2 * i + 2))

const shape = (GraphicType: string, points: readonly Point[]): Shape => ({
  GraphicType,
  GraphicData: (GraphicType === 'ELLIPSE' && points.length === 4 ? majorAxisFirst(points) : points).flat(),
})

/** In the image, columns and rows; null when the measurement has no such shape. */
export const imageShape = ({ graphic }: Measurement): Shape | null =>
  graphic && shape(graphic.GraphicType, pairs(graphic.GraphicData))

/** In the frame of reference, mm: a line, or the ends of an ellipse's axes. */
export const spatialShape = ({ kind, points }: Measurement): Shape =>
  shape(kind === 'ellipse' ? (points.length === 4 ? 'ELLIPSE' : 'MULTIPOINT') : 'POLYLINE', points)
