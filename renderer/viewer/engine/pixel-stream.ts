/**
 * One stream of frames per display set (`POST /pixels`, format in main/contract/viewer.ts): the wanted image first and then outwards.
 * A jump aborts the stream and opens it again for what is missing; a cut one is resumed; at most two are open per window.
 */
import { type NotDisplayableReason, notDisplayableReason } from '../../../main/contract/image.ts'
import { PIXEL_FRAME_HEADER_LENGTH, pixelFrameKind } from '../../../main/contract/pixel-frame.ts'
import type { PixelRequest } from '../../../main/contract/viewer.ts'
import { byteSource } from './byte-source.ts'

/** What a stream asks for and where its frames go. */
export interface FrameSource {
  readonly id: string
  readonly length: number
  /** `[instanceKey, frame]` of the place. */
  address(index: number): [instanceKey: number, frame: number]
  /** Whether the place still waits for its pixels. */
  isMissing(index: number): boolean
  /** The place being looked at. */
  wanted(): number
  /** Higher is served first: 2 in front of the reader, 1 visible, 0 not on screen. */
  priority(): number
  /** Takes a frame; the stream reads on when the promise resolves. */
  receive(index: number, kind: 'native' | 'compressed', payload: Uint8Array<ArrayBuffer>): Promise<void>
  refuse(index: number, reason: NotDisplayableReason): void
}

export interface PixelStreams {
  add(source: FrameSource): void
  remove(source: FrameSource): void
  /** The wanted place, a priority or the number of frames of a source changed. */
  changed(source: FrameSource): void
  destroy(): void
}

export interface PixelStreamOptions {
  fetch: (body: string, signal: AbortSignal) => Promise<Response>
  /** Streams open at once in this window. */
  maxStreams?: number
  /** Frames ahead of the wanted one that are still waited for, before the stream is reopened. */
  patience?: number
  /** How long jumps are gathered, ms. */
  debounce?: number
  /** Longest single payload believed, bytes. */
  maxPayload?: number
}

/** Places from `wanted` outwards: k, k+1, k−1, k+2… */
export const outwards = (wanted: number, length: number): number[] => {
  const order: number[] = []
  const start = Math.max(0, Math.min(length - 1, wanted))
  for (let distance = 0; order.length < length; distance++) {
    if (start + distance < length) order.push(start + distance)
    if (distance > 0 && start - distance >= 0) order.push(start - distance)
  }
  return order
}

/** An open request of one source. */
interface OpenStream {
  abort: AbortController
  /** Places in the order asked for. */
  order: number[]
  /** How many of them have come. */
  come: number
}

const readReason = (payload: Uint8Array): NotDisplayableReason => {
  try {
    const { reason } = JSON.parse(new TextDecoder().decode(payload)) as { reason?: string }
    const known = notDisplayableReason.safeParse(reason)
    if (known.success) return known.data
  } catch {
    // An answer that does not say why is a damaged one.
  }
  return 'object-damaged'
}

/** Reads one answer to its end or its cut, handing each frame over as it comes. */
const readFrames = async (
  response: Response,
  stream: OpenStream,
  source: FrameSource,
  maxPayload: number,
): Promise<void> => {
  if (!response.ok || !response.body) throw new Error(`pixels: status ${response.status}`)
  const bytes = byteSource(response.body)
  for (;;) {
    const head = await bytes.read(PIXEL_FRAME_HEADER_LENGTH)
    if (!head) return
    const fields = new DataView(head.buffer)
    const index = stream.order[fields.getUint32(0, true)]
    const size = fields.getUint32(4, true)
    const kind = fields.getUint8(8)
    if (index === undefined || size > maxPayload) throw new Error('pixels: a frame header out of range')
    const payload = await bytes.read(size)
    if (!payload || stream.abort.signal.aborted) return
    stream.come++
    if (kind === pixelFrameKind.notAvailable) source.refuse(index, readReason(payload))
    else if (source.isMissing(index)) {
      await source.receive(index, kind === pixelFrameKind.compressed ? 'compressed' : 'native', payload)
    }
  }
}

/** The streams of one window. */
export const createPixelStreams = (options: PixelStreamOptions): PixelStreams => {
  const { maxStreams = 2, patience = 8, debounce = 30, maxPayload = 2 ** 31 - 1 } = options
  const sources = new Map<string, FrameSource>()
  const open = new Map<string, OpenStream>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const failures = new Map<string, number>()
  let isDestroyed = false

  const missing = (source: FrameSource): number[] =>
    outwards(source.wanted(), source.length).filter((index) => source.isMissing(index))

  const close = (id: string): void => {
    open.get(id)?.abort.abort()
    open.delete(id)
  }

  const start = async (source: FrameSource): Promise<void> => {
    // The contract's bound on one request; what lies beyond is asked for by the next.
    const order = missing(source).slice(0, 20_000)
    const stream: OpenStream = { abort: new AbortController(), order, come: 0 }
    open.set(source.id, stream)
    const request: PixelRequest = { frames: order.map((index) => source.address(index)) }
    try {
      const response = await options.fetch(JSON.stringify(request), stream.abort.signal)
      await readFrames(response, stream, source, maxPayload)
    } catch {
      // Cut or refused: what is missing is asked for again below, after a pause that grows.
    }
    if (open.get(source.id) !== stream) return
    open.delete(source.id)
    stream.abort.abort()
    if (stream.come > 0) failures.delete(source.id)
    if (missing(source).length > 0) retryLater(source)
    else schedule()
  }

  const retryLater = (source: FrameSource): void => {
    const count = (failures.get(source.id) ?? 0) + 1
    failures.set(source.id, count)
    later(source, Math.min(5000, 50 * 2 ** count))
    schedule()
  }

  const later = (source: FrameSource, delay: number): void => {
    clearTimeout(timers.get(source.id))
    timers.set(
      source.id,
      setTimeout(() => {
        timers.delete(source.id)
        schedule()
      }, delay),
    )
  }

  /** Opens and closes streams so that the most urgent sources with missing frames have one. */
  const schedule = (): void => {
    if (isDestroyed) return
    const waiting = [...sources.values()]
      .filter((source) => open.has(source.id) || (!timers.has(source.id) && missing(source).length > 0))
      .sort((a, b) => b.priority() - a.priority() || Number(open.has(b.id)) - Number(open.has(a.id)))
    const served = new Set(waiting.slice(0, maxStreams).map(({ id }) => id))
    for (const id of [...open.keys()]) if (!served.has(id)) close(id)
    for (const source of waiting.slice(0, maxStreams)) if (!open.has(source.id)) void start(source)
  }

  /** How many frames will come before the wanted one; infinite when it was not asked for. */
  const ahead = (source: FrameSource, stream: OpenStream): number => {
    const place = stream.order.indexOf(source.wanted(), stream.come)
    return place === -1 ? Number.POSITIVE_INFINITY : place - stream.come
  }

  const reopenIfFar = (source: FrameSource): void => {
    timers.delete(source.id)
    const stream = open.get(source.id)
    if (stream && source.isMissing(source.wanted()) && ahead(source, stream) > patience) close(source.id)
    schedule()
  }

  return {
    add(source) {
      sources.set(source.id, source)
      schedule()
    },
    remove({ id }) {
      sources.delete(id)
      clearTimeout(timers.get(id))
      timers.delete(id)
      close(id)
      schedule()
    },
    changed(source) {
      const stream = open.get(source.id)
      const isFar = stream && source.isMissing(source.wanted()) && ahead(source, stream) > patience
      if (!isFar) {
        schedule()
        return
      }
      if (timers.has(source.id)) return
      timers.set(
        source.id,
        setTimeout(() => reopenIfFar(source), debounce),
      )
    },
    destroy() {
      isDestroyed = true
      for (const timer of timers.values()) clearTimeout(timer)
      for (const id of [...open.keys()]) close(id)
      sources.clear()
    },
  }
}
