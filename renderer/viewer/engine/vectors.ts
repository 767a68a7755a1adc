/** Three-dimensional vectors in patient coordinates (LPS, mm; PS3.3 §C.7.6.2.1.1). */

export type Vector3 = readonly [number, number, number]

export const add = (a: Vector3, b: Vector3): Vector3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const subtract = (a: Vector3, b: Vector3): Vector3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vector3, factor: number): Vector3 => [a[0] * factor, a[1] * factor, a[2] * factor]
export const dot = (a: Vector3, b: Vector3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const cross = (a: Vector3, b: Vector3): Vector3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]
export const length = (a: Vector3): number => Math.hypot(a[0], a[1], a[2])
export const normalize = (a: Vector3): Vector3 => {
  const size = length(a)
  return size === 0 ? [0, 0, 0] : scale(a, 1 / size)
}

/** Row direction, column direction and normal of a plane from Image Orientation (Patient). */
export const planeAxes = (
  orientation: readonly [number, number, number, number, number, number],
): { row: Vector3; column: Vector3; normal: Vector3 } => {
  const row = normalize([orientation[0], orientation[1], orientation[2]])
  const column = normalize([orientation[3], orientation[4], orientation[5]])
  return { row, column, normal: normalize(cross(row, column)) }
}

/** Whether an Image Orientation (Patient) is usable: two unit vectors at right angles, within what rounding does. */
export const isOrientation = (
  orientation: readonly number[] | undefined,
): orientation is [number, number, number, number, number, number] => {
  if (orientation?.length !== 6 || !orientation.every(Number.isFinite)) return false
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number]
  const row: Vector3 = [a, b, c]
  const column: Vector3 = [d, e, f]
  return Math.abs(length(row) - 1) < 0.01 && Math.abs(length(column) - 1) < 0.01 && Math.abs(dot(row, column)) < 0.01
}
