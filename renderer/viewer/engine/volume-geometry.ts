/** Whether a stack of slices is a regular block in space, and where slices are missing (PS3.3 §C.7.6.2). */
import type { NoMprReason } from './engine.ts'
import { dot, length, planeAxes, scale, subtract, type Vector3 } from './vectors.ts'

/** One slice in order, as far as its header tells. */
export interface SliceGeometry {
  position: Vector3 | null
  orientation: [number, number, number, number, number, number] | null
  InstanceNumber: number | null
}

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** Positions of the slices along the first slice's normal, mm; null unless every slice has one. */
export const positionsAlongNormal = (slices: readonly SliceGeometry[]): number[] | null => {
  const orientation = slices[0]?.orientation
  if (!orientation) return null
  const { normal } = planeAxes(orientation)
  const positions: number[] = []
  for (const { position } of slices) {
    if (!position) return null
    positions.push(dot(position, normal))
  }
  return positions
}

/** Distances between neighbours in order (mm, absolute), and the usual one. */
const spacingsOf = (positions: readonly number[]): { spacings: number[]; usual: number } => {
  const spacings = positions.slice(1).map((position, index) => Math.abs(position - (positions[index] ?? position)))
  return { spacings, usual: median(spacings) }
}

/** Indices before which images are missing: a step in space well above the usual one, else a hole in the instance numbers. */
export const findGaps = (slices: readonly SliceGeometry[]): number[] => {
  const positions = positionsAlongNormal(slices)
  if (positions) {
    const { spacings, usual } = spacingsOf(positions)
    if (usual > 0.001) return spacings.flatMap((spacing, index) => (spacing > usual * 1.5 ? [index + 1] : []))
  }
  const numbers = slices.map(({ InstanceNumber }) => InstanceNumber)
  const steps = numbers.slice(1).map((number, index) => {
    const before = numbers[index]
    return number === null || before === null || before === undefined ? 0 : Math.abs(number - before)
  })
  const usual = median(steps)
  return usual === 0 ? [] : steps.flatMap((step, index) => (step > usual * 1.5 ? [index + 1] : []))
}

/** Why slices in order are not a regular block; null when they are. */
export const irregularity = (slices: readonly SliceGeometry[]): NoMprReason | null => {
  const [first] = slices
  const last = slices.at(-1)
  if (!first?.orientation || !first.position || !last?.position) return 'no-geometry'
  const positions = positionsAlongNormal(slices)
  if (!positions) return 'no-geometry'
  const start = positions[0] ?? 0
  const step = ((positions.at(-1) ?? 0) - start) / (positions.length - 1)
  const { usual } = spacingsOf(positions)
  if (usual < 0.001 || Math.abs(step) < 0.001) return 'irregular-spacing'
  if (findGaps(slices).length > 0) return 'missing-images'
  // A tenth of the distance, or what rounding positions to 0.1 mm does.
  const tolerance = Math.max(0.1 * usual, Math.min(0.1, 0.25 * usual))
  if (positions.some((position, index) => Math.abs(position - start - step * index) > tolerance)) {
    return 'irregular-spacing'
  }
  const { normal } = planeAxes(first.orientation)
  const along = subtract(last.position, first.position)
  const sideways = subtract(along, scale(normal, dot(along, normal)))
  // Half a degree: a sheared block would show angles and lengths wrong.
  return length(sideways) > Math.abs(dot(along, normal)) * 0.0087 ? 'gantry-tilt' : null
}
