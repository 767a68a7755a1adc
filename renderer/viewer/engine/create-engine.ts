/** Puts an engine together: stores and streams of pixels, viewports, tools, measurements, and what is kept of them. */
import { Enums, eventTarget, RenderingEngine } from '@cornerstonejs/core'
import { startCornerstone } from './cornerstone-start.ts'
import { createDisplaySetStores } from './display-set-stores.ts'
import { createDurableView, type DurableView } from './durable-view.ts'
import type { DisplaySet, MprElements, MprPlace, Plane, ToolName, View, ViewerEngine } from './engine.ts'
import type { FrameStore } from './frame-store.ts'
import { createMeasuring } from './measuring.ts'
import { createMpr, type Mpr } from './mpr.ts'
import { refusal } from './mpr-refused.ts'
import { createMarks } from './painting-marks.ts'
import type { RenderingLook } from './rendering-view.ts'
import { readState, writeState } from './saved-state.ts'
import { createSharedVolume, createVolumeShelf, type SharedVolume } from './shared-volume.ts'
import { takeRenderingEngine } from './spare-rendering-engine.ts'
import { createStackView } from './stack-view.ts'
import { createToolBench } from './tools.ts'
import { type EngineView, type Presentation, unmoved, type ViewContext } from './view-context.ts'

export interface EngineOptions {
  /** Asks the station for pixels: `body` is a pixel request as JSON. */
  fetchPixels: (body: string, signal: AbortSignal) => Promise<Response>
  /** The graphics card dropped everything; views come back by themselves, this only tells. */
  onContextLost?: () => void
}

interface MountedMpr {
  store: FrameStore
  volume: SharedVolume
  elements: MprElements
  inner: Mpr
  views: Map<MprPlace, DurableView>
}

export const createEngine = async (options: EngineOptions): Promise<ViewerEngine> => {
  await startCornerstone()
  let renderingEngine = await takeRenderingEngine()
  const engineId = renderingEngine.id
  const mark = createMarks()
  const stores = createDisplaySetStores({ fetchPixels: options.fetchPixels })
  const stacks = new Map<DurableView, FrameStore>()
  const presentations = new Map<string, Presentation>()
  const looks = new Map<string, RenderingLook>()
  const shelf = createVolumeShelf()
  let mpr: MountedMpr | null = null
  let primaryTool: ToolName = 'windowLevel'
  let nextView = 0
  /** The display set whose completeness is marked. */
  let first: FrameStore | null = null
  let isDestroyed = false

  const views = (): EngineView[] => [
    ...[...stacks.keys()].map((durable) => durable.current()),
    ...(mpr?.inner.views() ?? []),
  ]

  const measuring = createMeasuring({
    stores,
    views,
    // Not before the volume is there.
    planes: () =>
      mpr && mpr.inner.views().length > 0
        ? { store: mpr.store, volumeId: mpr.volume.id, placeOf: mpr.inner.placeOf }
        : null,
  })
  const { measurements } = measuring

  const bench = createToolBench({
    id: `${engineId}-stack`,
    renderingEngineId: engineId,
    hasCrosshairs: false,
    textLines: measurements.textLines,
  })

  const markComplete = (): void => {
    if (!first) return
    const { total, loaded, failed } = first.loadState()
    if (loaded > 0 && loaded + failed === total) mark('stack-complete')
  }

  /** Zoom and pan are relative to what fits the element, so they are taken before the elements' new sizes count and set after. */
  const resizeStacks = (): void => {
    const kept = [...stacks.keys()].map((durable) => ({
      view: durable.current(),
      presentation: durable.current().presentation(),
    }))
    renderingEngine.resize(true, false)
    for (const { view, presentation } of kept) view.present(presentation)
  }

  const contextFor = (store: FrameStore): ViewContext => ({
    renderingEngine,
    store,
    attach(view, element) {
      bench.attach(view, element)
    },
    detach(view, element) {
      bench.detach(view, element)
    },
    painted() {
      mark('first-image')
    },
    resizeStacks,
    focused: () => stores.setFocus(store),
  })

  /** A window set in one of them is the window of the stack and of its three planes. */
  const keepPresentation = (view: EngineView): void => {
    const presentation = view.presentation()
    presentations.set(`${view.plane ?? 'stack'} ${view.displaySetId}`, presentation)
    if (view.plane === null) return
    const { voi, invert } = presentation
    const stack = presentations.get(`stack ${view.displaySetId}`) ?? unmoved(view.stackIndex() ?? 0)
    presentations.set(`stack ${view.displaySetId}`, { ...stack, voi, invert })
  }

  const planePresentation = (plane: Plane, store: FrameStore): Presentation | undefined => {
    const own = presentations.get(`${plane} ${store.id}`)
    const stack = presentations.get(`stack ${store.id}`)
    return own && stack ? { ...own, voi: stack.voi, invert: stack.invert } : own
  }

  /** Planes that were never shown have no presentation to start from: the stack's window is set on them. */
  const takeStackWindow = ({ store, inner }: MountedMpr): void => {
    const stack = presentations.get(`stack ${store.id}`)
    const [view] = inner.views()
    if (!stack || !view) return
    const { voi, invert } = view.presentation()
    if (stack.voi && (stack.voi.center !== voi?.center || stack.voi.width !== voi.width))
      view.setVoi(stack.voi.center, stack.voi.width, stack.voi.function)
    if (stack.invert !== invert) view.invert()
  }

  const makeStack = (element: HTMLDivElement, store: FrameStore, start: number): EngineView =>
    createStackView(`${engineId}-view-${++nextView}`, element, contextFor(store), start)

  /** More images of a display set: its store takes them, and every view on it fills in. */
  const update = (displaySet: DisplaySet): void => {
    const store = stores.find(displaySet.displaySetId)
    if (!store || store.displaySet === displaySet) return
    store.update(displaySet)
    for (const [durable, held] of stacks) if (held === store) durable.current().update()
    mpr?.inner.update(displaySet)
    measuring.shown(store)
  }

  const mountStack = (element: HTMLDivElement, displaySet: DisplaySet, initialIndex?: number): View => {
    update(displaySet)
    const store = stores.of(displaySet)
    first ??= store
    const kept = presentations.get(`stack ${displaySet.displaySetId}`)
    const start = initialIndex ?? kept?.imageIndex ?? Math.floor(displaySet.frames.length / 2)
    store.setWanted(start)
    stores.hold(store)
    const inner = makeStack(element, store, start)
    if (kept) inner.present({ ...kept, imageIndex: start })
    measuring.shown(store)
    const durable = createDurableView(inner, (current) => {
      keepPresentation(current)
      stacks.delete(durable)
      current.destroy()
      stores.release(store)
    })
    stacks.set(durable, store)
    return durable.view
  }

  const makeMpr = (mounted: MountedMpr, initialIndex: number): Mpr =>
    createMpr({
      id: `${engineId}-mpr-${++nextView}`,
      renderingEngine,
      volume: mounted.volume,
      elements: mounted.elements,
      initialIndex,
      primaryTool,
      textLines: measurements.textLines,
      kept: (plane) => planePresentation(plane, mounted.store),
      keptLook: looks.get(mounted.store.id),
      onPainted: () => mark('first-image'),
      onComplete: () => mark('mpr-complete'),
      onOutdated: () => void remountMpr(),
    })

  const makeVolume = (store: FrameStore, initialIndex: number): SharedVolume =>
    createSharedVolume({ id: `${engineId}-volume-${++nextView}`, store, initialIndex })

  const keepMpr = ({ store, inner }: MountedMpr): void => {
    for (const view of inner.views()) keepPresentation(view)
    const look = inner.rendering()?.look()
    if (look) looks.set(store.id, look)
  }

  const closeMpr = (): void => {
    if (!mpr) return
    const closing = mpr
    mpr = null
    keepMpr(closing)
    closing.inner.destroy()
    shelf.put(closing.volume)
    stores.release(closing.store)
    measuring.planesChanged()
  }

  const mountMpr = async <E extends MprElements>(
    elements: E,
    displaySet: DisplaySet,
    initialIndex = Math.floor(displaySet.frames.length / 2),
  ): Promise<Record<Extract<keyof E, MprPlace>, View>> => {
    const refused = refusal(displaySet)
    if (refused) throw refused
    closeMpr()
    update(displaySet)
    const store = stores.of(displaySet)
    first ??= store
    store.setWanted(initialIndex)
    stores.hold(store)
    const volume = shelf.take(store) ?? makeVolume(store, initialIndex)
    const mounted: MountedMpr = { store, volume, elements, views: new Map(), inner: null as never }
    mounted.inner = makeMpr(mounted, initialIndex)
    mpr = mounted
    stores.setFocus(store)
    try {
      await mounted.inner.ready
    } catch (error) {
      if (mpr === mounted) closeMpr()
      throw error
    }
    measuring.planesChanged()
    takeStackWindow(mounted)
    for (const view of mprViews(mounted.inner)) {
      const durable = createDurableView(view, () => {
        if (mpr === mounted) closeMpr()
      })
      mounted.views.set(view.plane ?? 'volume', durable)
    }
    return Object.fromEntries([...mounted.views].map(([place, { view }]) => [place, view])) as Record<
      Extract<keyof E, MprPlace>,
      View
    >
  }

  const mprViews = (inner: Mpr): EngineView[] => {
    const rendering = inner.rendering()
    return [...inner.views(), ...(rendering ? [rendering] : [])]
  }

  const renewMpr = async (mounted: MountedMpr, index: number): Promise<void> => {
    mounted.volume = makeVolume(mounted.store, index)
    const inner = makeMpr(mounted, index)
    mounted.inner = inner
    // Refused now (a slice turned out damaged), or closed meanwhile: the views stay black, and say that they wait.
    const isReady = await inner.ready.then(
      () => true,
      () => false,
    )
    if (!isReady || mounted.inner !== inner) return
    for (const view of mprViews(inner)) mounted.views.get(view.plane ?? 'volume')?.replace(view)
    measuring.planesChanged()
  }

  /** Where the planes meet, to come back to. */
  const mprIndex = ({ inner }: MountedMpr): number => mprViews(inner)[0]?.stackIndex() ?? 0

  /** The volume anew, behind the same three views. */
  const remountMpr = async (): Promise<void> => {
    const mounted = mpr
    if (!mounted) return
    keepMpr(mounted)
    const index = mprIndex(mounted)
    mounted.inner.destroy()
    mounted.volume.destroy()
    await renewMpr(mounted, index)
  }

  /** Everything on the graphics card is gone: the same views on a new one. */
  const rebuild = async (): Promise<void> => {
    const kept = [...stacks].map(([durable, store]) => {
      const inner = durable.current()
      return { durable, store, element: inner.element, presentation: inner.presentation() }
    })
    for (const { durable } of kept) durable.current().destroy()
    const mounted = mpr
    const index = mounted ? mprIndex(mounted) : 0
    if (mounted) {
      keepMpr(mounted)
      mounted.inner.destroy()
      mounted.volume.destroy()
    }
    shelf.clear()
    renderingEngine.destroy()
    renderingEngine = new RenderingEngine(engineId)
    for (const { durable, store, element, presentation } of kept) {
      const inner = makeStack(element, store, presentation.imageIndex)
      inner.present(presentation)
      durable.replace(inner)
    }
    if (mounted) await renewMpr(mounted, index)
  }

  const onContextLost = (event: Event): void => {
    const { renderingEngineId } = (event as CustomEvent<{ renderingEngineId: string }>).detail
    if (renderingEngineId !== engineId || isDestroyed) return
    options.onContextLost?.()
    // After the browser is done with the loss: a new context made inside the event may be lost with the old one.
    setTimeout(() => {
      if (!isDestroyed) void rebuild()
    })
  }
  eventTarget.addEventListener(Enums.Events.WEBGL_CONTEXT_LOST, onContextLost)

  /** Does it with the viewport that is behind a view now. */
  const onView = <T>(view: View, act: (inner: EngineView) => T): T | undefined => {
    const durables = [...stacks.keys(), ...(mpr?.views.values() ?? [])]
    const inner = durables.find((durable) => durable.view === view)?.current()
    return inner && act(inner)
  }

  const stopLoad = stores.subscribe((displaySetId) => {
    markComplete()
    if (measurements.list().some((one) => one.displaySetId === displaySetId)) measurements.refresh()
  })

  return {
    mountStack,
    mountMpr,
    update,
    setPrimaryTool(tool) {
      primaryTool = tool
      bench.setPrimary(tool)
      mpr?.inner.setPrimaryTool(tool)
    },
    loadState: (displaySetId) => stores.find(displaySetId)?.loadState() ?? { total: 0, loaded: 0, failed: 0 },
    places(displaySetId) {
      const frames = stores.find(displaySetId)?.frames ?? []
      return Uint8Array.from(frames, ({ state }) => (state === 'loaded' ? 1 : state === 'failed' ? 2 : 0))
    },
    subscribeLoad: stores.subscribe,
    measurements: measurements.list,
    subscribeMeasurements: measurements.subscribe,
    setMeasurementText: measurements.setText,
    bringMeasurements: measuring.bring,
    meetAt(place) {
      // Each sends the others there.
      for (const view of mpr?.inner.views() ?? []) view.meetAt?.(place)
    },
    measurementKept: measuring.kept,
    selectMeasurement: measurements.select,
    deleteMeasurement: measuring.remove,
    restoreMeasurement: measuring.restore,
    pixelGrid: (view) => onView(view, measuring.grid) ?? null,
    sketch: (view, id) => onView(view, (inner) => measuring.sketchOf(inner, id)) ?? null,
    drawSketch: (view, sketch, id) => onView(view, (inner) => measuring.draw(inner, sketch, id)),
    finishSketch: measurements.finish,
    saveState() {
      for (const view of views()) keepPresentation(view)
      if (mpr) keepMpr(mpr)
      return writeState({ presentations, looks, measurements: measuring.notTakenOver() })
    },
    restoreState(text) {
      const state = readState(text)
      if (!state) return
      for (const [key, presentation] of state.presentations) presentations.set(key, presentation)
      for (const [key, look] of state.looks) looks.set(key, look)
      for (const view of views()) {
        const kept = state.presentations.get(`${view.plane ?? 'stack'} ${view.displaySetId}`)
        if (kept) view.present(kept)
      }
      measuring.takeOver(state.measurements)
    },
    destroy() {
      if (isDestroyed) return
      isDestroyed = true
      stopLoad()
      eventTarget.removeEventListener(Enums.Events.WEBGL_CONTEXT_LOST, onContextLost)
      closeMpr()
      shelf.clear()
      for (const { view } of [...stacks.keys()]) view.destroy()
      measurements.destroy()
      bench.destroy()
      renderingEngine.destroy()
      stores.destroy()
    },
  }
}
