/** The pixels of what a viewport shows as a grid for a cursor that keys move, and shapes by the two points that a hand sets. */
import type { Types } from '@cornerstonejs/core'
import type { PixelGrid, Sketch } from './engine.ts'
import type { MeasuredPlane } from './measure.ts'
import type { MeasuredImage } from './measurement-content.ts'
import type { ImagePoint } from './roi-statistics.ts'
import type { Vector3 } from './vectors.ts'

/** The grid with what only the engine needs of it. */
export interface WorldGrid extends PixelGrid {
  toWorld(point: ImagePoint): Vector3
  toImage(world: Vector3): ImagePoint
}

/** Grid of a plane in a viewport; null where its pixels are not here: there is nothing to measure yet. */
export const pixelGrid = (
  viewport: Pick<Types.IViewport, 'canvasToWorld' | 'worldToCanvas'>,
  plane: MeasuredPlane,
  { header, isStored }: MeasuredImage,
): WorldGrid | null => {
  const { pixels } = plane
  const columns = pixels?.columns ?? (isStored ? header.Columns : undefined)
  const rows = pixels?.rows ?? (isStored ? header.Rows : undefined)
  if (columns === undefined || rows === undefined) return null
  const world = ([x, y, z]: Vector3): Types.Point3 => [x, y, z]
  return {
    columns,
    rows,
    unit: pixels?.unit ?? '',
    toWorld: plane.toWorld,
    toImage: plane.toImage,
    toScreen(point) {
      const [x, y] = viewport.worldToCanvas(world(plane.toWorld(point)))
      return [x, y]
    },
    fromScreen([x, y]) {
      const [wx, wy, wz] = viewport.canvasToWorld([x, y])
      return plane.toImage([wx, wy, wz])
    },
    valueAt([column, row]) {
      const at = Math.round(row) * columns + Math.round(column)
      const value = pixels?.values[at]
      const [from, to] = pixels?.padding ?? [1, 0]
      return value === undefined || (value >= from && value <= to) ? null : value
    },
  }
}

/** Handles of a sketch: two ends, or bottom, top, left and right of the ellipse around its centre. */
export const sketchPoints = ({ tool, points: [from, to] }: Sketch): ImagePoint[] => {
  if (tool === 'length') return [from, to]
  const [column, row] = from
  const [width, height] = [Math.abs(to[0] - column), Math.abs(to[1] - row)]
  return [
    [column, row + height],
    [column, row - height],
    [column - width, row],
    [column + width, row],
  ]
}

/** The sketch of handles; null for an ellipse that does not lie along rows and columns. */
export const sketchOf = (tool: Sketch['tool'], handles: readonly ImagePoint[]): Sketch | null => {
  const [a, b, c, d] = handles
  if (!a || !b) return null
  if (tool === 'length') return { tool, points: [a, b] }
  if (!c || !d) return null
  const columns = [a, b, c, d].map(([column]) => column)
  const rows = [a, b, c, d].map(([, row]) => row)
  const [left, right, top, bottom] = [Math.min(...columns), Math.max(...columns), Math.min(...rows), Math.max(...rows)]
  const center: ImagePoint = [(left + right) / 2, (top + bottom) / 2]
  return { tool, points: [center, [right, bottom]] }
}
