/** The frame stores of one engine: one per display set, made at its first use, fed by the window's pixel streams. */
import { cache, Enums, eventTarget, type Types } from '@cornerstonejs/core'
import { metadataModule } from './cornerstone-image.ts'
import { addImageSource } from './cornerstone-start.ts'
import { createDecoderPool } from './decode/decoder-pool.ts'
import type { DisplaySet } from './engine.ts'
import { createFrameStore, type FrameStore } from './frame-store.ts'
import { createPixelStreams } from './pixel-stream.ts'

export interface DisplaySetStores {
  /** The store of a display set; made when there is none. */
  of(displaySet: DisplaySet): FrameStore
  find(displaySetId: string): FrameStore | undefined
  all(): Iterable<FrameStore>
  /** The store and place that hold an image. */
  locate(imageId: string): { store: FrameStore; index: number } | undefined
  /** Streams the store's frames while at least one view holds it. */
  hold(store: FrameStore): void
  release(store: FrameStore): void
  /** The one that the reader works in is served first. */
  setFocus(store: FrameStore): void
  subscribe(listener: (displaySetId: string) => void): () => void
  destroy(): void
}

export interface DisplaySetStoresOptions {
  fetchPixels: (body: string, signal: AbortSignal) => Promise<Response>
}

/** Part of the cache that streaming fills: the rest is for what is being swapped. */
const fillable = 0.9

export const createDisplaySetStores = ({ fetchPixels }: DisplaySetStoresOptions): DisplaySetStores => {
  const stores = new Map<string, FrameStore>()
  const holders = new Map<FrameStore, number>()
  const listeners = new Set<(displaySetId: string) => void>()
  const decoders = createDecoderPool()
  const streams = createPixelStreams({ fetch: fetchPixels })
  const changed = new Set<string>()
  let focus: FrameStore | null = null
  let handle = 0

  const announce = (): void => {
    handle = 0
    const ids = [...changed]
    changed.clear()
    for (const id of ids) for (const listener of [...listeners]) listener(id)
  }

  const note = ({ id }: FrameStore): void => {
    changed.add(id)
    if (handle === 0) handle = requestAnimationFrame(announce)
  }

  const locate = (imageId: string): { store: FrameStore; index: number } | undefined => {
    for (const store of stores.values()) {
      const index = store.indexOf(imageId)
      if (index !== -1) return { store, index }
    }
    return undefined
  }

  const load = (imageId: string): Promise<Types.IImage> =>
    new Promise((resolve, reject) => {
      const found = locate(imageId)
      if (!found) return reject(new Error('the image is no longer part of a display set'))
      const { store } = found
      const settle = (): boolean => {
        const index = store.indexOf(imageId)
        const image = store.image(index)
        if (image) resolve(image)
        else if (store.frames[index]?.state !== 'missing') reject(new Error('the image cannot be shown'))
        else return false
        return true
      }
      if (settle()) return
      const stop = store.subscribe(() => {
        if (settle()) stop()
      })
    })

  const metadata = (module: string, imageId: string): object | undefined => {
    const found = locate(imageId)
    const frame = found?.store.frames[found.index]
    return found && frame
      ? metadataModule(module, frame.header, found.store.valueType(), found.store.components())
      : undefined
  }

  const removeSource = addImageSource({ load, metadata })

  const onRemoved = (event: Event): void => {
    const { imageId } = (event as CustomEvent<{ imageId: string }>).detail
    for (const store of stores.values()) store.forget(imageId)
  }
  eventTarget.addEventListener(Enums.Events.IMAGE_CACHE_IMAGE_REMOVED, onRemoved as EventListener)

  const setPriorities = (): void => {
    for (const store of holders.keys()) store.setPriority(store === focus ? 2 : 1)
  }

  return {
    of(displaySet) {
      const known = stores.get(displaySet.displaySetId)
      if (known) return known
      const store = createFrameStore({
        displaySet,
        decoders,
        budget: () => (cache.getMaxCacheSize() * fillable) / Math.max(1, holders.size),
        onChange: note,
        onDemand: (demanding) => {
          if (holders.has(demanding)) streams.changed(demanding)
        },
      })
      stores.set(displaySet.displaySetId, store)
      return store
    },
    find: (displaySetId) => stores.get(displaySetId),
    all: () => stores.values(),
    locate,
    hold(store) {
      const count = holders.get(store) ?? 0
      holders.set(store, count + 1)
      if (count > 0) return
      focus ??= store
      setPriorities()
      streams.add(store)
    },
    release(store) {
      const count = (holders.get(store) ?? 1) - 1
      if (count > 0) {
        holders.set(store, count)
        return
      }
      holders.delete(store)
      if (focus === store) focus = null
      streams.remove(store)
    },
    setFocus(store) {
      focus = store
      setPriorities()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    destroy() {
      cancelAnimationFrame(handle)
      streams.destroy()
      decoders.destroy()
      eventTarget.removeEventListener(Enums.Events.IMAGE_CACHE_IMAGE_REMOVED, onRemoved as EventListener)
      for (const store of stores.values()) store.destroy()
      stores.clear()
      holders.clear()
      listeners.clear()
      removeSource()
    },
  }
}
