/**
 * The frames of one display set: which are loaded, which failed and why. Pixels lie in Cornerstone's cache and nowhere else;
 * what is evicted there is missing here, and asked for again.
 */
import { cache, type Types } from '@cornerstonejs/core'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { makeImage, paddingOf, type ValueType, valueTypeOf } from './cornerstone-image.ts'
import type { DecoderPool } from './decode/decoder-pool.ts'
import type { DisplaySet, FrameRef, LoadState } from './engine.ts'
import { frameHeaderOf, isColour } from './frame-header.ts'
import { imageIdOf } from './image-id.ts'
import { PixelError, type UnshownReason } from './pixel-error.ts'
import type { FrameSource } from './pixel-stream.ts'
import { type FramePixels, framePixels, nativeSamples } from './pixel-values.ts'

export interface StoredFrame {
  imageId: string
  ref: FrameRef
  /** The object's attributes as they hold for this frame. */
  header: ImageHeader
  state: 'missing' | 'loaded' | 'failed'
  reason: UnshownReason | null
}

export interface FrameStore extends FrameSource {
  readonly displaySet: DisplaySet
  readonly frames: readonly StoredFrame[]
  /** Type of the values, once one frame is loaded; float as soon as one frame needs it. */
  valueType(): ValueType
  components(): 1 | 3
  image(index: number): Types.IImage | undefined
  /** Place of an image; −1 when it is not here. */
  indexOf(imageId: string): number
  loadState(): LoadState
  setWanted(index: number): void
  setPriority(priority: number): void
  subscribe(listener: (index: number) => void): () => void
  /** Called when the type of the values had to become wider than a volume already has. */
  onWiden(listener: () => void): () => void
  /** Frames that came later; those that are there stay. */
  update(displaySet: DisplaySet): void
  forget(imageId: string): void
  /** While a volume holds the images, its name: they are not evicted, and all have one type. Null gives them free. */
  setSharedKey(key: string | null): void
  destroy(): void
}

export interface FrameStoreOptions {
  displaySet: DisplaySet
  decoders: DecoderPool
  /** Bytes that this display set may hold. */
  budget: () => number
  /** A frame came, failed or was dropped. */
  onChange: (store: FrameStore) => void
  /** Other frames are wanted than before. */
  onDemand: (store: FrameStore) => void
}

const makeFrame = (displaySet: DisplaySet, ref: FrameRef): StoredFrame | null => {
  const header = displaySet.headers.get(ref.instanceKey)
  if (!header) return null
  const imageId = imageIdOf(ref)
  return {
    imageId,
    ref,
    header: frameHeaderOf(header, ref.frame),
    state: ref.notDisplayable ? 'failed' : cache.isLoaded(imageId) ? 'loaded' : 'missing',
    reason: ref.notDisplayable,
  }
}

/** Type that the values will have, as far as the header tells; the first loaded frame decides. */
const expectedType = (header: ImageHeader | undefined): ValueType => {
  if (!header) return 'Int16Array'
  if (isColour(header)) return 'Uint8Array'
  const isWhole = (header.RescaleSlope ?? 1) === 1 && Number.isInteger(header.RescaleIntercept ?? 0)
  if (!isWhole || header.pixelValueType === 'float' || header.pixelValueType === 'double') return 'Float32Array'
  if ((header.BitsAllocated ?? 16) > 16) return 'Float32Array'
  if (header.PixelRepresentation === 1 || (header.RescaleIntercept ?? 0) !== 0) return 'Int16Array'
  return (header.BitsAllocated ?? 16) > 8 ? 'Uint16Array' : 'Uint8Array'
}

/** Longest pause before a decoder that could not be loaded is tried again, ms. */
const LONGEST_PAUSE = 10_000

/** Whether the pixels of a frame may still come. */
const isAwaited = ({ state, reason }: StoredFrame): boolean =>
  state === 'missing' || (state === 'failed' && reason === 'decoder-not-loaded')

export const createFrameStore = (options: FrameStoreOptions): FrameStore => {
  const { decoders, budget, onChange, onDemand } = options
  let displaySet = options.displaySet
  let frames: StoredFrame[] = []
  let places = new Map<string, number>()
  let wanted = 0
  let priority = 0
  let type: ValueType | null = null
  let sharedKey: string | null = null
  let isSwapping = false
  const listeners = new Set<(index: number) => void>()
  const wideners = new Set<() => void>()
  /** Frames on their way through a decoder: no longer asked for, not yet loaded. */
  const inDecoder = new Set<string>()
  /** How often in a row a decoder could not be loaded; until it can, only the wanted frame is asked for. */
  let vainLoads = 0
  let pause: ReturnType<typeof setTimeout> | undefined

  const bytesPerFrame = (): number => {
    const header = frames[0]?.header
    return Math.max(1, (header?.Rows ?? 1) * (header?.Columns ?? 1) * (type === 'Float32Array' ? 4 : 2))
  }

  /** Whether the budget holds this place: of a stack that is larger than memory, only what is near the reader is kept. */
  const isInReach = (index: number): boolean => Math.abs(index - wanted) <= Math.max(8, budget() / bytesPerFrame() / 2)

  const notify = (index: number): void => {
    for (const listener of [...listeners]) listener(index)
    onChange(store)
  }

  const setFrames = (next: DisplaySet): void => {
    const before = new Map(frames.map((frame) => [frame.imageId, frame]))
    displaySet = next
    frames = next.frames.flatMap((ref) => {
      const known = before.get(imageIdOf(ref))
      return known && known.state !== 'failed' ? [{ ...known, ref }] : (makeFrame(next, ref) ?? [])
    })
    places = new Map(frames.map(({ imageId }, index) => [imageId, index]))
    for (const { state, imageId } of frames) {
      const image = state === 'loaded' ? cache.getImage(imageId) : undefined
      if (image) noteType(image.dataType as ValueType)
    }
  }

  const noteType = (found: ValueType): void => {
    if (type === null) type = found
    if (type === found || type === 'Float32Array') return
    // Frames of two types: only float holds both.
    type = 'Float32Array'
    if (sharedKey !== null) for (const widen of [...wideners]) widen()
  }

  /** Makes float of frames that a volume of float needs. */
  const widen = (): void => {
    if (type !== 'Float32Array') return
    for (const frame of frames) {
      const image = frame.state === 'loaded' ? cache.getImage(frame.imageId) : undefined
      if (!image || image.dataType === 'Float32Array') continue
      const values = Float32Array.from(image.getPixelData())
      const { minPixelValue: min, maxPixelValue: max } = image
      const wide = makeImage(frame.imageId, frame.header, {
        values,
        components: 1,
        min,
        max,
        padding: paddingOf(image),
      })
      isSwapping = true
      cache.removeImageLoadObject(frame.imageId, { force: true })
      cache.putImageSync(frame.imageId, wide)
      isSwapping = false
    }
  }

  const fail = (index: number, reason: UnshownReason): void => {
    const frame = frames[index]
    if (!frame) return
    frame.state = 'failed'
    frame.reason = reason
    notify(index)
    if (reason === 'decoder-not-loaded') tryAgainLater()
  }

  const tryAgainLater = (): void => {
    if (pause !== undefined) return
    vainLoads++
    pause = setTimeout(
      () => {
        pause = undefined
        onDemand(store)
      },
      Math.min(LONGEST_PAUSE, 250 * 2 ** vainLoads),
    )
  }

  /** A decoder is there again: all that it is needed for is asked for. */
  const noteDecoder = (): void => {
    if (vainLoads === 0) return
    vainLoads = 0
    clearTimeout(pause)
    pause = undefined
    onDemand(store)
  }

  /** While no decoder can be loaded: the wanted frame alone, and after a failure not before its pause is over. */
  const isWorthTrying = (index: number, { state }: StoredFrame): boolean =>
    vainLoads === 0 || (index === wanted && (state === 'missing' || pause === undefined))

  const keep = (frame: StoredFrame, pixels: FramePixels): void => {
    const isNarrow = sharedKey !== null && type === 'Float32Array' && !(pixels.values instanceof Float32Array)
    const held = isNarrow ? { ...pixels, values: Float32Array.from(pixels.values) } : pixels
    const image = makeImage(frame.imageId, frame.header, held)
    if (sharedKey !== null) image.sharedCacheKey = sharedKey
    cache.putImageSync(frame.imageId, image)
    frame.state = 'loaded'
    frame.reason = null
    noteType(valueTypeOf(held.values))
  }

  /** Takes decoded samples; the frame is found again by its name, as an update may have moved it meanwhile. */
  const take = (imageId: string, make: () => FramePixels): void => {
    const index = places.get(imageId)
    const frame = index === undefined ? undefined : frames[index]
    if (index === undefined || !frame || !isAwaited(frame)) return
    try {
      if (!cache.isLoaded(imageId)) keep(frame, make())
      notify(index)
    } catch (error) {
      fail(index, error instanceof PixelError ? error.reason : 'unsupported-pixel-format')
    }
  }

  /** Compressed frames on their way through the decoders; reading pauses while there are many. */
  const decoding = new Set<Promise<void>>()

  const decode = (frame: StoredFrame, payload: Uint8Array<ArrayBuffer>): Promise<void> =>
    decoders.decode(frame.header, payload).then(
      (samples) => {
        take(frame.imageId, () => framePixels(frame.header, samples))
        noteDecoder()
      },
      (error) => {
        const index = places.get(frame.imageId)
        if (index !== undefined) fail(index, error instanceof PixelError ? error.reason : 'object-damaged')
      },
    )

  const store: FrameStore = {
    get id() {
      return displaySet.displaySetId
    },
    get length() {
      return frames.length
    },
    get displaySet() {
      return displaySet
    },
    get frames() {
      return frames
    },
    address(index) {
      const ref = frames[index]?.ref
      return [ref?.instanceKey ?? 0, ref?.frame ?? 0]
    },
    isMissing(index) {
      const frame = frames[index]
      if (!frame || !isAwaited(frame) || inDecoder.has(frame.imageId)) return false
      return isInReach(index) && isWorthTrying(index, frame)
    },
    wanted: () => wanted,
    priority: () => priority,
    async receive(index, kind, payload) {
      const frame = frames[index]
      if (!frame) return
      if (kind === 'native') {
        take(frame.imageId, () => framePixels(frame.header, nativeSamples(frame.header, payload)))
        return
      }
      inDecoder.add(frame.imageId)
      const job = decode(frame, payload).finally(() => {
        inDecoder.delete(frame.imageId)
        decoding.delete(job)
      })
      decoding.add(job)
      if (decoding.size >= 4) await Promise.race(decoding)
    },
    refuse: fail,
    valueType: () => type ?? expectedType(frames.find(({ state }) => state !== 'failed')?.header),
    components: () => (frames[0] && isColour(frames[0].header) ? 3 : 1),
    image(index) {
      const frame = frames[index]
      return frame?.state === 'loaded' ? cache.getImage(frame.imageId) : undefined
    },
    indexOf: (imageId) => places.get(imageId) ?? -1,
    loadState: () => ({
      total: frames.length,
      loaded: frames.filter(({ state }) => state === 'loaded').length,
      failed: frames.filter(({ state }) => state === 'failed').length,
    }),
    setWanted(index) {
      const next = Math.max(0, Math.min(frames.length - 1, index))
      if (next === wanted) return
      wanted = next
      onDemand(store)
    },
    setPriority(value) {
      if (value === priority) return
      priority = value
      onDemand(store)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onWiden(listener) {
      wideners.add(listener)
      return () => wideners.delete(listener)
    },
    update(next) {
      setFrames(next)
      wanted = Math.max(0, Math.min(frames.length - 1, wanted))
      onChange(store)
      onDemand(store)
    },
    forget(imageId) {
      const index = places.get(imageId)
      const frame = index === undefined ? undefined : frames[index]
      if (isSwapping || index === undefined || frame?.state !== 'loaded') return
      frame.state = 'missing'
      notify(index)
      onDemand(store)
    },
    setSharedKey(key) {
      sharedKey = key
      if (key !== null) widen()
    },
    destroy() {
      clearTimeout(pause)
      listeners.clear()
      wideners.clear()
      for (const { imageId } of frames) {
        if (cache.isLoaded(imageId)) cache.removeImageLoadObject(imageId, { force: true })
      }
      places = new Map()
    },
  }
  setFrames(displaySet)
  return store
}
