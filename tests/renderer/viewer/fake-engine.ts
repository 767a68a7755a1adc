/** A stand-in for the viewing engine: paints nothing, keeps what it was told, and lets a test say what happened. */
import type { MeasurementContent } from '../../../main/contract/measurement.ts'
import type {
  DisplaySet,
  Measurement,
  Plane,
  RenderingState,
  ToolName,
  View,
  ViewerEngine,
  ViewportState,
} from '../../../renderer/viewer/engine/engine.ts'

export interface FakeView extends View {
  /** Every call that changes the picture, in order. */
  calls: string[]
  /** Changes what is painted, as the engine would. */
  paint(change: Partial<ViewportState>): void
  isDestroyed: boolean
}

export interface FakeEngine extends ViewerEngine {
  views: FakeView[]
  tools: ToolName[]
  updated: DisplaySet[]
  restored: string[]
  mprStarts: (number | undefined)[]
  /** Writes what stands beside a measurement. */
  labelOf(measurement: Measurement): string[]
  addMeasurement(measurement: Measurement): void
  /** A handle was moved, or pixels came: the same measurement with other content. */
  changeMeasurement(measurement: Measurement): void
  brought: MeasurementContent[]
  kept: string[]
  selected: (string | null)[]
  meetings: (readonly [number, number, number])[]
  /** Loads the places given: 1 loaded, 2 failed. */
  load(displaySetId: string, places: Uint8Array): void
}

const emptyState: ViewportState = {
  imageIndex: 0,
  imageCount: 0,
  frame: null,
  status: 'empty',
  notDisplayable: null,
  voi: { center: 40, width: 80, function: 'LINEAR' },
  unit: 'HU',
  invert: false,
  zoom: 1,
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
  orientation: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
  scale: { mmPerPixel: 0.5, source: 'patient' },
  slice: { location: 12.5, thickness: 1.25 },
  lossy: null,
  pointer: null,
}

function listeners<A extends unknown[]>() {
  const set = new Set<(...args: A) => void>()
  return {
    tell: (...args: A) => {
      for (const listener of [...set]) listener(...args)
    },
    subscribe: (listener: (...args: A) => void) => {
      set.add(listener)
      return () => {
        set.delete(listener)
      }
    },
  }
}

function fakeView(displaySet: DisplaySet, plane: Plane | null, initialIndex: number): FakeView {
  const changed = listeners<[]>()
  const at = (imageIndex: number): Partial<ViewportState> => {
    const index = Math.max(0, Math.min(displaySet.frames.length - 1, imageIndex))
    const frame = displaySet.frames[index] ?? null
    const notDisplayable = frame?.notDisplayable ?? null
    return { imageIndex: index, frame, notDisplayable, status: notDisplayable ? 'not-displayable' : 'painted' }
  }
  let state: ViewportState = { ...emptyState, imageCount: displaySet.frames.length, ...at(initialIndex) }
  const calls: string[] = []
  const paint = (change: Partial<ViewportState>) => {
    state = { ...state, ...change }
    changed.tell()
  }
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push([name, ...args].join(' '))
    }
  const view: FakeView = {
    id: `view-${Math.random()}`,
    displaySetId: displaySet.displaySetId,
    plane,
    calls,
    isDestroyed: false,
    paint,
    state: () => state,
    subscribe: changed.subscribe,
    scrollTo: (index) => {
      note('scrollTo')(index)
      paint(at(index))
    },
    scrollBy: (images) => {
      note('scrollBy')(images)
      paint(at(state.imageIndex + images))
    },
    setVoi: (center, width, kind = 'LINEAR') => {
      note('setVoi')(center, width)
      paint({ voi: { center, width, function: kind } })
    },
    invert: (isInverted = !state.invert) => paint({ invert: isInverted }),
    rotate: note('rotate'),
    flip: note('flip'),
    zoomBy: note('zoomBy'),
    panBy: note('panBy'),
    fit: note('fit'),
    reset: note('reset'),
    stackIndex: () => state.imageIndex,
    resize: () => undefined,
    destroy: () => {
      view.isDestroyed = true
    },
  }
  return view
}

/** A volume rendering that notes what it is told. */
function fakeRendering(displaySet: DisplaySet, initialIndex: number): FakeView {
  const view = fakeView(displaySet, null, initialIndex)
  const note =
    (name: string) =>
    (...args: unknown[]) => {
      view.calls.push([name, ...args].join(' '))
    }
  const rendering: RenderingState = {
    preset: 'bone',
    presets: ['bone', 'skin', 'mip'],
    shift: 0,
    density: 1,
    unit: 'HU',
    seenFrom: 'anterior',
    facing: 'A',
    quality: 'full',
  }
  view.paint({ imageCount: 0, frame: null, voi: null, unit: '', scale: null, slice: null, rendering })
  return Object.assign(view, {
    rendering: {
      setPreset: (preset: RenderingState['preset']) => {
        note('setPreset')(preset)
        view.paint({ rendering: { ...rendering, preset } })
      },
      shiftBy: note('shiftBy'),
      densify: note('densify'),
      turn: note('turn'),
      roll: note('roll'),
      seeFrom: note('seeFrom'),
    },
  })
}

export function createFakeEngine(): FakeEngine {
  const loads = listeners<[string]>()
  const measured = listeners<[]>()
  const places = new Map<string, Uint8Array>()
  const deleted = new Map<string, Measurement>()
  let measurements: readonly Measurement[] = []
  const setMeasurements = (next: readonly Measurement[]) => {
    measurements = next
    measured.tell()
  }
  const engine: FakeEngine = {
    views: [],
    tools: [],
    updated: [],
    restored: [],
    mprStarts: [],
    mountStack: (_element, displaySet, initialIndex = 0) => {
      const view = fakeView(displaySet, null, initialIndex)
      engine.views.push(view)
      return view
    },
    mountMpr: (elements, displaySet, initialIndex) => {
      engine.mprStarts.push(initialIndex)
      const places = (['axial', 'coronal', 'sagittal', 'volume'] as const).filter((place) => place in elements)
      const views = places.map((place) =>
        place === 'volume'
          ? fakeRendering(displaySet, initialIndex ?? 0)
          : fakeView(displaySet, place, initialIndex ?? 0),
      )
      engine.views.push(...views)
      return Promise.resolve(Object.fromEntries(places.map((place, index) => [place, views[index]])) as never)
    },
    update: (displaySet) => void engine.updated.push(displaySet),
    setPrimaryTool: (tool) => void engine.tools.push(tool),
    loadState: (id) => {
      const known = places.get(id) ?? new Uint8Array()
      return {
        total: known.length,
        loaded: known.filter((place) => place === 1).length,
        failed: known.filter((place) => place === 2).length,
      }
    },
    places: (id) => places.get(id) ?? new Uint8Array(),
    load: (id, known) => {
      places.set(id, known)
      loads.tell(id)
    },
    subscribeLoad: loads.subscribe,
    measurements: () => measurements,
    subscribeMeasurements: measured.subscribe,
    setMeasurementText: (lines) => {
      engine.labelOf = lines
    },
    labelOf: () => [],
    addMeasurement: (measurement) => setMeasurements([...measurements, measurement]),
    changeMeasurement: (measurement) =>
      setMeasurements(measurements.map((one) => (one.id === measurement.id ? measurement : one))),
    brought: [],
    kept: [],
    selected: [],
    meetings: [],
    bringMeasurements: (contents) => void engine.brought.push(...contents),
    measurementKept: (id) => void engine.kept.push(id),
    selectMeasurement: (id) => void engine.selected.push(id),
    meetAt: (place) => void engine.meetings.push(place),
    pixelGrid: () => null,
    sketch: () => null,
    drawSketch: () => undefined,
    finishSketch: () => undefined,
    deleteMeasurement: (id) => {
      const found = measurements.find((measurement) => measurement.id === id)
      if (found) deleted.set(id, found)
      setMeasurements(measurements.filter((measurement) => measurement.id !== id))
    },
    restoreMeasurement: (id) => {
      const found = deleted.get(id)
      if (found) setMeasurements([...measurements, found])
    },
    saveState: () => JSON.stringify({ fake: 'engine' }),
    restoreState: (state) => void engine.restored.push(state),
    destroy: () => undefined,
  }
  return engine
}
