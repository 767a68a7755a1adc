import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { PIXEL_FRAME_HEADER_LENGTH } from '../../../../main/contract/pixel-frame.ts'
import { planRuns, readAhead } from '../../../../main/http/pixels/pixel-stream.ts'
import { type MemoryCache, type MemoryObject, memoryCache, nativeObject } from '../memory-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
})

async function start(objects: MemoryObject[]): Promise<MemoryCache> {
  const cache = memoryCache(objects)
  server = await startTestServer({ cache })
  return cache
}

const request = (frames: [number, number][], signal?: AbortSignal) => {
  if (!server) throw new Error('no server')
  const body = JSON.stringify({ frames })
  return server.ask('/pixels', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    ...(signal ? { signal } : {}),
  })
}

/** The stream taken apart: `[position, kind, payload]`. */
function decode(bytes: Uint8Array): [number, number, Buffer][] {
  const frames: [number, number, Buffer][] = []
  const buffer = Buffer.from(bytes)
  for (let at = 0; at < buffer.length; ) {
    const length = buffer.readUInt32LE(at + 4)
    const start = at + PIXEL_FRAME_HEADER_LENGTH
    expect([...buffer.subarray(at + 9, start)]).toEqual([0, 0, 0, 0, 0, 0, 0])
    frames.push([buffer.readUInt32LE(at), buffer.readUInt8(at + 8), buffer.subarray(start, start + length)])
    at = start + length
  }
  return frames
}
const ask = async (frames: [number, number][]) => decode(new Uint8Array(await (await request(frames)).arrayBuffer()))
const reason = (payload: Buffer | undefined) => JSON.parse(String(payload)).reason

const ct = (Rows: number, Columns: number) => ({ Rows, Columns, SamplesPerPixel: 1, BitsAllocated: 16 })
const bytes = (length: number, seed = 0) => Uint8Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff)

/** Half a megabyte of one value. */
const slice = (value: number) => new Uint8Array(512 * 512 * 2).fill(value)

it('sends the frames in the order asked for, byte for byte', async () => {
  const pixels = [bytes(8), bytes(8, 50), bytes(8, 100)]
  await start(pixels.map((data) => nativeObject(data, ct(2, 2))))
  const frames = await ask([
    [3, 0],
    [1, 0],
    [2, 0],
    [1, 0],
  ])
  expect(frames).toEqual([2, 0, 1, 0].map((index, position) => [position, 0, Buffer.from(pixels[index] ?? [])]))
})

it('cuts a multi-frame object into its frames', async () => {
  await start([nativeObject(bytes(40 * 6), { ...ct(1, 3), NumberOfFrames: 40 })])
  const wanted = Array.from({ length: 40 }, (_, frame): [number, number] => [1, frame])
  const frames = await ask(wanted)
  expect(Buffer.concat(frames.map(([, , payload]) => payload))).toEqual(Buffer.from(bytes(240)))
  expect(
    (
      await ask([
        [1, 39],
        [1, 3],
      ])
    ).map(([, , payload]) => payload),
  ).toEqual([Buffer.from(bytes(240)).subarray(234), Buffer.from(bytes(240)).subarray(18, 24)])
})

it('turns big endian words round', async () => {
  await start([
    nativeObject(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), { ...ct(1, 2), NumberOfFrames: 2 }, '1.2.840.10008.1.2.2'),
  ])
  const [first, second] = await ask([
    [1, 0],
    [1, 1],
  ])
  expect([...(first?.[2] ?? []), ...(second?.[2] ?? [])]).toEqual([2, 1, 4, 3, 6, 5, 8, 7])
})

it('finds a frame of an odd number of bytes inside big endian words', async () => {
  const header = { Rows: 1, Columns: 3, SamplesPerPixel: 1, BitsAllocated: 8, NumberOfFrames: 2 }
  await start([nativeObject(Uint8Array.of(2, 1, 4, 3, 6, 5), header, '1.2.840.10008.1.2.2')])
  const frames = [
    ...(await ask([[1, 1]])),
    ...(await ask([
      [1, 0],
      [1, 1],
    ])),
  ]
  expect(frames.map(([, , payload]) => [...payload])).toEqual([
    [4, 5, 6],
    [1, 2, 3],
    [4, 5, 6],
  ])
})

it('lets a frame of single bits begin at the first bit of its first byte', async () => {
  const header = { Rows: 3, Columns: 3, SamplesPerPixel: 1, BitsAllocated: 1, NumberOfFrames: 2 }
  await start([nativeObject(Uint8Array.of(0b10101010, 0b11001101, 0b00000011), header)])
  const [first, second] = await ask([
    [1, 0],
    [1, 1],
  ])
  expect([first?.[2][0], (first?.[2][1] ?? 0) & 1]).toEqual([0b10101010, 1])
  expect([...(second?.[2] ?? [])]).toEqual([0b11100110, 0b1])
})

it('joins the fragments of a compressed frame', async () => {
  const data = Buffer.from('xxxxAAAA--------BBB--------CC')
  const object: MemoryObject = {
    bytes: data,
    TransferSyntaxUID: '1.2.840.10008.1.2.4.90',
    header: { NumberOfFrames: 2 },
    pixelData: {
      keyword: 'PixelData',
      encapsulated: true,
      offset: 4,
      length: 25,
      frames: [
        [
          [4, 4],
          [16, 3],
        ],
        [[27, 2]],
      ],
    },
  }
  await start([object])
  expect(
    await ask([
      [1, 1],
      [1, 0],
    ]),
  ).toEqual([
    [0, 1, Buffer.from('CC')],
    [1, 1, Buffer.from('AAAABBB')],
  ])
})

it('says why a frame is missing, notes it in the cache, and sends the others', async () => {
  const damaged = { ...nativeObject(bytes(8), ct(2, 2)), damaged: true }
  const short = nativeObject(bytes(6), ct(2, 2))
  const report = { ...nativeObject(bytes(8), {}), pixelData: null }
  const cache = await start([damaged, short, report, nativeObject(bytes(8), ct(2, 2))])
  const frames = await ask([
    [1, 0],
    [2, 0],
    [3, 0],
    [9, 0],
    [4, 0],
  ])
  expect(frames.map(([, kind]) => kind)).toEqual([2, 2, 2, 2, 0])
  const reasons = ['object-damaged', 'pixel-data-truncated', 'no-pixel-data', 'object-missing']
  expect(frames.slice(0, 4).map(([, , payload]) => reason(payload))).toEqual(reasons)
  expect(cache.marked.sort(([a], [b]) => a - b)).toEqual(reasons.map((name, index) => [[1, 2, 3, 9][index], name]))
})

it('sends the whole frames of a cut multi-frame object, and does not blame it for a frame it never had', async () => {
  const cache = await start([nativeObject(bytes(20), { ...ct(2, 2), NumberOfFrames: 4 })])
  const frames = await ask([
    [1, 0],
    [1, 1],
    [1, 2],
    [1, 3],
  ])
  expect(frames.map(([, kind]) => kind)).toEqual([0, 0, 2, 2])
  expect(cache.marked).toEqual([])
})

it('reads no further when the client goes away', async () => {
  const objects = Array.from({ length: 200 }, (_, index) => nativeObject(slice(index), ct(512, 512)))
  const cache = await start(objects)
  const gone = new AbortController()
  const answer = await request(
    objects.map((_, index) => [index + 1, 0]),
    gone.signal,
  )
  await answer.body?.getReader().read()
  gone.abort()
  let last = -1
  await expect
    .poll(() => {
      const settled = cache.reads.length === last
      last = cache.reads.length
      return settled
    })
    .toBe(true)
  expect(cache.reads.length).toBeLessThan(100)
})

it('waits for a client that reads slowly', async () => {
  const objects = Array.from({ length: 100 }, (_, index) => nativeObject(slice(index), ct(512, 512)))
  const cache = await start(objects)
  const answer = await request(objects.map((_, index) => [index + 1, 0]))
  let last = -1
  await expect
    .poll(() => {
      const settled = cache.reads.length === last
      last = cache.reads.length
      return settled
    })
    .toBe(true)
  expect(cache.reads.length).toBeLessThan(60)
  const frames = decode(new Uint8Array(await answer.arrayBuffer()))
  expect(frames.length).toBe(100)
  expect(frames[99]?.[2].equals(slice(99))).toBe(true)
})

it('is cut, not ended, when reading fails beyond one object', async () => {
  const cache = await start([nativeObject(bytes(8), ct(2, 2))])
  cache.open = async () => {
    throw new Error('the worker died')
  }
  const failure = await request([[1, 0]]).then(
    (answer) => answer.arrayBuffer().then(() => 'ended'),
    () => 'cut',
  )
  expect(await Promise.resolve(failure).catch(() => 'cut')).toBe('cut')
})

it('refuses what is no pixel request, and while locked', async () => {
  await start([])
  const statuses = []
  for (const frames of [[[1]], [[1, -1]], [[0.5, 0]], 'all', Array.from({ length: 20_001 }, () => [1, 0])]) {
    statuses.push((await request(frames as [number, number][])).status)
  }
  expect(statuses).toEqual([400, 400, 400, 400, 400])
  await server?.close()
  server = await startTestServer(null)
  expect((await request([[1, 0]])).status).toBe(503)
})

it('reads few large frames in one go, many small ones', async () => {
  const rows = 1024
  const large = new Uint8Array(rows * rows * 2 * 12).map((_, at) => at >> 21)
  const small = bytes(32 * 12)
  const cache = await start([
    nativeObject(large, { ...ct(rows, rows), NumberOfFrames: 12 }),
    nativeObject(small, { ...ct(4, 4), NumberOfFrames: 12 }),
  ])
  const longest = () => Math.max(...cache.reads.splice(0).map(([, from, to]) => to - from))
  const all = (key: number) => ask(Array.from({ length: 12 }, (_, frame) => [key, frame]))
  const frames = await all(1)
  expect(frames.map(([position, , payload]) => [position, payload.length, payload[0]])).toEqual(
    Array.from({ length: 12 }, (_, frame) => [frame, rows * rows * 2, frame]),
  )
  expect(longest()).toBe(8 * 1024 * 1024)
  await all(2)
  expect(longest()).toBe(32 * 11)
})

it('does not read a frame that no image has', async () => {
  const object = nativeObject(bytes(8), ct(20_000, 20_000))
  const { pixelData } = object
  const cache = await start([{ ...object, pixelData: pixelData && { ...pixelData, length: 800_000_000 } }])
  const [frame] = await ask([[1, 0]])
  expect(reason(frame?.[2])).toBe('unsupported-pixel-format')
  expect(cache.reads).toEqual([])
})

it('plans runs that cover every position once', () => {
  const frames = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 5 })), { maxLength: 100 })
  fc.assert(
    fc.property(frames, (wanted) => {
      const covered = planRuns(wanted).flatMap(({ position, instanceKey, first, count }) =>
        Array.from({ length: count }, (_, index) => [position + index, instanceKey, first + index]),
      )
      expect(covered).toEqual(wanted.map(([key, frame], position) => [position, key, frame]))
    }),
  )
})

it('has the next runs under way while one is waited for', async () => {
  const started: number[] = []
  const runs = planRuns([
    [1, 0],
    [2, 0],
    [3, 0],
    [4, 0],
    [5, 0],
    [6, 0],
  ])
  const read = async (key: number) => {
    started.push(key)
    return []
  }
  const ahead = readAhead(runs, read, new AbortController().signal)
  await ahead.next()
  expect(started).toEqual([1, 2, 3, 4])
  await ahead.next()
  expect(started).toEqual([1, 2, 3, 4, 5])
  await ahead.return()
})
