/** What a viewport shows, measured on the viewport itself: so letters, scale and zoom follow whatever the camera does. */
import type { Types } from '@cornerstonejs/core'
import { dot, length, normalize, subtract, type Vector3 } from './vectors.ts'

export interface ViewGeometry {
  /** Middle of the viewport in space. */
  center: Vector3
  /** Unit vectors towards the right and the bottom edge. */
  right: Vector3
  down: Vector3
  /** Units of space (mm where placed) per CSS pixel. */
  unitsPerPixel: number
}

type CanvasViewport = Pick<Types.IStackViewport | Types.IVolumeViewport, 'canvasToWorld' | 'element'>

const step = 100

/** Measures the viewport; null while it has no size or no camera. */
export const viewGeometry = (viewport: CanvasViewport): ViewGeometry | null => {
  const { clientWidth, clientHeight } = viewport.element
  if (clientWidth === 0 || clientHeight === 0) return null
  const middle: Types.Point2 = [clientWidth / 2, clientHeight / 2]
  const at = (x: number, y: number): Vector3 => viewport.canvasToWorld([middle[0] + x, middle[1] + y])
  const center = at(0, 0)
  const toRight = subtract(at(step, 0), center)
  const toBottom = subtract(at(0, step), center)
  const size = length(toRight)
  if (!center.every(Number.isFinite) || !(size > 0)) return null
  return { center, right: normalize(toRight), down: normalize(toBottom), unitsPerPixel: size / step }
}

/** How far a direction points along the columns and along the rows of an image. */
export const inPlane = (direction: Vector3, row: Vector3, column: Vector3): readonly [number, number] => [
  dot(direction, row),
  dot(direction, column),
]
