/** What an engine keeps over a reload, as JSON text. What cannot be read is left out: a broken state must never keep a study from opening. */
import type { KeptMeasurement } from './measurements.ts'
import { isPose } from './rendering-camera.ts'
import type { RenderingLook } from './rendering-view.ts'
import type { Presentation } from './view-context.ts'
import { voiFunctions } from './voi.ts'

export interface SavedState {
  /** By plane (or `stack`) and display set. */
  presentations: Map<string, Presentation>
  /** How volumes are rendered, by display set. */
  looks: Map<string, RenderingLook>
  measurements: KeptMeasurement[]
}

export const writeState = ({ presentations, looks, measurements }: SavedState): string =>
  JSON.stringify({ version: 1, presentations: [...presentations], looks: [...looks], measurements })

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const isPresentation = (value: unknown): value is Presentation => {
  const { imageIndex, location, zoom, pan, rotation, voi } = (value ?? {}) as Partial<Presentation>
  const isPlace = location === undefined || isNumber(location)
  const isKind = voi?.function === undefined || voiFunctions.includes(voi.function)
  const isVoi = voi === null || (isNumber(voi?.center) && isNumber(voi?.width) && isKind)
  return (
    isPlace &&
    isVoi &&
    isNumber(imageIndex) &&
    isNumber(zoom) &&
    isNumber(rotation) &&
    Array.isArray(pan) &&
    pan.every(isNumber)
  )
}

/** A preset that this version does not have is replaced by the usual one when the volume is shown. */
const isLook = (value: unknown): value is RenderingLook => {
  const { preset, shift, density, zoom, pose, offset } = (value ?? {}) as Partial<RenderingLook>
  return (
    typeof preset === 'string' &&
    isNumber(shift) &&
    [density, zoom].every((one) => isNumber(one) && one > 0) &&
    isPose(pose) &&
    Array.isArray(offset) &&
    offset.length === 3 &&
    offset.every(isNumber)
  )
}

/** The pairs of a written map whose values hold. */
const readMap = <T>(value: unknown, holds: (one: unknown) => one is T): Map<string, T> =>
  new Map(
    (Array.isArray(value) ? value : []).filter(
      (pair): pair is [string, T] => Array.isArray(pair) && typeof pair[0] === 'string' && holds(pair[1]),
    ),
  )

const isKept = (value: unknown): value is KeptMeasurement => {
  const { id, tool, points } = (value ?? {}) as Partial<KeptMeasurement>
  const isPoint = (point: unknown): boolean => Array.isArray(point) && point.length === 3 && point.every(isNumber)
  return (
    typeof id === 'string' &&
    (tool === 'length' || tool === 'ellipticalROI') &&
    Array.isArray(points) &&
    points.length === (tool === 'length' ? 2 : 4) &&
    points.every(isPoint)
  )
}

/** Null when the text is no saved state. */
export const readState = (text: string): SavedState | null => {
  try {
    const { version, presentations, looks, measurements } = JSON.parse(text) as Record<string, unknown>
    if (version !== 1 || !Array.isArray(presentations) || !Array.isArray(measurements)) return null
    return {
      presentations: readMap(presentations, isPresentation),
      looks: readMap(looks, isLook),
      measurements: measurements.filter(isKept),
    }
  } catch {
    return null
  }
}
