/**
 * Reads frames of stored objects as the pixel stream and WADO-RS hand them out: native frames in little endian, compressed ones as
 * stored, or the reason why there is none.
 */
import { type Cache, CacheError, type StoredObject } from '../../cache/cache.ts'
import { inflatedObject } from '../../cache/inflated-object.ts'
import type { ImageHeader, NotDisplayableReason } from '../../contract/image.ts'
import { type FrameFormat, type FrameRanges, frameRanges, joinFrame } from '../../dataset/frame-ranges.ts'
import type { PixelDataLayout } from '../../dataset/pixel-data-layout.ts'
import { hasPixelsElsewhere, transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'

/** One frame, or why it cannot be had. */
export type Frame =
  | { kind: 'native' | 'compressed'; bytes: Uint8Array }
  | { kind: 'not-available'; reason: NotDisplayableReason }

/** Reads frames `[first, first + count)` of one instance: one {@link Frame} each. */
export type FrameReader = (instanceKey: number, first: number, count: number) => Promise<Frame[]>

type Stored = Pick<StoredObject, 'TransferSyntaxUID' | 'read'>

/** Bytes of one frame; the largest real ones stay below 100 MiB. */
const MAX_FRAME_LENGTH = 256 * 1024 * 1024
/** Frame formats remembered between requests. */
const MAX_FORMATS = 50_000

const notAvailable = (reason: NotDisplayableReason): Frame => ({ kind: 'not-available', reason })
const times = (count: number, frame: Frame): Frame[] => Array.from({ length: count }, () => frame)

const formatOf = (header: ImageHeader): FrameFormat => ({
  NumberOfFrames: header.NumberOfFrames,
  Rows: header.Rows,
  Columns: header.Columns,
  SamplesPerPixel: header.SamplesPerPixel,
  BitsAllocated: header.BitsAllocated,
  PhotometricInterpretation: header.PhotometricInterpretation,
})

/** Remembers what gives each instance's frames their size, read a series at a time. */
function createFormats(cache: Cache) {
  const known = new Map<number, FrameFormat>()
  const remember = (headers: ImageHeader[]) => {
    if (known.size + headers.length > MAX_FORMATS) known.clear()
    for (const header of headers) known.set(header.instanceKey, formatOf(header))
  }
  return async (object: StoredObject): Promise<FrameFormat | null> => {
    if (!known.has(object.instanceKey)) remember((await cache.imageHeaders(object.SeriesInstanceUID)).instances)
    if (!known.has(object.instanceKey)) {
      // A version that is not shown, or no longer: windows may still ask for it, and it can be compared.
      const header = await cache.imageHeader(object.instanceKey)
      if (header) remember([header])
    }
    return known.get(object.instanceKey) ?? null
  }
}

/** The frames at `places`, which are neighbours: read in one go. */
async function readPlaces(object: Stored, layout: PixelDataLayout, places: FrameRanges[]): Promise<Uint8Array[]> {
  const ranges = places.flatMap((place) => place.ranges)
  const start = Math.min(...ranges.map(([from]) => from))
  const bytes = await object.read(start, Math.max(...ranges.map(([, to]) => to)))
  return places.map((place) =>
    joinFrame(
      place.ranges.map(([from, to]) => bytes.subarray(from - start, to - start)),
      place,
      layout,
    ),
  )
}

async function readFrames(
  object: Stored,
  layout: PixelDataLayout,
  format: FrameFormat,
  first: number,
  count: number,
): Promise<Frame[]> {
  const places = Array.from({ length: count }, (_, index) => frameRanges(layout, format, first + index))
  if (places.some((place) => (place?.length ?? 0) > MAX_FRAME_LENGTH)) {
    return times(count, notAvailable('unsupported-pixel-format'))
  }
  const found = places.filter((place) => place !== null && place.ranges.length > 0) as FrameRanges[]
  const bytes = found.length > 0 ? await readPlaces(object, layout, found) : []
  const codec = transferSyntaxes.get(object.TransferSyntaxUID)?.codec
  const kind = layout.encapsulated && codec !== 'none' ? 'compressed' : 'native'
  return places.map((place) => {
    const index = place ? found.indexOf(place) : -1
    const frame = bytes[index]
    return frame ? { kind, bytes: frame } : notAvailable('pixel-data-truncated')
  })
}

/** A reader of frames from `cache` that notes there what it finds damaged, missing or cut. */
export function createFrameReader(cache: Cache): FrameReader {
  const format = createFormats(cache)

  async function read(instanceKey: number, first: number, count: number): Promise<Frame[]> {
    const stored = await cache.open(instanceKey)
    const layout = stored.pixelData
    if (!layout) {
      const reason = hasPixelsElsewhere(stored.TransferSyntaxUID) ? 'pixels-elsewhere' : 'no-pixel-data'
      return times(count, notAvailable(reason))
    }
    const known = await format(stored)
    if (!known) return times(count, notAvailable('unreadable-header'))
    const isSized = layout.encapsulated || (known.Rows && known.Columns && known.BitsAllocated)
    if (!isSized) return times(count, notAvailable('unreadable-header'))
    const isDeflated = transferSyntaxes.get(stored.TransferSyntaxUID)?.deflated ?? false
    return readFrames(isDeflated ? inflatedObject(stored) : stored, layout, known, first, count)
  }

  /** Notes what cannot be shown, except frames beyond the first that the object may never have had. */
  async function note(instanceKey: number, first: number, frames: Frame[]): Promise<void> {
    const bad = frames.findIndex((frame) => frame.kind === 'not-available')
    const frame = frames[bad]
    if (frame?.kind !== 'not-available') return
    if (frame.reason === 'pixel-data-truncated' && first + bad > 0) return
    await cache.markNotDisplayable(instanceKey, frame.reason).catch(() => undefined)
  }

  return async (instanceKey, first, count) => {
    const frames = await read(instanceKey, first, count).catch((error: unknown) => {
      if (!(error instanceof CacheError)) throw error
      if (error.code !== 'object-damaged' && error.code !== 'object-missing') throw error
      return times(count, notAvailable(error.code))
    })
    await note(instanceKey, first, frames)
    return frames
  }
}
