/** The letters at the edges of an image (PS3.3 §C.7.6.1.1.1): where the patient's left, right, head… lie. */
import type { Vector3 } from './vectors.ts'

const opposites: Record<string, string> = { L: 'R', R: 'L', A: 'P', P: 'A', H: 'F', F: 'H' }

/** The opposite direction: `RA` ↔ `LP`. */
export const oppositeLetters = (letters: string): string =>
  Array.from(letters, (letter) => opposites[letter] ?? letter).join('')

/** Components smaller than this (about 5°) do not earn a letter. */
const threshold = 0.0872

/** Letters of a direction in patient coordinates, the strongest first: (1, 0, 0) is `L`, (−0.7, −0.7, 0) is `RA`. */
export const directionLetters = (direction: Vector3): string =>
  [
    { letter: direction[0] > 0 ? 'L' : 'R', size: Math.abs(direction[0]) },
    { letter: direction[1] > 0 ? 'P' : 'A', size: Math.abs(direction[1]) },
    { letter: direction[2] > 0 ? 'H' : 'F', size: Math.abs(direction[2]) },
  ]
    .filter(({ size }) => size > threshold)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('')

export interface EdgeLetters {
  left: string
  right: string
  top: string
  bottom: string
}

/** Letters for a view whose right and bottom edges point to `right` and `down` in patient coordinates. */
export const lettersOfView = (right: Vector3, down: Vector3): EdgeLetters => {
  const atRight = directionLetters(right)
  const atBottom = directionLetters(down)
  return { left: oppositeLetters(atRight), right: atRight, top: oppositeLetters(atBottom), bottom: atBottom }
}

/**
 * Letters from Patient Orientation (0020,0020), for projection images without a position in space.
 * `right` and `down` say, in columns and rows, where the view's right and bottom edges point.
 */
export const lettersFromPatientOrientation = (
  PatientOrientation: readonly string[] | undefined,
  right: readonly [number, number],
  down: readonly [number, number],
): EdgeLetters | null => {
  const [rowLetters, columnLetters] = PatientOrientation ?? []
  if (!rowLetters || !columnLetters) return null
  const along = ([columns, rows]: readonly [number, number]): string => {
    const isColumns = Math.abs(columns) >= Math.abs(rows)
    const letters = isColumns ? rowLetters : columnLetters
    return (isColumns ? columns : rows) >= 0 ? letters : oppositeLetters(letters)
  }
  const atRight = along(right)
  const atBottom = along(down)
  return { left: oppositeLetters(atRight), right: atRight, top: oppositeLetters(atBottom), bottom: atBottom }
}
