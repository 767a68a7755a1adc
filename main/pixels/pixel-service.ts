/** Pictures from stored frames, made in worker threads: a decoder that crashes or hangs on a hostile object takes nothing else down. */
import { Worker } from 'node:worker_threads'
import type { ImageHeader } from '../contract/image.ts'
import { concatenate, type PixelFormat } from '../dataset/index.ts'
import type { NativeFrame } from './decode/native-frame.ts'
import type { PictureJob, PixelAnswer, PixelJob } from './jobs.ts'
import type { Rendering } from './rendering.ts'
import { createWorkerPool, WorkerPoolError } from './worker-pool.ts'

export interface PixelServiceOptions {
  /** Worker threads; default 1, so that receiving keeps the other core. */
  workers?: number
  /** ms that one picture may take; default 15,000. */
  timeout?: number
  /** Pictures waiting for a worker; default 256. */
  maxQueued?: number
  /** Told why a picture could not be made; no patient data. */
  onFailure?: (reason: string) => void
}

/** Gives a frame as stored: fragments of a compressed one, or native pixels in little endian. Called when the frame's turn has come. */
type ReadFrame = () => Promise<Uint8Array[] | Uint8Array>

export interface PixelService {
  /** PNG of at most 160×160 pixels of a frame (from 0) as it would first be shown; null when it cannot be made. */
  thumbnail(header: ImageHeader, frame: number, readFrame: ReadFrame): Promise<Uint8Array | null>
  /** The same with at most `maxSide` pixels on each side; a smaller frame is not enlarged. */
  picture(header: ImageHeader, frame: number, maxSide: number, readFrame: ReadFrame): Promise<Uint8Array | null>
  /** A frame as it is asked for, or why there is none: `busy` passes, and what reading the frame throws is thrown. */
  render(header: ImageHeader, frame: number, rendering: Rendering, readFrame: ReadFrame): Promise<RenderedFrame>
  /** A stored frame of integers as native bytes; null when it cannot be decoded, or there is too much to do. */
  decode(format: PixelFormat, bytes: Uint8Array): Promise<NativeFrame | null>
  close(): Promise<void>
}

export type RenderedFrame = { kind: 'rendered'; bytes: Uint8Array } | { kind: 'busy' } | { kind: 'cannot-be-rendered' }

/** Longest side of a thumbnail, in pixels. */
const THUMBNAIL_SIZE = 160

/** Next to this file, in whatever form this program runs (TypeScript sources or a bundle). */
const spawnWorker = (): Worker =>
  new Worker(new URL(`./pixel-worker.${import.meta.url.split('.').pop()}`, import.meta.url))

/** Starts no thread until the first picture is asked for. */
export const createPixelService = ({
  workers = 1,
  timeout = 15_000,
  maxQueued = 256,
  onFailure = () => undefined,
}: PixelServiceOptions = {}): PixelService => {
  const pool = createWorkerPool<PixelJob, PixelAnswer>({
    ...{ size: workers, timeout, maxQueued, spawn: spawnWorker },
    isSpent: (answer) => answer.isSpent ?? false,
  })
  const reading = createTurns(workers + 1, maxQueued)
  let lastId = 0

  const run = async (header: ImageHeader, frame: number, form: PictureJob['form'], readFrame: ReadFrame) => {
    const read = await readFrame()
    const bytes = Array.isArray(read) ? join(read) : read
    const { picture, reason } = await pool.run({ id: ++lastId, header, frame, bytes, form })
    if (!picture) onFailure(reason ?? 'no picture')
    return picture
  }

  const render: PixelService['render'] = async (header, frame, rendering, readFrame) => {
    if (header.notDisplayable) return { kind: 'cannot-be-rendered' }
    try {
      const bytes = await reading(() => run(header, frame, rendering, readFrame))
      return bytes ? { kind: 'rendered', bytes } : { kind: 'cannot-be-rendered' }
    } catch (error) {
      if (!(error instanceof WorkerPoolError)) throw error
      onFailure(error.code)
      return { kind: error.code === 'queue-full' ? 'busy' : 'cannot-be-rendered' }
    }
  }

  const picture: PixelService['picture'] = async (header, frame, maxSide, readFrame) => {
    if (header.notDisplayable) return null
    try {
      return await reading(() => run(header, frame, { maxSide }, readFrame))
    } catch (error) {
      onFailure(error instanceof Error ? error.message : 'unknown')
      return null
    }
  }

  return {
    thumbnail: (header, frame, readFrame) => picture(header, frame, THUMBNAIL_SIZE, readFrame),
    picture,
    render,
    decode: async (format, bytes) => {
      try {
        const { native, reason } = await pool.run({ id: ++lastId, format, bytes, form: 'native' })
        if (!native) onFailure(reason ?? 'not decoded')
        return native ?? null
      } catch (error) {
        if (!(error instanceof WorkerPoolError)) throw error
        onFailure(error.code)
        return null
      }
    },
    close: () => pool.close(),
  }
}

const join = (parts: readonly Uint8Array[]): Uint8Array =>
  parts.length === 1 && parts[0] ? parts[0] : concatenate(parts)

/** Lets `width` tasks run at a time, so that waiting pictures hold no pixels in memory; turns away more than `maxWaiting`. */
const createTurns = (width: number, maxWaiting: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= width) {
      if (waiting.length >= maxWaiting) throw new WorkerPoolError('queue-full')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running++
    try {
      return await task()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}
