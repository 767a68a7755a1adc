/** Three planes of one volume, its rendering, or both; drawn as slices come, at a pace that leaves the graphics card time for the reader. */

import type { RenderingEngine } from '@cornerstonejs/core'
import { Enums, setVolumesForViewports } from '@cornerstonejs/core'
import type { DisplaySet, MprElements, Plane, ToolName } from './engine.ts'
import type { MeasuredPlace } from './measurements.ts'
import { axisAlong } from './plane-slices.ts'
import { createPlaneView, type PlaneView } from './plane-view.ts'
import { createRenderingView, type RenderingEngineView, type RenderingLook } from './rendering-view.ts'
import type { SharedVolume } from './shared-volume.ts'
import { createToolBench } from './tools.ts'
import type { Vector3 } from './vectors.ts'
import type { EngineView, Presentation } from './view-context.ts'
import { volumePlane } from './volume-plane.ts'

export interface Mpr {
  /** The viewports exist; rejects with MprRefused. */
  readonly ready: Promise<void>
  /** The planes. */
  views(): EngineView[]
  rendering(): RenderingEngineView | null
  placeOf(metadata: Record<string, unknown>, points: readonly Vector3[]): MeasuredPlace | null
  setPrimaryTool(tool: ToolName): void
  update(displaySet: DisplaySet): void
  /** The volume stays, for whoever shows it next. */
  destroy(): void
}

export interface MprOptions {
  id: string
  renderingEngine: RenderingEngine
  volume: SharedVolume
  elements: MprElements
  initialIndex: number
  primaryTool: ToolName
  textLines: (data: object) => string[]
  kept: (plane: Plane) => Presentation | undefined
  keptLook: RenderingLook | undefined
  onPainted(): void
  /** All slices are loaded, on the graphics card, and drawn in three planes. */
  onComplete(): void
  /** The volume cannot go on as it is (wider values, more slices): it is to be mounted anew. */
  onOutdated(): void
}

const planes = ['axial', 'coronal', 'sagittal'] as const

const orientations = {
  axial: Enums.OrientationAxis.AXIAL,
  coronal: Enums.OrientationAxis.CORONAL,
  sagittal: Enums.OrientationAxis.SAGITTAL,
} as const

/** A plane's line in the other planes; not only by colour: a line is named by where it runs. */
const colours: Readonly<Record<Plane, string>> = {
  axial: 'rgb(226, 109, 92)',
  coronal: 'rgb(120, 190, 120)',
  sagittal: 'rgb(222, 186, 92)',
}

export const createMpr = (options: MprOptions): Mpr => {
  const { id, renderingEngine, volume, elements } = options
  const { store } = volume
  const renderingId = `${id}-rendering`
  const views: PlaneView[] = []
  let rendering: RenderingEngineView | null = null
  let isDestroyed = false
  let isComplete = false
  let renewal = 0
  const stops: (() => void)[] = []

  const bench = createToolBench({
    id,
    renderingEngineId: renderingEngine.id,
    hasCrosshairs: true,
    textLines: options.textLines,
    planeColour: (viewportId) => colours[planes.find((plane) => viewportId.endsWith(plane)) ?? 'axial'],
  })
  bench.setPrimary(options.primaryTool)

  /** Draws at most a fifth of the time while slices come. */
  const pace = { isDirty: false, isDrawing: false, started: 0, timer: 0 }

  const draw = (): void => {
    pace.isDirty = false
    pace.isDrawing = true
    // The frame may be one that was asked for before; else its own beginning is nearer to what drawing takes.
    pace.started = performance.now()
    requestAnimationFrame(() => {
      pace.started = performance.now()
    })
    for (const { viewport } of views) viewport.render()
  }

  const drawn = new Set<PlaneView>()
  const onDrawn = (view: PlaneView): void => {
    if (store.image(0) || store.loadState().loaded > 0) options.onPainted()
    drawn.add(view)
    if (drawn.size < views.length || isDestroyed) return
    drawn.clear()
    rendering?.yieldTo()
    if (volume.blankMissing()) pace.isDirty = true
    markIfComplete()
    if (!pace.isDrawing) return
    pace.isDrawing = false
    pace.timer = window.setTimeout(
      () => {
        pace.timer = 0
        if (pace.isDirty) draw()
      },
      5 * Math.max(4, performance.now() - pace.started),
    )
  }

  const markIfComplete = (): void => {
    if (isComplete || !volume.isComplete()) return
    isComplete = true
    options.onComplete()
  }

  const onFrame = (isArrival: boolean): void => {
    if (isArrival && views.length > 0) {
      pace.isDirty = true
      if (!pace.isDrawing && pace.timer === 0) draw()
    }
    for (const view of views) view.publish()
  }

  const start = async (): Promise<void> => {
    await volume.ready
    if (isDestroyed) throw new Error('closed')
    const wanted = planes.flatMap((plane) => {
      const element = elements[plane]
      return element ? [{ plane, element, viewportId: `${id}-${plane}` }] : []
    })
    for (const { plane, element, viewportId } of wanted) {
      renderingEngine.enableElement({
        viewportId,
        element,
        type: Enums.ViewportType.ORTHOGRAPHIC,
        defaultOptions: { orientation: orientations[plane] },
      })
    }
    if (elements.volume) {
      renderingEngine.enableElement({
        viewportId: renderingId,
        element: elements.volume,
        type: Enums.ViewportType.VOLUME_3D,
      })
    }
    const viewportIds = [...wanted.map(({ viewportId }) => viewportId), ...(elements.volume ? [renderingId] : [])]
    await setVolumesForViewports(renderingEngine, [{ volumeId: volume.id }], viewportIds)
    if (isDestroyed) throw new Error('closed')
    for (const { plane, element, viewportId } of wanted) {
      const view: PlaneView = createPlaneView({
        id: viewportId,
        plane,
        element,
        renderingEngine,
        store,
        block: volume.block(),
        slotOf: volume.placeOf,
        initialVoi: volume.initialVoi,
        siblings: () => views,
        onDrawn: () => onDrawn(view),
        detach: (detached) => bench.detach(view, detached),
      })
      views.push(view)
      bench.attach(view, element)
    }
    for (const view of views) view.start(options.initialIndex, options.kept(view.plane))
    if (views.length > 0) bench.startCrosshairs()
    stops.push(volume.subscribe(onFrame), store.onWiden(options.onOutdated))
    if (views.length > 0) draw()
    if (elements.volume) startRendering(elements.volume)
  }

  const startRendering = (element: HTMLDivElement): void => {
    rendering = createRenderingView({
      id: renderingId,
      element,
      renderingEngine,
      volume,
      kept: options.keptLook,
      stackIndex: () => views[0]?.stackIndex() ?? options.initialIndex,
      onPainted() {
        options.onPainted()
        if (views.length === 0) markIfComplete()
      },
    })
    rendering.start()
  }

  const destroy = (): void => {
    if (isDestroyed) return
    isDestroyed = true
    window.clearTimeout(pace.timer)
    window.clearTimeout(renewal)
    for (const stop of stops) stop()
    for (const view of views) view.close()
    rendering?.destroy()
    bench.destroy()
  }

  return {
    ready: start().catch((error) => {
      destroy()
      throw error
    }),
    views: () => views,
    rendering: () => rendering,
    placeOf(metadata) {
      if (metadata.volumeId !== volume.id) return null
      const normal = metadata.viewPlaneNormal as Vector3 | undefined
      const focus = metadata.cameraFocalPoint as Vector3 | undefined
      if (!normal || !focus) return null
      const block = volume.block()
      const plane = volumePlane(store, block, volume.placeOf, normal, focus)
      const isStackImage = axisAlong(block, normal) === 2
      const frame = isStackImage ? store.frames[plane.index] : undefined
      return {
        displaySetId: store.id,
        SOPInstanceUID: frame?.ref.SOPInstanceUID ?? null,
        frame: frame?.ref.frame ?? null,
        imageIndex: plane.index,
        plane: plane.plane,
      }
    },
    setPrimaryTool: bench.setPrimary,
    update(displaySet) {
      if (displaySet.displaySetId !== store.id) return
      for (const view of views) view.publish()
      rendering?.update()
      // While slices arrive out of order the block has holes: the volume stays as it is until it is whole again, and is not made anew for each.
      if (displaySet.noMpr) return
      window.clearTimeout(renewal)
      renewal = window.setTimeout(options.onOutdated, 500)
    },
    destroy,
  }
}
