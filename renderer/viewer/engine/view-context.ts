/** What a view needs from the engine around it. */
import type { RenderingEngine } from '@cornerstonejs/core'
import type { View } from './engine.ts'
import type { FrameStore } from './frame-store.ts'
import type { Vector3 } from './vectors.ts'
import type { VoiFunction } from './voi.ts'

/** How a view looks, apart from what it shows: kept over remounts and reloads. */
export interface Presentation {
  imageIndex: number
  /** Of a plane of a volume, along its normal in mm: its slices are counted anew when the volume grows. */
  location?: number
  /** Null while it follows the header; without a function it is meant as the header says. */
  voi: { center: number; width: number; function?: VoiFunction } | null
  zoom: number
  pan: [number, number]
  rotation: number
  flipHorizontal: boolean
  flipVertical: boolean
  invert: boolean
}

/** As an image is shown at first. */
export const unmoved = (imageIndex: number): Presentation => ({
  imageIndex,
  voi: null,
  zoom: 1,
  pan: [0, 0],
  rotation: 0,
  flipHorizontal: false,
  flipVertical: false,
  invert: false,
})

export interface ViewContext {
  renderingEngine: RenderingEngine
  store: FrameStore
  /** Registers the view's element for tools. */
  attach(view: EngineView, element: HTMLDivElement): void
  detach(view: EngineView, element: HTMLDivElement): void
  /** Called after a rendered frame of real pixels. */
  painted(view: EngineView): void
  /** An element changed size: stacks fit it anew, as much enlarged and moved as before. */
  resizeStacks(): void
  /** The view became the one the reader works in. */
  focused(view: EngineView): void
}

/** A view with what the engine itself uses of it. */
export interface EngineView extends View {
  readonly element: HTMLDivElement
  presentation(): Presentation
  present(presentation: Presentation): void
  /** Draws again, also the measurements. */
  redraw(): void
  /** In a plane of a volume: the other planes go to the slices through this place. */
  meetAt?(world: Vector3): void
  /** The display set has more images. */
  update(): void
}

/** Takes what Cornerstone put into an element out again: a view that is gone leaves no picture behind. */
export const clearElement = (element: HTMLElement): void => {
  for (const child of element.querySelectorAll(':scope > .viewport-element')) child.remove()
}
