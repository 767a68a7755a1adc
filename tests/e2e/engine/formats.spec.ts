/** Every kind of pixel on the canvas: what is painted and read out is the value, whatever it was stored as. */
import type { Page } from '@playwright/test'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { expect, test } from './fixtures.ts'
import { grey, phantomHeader } from './phantom.ts'

const side = 16

const slices = (own: Partial<ImageHeader> | ((slice: number) => Partial<ImageHeader>), count = 1): ImageHeader[] =>
  Array.from({ length: count }, (_, slice) => {
    const { RescaleIntercept, RescaleSlope, RescaleType, WindowCenter, WindowWidth, ...plain } = phantomHeader(slice)
    const changes = typeof own === 'function' ? own(slice) : own
    return { ...plain, Rows: side, Columns: side, PixelSpacing: [1, 1], ...changes }
  })

const open = (page: Page, headers: ImageHeader[], mode: 'stack' | 'mpr' = 'stack'): Promise<void> =>
  page.evaluate(
    async ({ headers, mode }) => {
      const { harness } = window
      harness.engine ??= await harness.createViewerEngine()
      harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: '' }, headers)
      const [set] = harness.sets
      if (!set) throw new Error('no display set')
      for (const view of Object.values(harness.views)) view.destroy()
      if (mode === 'stack') {
        harness.views = { a: harness.engine.mountStack(harness.element('a'), set, 0) }
        return
      }
      const elements = { axial: harness.element('a'), coronal: harness.element('b'), sagittal: harness.element('c') }
      const views = await harness.engine.mountMpr(elements, set, 2)
      harness.views = { a: views.axial, b: views.coronal, c: views.sagittal }
    },
    { headers, mode },
  )

const state = (page: Page) => page.evaluate(() => window.harness.views.a?.state())
const isPainted = (page: Page) => expect.poll(async () => (await state(page))?.status).toBe('painted')
/** Colour in the middle of a pixel: the square image fills the 400 × 400 viewport. */
const pixel = (page: Page, column: number, row: number) =>
  page.evaluate(([x, y]) => window.harness.pixel('a', x, y), [(column + 0.5) * 25, (row + 0.5) * 25] as const)
const value = async (page: Page, column: number, row: number) => {
  await page.mouse.move((column + 0.5) * 25, (row + 0.5) * 25)
  await expect.poll(async () => (await state(page))?.pointer?.column).toBe(column)
  return (await state(page))?.pointer
}

/** Left half one value, right half another. */
const halves = (left: number, right: number): number[] =>
  Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? left : right))

test('unsigned words above 32767', async ({ harness, server }) => {
  server.frames.set('100/0', { kind: 'native', bytes: new Uint8Array(Uint16Array.from(halves(20000, 60000)).buffer) })
  const own = { Modality: 'MR', BitsStored: 16, HighBit: 15, WindowCenter: [40000], WindowWidth: [50000] }
  await open(harness, slices(own))
  await isPainted(harness)
  expect((await pixel(harness, 3, 8))[0]).toBeCloseTo(grey(20000, 40000, 50000), -0.5)
  expect((await pixel(harness, 12, 8))[0]).toBeCloseTo(grey(60000, 40000, 50000), -0.5)
  expect(await value(harness, 12, 8)).toMatchObject({ value: 60000, unit: '' })
})

test('a PET whose slope differs from slice to slice, stacked and in three planes', async ({ harness, server }) => {
  const slope = (slice: number): number => 0.001 * (slice + 1)
  const headers = slices(
    (slice) => ({
      Modality: 'PT',
      Units: 'BQML',
      PixelRepresentation: 1,
      BitsStored: 16,
      HighBit: 15,
      RescaleSlope: slope(slice),
      RescaleIntercept: 0,
      WindowCenter: [5],
      WindowWidth: [10],
    }),
    5,
  )
  // The same activity in every slice, stored differently.
  for (let slice = 0; slice < 5; slice++) {
    const stored = halves(2, 8).map((activity) => Math.round(activity / slope(slice)))
    server.frames.set(`${100 + slice}/0`, { kind: 'native', bytes: new Uint8Array(Int16Array.from(stored).buffer) })
  }
  await open(harness, headers)
  await isPainted(harness)
  expect((await state(harness))?.voi).toEqual({ center: 5, width: 10, function: 'LINEAR_EXACT' })
  for (const index of [0, 4]) {
    await harness.evaluate((index) => window.harness.views.a?.scrollTo(index), index)
    await expect.poll(async () => (await state(harness))?.frame?.instanceKey).toBe(100 + index)
    expect((await pixel(harness, 3, 8))[0]).toBeCloseTo(255 * 0.2, -0.5)
    expect((await pixel(harness, 12, 8))[0]).toBeCloseTo(255 * 0.8, -0.5)
    const read = await value(harness, 12, 8)
    expect(read?.unit).toBe('BQML')
    expect(read?.value as number).toBeCloseTo(8, 2)
  }
  await open(harness, headers, 'mpr')
  await expect
    .poll(() => harness.evaluate(() => performance.getEntriesByName('mpr-complete').length))
    .toBeGreaterThan(0)
  await expect.poll(async () => Math.abs(((await pixel(harness, 3, 8))[0] ?? 0) - 255 * 0.2)).toBeLessThan(4)
  await expect.poll(async () => Math.abs(((await pixel(harness, 12, 8))[0] ?? 0) - 255 * 0.8)).toBeLessThan(4)
})

test('colour, as red, green and blue', async ({ harness, server }) => {
  const bytes = Uint8Array.from(halves(0, 1).flatMap((right) => (right ? [10, 200, 90] : [250, 20, 60])))
  server.frames.set('100/0', { kind: 'native', bytes })
  const rgb = { SamplesPerPixel: 3, PhotometricInterpretation: 'RGB', BitsAllocated: 8, BitsStored: 8, HighBit: 7 }
  await open(harness, slices({ ...rgb, Modality: 'OT' }))
  await isPainted(harness)
  expect(await pixel(harness, 3, 8)).toEqual([250, 20, 60])
  expect(await pixel(harness, 12, 8)).toEqual([10, 200, 90])
  expect(await value(harness, 12, 8)).toMatchObject({ value: [10, 200, 90], unit: '' })
  expect(await state(harness)).toMatchObject({ voi: null, unit: '' })
})

test('bytes, single bits, and a sigmoid', async ({ harness, server }) => {
  const bits = { BitsAllocated: 8, BitsStored: 8, HighBit: 7, Modality: 'OT' }
  server.frames.set('100/0', { kind: 'native', bytes: Uint8Array.from(halves(50, 200)) })
  await open(harness, slices({ ...bits, WindowCenter: [128], WindowWidth: [256] }))
  await isPainted(harness)
  expect((await pixel(harness, 3, 8))[0]).toBeCloseTo(50, -0.5)
  expect((await pixel(harness, 12, 8))[0]).toBeCloseTo(200, -0.5)

  const sigmoid = slices({ ...bits, WindowCenter: [128], WindowWidth: [100], VOILUTFunction: 'SIGMOID' })
  server.frames.set('200/0', { kind: 'native', bytes: Uint8Array.from(halves(50, 200)) })
  await open(
    harness,
    sigmoid.map((one) => ({ ...one, instanceKey: 200 })),
  )
  await isPainted(harness)
  const curve = (x: number): number => 255 / (1 + Math.exp((-4 * (x - 128)) / 100))
  expect(Math.abs(((await pixel(harness, 3, 8))[0] ?? 0) - curve(50))).toBeLessThan(5)
  expect(Math.abs(((await pixel(harness, 12, 8))[0] ?? 0) - curve(200))).toBeLessThan(5)
  expect((await state(harness))?.voi).toEqual({ center: 128, width: 100, function: 'SIGMOID' })

  const single = slices({ Modality: 'SEG', BitsAllocated: 1, BitsStored: 1, HighBit: 0 })
  server.frames.set('300/0', { kind: 'native', bytes: Uint8Array.from({ length: 32 }, (_, at) => (at % 2 ? 255 : 0)) })
  await open(
    harness,
    single.map((one) => ({ ...one, instanceKey: 300 })),
  )
  await isPainted(harness)
  expect((await pixel(harness, 3, 8))[0]).toBe(0)
  expect((await pixel(harness, 12, 8))[0]).toBeGreaterThan(250)
})

test('a projection says on which plane its millimetres are, and has its own letters', async ({ harness, server }) => {
  server.frames.set('100/0', { kind: 'native', bytes: new Uint8Array(Uint16Array.from(halves(100, 4000)).buffer) })
  const [base] = slices({ Modality: 'DX', ImagerPixelSpacing: [0.2, 0.2], PatientOrientation: ['L', 'F'] })
  if (!base) throw new Error('no header')
  const { PixelSpacing, ImagePositionPatient, ImageOrientationPatient, FrameOfReferenceUID, ...projection } = base
  await open(harness, [projection])
  await isPainted(harness)
  expect(await state(harness)).toMatchObject({
    orientation: { left: 'R', right: 'L', top: 'H', bottom: 'F' },
    scale: { source: 'detector' },
    slice: null,
  })
  await harness.evaluate(() => window.harness.views.a?.flip('horizontal'))
  await expect
    .poll(async () => (await state(harness))?.orientation)
    .toEqual({ left: 'L', right: 'R', top: 'H', bottom: 'F' })
})
