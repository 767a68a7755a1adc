/** Which image of one stack shows the place that an image of another shows. */
import type { DisplaySet } from '../engine/engine.ts'

type Vector = readonly [number, number, number]
type Stack = Pick<DisplaySet, 'frames' | 'headers'>

/** Two positions that show the same place, by the reader's word or by chance; from 0. */
export interface Pair {
  from: number
  to: number
}

/** How far normals may lean apart and still be parallel: 5°. */
const PARALLEL = Math.cos((5 * Math.PI) / 180)

/**
 * Position in `to` for position `index` of `from`. In one Frame of Reference and parallel: the image nearest along the normal, and `null`
 * where `to` does not reach. Else as far from `pair` in millimetres along the normal where both are parallel, else in images.
 */
export function samePosition(from: Stack, index: number, to: Stack, pair: Pair): number | null {
  if (to.frames.length === 0) return null
  const normal = commonNormal(from, to)
  const here = normal && locationOf(from, index, normal)
  if (normal && typeof here === 'number') {
    if (isSameFrameOfReference(from, to)) return nearest(to, here, normal, true)
    const [start, end] = [locationOf(from, pair.from, normal), locationOf(to, pair.to, normal)]
    if (start !== null && end !== null) return nearest(to, end + here - start, normal, false)
  }
  return Math.min(Math.max(pair.to + index - pair.from, 0), to.frames.length - 1)
}

/** A pair to start from where positions cannot be compared: the same share of both stacks, in the same sense along the patient. */
export function sameShare(from: Stack, index: number, to: Stack): Pair {
  const share = from.frames.length > 1 ? index / (from.frames.length - 1) : 0.5
  const normal = commonNormal(from, to)
  const isReversed = normal !== null && senseOf(from, normal) * senseOf(to, normal) < 0
  return { from: index, to: Math.round((isReversed ? 1 - share : share) * Math.max(to.frames.length - 1, 0)) }
}

function frameAt({ frames, headers }: Stack, index: number) {
  const frame = frames[index]
  const header = frame && headers.get(frame.instanceKey)
  if (!header) return null
  const own = header.frames?.[frame.frame]
  return {
    FrameOfReferenceUID: header.FrameOfReferenceUID,
    ImagePositionPatient: own?.ImagePositionPatient ?? header.ImagePositionPatient,
    ImageOrientationPatient: own?.ImageOrientationPatient ?? header.ImageOrientationPatient,
  }
}

const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** Normal of the images (PS3.3 §C.7.6.2.1.1); null when their orientation is unknown or no orientation. */
function normalOf(stack: Stack): Vector | null {
  for (let index = 0; index < stack.frames.length; index++) {
    const orientation = frameAt(stack, index)?.ImageOrientationPatient
    if (!orientation) continue
    const [a, b, c, d, e, f] = orientation
    const normal: Vector = [b * f - c * e, c * d - a * f, a * e - b * d]
    return Math.abs(dot(normal, normal) - 1) < 0.02 ? normal : null
  }
  return null
}

function commonNormal(one: Stack, other: Stack): Vector | null {
  const [a, b] = [normalOf(one), normalOf(other)]
  return a && b && Math.abs(dot(a, b)) > PARALLEL ? a : null
}

function isSameFrameOfReference(one: Stack, other: Stack): boolean {
  const uid = frameAt(one, 0)?.FrameOfReferenceUID
  return !!uid && uid === frameAt(other, 0)?.FrameOfReferenceUID
}

function locationOf(stack: Stack, index: number, normal: Vector): number | null {
  const position = frameAt(stack, index)?.ImagePositionPatient
  return position ? dot([position[0] ?? 0, position[1] ?? 0, position[2] ?? 0], normal) : null
}

const locationsOf = (stack: Stack, normal: Vector): { index: number; location: number }[] =>
  stack.frames.flatMap((_, index) => {
    const location = locationOf(stack, index, normal)
    return location === null ? [] : [{ index, location }]
  })

/** 1 where locations grow with positions, −1 where they fall. */
function senseOf(stack: Stack, normal: Vector): number {
  const locations = locationsOf(stack, normal)
  const [first, last] = [locations[0], locations.at(-1)]
  return first && last ? Math.sign(last.location - first.location) : 0
}

/** The image nearest to `location`; `within`: null when it lies further beyond the ends than the images lie apart. */
function nearest(stack: Stack, location: number, normal: Vector, within: boolean): number | null {
  const locations = locationsOf(stack, normal)
  const [first] = locations
  if (!first) return null
  const away = (one: { location: number }) => Math.abs(one.location - location)
  const best = locations.reduce((found, one) => (away(one) < away(found) ? one : found), first)
  const all = locations.map((one) => one.location)
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const apart = (high - low) / Math.max(locations.length - 1, 1)
  return within && (location < low - apart || location > high + apart) ? null : best.index
}
