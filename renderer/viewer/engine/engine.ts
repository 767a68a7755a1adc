/**
 * The seam between the viewing engine (Cornerstone3D, pixel streams, decoders: this folder) and the reading screen (React, around it).
 * The screen knows only these types; only this folder imports `@cornerstonejs/*` and vtk.js.
 */
import type { ImageHeader, NotDisplayableReason } from '../../../main/contract/image.ts'
import type { MeasurementContent } from '../../../main/contract/measurement.ts'
import type { UnshownReason } from './pixel-error.ts'
import type { StandardView } from './rendering-camera.ts'
import type { PictureQuality } from './rendering-painter.ts'
import type { RenderingPresetName } from './rendering-presets.ts'

/** One frame of one instance: a place in a display set. */
export interface FrameRef {
  instanceKey: number
  SOPInstanceUID: string
  InstanceNumber: number | null
  /** From 0. */
  frame: number
  /** Why its place stays empty; null when it can be shown. */
  notDisplayable: NotDisplayableReason | null
}

/** Why a display set cannot be reconstructed in three planes. The UI has a sentence for each (`noMpr.*`). */
export type NoMprReason =
  | 'not-a-stack'
  | 'too-few-images'
  | 'no-geometry'
  | 'mixed-orientation'
  | 'irregular-spacing'
  | 'gantry-tilt'
  | 'mixed-frame-of-reference'
  | 'colour'
  | 'missing-images'
  | 'too-large'

/** What is shown as one stack: images of one series that belong together, in geometric order. */
export interface DisplaySet {
  displaySetId: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
  Modality: string
  SeriesNumber: number | null
  label: string
  frames: FrameRef[]
  headers: Map<number, ImageHeader>
  /** Null when MPR is possible. */
  noMpr: NoMprReason | null
  /** Positions in `frames` before which an image is missing, by geometry or by instance number. */
  gaps: number[]
}

export type ToolName = 'windowLevel' | 'pan' | 'zoom' | 'scroll' | 'length' | 'ellipticalROI' | 'crosshairs'

/** The window that is painted. */
export interface ShownVoi {
  center: number
  width: number
  function: 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID'
  /**
   * The image brings a VOI LUT and no window, and the reader set none: applied, the figures are only those of the linear window nearest to
   * it; not applied (planes of a volume, a damaged table), they are what is painted.
   */
  table?: { explanation: string; isApplied: boolean }
}

/** What the overlays of a viewport say: always what is painted, not what was asked for. */
export interface ViewportState {
  /** Of the painted image in a stack, or of the slice in an MPR plane; from 0. */
  imageIndex: number
  imageCount: number
  /** The painted frame; null in an MPR plane, or before the first image. */
  frame: FrameRef | null
  /** Waiting: the wanted image has not been painted yet. */
  status: 'empty' | 'waiting' | 'painted' | 'not-displayable'
  notDisplayable: UnshownReason | null
  voi: ShownVoi | null
  /** Of the values: `HU`, `US`, `SUV`, or empty when unspecified. */
  unit: string
  invert: boolean
  /** Screen pixels per image pixel. */
  zoom: number
  rotation: number
  flipHorizontal: boolean
  flipVertical: boolean
  /** Letters at the edges of the viewport by PS3.3 C.7.6.1.1.1 (`L`, `RA`, `HFL`…); null when the orientation is unknown. */
  orientation: { left: string; right: string; top: string; bottom: string } | null
  /** Millimetres per screen pixel, and where that comes from; null when uncalibrated (then measurements are in pixels). */
  scale: { mmPerPixel: number; source: 'patient' | 'detector' | 'corrected' | 'region' } | null
  /** Position of the slice along its normal (mm) and its thickness, where known. */
  slice: { location: number; thickness: number | null } | null
  lossy: { ratio: number | null; method: string } | null
  /** Of a volume rendering. */
  rendering?: RenderingState
  /** Value under the pointer; null when the pointer is elsewhere. */
  pointer: { column: number; row: number; value: number | [number, number, number] | null; unit: string } | null
}

export interface Measurement {
  id: string
  tool: 'length' | 'ellipticalROI'
  displaySetId: string
  SOPInstanceUID: string | null
  frame: number | null
  imageIndex: number
  /** Length: mm, or px when uncalibrated. */
  length: { value: number; unit: 'mm' | 'px' } | null
  /** Ellipse: of the pixels whose centre is inside. */
  roi: {
    mean: number
    standardDeviation: number
    min: number
    max: number
    pixels: number
    area: { value: number; unit: 'mm²' | 'px²' }
    /** `HU` only where the values are Hounsfield units. */
    unit: string
  } | null
  /** As it is to be kept (`figuresPending` while pixels that it measures are not here); null while it is being drawn. */
  content: MeasurementContent | null
}

/** Column and row in what a viewport shows, whole numbers at pixel centres, from 0. */
export type GridPoint = readonly [column: number, row: number]

/** The pixels of what a viewport shows now: for a cursor that keys move. */
export interface PixelGrid {
  columns: number
  rows: number
  /** Of the values, as in {@link ViewportState}. */
  unit: string
  /** Place in the viewport's element, CSS pixels. */
  toScreen(point: GridPoint): [x: number, y: number]
  fromScreen(place: readonly [x: number, y: number]): GridPoint
  /** Null outside, on padding, and in colour images. */
  valueAt(point: GridPoint): number | null
}

/** A shape by the two points that a hand sets: ends of a length, or centre and corner of an ellipse's box. */
export interface Sketch {
  tool: Measurement['tool']
  points: readonly [GridPoint, GridPoint]
}

export type Plane = 'axial' | 'coronal' | 'sagittal'

export type { RenderingPresetName, StandardView }

/** How a volume is rendered now. */
export interface RenderingState {
  preset: RenderingPresetName
  /** Those that fit the values, the usual one first. */
  presets: readonly RenderingPresetName[]
  /** Moves the thresholds of the preset, in values of the volume. */
  shift: number
  /** Times as opaque as the preset. */
  density: number
  /** Of the values: `HU`, or empty. */
  unit: string
  /** The side that faces the reader, when it is one of the six and the head is up; else null. */
  seenFrom: StandardView | null
  /** Letters of that side, the strongest first. */
  facing: string
  /** Coarse while something moves or arrives, then finer until everything that the data hold is drawn. */
  quality: PictureQuality
}

/** What is done to a volume rendering beside zoom, pan, fit and reset. */
export interface Rendering {
  setPreset(name: RenderingPresetName): void
  /** Moves the thresholds by steps of 20 HU, or of a fiftieth of the window. */
  shiftBy(steps: number): void
  /** Makes it so many times as opaque. */
  densify(factor: number): void
  /** Turns what is seen: its front goes right and down by these degrees. */
  turn(right: number, down: number): void
  /** Turns the picture clockwise. */
  roll(degrees: number): void
  seeFrom(view: StandardView): void
}

/** A mounted viewport. `subscribe`/`state` fit React's useSyncExternalStore. */
export interface View {
  readonly id: string
  readonly displaySetId: string
  readonly plane: Plane | null
  /** Only in a volume rendering. */
  readonly rendering?: Rendering
  state(): ViewportState
  subscribe(listener: () => void): () => void
  scrollTo(imageIndex: number): void
  scrollBy(images: number): void
  /** Without `kind` the window is meant as the image says. */
  setVoi(center: number, width: number, kind?: ShownVoi['function']): void
  /** Turns black and white round, or as `isInverted` says. */
  invert(isInverted?: boolean): void
  rotate(degrees: 90 | -90 | 180): void
  flip(direction: 'horizontal' | 'vertical'): void
  zoomBy(factor: number): void
  panBy(dx: number, dy: number): void
  fit(): void
  /** Window, zoom, pan, rotation, flip and inversion as at first. */
  reset(): void
  /** Position in `frames` of the image nearest to what is shown (in an MPR plane: to the crosshairs' centre); null when there is none. */
  stackIndex(): number | null
  /** Adapts to the element's new size. */
  resize(): void
  destroy(): void
}

/** Where a volume is shown: in all three planes or none, and rendered. */
export type MprPlace = Plane | 'volume'
export type MprElements = Partial<Record<Plane, HTMLDivElement>> & { volume?: HTMLDivElement }

/** How far a display set is loaded: counted frames, never an event. */
export interface LoadState {
  total: number
  loaded: number
  failed: number
}

export interface ViewerEngine {
  mountStack(element: HTMLDivElement, displaySet: DisplaySet, initialIndex?: number): View
  /**
   * Three planes of one volume, its rendering (`volume`), or both; resolves once the viewports exist, painting as data comes; rejects with
   * MprRefused. The crosshairs start in the image at `initialIndex`.
   */
  mountMpr<E extends MprElements>(
    elements: E,
    displaySet: DisplaySet,
    initialIndex?: number,
  ): Promise<Record<Extract<keyof E, MprPlace>, View>>
  /** More images of a display set came: mounted viewports fill in where they are. */
  update(displaySet: DisplaySet): void
  setPrimaryTool(tool: ToolName): void
  loadState(displaySetId: string): LoadState
  /** One entry for each position of `frames`: 0 = not here yet, 1 = loaded, 2 = cannot be shown. */
  places(displaySetId: string): Uint8Array
  subscribeLoad(listener: (displaySetId: string) => void): () => void
  measurements(): readonly Measurement[]
  subscribeMeasurements(listener: () => void): () => void
  /** Who writes the lines beside a drawn measurement; without one, nothing is written. Draws them anew. */
  setMeasurementText(lines: (measurement: Measurement) => string[]): void
  /** Shows kept measurements with the images that they were made on, as those come; one that is drawn takes its new shape. */
  bringMeasurements(contents: readonly MeasurementContent[]): void
  /** The planes go through a place in the patient, mm; nothing without planes. */
  meetAt(place: readonly [number, number, number]): void
  /** The station has kept a measurement: the saved state no longer needs to. */
  measurementKept(id: string): void
  /** Draws one as chosen; null: none. */
  selectMeasurement(id: string | null): void
  deleteMeasurement(id: string): void
  /** Brings back a measurement that was deleted since the engine was made. */
  restoreMeasurement(id: string): void
  /** Null where there is nothing to measure: no image, or one that is not here yet. */
  pixelGrid(view: View): PixelGrid | null
  /** The shape of a measurement in what the view shows; null when it lies elsewhere. */
  sketch(view: View, id: string): Sketch | null
  /** Draws a shape, or changes the one with this id. It is no measurement before {@link finishSketch}. */
  drawSketch(view: View, sketch: Sketch, id: string): void
  finishSketch(id: string): void
  /** Survives a reload: window, slice, zoom, as JSON text. */
  saveState(): string
  restoreState(state: string): void
  /** Frees viewports, textures and cached pixels. */
  destroy(): void
}
