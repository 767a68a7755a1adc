import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { PixelRequest } from '../../../../main/contract/viewer.ts'
import {
  createPixelStreams,
  type FrameSource,
  outwards,
  type PixelStreams,
} from '../../../../renderer/viewer/engine/pixel-stream.ts'

/** A source whose frames are numbers, and a station that sends them when the test says so. */
class Source implements FrameSource {
  readonly id: string
  readonly length: number
  readonly got = new Map<number, string>()
  at = 0
  urgency = 1
  constructor(id: string, length: number) {
    this.id = id
    this.length = length
  }
  address(index: number): [number, number] {
    return [index, 0]
  }
  isMissing(index: number): boolean {
    return !this.got.has(index)
  }
  wanted(): number {
    return this.at
  }
  priority(): number {
    return this.urgency
  }
  async receive(index: number, kind: string, payload: Uint8Array): Promise<void> {
    this.got.set(index, `${kind} ${payload.join()}`)
  }
  refuse(index: number, reason: string): void {
    this.got.set(index, reason)
  }
}

interface Opened {
  frames: number[]
  isAborted: boolean
  send(count: number): void
  end(): void
  fail(): void
}

const frameBytes = (index: number, kind: number, payload: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(16 + payload.length)
  const fields = new DataView(bytes.buffer)
  fields.setUint32(0, index, true)
  fields.setUint32(4, payload.length, true)
  fields.setUint8(8, kind)
  bytes.set(payload, 16)
  return bytes
}

const station = (chunk = Number.POSITIVE_INFINITY) => {
  const opened: Opened[] = []
  const fetch = async (body: string, signal: AbortSignal): Promise<Response> => {
    const { frames } = JSON.parse(body) as PixelRequest
    let controller: ReadableByteStreamController | null = null
    const stream = new ReadableStream({
      type: 'bytes',
      start: (made: ReadableByteStreamController) => {
        controller = made
      },
    })
    let sent = 0
    const record: Opened = {
      frames: frames.map(([key]) => key),
      isAborted: false,
      send(count) {
        for (let n = 0; n < count; n++, sent++) {
          const bytes = frameBytes(sent, 0, Uint8Array.of(frames[sent]?.[0] ?? 0, 7))
          for (let at = 0; at < bytes.length; at += chunk) controller?.enqueue(bytes.slice(at, at + chunk))
        }
      },
      end: () => controller?.close(),
      fail: () => controller?.error(new Error('cut')),
    }
    signal.addEventListener('abort', () => {
      record.isAborted = true
      controller?.error(new DOMException('aborted', 'AbortError'))
    })
    opened.push(record)
    return new Response(stream)
  }
  return { opened, fetch }
}

let streams: PixelStreams | null = null
afterEach(() => streams?.destroy())

const until = (condition: () => boolean): Promise<void> =>
  expect.poll(condition, { interval: 2 }).toBe(true) as Promise<void>

test('the order is outwards from the wanted place, each place once', () => {
  expect(outwards(2, 6)).toEqual([2, 3, 1, 4, 0, 5])
  fc.assert(
    fc.property(fc.integer({ min: -5, max: 60 }), fc.integer({ min: 0, max: 50 }), (wanted, length) => {
      const order = outwards(wanted, length)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, n) => n))
      const start = Math.max(0, Math.min(length - 1, wanted))
      const distances = order.map((place) => Math.abs(place - start))
      expect(distances).toEqual([...distances].sort((a, b) => a - b))
    }),
  )
})

describe('streams', () => {
  test('hand frames over as they come, however the bytes are cut', async () => {
    const { opened, fetch } = station(3)
    streams = createPixelStreams({ fetch })
    const source = new Source('a', 4)
    source.at = 2
    streams.add(source)
    await until(() => opened.length === 1)
    opened[0]?.send(2)
    await until(() => source.got.size === 2)
    expect(Object.fromEntries(source.got)).toEqual({ 2: 'native 2,7', 3: 'native 3,7' })
    opened[0]?.send(2)
    opened[0]?.end()
    await until(() => source.got.size === 4)
    expect(opened).toHaveLength(1)
  })

  test('a cut stream is opened again for what is missing', async () => {
    const { opened, fetch } = station()
    streams = createPixelStreams({ fetch })
    const source = new Source('a', 4)
    streams.add(source)
    await until(() => opened.length === 1)
    opened[0]?.send(2)
    await until(() => source.got.size === 2)
    opened[0]?.fail()
    await until(() => opened.length === 2)
    expect(opened[1]?.frames).toEqual([2, 3])
  })

  test('a jump reopens only when the wanted frame is far behind, and jumps are gathered', async () => {
    const { opened, fetch } = station()
    streams = createPixelStreams({ fetch, debounce: 5 })
    const source = new Source('a', 100)
    streams.add(source)
    await until(() => opened.length === 1)
    source.at = 6
    streams.changed(source)
    source.at = 50
    streams.changed(source)
    source.at = 80
    streams.changed(source)
    await until(() => opened.length === 2)
    expect(opened[0]?.isAborted).toBe(true)
    expect(opened[1]?.frames.slice(0, 3)).toEqual([80, 81, 79])
    source.at = 82
    streams.changed(source)
    opened[1]?.send(10)
    await until(() => source.got.size === 10)
    expect(opened).toHaveLength(2)
  })

  test('at most two are open, the most urgent first', async () => {
    const { opened, fetch } = station()
    streams = createPixelStreams({ fetch })
    const sources = ['a', 'b', 'c'].map((id) => new Source(id, id.charCodeAt(0) - 90))
    for (const source of sources) streams.add(source)
    await until(() => opened.length === 2)
    expect(opened.map(({ frames }) => frames.length)).toEqual([7, 8])
    const [, , last] = sources
    if (!last) throw new Error('no source')
    last.urgency = 2
    streams.changed(last)
    await until(() => opened.length === 3)
    expect(opened[2]?.frames).toHaveLength(9)
    expect(opened.filter(({ isAborted }) => !isAborted)).toHaveLength(2)
  })

  test('a source that left gets nothing more', async () => {
    const { opened, fetch } = station()
    streams = createPixelStreams({ fetch })
    const source = new Source('a', 4)
    streams.add(source)
    await until(() => opened.length === 1)
    streams.remove(source)
    await until(() => opened[0]?.isAborted === true)
    expect(source.got.size).toBe(0)
  })

  test('nonsense in a header closes the stream instead of filling memory', async () => {
    let calls = 0
    const fetch = async (): Promise<Response> => {
      calls++
      const bytes = frameBytes(0, 0, new Uint8Array(4))
      new DataView(bytes.buffer).setUint32(4, 0xffffffff, true)
      return new Response(bytes as BodyInit)
    }
    streams = createPixelStreams({ fetch, maxPayload: 1000 })
    const source = new Source('a', 4)
    streams.add(source)
    await until(() => calls > 1)
    expect(source.got.size).toBe(0)
  })

  test('a frame that is not available has its reason', async () => {
    const fetch = async (): Promise<Response> =>
      new Response(frameBytes(0, 2, new TextEncoder().encode('{"reason":"object-missing"}')) as BodyInit)
    streams = createPixelStreams({ fetch })
    const source = new Source('a', 1)
    streams.add(source)
    await until(() => source.got.size === 1)
    expect(source.got.get(0)).toBe('object-missing')
  })
})
