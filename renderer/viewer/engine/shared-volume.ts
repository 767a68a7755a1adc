/**
 * The slices of a display set as one volume, for planes and volume rendering alike. It holds no pixels of its own: its slices are the images
 * of the display set, and lie on the graphics card once, however many viewports show them.
 */
import { cache, type Types, volumeLoader } from '@cornerstonejs/core'
import { voiOfImage } from './cornerstone-image.ts'
import type { FrameStore } from './frame-store.ts'
import { refuseIfTooLarge } from './mpr-refused.ts'
import type { VoxelBlock } from './plane-slices.ts'
import type { Vector3 } from './vectors.ts'
import type { Voi } from './voi.ts'
import { blankSlices, type VolumeTexture } from './volume-blank.ts'

export interface SharedVolume {
  readonly id: string
  readonly store: FrameStore
  /** The first image is here and the volume exists; rejects with MprRefused. */
  readonly ready: Promise<void>
  /** Only once it is ready, as everything below. */
  block(): VoxelBlock
  texture(): VolumeTexture
  /** Position in the stack of a slice of the volume; −1 when it is gone. */
  placeOf(slot: number): number
  /** Window of the image that was wanted first. */
  initialVoi(): Voi | null
  /** Called for every frame that came, failed or was dropped; true when the next drawing brings it to the graphics card. */
  subscribe(listener: (isArrival: boolean) => void): () => void
  /** To be called after a drawing: what has not come yet is black, not zero. True when that changed the picture. */
  blankMissing(): boolean
  /** Every slice is loaded and on the graphics card. */
  isComplete(): boolean
  /** The same, but for slices that cannot be shown: nothing more will come. */
  isSettled(): boolean
  /** Whether its slices are still those of the display set. */
  isCurrent(): boolean
  destroy(): void
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

export interface SharedVolumeOptions {
  id: string
  store: FrameStore
  initialIndex: number
}

export const createSharedVolume = ({ id, store, initialIndex }: SharedVolumeOptions): SharedVolume => {
  const listeners = new Set<(isArrival: boolean) => void>()
  const stops: (() => void)[] = []
  const slots = new Map<string, number>()
  let volume: StreamingVolume | null = null
  let block: VoxelBlock | null = null
  let voi: Voi | null = null
  let blanked: WebGLTexture | null = null
  let isDestroyed = false

  const made = (): StreamingVolume => {
    if (!volume) throw new Error('the volume is not ready')
    return volume
  }

  const firstImage = async (): Promise<void> => {
    store.setWanted(initialIndex)
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

  const onFrame = (index: number): void => {
    const frame = store.frames[index]
    const slot = frame && slots.get(frame.imageId)
    if (slot === undefined) return
    const isArrival = frame?.state === 'loaded'
    if (isArrival) made().vtkOpenGLTexture.setUpdatedFrame(slot)
    for (const listener of [...listeners]) listener(isArrival)
  }

  const start = async (): Promise<void> => {
    await firstImage()
    refuseIfTooLarge(store)
    const image = store.image(initialIndex) ?? store.frames.flatMap((_, index) => store.image(index) ?? [])[0]
    voi = image ? voiOfImage(image) : null
    store.setSharedKey(id)
    const imageIds = store.frames.map(({ imageId }) => imageId)
    const created = (await volumeLoader.createAndCacheVolume(id, { imageIds })) as StreamingVolume
    volume = created
    if (isDestroyed) throw new Error('closed')
    // Whoever shows it paces the drawing: by itself the volume would draw after every few slices.
    Object.assign(created, { autoRenderOnLoad: false })
    block = blockOf(created)
    created.imageIds.forEach((imageId, slot) => {
      slots.set(imageId, slot)
      if (cache.isLoaded(imageId)) created.vtkOpenGLTexture.setUpdatedFrame(slot)
    })
    stops.push(store.subscribe(onFrame))
  }

  const isUploaded = (): boolean => !made().vtkOpenGLTexture.getUpdatedFrames().some(Boolean)

  const destroy = (): void => {
    if (isDestroyed) return
    isDestroyed = true
    for (const stop of stops) stop()
    listeners.clear()
    store.setSharedKey(null)
    if (cache.getVolume(id)) cache.removeVolumeLoadObject(id)
  }

  return {
    id,
    store,
    ready: start().catch((error) => {
      destroy()
      throw error
    }),
    block() {
      if (!block) throw new Error('the volume is not ready')
      return block
    },
    texture: () => made().vtkOpenGLTexture,
    placeOf: (slot) => store.indexOf(made().imageIds[slot] ?? ''),
    initialVoi: () => voi,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    blankMissing() {
      const { imageIds, vtkOpenGLTexture: texture } = made()
      if (texture.getHandle() === blanked) return false
      const missing = imageIds.flatMap((imageId, slot) => (cache.isLoaded(imageId) ? [] : [slot]))
      if (!blankSlices(texture, store.valueType(), missing)) return false
      blanked = texture.getHandle()
      return missing.length > 0
    },
    isComplete: () => store.frames.every(({ imageId }) => cache.isLoaded(imageId)) && isUploaded(),
    isSettled() {
      const { loaded, failed, total } = store.loadState()
      return loaded + failed === total && isUploaded()
    },
    isCurrent: () =>
      !isDestroyed &&
      volume !== null &&
      volume.imageIds.length === store.frames.length &&
      store.frames.every(({ imageId }) => slots.has(imageId)) &&
      volume.imageIds.every(
        (imageId) => !cache.isLoaded(imageId) || cache.getImage(imageId)?.dataType === volume?.dataType,
      ),
    destroy,
  }
}

/** Between one layout and the next a volume lies here, so that the next finds it on the graphics card. */
export interface VolumeShelf {
  /** The volume of this store that was put here just now, if it still holds. */
  take(store: FrameStore): SharedVolume | null
  /** Destroys it unless it is taken before the window does anything else. */
  put(volume: SharedVolume): void
  clear(): void
}

export const createVolumeShelf = (): VolumeShelf => {
  let kept: { volume: SharedVolume; timer: number } | null = null
  const clear = (): void => {
    if (!kept) return
    window.clearTimeout(kept.timer)
    kept.volume.destroy()
    kept = null
  }
  return {
    take(store) {
      if (kept?.volume.store !== store || !kept.volume.isCurrent()) {
        clear()
        return null
      }
      const { volume, timer } = kept
      window.clearTimeout(timer)
      kept = null
      return volume
    },
    put(volume) {
      clear()
      kept = { volume, timer: window.setTimeout(clear) }
    },
    clear,
  }
}
