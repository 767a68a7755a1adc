/** One of the three planes of a volume. Its slices lie on the voxels' own; window and inversion are shared by the three. */
import { Enums, type RenderingEngine, type Types } from '@cornerstonejs/core'
import { paddingOf } from './cornerstone-image.ts'
import type { Plane, ViewportState } from './engine.ts'
import type { FrameStore, StoredFrame } from './frame-store.ts'
import { imagePlane, worldPointOf } from './image-plane.ts'
import { lossyOfAll } from './lossy.ts'
import { lettersOfView } from './orientation.ts'
import {
  axisAlong,
  ontoSlice,
  type SliceRange,
  sliceIndexOf,
  slicesAlong,
  type VoxelBlock,
  voxelOf,
} from './plane-slices.ts'
import { followPointer, followWheel } from './pointer-readout.ts'
import { add, dot, subtract, type Vector3 } from './vectors.ts'
import { clearElement, type EngineView, type Presentation } from './view-context.ts'
import { viewGeometry } from './view-geometry.ts'
import { createViewportControls } from './viewport-controls.ts'
import { isShownInverted, pixelUnit, type Voi } from './voi.ts'

export interface PlaneView extends EngineView {
  readonly plane: Plane
  readonly viewport: Types.IVolumeViewport
  /** Goes to where the image lies, or to what was kept. */
  start(initialIndex: number, kept: Presentation | undefined): void
  publish(): void
  center(): Vector3
  /** Goes to the slice through a place. */
  goThrough(world: Vector3): void
  /** Sets window and inversion without telling the siblings. */
  shareVoi(voi: Presentation['voi'], isInverted: boolean): void
  close(): void
}

export interface PlaneViewOptions {
  id: string
  plane: Plane
  element: HTMLDivElement
  renderingEngine: RenderingEngine
  store: FrameStore
  block: VoxelBlock
  /** Position in the stack of a slice of the volume. */
  slotOf: (slot: number) => number
  initialVoi: () => Voi | null
  siblings: () => readonly PlaneView[]
  onDrawn(): void
  detach(element: HTMLDivElement): void
}

export const createPlaneView = (options: PlaneViewOptions): PlaneView => {
  const { id, plane, element, renderingEngine, store, block, slotOf } = options
  const viewport = renderingEngine.getViewport(id) as Types.IVolumeViewport
  const listeners = new Set<() => void>()
  const header = () => store.frames[0]?.header
  let pointer: readonly [number, number] | null = null
  let isClosed = false
  let state: ViewportState | null = null

  const camera = (): { normal: Vector3; focus: Vector3; position: Vector3 } => {
    const { viewPlaneNormal = [0, 0, 1], focalPoint = [0, 0, 0], position = [0, 0, 0] } = viewport.getCamera()
    return {
      normal: [viewPlaneNormal[0], viewPlaneNormal[1], viewPlaneNormal[2]],
      focus: [focalPoint[0], focalPoint[1], focalPoint[2]],
      position: [position[0], position[1], position[2]],
    }
  }

  const range = (): SliceRange => slicesAlong(block, camera().normal)
  const index = (): number => sliceIndexOf(range(), camera().focus, camera().normal)

  const goTo = (slice: number): void => {
    const { normal, focus, position } = camera()
    const slices = range()
    const wanted = Math.max(0, Math.min(slices.count - 1, slice))
    const next = ontoSlice(slices, wanted, focus, normal)
    const by = subtract(next, focus)
    viewport.setCamera({ focalPoint: [...next] as Types.Point3, position: [...add(position, by)] as Types.Point3 })
    viewport.render()
    publish()
  }

  const readPointer = (): ViewportState['pointer'] => {
    if (!pointer) return null
    const voxel = voxelOf(block, viewport.canvasToWorld([pointer[0], pointer[1]])).map(Math.round) as [
      number,
      number,
      number,
    ]
    const isInside = voxel.every((value, axis) => value >= 0 && value < (block.dimensions[axis] ?? 0))
    if (!isInside) return null
    const [column, row, slot] = voxel
    const image = store.image(slotOf(slot))
    const value = image?.getPixelData()[row * block.dimensions[0] + column] ?? null
    const [from, to] = (image && paddingOf(image)) ?? [1, 0]
    const first = header()
    const isPadding = value !== null && value >= from && value <= to
    return { column, row, value: isPadding ? null : value, unit: first ? pixelUnit(first) : '' }
  }

  /** The images that the plane is made of: one where it is that image, else all. */
  const framesOf = (slice: number): readonly StoredFrame[] => {
    const { normal } = camera()
    if (axisAlong(block, normal) !== 2) return store.frames
    const isAlong = dot(block.axes[2], normal) > 0
    const frame = store.frames[slotOf(isAlong ? slice : block.dimensions[2] - 1 - slice)]
    return frame ? [frame] : []
  }

  /** Whether every voxel of the plane is there. */
  const isWhole = (frames: readonly StoredFrame[]): boolean =>
    frames.length > 0 && frames.every((frame) => frame.state === 'loaded')

  const read = (): ViewportState => {
    const geometry = viewGeometry(viewport)
    const { normal, focus } = camera()
    const slices = range()
    const slice = sliceIndexOf(slices, focus, normal)
    const first = header()
    const frames = framesOf(slice)
    return {
      imageIndex: slice,
      imageCount: slices.count,
      frame: null,
      status: isWhole(frames) ? 'painted' : 'waiting',
      notDisplayable: null,
      voi: controls.voi(),
      unit: first ? pixelUnit(first) : '',
      ...controls.read(),
      zoom: geometry ? block.spacing[0] / geometry.unitsPerPixel : 1,
      orientation: geometry ? lettersOfView(geometry.right, geometry.down) : null,
      scale: geometry ? { mmPerPixel: geometry.unitsPerPixel, source: 'patient' } : null,
      slice: { location: patientLocation(normal, focus), thickness: slices.spacing },
      lossy: lossyOfAll(frames.map((frame) => frame.header)),
      pointer: readPointer(),
    }
  }

  const publish = (): void => {
    if (isClosed) return
    state = read()
    for (const listener of [...listeners]) listener()
  }

  const controls = createViewportControls(viewport, {
    publish,
    isInverted: () => isShownInverted(header()),
    initialVoi: options.initialVoi,
    // Every slice may have a curve of its own, and a plane crosses many.
    tableSpan: () => null,
  })

  /** What is done to the window here is done in the three planes. */
  const shared = (change: () => void) => (): void => {
    change()
    const { voi, invert } = controls.presentation()
    for (const sibling of options.siblings()) if (sibling !== view) sibling.shareVoi(voi, invert)
  }

  const stops = [
    followPointer(element, (place) => {
      pointer = place
      publish()
    }),
    followWheel(element, (steps) => goTo(index() + steps)),
  ]
  const onRendered = (): void => {
    publish()
    options.onDrawn()
  }
  element.addEventListener(Enums.Events.IMAGE_RENDERED, onRendered)
  element.addEventListener(Enums.Events.CAMERA_MODIFIED, publish)

  const close = (): void => {
    if (isClosed) return
    isClosed = true
    for (const stop of stops) stop()
    element.removeEventListener(Enums.Events.IMAGE_RENDERED, onRendered)
    element.removeEventListener(Enums.Events.CAMERA_MODIFIED, publish)
    options.detach(element)
    renderingEngine.disableElement(id)
    clearElement(element)
    listeners.clear()
  }

  const center = (): Vector3 => camera().focus

  const view: PlaneView = {
    id,
    element,
    plane,
    viewport,
    get displaySetId() {
      return store.displaySet.displaySetId
    },
    state: () => {
      state ??= read()
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    scrollTo: goTo,
    scrollBy: (images) => goTo(index() + images),
    ...controls.actions,
    setVoi: (middle, width, kind) => shared(() => controls.actions.setVoi(middle, width, kind))(),
    invert: (isInverted) => shared(() => controls.actions.invert(isInverted))(),
    reset: () =>
      shared(() => {
        controls.actions.reset()
        goTo(index())
      })(),
    stackIndex() {
      // The planes' own slices meet in the crosshairs' centre.
      const meeting = options.siblings().reduce<Vector3>((point, sibling) => {
        const { viewPlaneNormal = [0, 0, 1] } = sibling.viewport.getCamera()
        const normal: Vector3 = [viewPlaneNormal[0], viewPlaneNormal[1], viewPlaneNormal[2]]
        const by = dot(subtract(sibling.center(), point), normal)
        return add(point, [normal[0] * by, normal[1] * by, normal[2] * by])
      }, center())
      const slot = Math.round(voxelOf(block, meeting)[2])
      const place = slotOf(Math.max(0, Math.min(block.dimensions[2] - 1, slot)))
      return place < 0 ? null : place
    },
    resize() {
      renderingEngine.resize(true, true)
      publish()
    },
    start(initialIndex, kept) {
      controls.applyVoi()
      const frame = store.frames[initialIndex]
      if (frame) {
        const { Columns = 1, Rows = 1 } = frame.header
        const middle = worldPointOf(imagePlane(frame.header), [(Columns - 1) / 2, (Rows - 1) / 2])
        const { normal } = camera()
        goTo(sliceIndexOf(range(), middle, normal))
      }
      if (kept) view.present(kept)
    },
    publish,
    center,
    shareVoi(voi, isInverted) {
      controls.present({ ...view.presentation(), voi, invert: isInverted })
    },
    presentation: () => ({
      imageIndex: index(),
      location: dot(camera().focus, camera().normal),
      ...controls.presentation(),
    }),
    present(presentation) {
      controls.present(presentation)
      const { location, imageIndex } = presentation
      const { first, spacing } = range()
      goTo(location === undefined ? imageIndex : Math.round((location - first) / spacing))
    },
    meetAt(world) {
      for (const sibling of options.siblings()) if (sibling !== view) sibling.goThrough(world)
    },
    goThrough: (world) => goTo(sliceIndexOf(range(), world, camera().normal)),
    redraw: () => viewport.render(),
    update: publish,
    destroy: close,
    close,
  }
  return view
}

/** Position along the patient's axis that the plane is nearest to: feet–head, front–back or right–left, growing as in LPS. */
const patientLocation = (normal: Vector3, focus: Vector3): number => {
  const largest = Math.max(...normal.map(Math.abs))
  const sign = normal.find((value) => Math.abs(value) === largest) ?? 1
  return dot(normal, focus) * Math.sign(sign)
}
