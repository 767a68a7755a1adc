/**
 * From where a volume is seen: an orthonormal pair in patient coordinates (LPS), turned by drags and keys. Letters come from the same pair
 * that the camera is set to, so they cannot differ from the picture.
 */
import { directionLetters, type EdgeLetters, lettersOfView } from './orientation.ts'
import { add, cross, dot, normalize, scale, subtract, type Vector3 } from './vectors.ts'

/** Unit vectors: towards the top edge of the viewport, and out of the picture towards the viewer. */
export interface Pose {
  up: Vector3
  toward: Vector3
}

export type StandardView = 'anterior' | 'posterior' | 'left' | 'right' | 'superior' | 'inferior'

/** The six views, named by the side of the patient that faces the viewer; head up, from above and below the front up. */
export const standardPoses: Readonly<Record<StandardView, Pose>> = {
  anterior: { up: [0, 0, 1], toward: [0, -1, 0] },
  posterior: { up: [0, 0, 1], toward: [0, 1, 0] },
  left: { up: [0, 0, 1], toward: [1, 0, 0] },
  right: { up: [0, 0, 1], toward: [-1, 0, 0] },
  superior: { up: [0, -1, 0], toward: [0, 0, 1] },
  inferior: { up: [0, -1, 0], toward: [0, 0, -1] },
}

export const standardViews = Object.keys(standardPoses) as StandardView[]

/** Where the right edge of the viewport points. */
export const rightOf = ({ up, toward }: Pose): Vector3 => cross(up, toward)

/** Rotates a vector about a unit axis by degrees, counter-clockwise seen against the axis (Rodrigues). */
const about = (axis: Vector3, degrees: number, vector: Vector3): Vector3 => {
  const angle = (degrees * Math.PI) / 180
  const along = scale(axis, dot(axis, vector) * (1 - Math.cos(angle)))
  return add(add(scale(vector, Math.cos(angle)), scale(cross(axis, vector), Math.sin(angle))), along)
}

/** Unit and perpendicular again, after what many small rotations leave over. */
const squared = ({ up, toward }: Pose): Pose => {
  const front = normalize(toward)
  return { toward: front, up: normalize(subtract(up, scale(front, dot(up, front)))) }
}

/** Turns what is seen as a hand on it would: its front goes right and down by these degrees. */
export const turned = (pose: Pose, right: number, down: number): Pose => {
  const spun: Pose = { up: pose.up, toward: about(pose.up, -right, pose.toward) }
  const axis = rightOf(spun)
  return squared({ up: about(axis, -down, spun.up), toward: about(axis, -down, spun.toward) })
}

/** Turns the picture clockwise in its own plane. */
export const rolled = (pose: Pose, degrees: number): Pose =>
  squared({ up: about(pose.toward, degrees, pose.up), toward: pose.toward })

/** Letters at the four edges. */
export const lettersOfPose = (pose: Pose): EdgeLetters => lettersOfView(rightOf(pose), scale(pose.up, -1))

/** Letters of the side that faces the viewer, the strongest first. */
export const facingLetters = ({ toward }: Pose): string => directionLetters(toward)

/** The standard view that this is, within a tenth of a degree; null between them, or when the head is not up. */
export const standardViewOf = (pose: Pose): StandardView | null =>
  standardViews.find((name) => {
    const standard = standardPoses[name]
    return dot(standard.toward, pose.toward) > 1 - 1e-6 && dot(standard.up, pose.up) > 1 - 1e-6
  }) ?? null

/** Whether a value that was read back is a pose: two unit vectors at right angles. */
export const isPose = (value: unknown): value is Pose => {
  const { up, toward } = (value ?? {}) as Partial<Pose>
  const isUnit = (vector: unknown): vector is Vector3 =>
    Array.isArray(vector) &&
    vector.length === 3 &&
    vector.every((part) => typeof part === 'number' && Number.isFinite(part)) &&
    Math.abs(Math.hypot(...(vector as number[])) - 1) < 0.01
  return isUnit(up) && isUnit(toward) && Math.abs(dot(up, toward)) < 0.01
}
