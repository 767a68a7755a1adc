/** The pixel stream (contract/viewer.ts): requested frames in the requested order, read ahead of the network by a few megabytes. */
import type { ServerResponse } from 'node:http'
import { PIXEL_FRAME_HEADER_LENGTH, pixelFrameKind } from '../../contract/pixel-frame.ts'
import type { PixelRequest } from '../../contract/viewer.ts'
import type { Frame, FrameReader } from './frame-reader.ts'

/** Frames of one instance read in one go: request positions `[position, position + count)`. */
interface Run {
  position: number
  instanceKey: number
  first: number
  count: number
}

/** Frames in one run at most, and bytes where frames are large: a mammogram's slice has 20 MiB. */
const MAX_RUN = 16
const MAX_RUN_BYTES = 8 * 1024 * 1024
/** Runs whose reading was started before they are needed. */
const READ_AHEAD = 4
/** Bytes gathered before they are written to the socket. */
const WRITE_SIZE = 1024 * 1024

/** Joins neighbours of one instance, in ascending frame order, into runs of at most `most` frames; those before `from` are left out. */
export function planRuns(frames: PixelRequest['frames'], from = 0, most = MAX_RUN): Run[] {
  const runs: Run[] = []
  for (const [position, [instanceKey, first]] of frames.entries()) {
    if (position < from) continue
    const last = runs.at(-1)
    const continues = last && last.instanceKey === instanceKey && last.first + last.count === first
    if (continues && last.count < most) last.count += 1
    else runs.push({ position, instanceKey, first, count: 1 })
  }
  return runs
}

/** Header and payload of one frame of the stream. */
export function encodeFrame(position: number, frame: Frame): [header: Buffer, payload: Uint8Array] {
  const payload = frame.kind === 'not-available' ? Buffer.from(JSON.stringify({ reason: frame.reason })) : frame.bytes
  const kind =
    frame.kind === 'native'
      ? pixelFrameKind.native
      : frame.kind === 'compressed'
        ? pixelFrameKind.compressed
        : pixelFrameKind.notAvailable
  const header = Buffer.alloc(PIXEL_FRAME_HEADER_LENGTH)
  header.writeUInt32LE(position, 0)
  header.writeUInt32LE(payload.length, 4)
  header.writeUInt8(kind, 8)
  return [header, payload]
}

/** The runs' frames in order, with the next runs being read meanwhile; ends early when `signal` aborts. */
export async function* readAhead(
  runs: Run[],
  read: FrameReader,
  signal: AbortSignal,
): AsyncGenerator<[Run, Frame[]], void> {
  const started: Promise<Frame[]>[] = []
  for (const [index, run] of runs.entries()) {
    for (let next = index + started.length; next < Math.min(index + READ_AHEAD, runs.length); next++) {
      const { instanceKey, first, count } = runs[next] as Run
      const reading = read(instanceKey, first, count)
      // Whoever awaits it gets the failure; one that nobody awaits any more must not end the process.
      reading.catch(() => undefined)
      started.push(reading)
    }
    const frames = await (started.shift() as Promise<Frame[]>)
    if (signal.aborted) return
    yield [run, frames]
  }
}

/** Writes in large pieces, and waits for the socket to drain; stops waiting when the client is gone. */
function createWriter(response: ServerResponse, signal: AbortSignal) {
  let gathered = 0
  /** One system call for everything gathered: by itself `uncork` would write header, pieces and trailer of the HTTP chunk one by one. */
  const send = () => {
    const { socket } = response
    socket?.cork()
    response.uncork()
    socket?.uncork()
  }
  const flush = async (): Promise<void> => {
    gathered = 0
    send()
    if (response.writableNeedDrain && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const go = () => {
          response.off('drain', go)
          signal.removeEventListener('abort', go)
          resolve()
        }
        response.on('drain', go)
        signal.addEventListener('abort', go)
      })
    }
    response.cork()
  }
  response.cork()
  return {
    async write(bytes: Uint8Array): Promise<void> {
      response.write(bytes)
      gathered += bytes.length
      if (gathered >= WRITE_SIZE) await flush()
    },
    flush,
    end(): void {
      send()
      response.end()
    },
  }
}

/** Streams `frames` to `response`, whose head was written; destroys it when reading fails, so that the client sees it was cut. */
export async function streamFrames(
  response: ServerResponse,
  frames: PixelRequest['frames'],
  read: FrameReader,
  signal: AbortSignal,
): Promise<void> {
  const writer = createWriter(response, signal)
  const write = async (position: number, frame: Frame): Promise<number> => {
    const [header, payload] = encodeFrame(position, frame)
    await writer.write(header)
    await writer.write(payload)
    return payload.length
  }
  // The first image is what somebody waits for: it is read and goes out alone, the others gather. It also tells how large frames are.
  const [wanted] = frames
  const [first] = wanted ? await read(wanted[0], wanted[1], 1) : []
  const length = first ? await write(0, first) : 0
  await writer.flush()
  const most = Math.max(1, Math.min(MAX_RUN, Math.floor(MAX_RUN_BYTES / Math.max(1, length))))
  for await (const [run, results] of readAhead(planRuns(frames, 1, most), read, signal)) {
    for (const [index, frame] of results.entries()) await write(run.position + index, frame)
    if (signal.aborted) return
  }
  writer.end()
}
