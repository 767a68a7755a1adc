import { decode } from 'fast-png'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { createPixelService, type PixelService } from '../../../main/pixels/index.ts'
import { encodeRle } from './rle-encoder.ts'

let service: PixelService
let failures: string[]
beforeEach(() => {
  failures = []
  service = createPixelService({ maxQueued: 4, onFailure: (reason) => failures.push(reason) })
})
afterEach(() => service.close())

const header: ImageHeader = {
  ...{ instanceKey: 1, StudyInstanceUID: '1', SeriesInstanceUID: '2', SOPInstanceUID: '3', SOPClassUID: '4' },
  ...{ TransferSyntaxUID: '1.2.840.10008.1.2.1', notDisplayable: null, NumberOfFrames: 1, SamplesPerPixel: 1 },
  ...{
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 320,
    Columns: 320,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 1,
  },
  ...{
    PixelSpacing: [0.5, 1],
    RescaleIntercept: -1024,
    RescaleSlope: 1,
    WindowCenter: [0],
    WindowWidth: [201],
    VOILUTFunction: 'LINEAR',
  },
}
/** Left half −100 HU, right half 100 HU. */
const halves = new Uint8Array(
  Int16Array.from({ length: 320 * 320 }, (_, i) => 1024 + (i % 320 < 160 ? -200 : 200)).buffer,
)

test('a thumbnail is a PNG of the windowed frame, in the shape of its pixels', async () => {
  const png = await service.thumbnail(header, 0, async () => halves)
  const { width, height, channels, data } = decode(png ?? new Uint8Array(0))
  expect([width, height, channels, data[0], data[159]]).toEqual([160, 80, 1, 0, 255])
  expect(failures).toEqual([])
})

test('fragments of a compressed frame are put together', async () => {
  const rle = encodeRle(halves, 1, 2)
  const compressed = { ...header, TransferSyntaxUID: '1.2.840.10008.1.2.5' }
  const parts = [rle.slice(0, 100), rle.slice(100)]
  const png = await service.thumbnail(compressed, 0, async () => parts)
  expect(png).toEqual(await service.thumbnail(header, 0, async () => halves))
})

test('what cannot be decoded gives none, with a reason, and the next one is made', async () => {
  const broken = { ...header, TransferSyntaxUID: '1.2.840.10008.1.2.4.90' }
  const unreadable = async (): Promise<Uint8Array> => {
    throw new Error('object-damaged')
  }
  expect([
    await service.thumbnail(broken, 0, async () => halves),
    await service.thumbnail(header, 0, async () => halves.subarray(5)),
    await service.thumbnail(header, 0, unreadable),
    await service.thumbnail({ ...header, notDisplayable: 'no-pixel-data' }, 0, unreadable),
  ]).toEqual([null, null, null, null])
  expect(failures).toEqual(['jpeg-2000 decoder', '204795 bytes where 204800 are needed', 'object-damaged'])
  expect(await service.thumbnail(header, 0, async () => halves)).not.toBeNull()
})

test('frames are read when their turn comes, and too many at once are turned away', async () => {
  let reading = 0
  let most = 0
  const slowly = async (): Promise<Uint8Array> => {
    most = Math.max(most, ++reading)
    await new Promise((resolve) => setImmediate(resolve))
    reading--
    return halves
  }
  const pictures = await Promise.all(Array.from({ length: 9 }, () => service.thumbnail(header, 0, slowly)))
  expect([pictures.filter(Boolean).length, most, failures.length]).toEqual([6, 2, 3])
})
