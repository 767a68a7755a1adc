import { decode } from 'fast-png'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ImageHeader } from '../../../../main/contract/image.ts'
import { createPixelService, type PixelService } from '../../../../main/pixels/index.ts'
import { memoryCache, nativeObject } from '../memory-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

const header: Partial<ImageHeader> = {
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  PhotometricInterpretation: 'MONOCHROME2',
  notDisplayable: null,
  ...{ Rows: 200, Columns: 400, SamplesPerPixel: 1, NumberOfFrames: 2 },
  ...{ BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 1 },
  ...{ RescaleIntercept: 0, RescaleSlope: 1, WindowCenter: [0], WindowWidth: [2000], VOILUTFunction: 'LINEAR_EXACT' },
}
/** Two frames of 400×200: left half −500, right half 500; and the other way round. */
const pixels = Int16Array.from({ length: 2 * 400 * 200 }, (_, i) => (i % 400 < 200 === i < 400 * 200 ? -500 : 500))
const image = nativeObject(new Uint8Array(pixels.buffer), header)
const colour = nativeObject(new Uint8Array(3 * 4).fill(200), {
  ...{ ...header, PhotometricInterpretation: 'RGB', BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
  ...{ Rows: 2, Columns: 2, SamplesPerPixel: 3, NumberOfFrames: 1 },
})
const report = { ...nativeObject(new Uint8Array(0), { notDisplayable: 'no-pixel-data' as const }), pixelData: null }
const grain = Int16Array.from({ length: 2 * 400 * 200 }, (_, i) => ((i * 7919) % 1999) - 1000)
const grainy = nativeObject(new Uint8Array(grain.buffer), header)
const unreadable = { ...image, damaged: true }

let server: TestServer
let service: PixelService
beforeAll(async () => {
  service = createPixelService()
  server = await startTestServer({ cache: memoryCache([image, colour, report, grainy, unreadable]), pixels: service })
})
afterAll(async () => {
  await server.close()
  await service.close()
})

const series = '/studies/1.2.3/series/1.2.3.4'
const instance = (number = 1) => `${series}/instances/1.2.3.4.${number}`
const get = (path: string, accept = 'image/png') => server.ask(`/dicom-web${path}`, { headers: { accept } })
/** Size, and grey level at the left and right end of the first row. */
const shown = async (path: string) => {
  const answer = await get(path)
  expect([path, answer.status, answer.headers.get('content-type')]).toEqual([path, 200, 'image/png'])
  const { width, height, data } = decode(new Uint8Array(await answer.arrayBuffer()))
  return [width, height, data[0], data[width - 1]]
}

it('renders instances and frames as they would first be shown', async () => {
  expect(await shown(`${instance()}/rendered`)).toEqual([400, 200, 64, 191])
  expect(await shown(`${instance()}/frames/1/rendered`)).toEqual([400, 200, 64, 191])
  expect(await shown(`${instance()}/frames/2/rendered`)).toEqual([400, 200, 191, 64])
})

it('renders with the window, size and part that are asked for', async () => {
  const window = 'window=500,10,linear'
  expect(await shown(`${instance()}/rendered?${window}&viewport=100,100`)).toEqual([100, 50, 0, 142])
  expect(await shown(`${instance()}/rendered?viewport=800,900`)).toEqual([800, 400, 64, 191])
  expect(await shown(`${instance()}/rendered?viewport=50,50,150,0,60,60`)).toEqual([50, 50, 64, 191])
  expect(await shown(`${instance()}/rendered?viewport=50,50,0,0,60,60`)).toEqual([50, 50, 64, 64])
  // Without an end, up to the edge.
  expect(await shown(`${instance()}/rendered?viewport=100,100,200`)).toEqual([100, 100, 191, 191])
  const annotated = await get(`${instance()}/rendered?annotation=patient`)
  expect([annotated.status, annotated.headers.get('warning')]).toEqual([
    ...[200, '299 Astreinte "The following annotation values are not supported: patient"'],
  ])
})

/** Width and height that the frame header of a JPEG states (ISO/IEC 10918-1 §B.2.2). */
function jpegSize(bytes: Buffer): [number, number] | null {
  for (let at = 2; bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const isFrame = [0xc0, 0xc1, 0xc2].includes(bytes[at + 1] ?? 0)
    if (isFrame) return [bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5)]
  }
  return null
}

it('gives JPEG, smaller by quality', async () => {
  const sizes = ['10', '100'].map(async (quality) => {
    const answer = await get(`${instance(4)}/rendered?quality=${quality}`, '*/*')
    expect(answer.headers.get('content-type')).toBe('image/jpeg')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(jpegSize(bytes)).toEqual([400, 200])
    return bytes.length
  })
  const [low = 0, high = 0] = await Promise.all(sizes)
  expect(low).toBeLessThan(high)
})

it('shows a study, series, instance and frame by a small picture', async () => {
  expect(await shown(`${instance()}/thumbnail`)).toEqual([160, 80, 191, 64])
  expect(await shown(`${instance()}/frames/1/thumbnail`)).toEqual([160, 80, 64, 191])
  expect(await shown(`${instance()}/thumbnail?viewport=20,20`)).toEqual([20, 10, 191, 64])
  const pictures = [`${series}/thumbnail`, '/studies/1.2.3/thumbnail'].map(async (path) => (await get(path)).status)
  expect(await Promise.all(pictures)).toEqual([200, 200])
})

it('answers by status what cannot be shown', async () => {
  const answers = async (paths: string[]) =>
    Promise.all(
      paths.map(async (path) => {
        const answer = await get(path)
        return [answer.status, ((await answer.json()) as { code: string }).code]
      }),
    )
  expect(
    await answers([
      `${instance(9)}/rendered`,
      `${instance()}/frames/3/rendered`,
      `${instance(3)}/rendered`,
      `${instance(5)}/rendered`,
      `${instance()}/frames/1,2/rendered`,
      `${instance()}/rendered?viewport=50,50,350,0,60,60`,
      `${instance()}/rendered?viewport=50,50,400`,
      `${instance()}/thumbnail?viewport=50,50,0,0,60,60`,
      `${instance(2)}/rendered?window=1,2,linear`,
      '/studies/9/thumbnail',
    ]),
  ).toEqual([
    [404, 'not-found'],
    [404, 'no-such-frame'],
    [406, 'cannot-be-rendered'],
    [500, 'object-damaged'],
    [400, 'one-frame-only'],
    [400, 'bad-viewport'],
    [400, 'bad-viewport'],
    [400, 'bad-viewport'],
    [400, 'bad-window'],
    [404, 'not-found'],
  ])
  expect((await get(`${instance()}/rendered`, 'video/mp4')).status).toBe(406)
})
