/**
 * What an engine measures, and where: it finds the pixels under a shape in stacks and planes, brings kept measurements to the images that
 * they were made on, and draws for the keyboard what the mouse draws with Cornerstone's tools.
 */
import { getEnabledElement } from '@cornerstonejs/core'
import type { MeasurementContent } from '../../../main/contract/measurement.ts'
import type { DisplaySetStores } from './display-set-stores.ts'
import type { PixelGrid, Sketch } from './engine.ts'
import type { FrameStore } from './frame-store.ts'
import { isOfStudy, type KeptShape, type Shape, shapeOf } from './measurement-content.ts'
import {
  createMeasurements,
  type FoundPlace,
  type KeptMeasurement,
  type MeasuredPlace,
  type Measurements,
} from './measurements.ts'
import { pixelGrid, sketchOf, sketchPoints, type WorldGrid } from './pixel-grid.ts'
import { stackPlane } from './stack-plane.ts'
import type { Vector3 } from './vectors.ts'
import type { EngineView } from './view-context.ts'

/** The planes of a volume that are mounted now. */
export interface MountedPlanes {
  store: FrameStore
  volumeId: string
  placeOf(metadata: Record<string, unknown>, points: readonly Vector3[]): MeasuredPlace | null
}

export interface MeasuringOptions {
  stores: DisplaySetStores
  planes(): MountedPlanes | null
  views(): readonly EngineView[]
}

export interface Measuring {
  readonly measurements: Measurements
  /** A display set is shown, or has more images: its measurements appear. */
  shown(store: FrameStore): void
  /** Planes were mounted, made anew or closed. */
  planesChanged(): void
  bring(contents: readonly MeasurementContent[]): void
  remove(id: string): void
  restore(id: string): void
  /** Measurements that an earlier version kept in its saved state, until the station has them. */
  takeOver(kept: readonly KeptMeasurement[]): void
  notTakenOver(): KeptMeasurement[]
  /** The station has it. */
  kept(id: string): void
  grid(view: EngineView): PixelGrid | null
  /** The shape of a measurement in what the view shows; null when it lies elsewhere. */
  sketchOf(view: EngineView, id: string): Sketch | null
  draw(view: EngineView, sketch: Sketch, id: string): void
}

const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.test(text)

export const createMeasuring = ({ stores, planes, views }: MeasuringOptions): Measuring => {
  const awaited = new Map<string, KeptShape>()
  const legacy = new Map<string, KeptMeasurement>()

  const inStack = (metadata: Record<string, unknown>): MeasuredPlace | null => {
    const found = stores.locate(String(metadata.referencedImageId ?? ''))
    const frame = found?.store.frames[found.index]
    if (!found || !frame) return null
    return {
      displaySetId: found.store.id,
      SOPInstanceUID: frame.ref.SOPInstanceUID,
      frame: frame.ref.frame,
      imageIndex: found.index,
      plane: null,
    }
  }

  /** A plane is known again after its volume was made anew: by the display set that it was drawn in. */
  const inPlanes = (metadata: Record<string, unknown>, points: readonly Vector3[]): MeasuredPlace | null => {
    const mounted = planes()
    if (!mounted) return null
    const isOwn = metadata.displaySetId === mounted.store.id && metadata.referencedImageId === undefined
    return mounted.placeOf(isOwn ? { ...metadata, volumeId: mounted.volumeId } : metadata, points)
  }

  const placeOf = (metadata: Record<string, unknown>, points: readonly Vector3[]): FoundPlace | null => {
    const place = inPlanes(metadata, points) ?? inStack(metadata)
    const store = place && stores.find(place.displaySetId)
    const frame = store?.frames[place?.imageIndex ?? -1]
    if (!place || !store || !frame) return null
    const isStored = place.SOPInstanceUID !== null
    // A plane that is a stored image is measured as that image, so that the figures are the same in both.
    const plane = isStored ? stackPlane(store, place.imageIndex) : place.plane
    const { total, loaded, failed } = store.loadState()
    return {
      ...place,
      plane,
      image: plane && {
        displaySet: store.displaySet,
        header: frame.header,
        frame: frame.ref.frame,
        isStored,
        plane,
      },
      // An image that cannot be shown will never come.
      isWhole: isStored ? frame.state !== 'missing' : loaded + failed === total,
    }
  }

  const measurements = createMeasurements({
    placeOf,
    redraw: () => {
      for (const view of views()) view.redraw()
    },
  })

  const frameOf = (store: FrameStore, { SOPInstanceUID, frame }: KeptShape['image']) =>
    store.frames.find(({ ref }) => ref.SOPInstanceUID === SOPInstanceUID && ref.frame === frame)

  /** Draws a kept shape if what it lies on is shown. */
  const place = (store: FrameStore, shape: KeptShape): boolean => {
    const frame = isOfStudy(shape, store.displaySet) ? frameOf(store, shape.image) : undefined
    if (!frame) return false
    if (shape.isStored) {
      measurements.bring({ ...shape, metadata: { ...shape.metadata, referencedImageId: frame.imageId } })
      return true
    }
    const mounted = planes()
    if (mounted?.store !== store) return false
    const { volumeId } = mounted
    measurements.bring({ ...shape, metadata: { ...shape.metadata, volumeId, displaySetId: store.id } })
    return true
  }

  /** Of an earlier version: those of planes named their frame of reference and no image. */
  const placeLegacy = (store: FrameStore, kept: KeptMeasurement): void => {
    const { SOPInstanceUID, frame, tool, metadata } = kept
    const [first] = store.frames
    const id = isUuid(kept.id) ? kept.id : crypto.randomUUID()
    const points = kept.points.map((point): Vector3 => [point[0] ?? 0, point[1] ?? 0, point[2] ?? 0])
    const isStored = SOPInstanceUID !== null
    if (!isStored && (!first || metadata.FrameOfReferenceUID !== first.header.FrameOfReferenceUID)) return
    const of = isStored ? SOPInstanceUID : (first?.ref.SOPInstanceUID ?? '')
    const image = { SOPInstanceUID: of, frame: frame ?? 0 }
    if (!place(store, { StudyInstanceUID: null, id, tool, points, metadata, isStored, image })) return
    if (id === kept.id) return
    legacy.delete(kept.id)
    legacy.set(id, { ...kept, id })
  }

  const shown = (store: FrameStore): void => {
    for (const shape of [...awaited.values()]) if (place(store, shape)) awaited.delete(shape.id)
    for (const kept of [...legacy.values()]) if (!measurements.has(kept.id)) placeLegacy(store, kept)
  }

  /** What the view shows, as annotations name it. */
  const reference = (view: EngineView): Record<string, unknown> | null => {
    if (view.rendering) return null
    return { ...getEnabledElement(view.element)?.viewport.getViewReference() }
  }

  const grid = (view: EngineView): WorldGrid | null => {
    const metadata = reference(view)
    const found = metadata && placeOf(metadata, [])
    const viewport = getEnabledElement(view.element)?.viewport
    return found?.plane && found.image && viewport ? pixelGrid(viewport, found.plane, found.image) : null
  }

  return {
    measurements,
    shown,
    planesChanged() {
      const mounted = planes()
      measurements.showOnly(mounted?.store.id ?? null)
      if (mounted) shown(mounted.store)
      measurements.refresh()
    },
    bring(contents) {
      for (const content of contents) {
        const shape = shapeOf(content)
        if (!shape) continue
        legacy.delete(shape.id)
        if (measurements.has(shape.id)) measurements.bring(shape)
        else awaited.set(shape.id, shape)
      }
      for (const store of stores.all()) shown(store)
    },
    remove(id) {
      awaited.delete(id)
      legacy.delete(id)
      measurements.remove(id)
    },
    restore: (id) => void measurements.restore(id),
    takeOver(kept) {
      for (const one of kept) legacy.set(one.id, one)
      for (const store of stores.all()) shown(store)
    },
    notTakenOver: () => [...legacy.values()],
    kept: (id) => void legacy.delete(id),
    grid,
    sketchOf(view, id) {
      const one = measurements.list().find((candidate) => candidate.id === id)
      const points = measurements.pointsOf(id)
      const here = grid(view)
      const metadata = reference(view)
      const now = metadata && placeOf(metadata, [])
      if (!one || !points || !here || !now) return null
      const isHere = one.displaySetId === now.displaySetId && one.imageIndex === now.imageIndex
      const isSamePlane = one.SOPInstanceUID === now.SOPInstanceUID && one.frame === now.frame
      if (!isHere || !isSamePlane) return null
      return sketchOf(one.tool, points.map(here.toImage))
    },
    draw(view, sketch, id) {
      const here = grid(view)
      const metadata = reference(view)
      if (!here || !metadata) return
      const shape: Shape = { id, tool: sketch.tool, points: sketchPoints(sketch).map(here.toWorld), metadata }
      measurements.sketch(shape)
    },
  }
}
