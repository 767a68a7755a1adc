/** What an engine keeps over a reload, as JSON text. What cannot be read is left out: a broken state must never keep a study from opening. */
import type { KeptMeasurement } from './measurements.ts'
import type { Presentation } from './view-context.ts'

export interface SavedState {
  /** By plane (or `stack`) and display set. */
  presentations: Map<string, Presentation>
  measurements: KeptMeasurement[]
}

export const writeState = ({ presentations, measurements }: SavedState): string =>
  JSON.stringify({ version: 1, presentations: [...presentations], measurements })

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const isPresentation = (value: unknown): value is Presentation => {
  const { imageIndex, location, zoom, pan, rotation, voi } = (value ?? {}) as Partial<Presentation>
  const isPlace = location === undefined || isNumber(location)
  const isVoi = voi === null || (isNumber(voi?.center) && isNumber(voi?.width))
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
    const { version, presentations, measurements } = JSON.parse(text) as Record<string, unknown>
    if (version !== 1 || !Array.isArray(presentations) || !Array.isArray(measurements)) return null
    const pairs = presentations.filter(
      (pair): pair is [string, Presentation] =>
        Array.isArray(pair) && typeof pair[0] === 'string' && isPresentation(pair[1]),
    )
    return { presentations: new Map(pairs), measurements: measurements.filter(isKept) }
  } catch {
    return null
  }
}
