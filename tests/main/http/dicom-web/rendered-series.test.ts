import { decode } from 'fast-png'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { createPixelService, type PixelService } from '../../../../main/pixels/index.ts'
import { type MemoryCache, type MemoryObject, memoryCache, nativeObject } from '../memory-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

const header: Partial<ImageHeader> = {
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  PhotometricInterpretation: 'MONOCHROME2',
  notDisplayable: null,
  ...{ Rows: 10, Columns: 20, SamplesPerPixel: 1, NumberOfFrames: 1 },
  ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
  ...{ WindowCenter: [128], WindowWidth: [256], VOILUTFunction: 'LINEAR_EXACT' },
}
const grey = (level: number, more: Partial<ImageHeader> = {}): MemoryObject =>
  nativeObject(new Uint8Array(200).fill(level), { ...header, ...more })
const colour = nativeObject(new Uint8Array(600).fill(200), {
  ...{ ...header, PhotometricInterpretation: 'RGB', SamplesPerPixel: 3, PlanarConfiguration: 0 },
})
const document = { ...nativeObject(new Uint8Array(0), { notDisplayable: 'no-pixel-data' as const }), pixelData: null }
/** Declared as JPEG, and none. */
const undecodable: MemoryObject = {
  bytes: Buffer.from('xxxxAAAA'),
  TransferSyntaxUID: '1.2.840.10008.1.2.4.50',
  header: { ...header, TransferSyntaxUID: '1.2.840.10008.1.2.4.50' },
  pixelData: { keyword: 'PixelData', encapsulated: true, offset: 4, length: 4, frames: [[[4, 4]]] },
}

let service: PixelService
let server: TestServer | null = null
let cache: MemoryCache
/** Pictures asked for so far; how many at the same time at most; and those that are answered as busy, by number. */
let asked: { count: number; atOnce: number; busy: number[] }
let rendering = 0
/** Studies that tools were noted to have read. */
let noted: string[]

async function start(objects: MemoryObject[]): Promise<void> {
  cache = memoryCache(objects)
  asked = { count: 0, atOnce: 0, busy: [] }
  const render: PixelService['render'] = async (...job) => {
    asked.count += 1
    asked.atOnce = Math.max(asked.atOnce, ++rendering)
    const picture = asked.busy.includes(asked.count) ? { kind: 'busy' as const } : await service.render(...job)
    rendering -= 1
    return picture
  }
  noted = []
  server = await startTestServer({ cache, pixels: { ...service, render }, onToolRead: (study) => noted.push(study) })
}
beforeAll(() => {
  service = createPixelService()
})
afterEach(async () => {
  await server?.close()
})
afterAll(() => service.close())

const SERIES = '/studies/1.2.3/series/1.2.3.4'
const PARTS = 'multipart/related; type="image/png"'
const ask = (path: string, accept: string, init: RequestInit = {}) =>
  server?.ask(`/dicom-web${path}`, { headers: { accept }, ...init }) ?? Promise.reject(new Error('no server'))

/** Number of the instance, width and grey level of each part. */
async function partsOf(answer: Response): Promise<[string, number, number | undefined][]> {
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
  const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  expect(text.endsWith(`--${boundary}--\r\n`)).toBe(true)
  const parts = text.split(`--${boundary}`).slice(1, -1)
  return parts.map((part) => {
    const [head = '', ...body] = part.split('\r\n\r\n')
    expect(head).toMatch(/^Content-Type: image\/png\r$/m)
    const [, location = ''] = /^Content-Location: (.*)$/m.exec(head) ?? []
    expect(location).toContain(`/dicom-web${SERIES}/instances/`)
    const { data, width } = decode(Buffer.from(body.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1'))
    return [/(\d+)\/rendered$/.exec(location)?.[1] ?? location, width, data[0]]
  })
}

it('gives the pictures of a study or series in one message, in order and one at a time', async () => {
  await start([grey(30), grey(10), grey(20)])
  for (const path of ['/studies/1.2.3', SERIES]) {
    const answer = await ask(`${path}/rendered`, PARTS)
    expect([answer.status, answer.headers.get('warning')]).toEqual([200, null])
    expect(await partsOf(answer)).toEqual([
      ['1', 20, 30],
      ['2', 20, 10],
      ['3', 20, 20],
    ])
  }
  expect(asked).toMatchObject({ count: 6, atOnce: 1 })
})

it('renders with the window and size that are asked for', async () => {
  await start([grey(10), grey(20)])
  const answer = await ask(`${SERIES}/rendered?window=20,10,linear-exact&viewport=10,10`, PARTS)
  expect((await partsOf(answer)).map(([, ...seen]) => seen)).toEqual([
    [10, 0],
    [10, 128],
  ])
})

it('gives JPEG to who takes anything, and a picture alone only where there is one', async () => {
  await start([grey(10)])
  const types = ['*/*', 'multipart/related', 'image/png', 'image/*', 'image/png;q=0.5, multipart/related;q=0.1']
  const given = types.map(async (accept) => (await ask(`${SERIES}/rendered`, accept)).headers.get('content-type'))
  const multipart = expect.stringMatching(/^multipart\/related; type="image\/jpeg"; boundary=/)
  expect(await Promise.all(given)).toEqual([multipart, multipart, 'image/png', 'image/jpeg', 'image/png'])
  await server?.close()
  await start([grey(10), grey(20)])
  expect((await ask(`${SERIES}/rendered`, 'image/png')).status).toBe(406)
  expect((await ask(`${SERIES}/rendered`, 'multipart/related; type="image/gif"')).status).toBe(406)
  expect(asked.count).toBe(0)
})

it('tells by 206 what it leaves out, and by status that there is nothing', async () => {
  await start([undecodable, document, grey(10), colour])
  const some = await ask(
    `${SERIES}/rendered?window=128,256,linear-exact`,
    'image/png, multipart/related;type="image/png";q=0.5',
  )
  expect([some.status, some.headers.get('warning')?.slice(0, 28)]).toEqual([206, '299 Astreinte "3 instances c'])
  expect(await partsOf(some)).toEqual([['3', 20, 10]])
  const again = await ask(`${SERIES}/rendered?window=128,256,linear-exact`, 'image/png')
  expect([again.status, again.headers.get('content-type')]).toEqual([206, 'image/png'])
  expect((await ask('/studies/9/rendered', PARTS)).status).toBe(404)
  await server?.close()
  await start([document, colour])
  const answer = await ask(`${SERIES}/rendered?window=1,2,linear`, PARTS)
  expect([answer.status, await answer.json()]).toEqual([400, { code: 'bad-window' }])
  await server?.close()
  for (const objects of [[document], [undecodable, document]]) {
    await start(objects)
    const nothing = await ask(`${SERIES}/rendered`, PARTS)
    expect([nothing.status, await nothing.json()]).toEqual([406, { code: 'cannot-be-rendered' }])
    await server?.close()
  }
})

it('cuts an answer that cannot be made whole, and leaves out from then on what did not work', async () => {
  await start([grey(10), undecodable, grey(20)])
  const cut = await ask(`${SERIES}/rendered`, PARTS)
  expect(cut.status).toBe(200)
  await expect(cut.arrayBuffer()).rejects.toThrow()
  const known = await ask(`${SERIES}/rendered`, PARTS)
  expect(known.status).toBe(206)
  expect((await partsOf(known)).map(([number]) => number)).toEqual(['1', '3'])
})

it('cuts an answer at damage, which the cache is told of', async () => {
  await start([grey(10), { ...grey(20), damaged: true }])
  await expect((await ask(`${SERIES}/rendered`, PARTS)).arrayBuffer()).rejects.toThrow()
  expect(cache.marked).toEqual([[2, 'object-damaged']])
})

it('says that it is too busy before it begins, and waits for its turn after that', async () => {
  await start([grey(10), grey(20)])
  asked.busy = [1, 3, 4]
  expect((await ask(`${SERIES}/rendered`, PARTS)).status).toBe(503)
  expect((await partsOf(await ask(`${SERIES}/rendered`, PARTS))).length).toBe(2)
})

it('answers HEAD as GET without a picture', async () => {
  await start([grey(10), document])
  for (const accept of ['image/png', PARTS]) {
    const head = await ask(`${SERIES}/rendered`, accept, { method: 'HEAD' })
    expect(await head.text()).toBe('')
    expect(asked.count).toBe(0)
    const got = await ask(`${SERIES}/rendered`, accept)
    const seen = ({ status, headers }: Response) => [
      status,
      headers.get('content-type')?.replace(/boundary=.*/, ''),
      headers.get('warning'),
    ]
    expect(seen(head)).toEqual(seen(got))
    asked.count = 0
  }
  const options = await ask(`${SERIES}/rendered`, PARTS, { method: 'OPTIONS' })
  expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
})

it('is noted as one read of the study', async () => {
  await start([grey(10), grey(20), document])
  const authorization = `Bearer ${server?.token}`
  const answer = await fetch(`${server?.url}/dicom-web${SERIES}/rendered`, {
    headers: { authorization, accept: PARTS },
  })
  expect((await partsOf(answer)).length).toBe(2)
  await expect.poll(() => noted).toEqual(['1.2.3'])
})

it('makes no more pictures than a client takes', async () => {
  const noise = Uint8Array.from({ length: 400 * 400 }, (_, i) => (i * i * 7919) >> 3)
  const large = nativeObject(noise, { ...header, Rows: 400, Columns: 400 })
  await start(Array.from({ length: 200 }, () => large))
  const leaving = new AbortController()
  const answer = await ask(`${SERIES}/rendered`, PARTS, { signal: leaving.signal })
  await answer.body?.getReader().read()
  leaving.abort()
  const whileOneIsMade = async () => {
    const before = asked.count
    await ask(`${SERIES}/instances/1.2.3.4.1/rendered`, 'image/png')
    return asked.count - before
  }
  await expect.poll(whileOneIsMade).toBe(1)
  expect(asked.count).toBeLessThan(150)
})
