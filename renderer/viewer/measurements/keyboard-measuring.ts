/**
 * Measuring without a mouse: a cursor on the pixels of a viewport that keys move, and the points that it sets. What it makes is the same
 * measurement that the mouse makes.
 */
import type { GridPoint, PixelGrid, Sketch, View, ViewerEngine } from '../engine/engine.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

export interface KeyboardCursor {
  view: View
  point: GridPoint
  /** Idle: the next Enter sets the first point. Drawing: it sets the second. Handle: a point of a measurement is being moved. */
  phase: 'idle' | 'drawing' | 'handle'
  /** Of the shape that is drawn or changed. */
  id: string | null
}

type EngineSide = Pick<ViewerEngine, 'pixelGrid' | 'sketch' | 'drawSketch' | 'finishSketch' | 'deleteMeasurement'>

export interface KeyboardMeasuring {
  /** Null while there is no cursor. */
  cursor(): KeyboardCursor | null
  subscribe(listener: () => void): () => void
  /** Shows the cursor, sets a point, or lets go of a handle; false where there is nothing to measure. */
  press(view: View, tool: Sketch['tool']): boolean
  move(direction: Direction, pixels: number): void
  /** Takes a measurement by its first point, and by the next one when it has it already; false when it lies elsewhere. */
  grab(view: View, id: string): boolean
  /** Gives up what is being drawn or moved; with nothing of the kind, the cursor goes. */
  cancel(): void
  /** The cursor goes, with what was unfinished. */
  leave(): void
}

const directions: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
}

/** Which way a step on the screen goes in the image, however that is turned: one of the four. */
export function stepOf(grid: PixelGrid, from: GridPoint, direction: Direction): GridPoint {
  const [dx, dy] = directions[direction]
  const [x, y] = grid.toScreen(from)
  const [column, row] = grid.fromScreen([x + 16 * dx, y + 16 * dy])
  const [columns, rows] = [column - from[0], row - from[1]]
  return Math.abs(columns) > Math.abs(rows) ? [Math.sign(columns), 0] : [0, Math.sign(rows)]
}

const within = ({ columns, rows }: PixelGrid, [column, row]: GridPoint): GridPoint => [
  Math.max(0, Math.min(columns - 1, column)),
  Math.max(0, Math.min(rows - 1, row)),
]

/** The sketch with one of its points moved; an ellipse that is taken by its centre goes as a whole. */
export function moved({ tool, points: [from, to] }: Sketch, handle: 0 | 1, point: GridPoint): Sketch {
  if (handle === 1) return { tool, points: [from, point] }
  if (tool === 'length') return { tool, points: [point, to] }
  return { tool, points: [point, [to[0] + point[0] - from[0], to[1] + point[1] - from[1]]] }
}

type Work =
  | { kind: 'drawing'; id: string; sketch: Sketch; imageIndex: number }
  | { kind: 'handle'; id: string; sketch: Sketch; before: Sketch; handle: 0 | 1; imageIndex: number }

export function createKeyboardMeasuring(
  engine: EngineSide,
  newId: () => string = () => crypto.randomUUID(),
): KeyboardMeasuring {
  const listeners = new Set<() => void>()
  let place: { view: View; point: GridPoint } | null = null
  let work: Work | null = null
  let shown: KeyboardCursor | null = null

  const changed = () => {
    shown = place && { ...place, phase: work?.kind ?? 'idle', id: work?.id ?? null }
    for (const listener of [...listeners]) listener()
  }

  /** Another image is painted: what was begun on the one before cannot go on here. */
  const isOnImage = () => !place || !work || place.view.state().imageIndex === work.imageIndex

  const giveUp = () => {
    if (place && work?.kind === 'drawing') engine.deleteMeasurement(work.id)
    if (place && work?.kind === 'handle' && isOnImage()) engine.drawSketch(place.view, work.before, work.id)
    work = null
  }

  const start = (view: View): boolean => {
    const grid = engine.pixelGrid(view)
    if (!grid) return false
    giveUp()
    place = { view, point: [Math.round((grid.columns - 1) / 2), Math.round((grid.rows - 1) / 2)] }
    changed()
    return true
  }

  const setPoint = (tool: Sketch['tool']) => {
    if (!place) return
    const { view, point } = place
    if (work?.kind === 'drawing') {
      const [from] = work.sketch.points
      // A shape without extent is none.
      if (from[0] === point[0] && from[1] === point[1]) giveUp()
      else engine.finishSketch(work.id)
      work = null
    } else if (work?.kind === 'handle') {
      work = null
    } else {
      const { imageIndex } = view.state()
      work = { kind: 'drawing', id: newId(), sketch: { tool, points: [point, point] }, imageIndex }
    }
    changed()
  }

  return {
    cursor: () => shown,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    press(view, tool) {
      if (!place || place.view !== view) return start(view)
      if (!engine.pixelGrid(view)) return false
      if (!isOnImage()) giveUp()
      setPoint(tool)
      return true
    },
    move(direction, pixels) {
      const grid = place && engine.pixelGrid(place.view)
      if (!place || !grid) return
      if (!isOnImage()) giveUp()
      const [columns, rows] = stepOf(grid, place.point, direction)
      const point = within(grid, [place.point[0] + columns * pixels, place.point[1] + rows * pixels])
      place = { ...place, point }
      if (work) {
        work.sketch = moved(work.sketch, work.kind === 'handle' ? work.handle : 1, point)
        engine.drawSketch(place.view, work.sketch, work.id)
      }
      changed()
    },
    grab(view, id) {
      const sketch = engine.sketch(view, id)
      if (!sketch) return false
      const isNext = work?.kind === 'handle' && work.id === id && place?.view === view
      const handle = isNext && work?.kind === 'handle' && work.handle === 0 ? 1 : 0
      if (!isNext) giveUp()
      const before = isNext && work?.kind === 'handle' ? work.before : sketch
      place = { view, point: sketch.points[handle] }
      work = { kind: 'handle', id, sketch, before, handle, imageIndex: view.state().imageIndex }
      changed()
      return true
    },
    cancel() {
      if (work) giveUp()
      else place = null
      changed()
    },
    leave() {
      if (!place) return
      giveUp()
      place = null
      changed()
    },
  }
}
