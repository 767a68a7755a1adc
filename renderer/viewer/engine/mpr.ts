/**
 * Three planes of one volume. The volume holds no pixels of its own: its slices are the images of the display set, uploaded to the
 * graphics card as they come, and drawn again at a pace that leaves the card time for the reader.
 */

import type { RenderingEngine } from '@cornerstonejs/core'
import { cache, Enums, setVolumesForViewports, type Types, volumeLoader } from '@cornerstonejs/core'
import { voiOfImage } from './cornerstone-image.ts'
import type { DisplaySet, Plane, ToolName } from './engine.ts'
import type { FrameStore } from './frame-store.ts'
import type { MeasuredPlace } from './measurements.ts'
import { refuseIfTooLarge } from './mpr-refused.ts'
import { axisAlong, type VoxelBlock } from './plane-slices.ts'
import { createPlaneView, type PlaneView } from './plane-view.ts'
import { createToolBench } from './tools.ts'
import type { Vector3 } from './vectors.ts'
import type { EngineView, Presentation } from './view-context.ts'
import type { Voi } from './voi.ts'
import { blankSlices, type VolumeTexture } from './volume-blank.ts'
import { volumePlane } from './volume-plane.ts'

export interface Mpr {
  /** The three viewports exist; rejects with MprRefused. */
  readonly ready: Promise<void>
  views(): EngineView[]
  placeOf(metadata: Record<string, unknown>, points: readonly Vector3[]): MeasuredPlace | null
  setPrimaryTool(tool: ToolName): void
  update(displaySet: DisplaySet): void
  destroy(): void
}

export interface MprOptions {
  id: string
  renderingEngine: RenderingEngine
  store: FrameStore
  elements: Record<Plane, HTMLDivElement>
  initialIndex: number
  primaryTool: ToolName
  textLines: (data: object) => string[]
  kept: (plane: Plane) => Presentation | undefined
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

type StreamingVolume = Types.IImageVolume & { vtkOpenGLTexture: VolumeTexture }

const blockOf = ({ origin, direction, spacing, dimensions }: Types.IImageVolume): VoxelBlock => {
  const at = (index: number): Vector3 => [direction[index] ?? 0, direction[index + 1] ?? 0, direction[index + 2] ?? 0]
  return {
    origin: [origin[0], origin[1], origin[2]],
    axes: [at(0), at(3), at(6)],
    spacing: [spacing[0], spacing[1], spacing[2]],
    dimensions: [dimensions[0], dimensions[1], dimensions[2]],
  }
}

export const createMpr = (options: MprOptions): Mpr => {
  const { id, renderingEngine, store, elements } = options
  const volumeId = `${id}-volume`
  const views: PlaneView[] = []
  let volume: StreamingVolume | null = null
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

  const firstImage = async (): Promise<void> => {
    store.setWanted(options.initialIndex)
    await new Promise<void>((resolve, reject) => {
      const look = (): boolean => {
        const { loaded, failed, total } = store.loadState()
        if (isDestroyed || failed === total) reject(new Error('the display set has no image'))
        else if (loaded > 0) resolve()
        else return false
        return true
      }
      if (look()) return
      const stop = store.subscribe(() => {
        if (look()) stop()
      })
      stops.push(stop, () => reject(new Error('closed')))
    })
  }

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
    blankMissing()
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

  let blanked: WebGLTexture | null = null
  /** As soon as the texture exists, and whenever it was made anew: what has not come yet is black, not zero. */
  const blankMissing = (): void => {
    const texture = volume?.vtkOpenGLTexture
    if (!volume || !texture || texture.getHandle() === blanked) return
    const missing = volume.imageIds.flatMap((imageId, slot) => (cache.isLoaded(imageId) ? [] : [slot]))
    if (!blankSlices(texture, store.valueType(), missing)) return
    blanked = texture.getHandle()
    if (missing.length > 0) pace.isDirty = true
  }

  const markIfComplete = (): void => {
    if (isComplete || !volume) return
    const isLoaded = store.frames.every(({ imageId }) => cache.isLoaded(imageId))
    const isUploaded = !volume.vtkOpenGLTexture.getUpdatedFrames().some(Boolean)
    if (!isLoaded || !isUploaded) return
    isComplete = true
    options.onComplete()
  }

  const slots = new Map<string, number>()
  const onFrame = (index: number): void => {
    const frame = store.frames[index]
    const slot = frame && slots.get(frame.imageId)
    if (!volume || slot === undefined) return
    if (frame?.state === 'loaded') {
      volume.vtkOpenGLTexture.setUpdatedFrame(slot)
      pace.isDirty = true
      if (!pace.isDrawing && pace.timer === 0) draw()
    }
    for (const view of views) view.publish()
  }

  const voi = (): Voi | null => {
    const image = store.image(options.initialIndex) ?? store.frames.flatMap((_, index) => store.image(index) ?? [])[0]
    return image ? voiOfImage(image) : null
  }
  let initialVoi: Voi | null = null

  const start = async (): Promise<void> => {
    await firstImage()
    refuseIfTooLarge(store)
    initialVoi = voi()
    store.setSharedKey(volumeId)
    const imageIds = store.frames.map(({ imageId }) => imageId)
    volume = (await volumeLoader.createAndCacheVolume(volumeId, { imageIds })) as StreamingVolume
    if (isDestroyed) throw new Error('closed')
    // Drawing is paced here: by itself the volume would draw after every few slices.
    Object.assign(volume, { autoRenderOnLoad: false })
    volume.imageIds.forEach((imageId, slot) => {
      slots.set(imageId, slot)
    })
    const block = blockOf(volume)
    for (const plane of planes) {
      const viewportId = `${id}-${plane}`
      renderingEngine.enableElement({
        viewportId,
        element: elements[plane],
        type: Enums.ViewportType.ORTHOGRAPHIC,
        defaultOptions: { orientation: orientations[plane] },
      })
    }
    const viewportIds = planes.map((plane) => `${id}-${plane}`)
    await setVolumesForViewports(renderingEngine, [{ volumeId }], viewportIds)
    if (isDestroyed) throw new Error('closed')
    for (const plane of planes) {
      const view: PlaneView = createPlaneView({
        id: `${id}-${plane}`,
        plane,
        element: elements[plane],
        renderingEngine,
        store,
        block,
        slotOf: (slot) => store.indexOf(volume?.imageIds[slot] ?? ''),
        initialVoi: () => initialVoi,
        siblings: () => views,
        onDrawn: () => onDrawn(view),
        detach: (element) => bench.detach(view, element),
      })
      views.push(view)
      bench.attach(view, elements[plane])
    }
    for (const view of views) view.start(options.initialIndex, options.kept(view.plane))
    bench.startCrosshairs()
    stops.push(store.subscribe(onFrame), store.onWiden(options.onOutdated))
    volume.imageIds.forEach((imageId, slot) => {
      if (cache.isLoaded(imageId)) volume?.vtkOpenGLTexture.setUpdatedFrame(slot)
    })
    draw()
  }

  const destroy = (): void => {
    if (isDestroyed) return
    isDestroyed = true
    window.clearTimeout(pace.timer)
    window.clearTimeout(renewal)
    for (const stop of stops) stop()
    for (const view of views) view.close()
    bench.destroy()
    store.setSharedKey(null)
    if (cache.getVolume(volumeId)) cache.removeVolumeLoadObject(volumeId)
  }

  return {
    ready: start().catch((error) => {
      destroy()
      throw error
    }),
    views: () => views,
    placeOf(metadata) {
      if (!volume || metadata.volumeId !== volumeId) return null
      const normal = metadata.viewPlaneNormal as Vector3 | undefined
      const focus = metadata.cameraFocalPoint as Vector3 | undefined
      if (!normal || !focus) return null
      const block = blockOf(volume)
      const plane = volumePlane(store, block, (slot) => store.indexOf(volume?.imageIds[slot] ?? ''), normal, focus)
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
      // While slices arrive out of order the block has holes: the volume stays as it is until it is whole again, and is not made anew for each.
      if (displaySet.noMpr) return
      window.clearTimeout(renewal)
      renewal = window.setTimeout(options.onOutdated, 500)
    },
    destroy,
  }
}
