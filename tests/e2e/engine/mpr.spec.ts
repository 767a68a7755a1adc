/** Three planes of one volume in the browser: painted voxels, letters, readout, figures, filling in, refusals. */
import type { Page } from '@playwright/test'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { expect, test } from './fixtures.ts'
import { grey, hu, phantom, phantomHeaders, servePhantom } from './phantom.ts'

const open = (page: Page, headers: ImageHeader[] = phantomHeaders()): Promise<string> =>
  page.evaluate(async (headers) => {
    const { harness } = window
    performance.mark('study-open')
    harness.engine ??= await harness.createViewerEngine()
    harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
    const [set] = harness.sets
    if (!set) throw new Error('no display set')
    const elements = { axial: harness.element('a'), coronal: harness.element('b'), sagittal: harness.element('c') }
    try {
      const views = await harness.engine.mountMpr(elements, set, 25)
      harness.views = { a: views.axial, b: views.coronal, c: views.sagittal }
      return 'mounted'
    } catch (error) {
      return String(error)
    }
  }, headers)

type Id = 'a' | 'b' | 'c'
const state = (page: Page, id: Id) => page.evaluate((id) => window.harness.views[id]?.state(), id)
const pixel = async (page: Page, id: Id, [x, y]: readonly [number, number]): Promise<number> =>
  (await page.evaluate(([id, x, y]) => window.harness.pixel(id, x, y), [id, x, y] as const))[0] ?? -1
const isComplete = (page: Page) => page.evaluate(() => performance.getEntriesByName('mpr-complete').length > 0)

const { columns, rows, slices, spacing } = phantom
/** CSS pixels per mm: each plane is fitted by its higher side (72 mm of rows, 80 mm of slices). */
const fits = { a: 400 / (rows * spacing.row), b: 400 / (slices * spacing.slice), c: 400 / (slices * spacing.slice) }
const across = (id: Id, index: number, count: number, step: number, sense = 1): number =>
  200 + sense * (index - (count - 1) / 2) * step * fits[id]
/** Where a voxel is drawn: axial seen from the feet, coronal from the front, sagittal from the patient's left; head up. */
const place = (id: Id, [column, row, slice]: readonly [number, number, number]): [number, number] => {
  if (id === 'a') return [across(id, column, columns, spacing.column), across(id, row, rows, spacing.row)]
  const height = across(id, slice, slices, spacing.slice, -1)
  return id === 'b'
    ? [across(id, column, columns, spacing.column), height]
    : [across(id, row, rows, spacing.row), height]
}

test('paints the voxels of the volume in three planes', async ({ harness, server }) => {
  servePhantom(server)
  expect(await open(harness)).toBe('mounted')
  await expect.poll(() => isComplete(harness)).toBe(true)
  expect(await state(harness, 'a')).toMatchObject({
    orientation: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    slice: { location: 11, thickness: 2 },
    imageCount: 40,
    status: 'painted',
  })
  expect((await state(harness, 'b'))?.orientation).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' })
  expect((await state(harness, 'c'))?.orientation).toEqual({ left: 'A', right: 'P', top: 'H', bottom: 'F' })
  // Window so that the rod's values, which tell the slice, are all between black and white.
  await harness.evaluate(() => window.harness.views.b?.setVoi(200, 500))
  await expect.poll(async () => (await state(harness, 'c'))?.voi?.width).toBe(500)
  await expect
    .poll(async () => Math.abs((await pixel(harness, 'a', place('a', [20, 60, 0]))) - grey(40, 200, 500)))
    .toBeLessThan(4)
  for (const [id, voxel] of [
    ['a', [20, 60, 25]],
    ['a', [78, 40, 25]],
    ['a', [35, 15, 25]],
    ['b', [46, 40, 5]],
    ['b', [46, 40, 30]],
    ['b', [78, 40, 12]],
    ['b', [20, 40, 12]],
    ['c', [48, 38, 5]],
    ['c', [48, 38, 35]],
    ['c', [48, 60, 35]],
    ['c', [48, 3, 20]],
  ] as const) {
    const expected = grey(hu(voxel[0], voxel[1], voxel[2]), 200, 500)
    const difference = Math.abs((await pixel(harness, id, place(id, voxel))) - expected)
    expect(difference, `${id} ${voxel}`).toBeLessThan(5)
  }
  await harness.screenshot({ path: 'test-results/engine/mpr.png' })
})

test('every plane scrolls along its own slices and reads its voxels', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness)
  await expect.poll(() => isComplete(harness)).toBe(true)
  const [x, y] = place('b', [46, 40, 30])
  await harness.mouse.move(408 + x, y)
  await expect.poll(async () => (await state(harness, 'b'))?.pointer?.value).toBe(hu(46, 40, 30))
  await harness.evaluate(() => window.harness.views.b?.scrollTo(79 - 15))
  await expect.poll(async () => (await state(harness, 'b'))?.slice?.location).toBeCloseTo(-35.55 + 15 * 0.9, 4)
  const [barX, barY] = place('b', [35, 15, 30])
  await harness.mouse.move(408 + barX, barY)
  await expect
    .poll(async () => (await state(harness, 'b'))?.pointer)
    .toMatchObject({ column: 35, row: 15, value: 300, unit: 'HU' })
  await harness.evaluate(() => window.harness.views.a?.scrollTo(0))
  await expect.poll(async () => (await state(harness, 'a'))?.slice?.location).toBeCloseTo(39, 4)
  expect(await harness.evaluate(() => window.harness.views.a?.stackIndex())).toBe(39)
  await harness.mouse.move(200, 200)
  await harness.mouse.wheel(0, 120)
  await expect.poll(async () => (await state(harness, 'a'))?.imageIndex).toBe(1)
})

test('an ellipse in a reformatted plane counts that plane’s voxels', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness)
  await expect.poll(() => isComplete(harness)).toBe(true)
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('ellipticalROI'))
  // In the coronal plane, in the bone bar: columns 75–81, slices 8–14.
  const [x, y] = place('b', [78, 40, 11])
  const [right] = place('b', [81, 40, 11])
  const [, bottom] = place('b', [78, 40, 8])
  await harness.mouse.move(408 + x, y)
  await harness.mouse.down()
  await harness.mouse.move(408 + (x + right) / 2, (y + bottom) / 2)
  await harness.mouse.move(408 + right, bottom)
  await harness.mouse.up()
  const list = () => harness.evaluate(() => window.harness.engine.measurements())
  await expect.poll(async () => (await list())[0]?.roi?.mean).toBe(700)
  const [one] = await list()
  expect(one?.SOPInstanceUID).toBe(null)
  expect(Math.abs((one?.roi?.area.value ?? 0) - Math.PI * 3 * 0.7 * 3 * 2)).toBeLessThan(3)
  expect(one?.content).toMatchObject({ image: null, graphic: null, kind: 'ellipse', calibration: 'patient' })

  // The other planes cross it where it was begun, and show nothing of it: neither the shape nor its figures.
  await harness.evaluate(async (points = []) => {
    const { engine } = window.harness
    const middle = (axis: 0 | 1 | 2) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
    engine.meetAt([middle(0), middle(1), middle(2)])
    engine.setMeasurementText(({ roi }) => [`crossed: ${roi?.mean}`])
  }, one?.content?.points)
  await expect.poll(async () => Math.round((await state(harness, 'a'))?.slice?.location ?? 0)).toBe(-17)
  await expect(harness.locator('#b svg')).toContainText('crossed: 700')
  // Shapes are drawn in the frame after the planes.
  await harness.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await expect(harness.locator('#b svg ellipse')).toHaveCount(1)
  await expect(harness.locator('#a svg ellipse, #c svg ellipse, #a svg text, #c svg text')).toHaveCount(0)

  // The same after a reload, in the plane that it was made in; and again after the planes were left.
  await harness.reload()
  await harness.evaluate(async (content) => {
    window.harness.engine = await window.harness.createViewerEngine()
    if (content) window.harness.engine.bringMeasurements([content])
  }, one?.content)
  expect(await list()).toEqual([])
  await open(harness)
  await expect.poll(() => isComplete(harness)).toBe(true)
  await expect.poll(async () => (await list())[0]?.content).toEqual(one?.content)
  await harness.evaluate(() => window.harness.views.b?.scrollTo(3))
  await expect(harness.locator('#b svg')).not.toContainText('mean 700 HU')
  await harness.evaluate((points = []) => {
    const middle = (axis: 0 | 1 | 2) => points.reduce((sum, point) => sum + point[axis], 0) / points.length
    window.harness.engine.meetAt([middle(0), middle(1), middle(2)])
  }, one?.content?.points)
  await expect(harness.locator('#b svg')).toContainText('mean 700 HU')
  await harness.evaluate(() => {
    for (const view of Object.values(window.harness.views)) view.destroy()
  })
  expect(await list()).toEqual([])
  await open(harness)
  await expect.poll(async () => (await list())[0]?.content).toEqual(one?.content)
})

test('fills in while slices come, and says that it waits', async ({ harness, server }) => {
  servePhantom(server)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  // Outwards from 25, slice 5 comes late.
  server.gate = (instanceKey) => (instanceKey === 105 ? held : undefined)
  expect(await open(harness)).toBe('mounted')
  await expect.poll(async () => (await state(harness, 'a'))?.status).toBe('painted')
  expect((await state(harness, 'b'))?.status).toBe('waiting')
  expect(await isComplete(harness)).toBe(false)
  // What has not come is black: zero Hounsfield units would look like water.
  await expect.poll(() => pixel(harness, 'b', place('b', [20, 40, 2]))).toBe(0)
  expect(await pixel(harness, 'b', place('b', [20, 40, 12]))).toBeGreaterThan(100)
  await harness.screenshot({ path: 'test-results/engine/mpr-filling.png' })
  release()
  await expect.poll(() => isComplete(harness)).toBe(true)
  expect((await state(harness, 'b'))?.status).toBe('painted')
  expect(await pixel(harness, 'b', place('b', [20, 40, 2]))).toBeGreaterThan(100)
})

test('an ellipse drawn before its slices are here has its shape to keep, moved or not, and its figures when they are', async ({
  harness,
  server,
}) => {
  servePhantom(server)
  const held = Promise.withResolvers<void>()
  server.gate = (instanceKey) => (instanceKey === 105 ? held.promise : undefined)
  expect(await open(harness)).toBe('mounted')
  await expect.poll(async () => (await state(harness, 'a'))?.status).toBe('painted')
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('ellipticalROI'))
  // Two slices above the bone bar, into which it is moved.
  const [x, y] = place('b', [78, 40, 13])
  const [right] = place('b', [81, 40, 13])
  const [, bottom] = place('b', [78, 40, 10])
  await harness.mouse.move(408 + x, y)
  await harness.mouse.down()
  await harness.mouse.move(408 + (x + right) / 2, (y + bottom) / 2)
  await harness.mouse.move(408 + right, bottom)
  await harness.mouse.up()
  const content = async () => (await harness.evaluate(() => window.harness.engine.measurements()))[0]?.content
  await expect.poll(async () => (await content())?.figuresPending).toBe(true)
  const drawn = await content()
  expect([drawn?.image, drawn?.values.map(({ quantity }) => quantity)]).toEqual([null, ['area']])
  // Brought back elsewhere, as another window moved it.
  const moved = drawn && {
    ...drawn,
    points: drawn.points.map(([px, py, pz]) => [px, py, pz - 4] as [number, number, number]),
  }
  await harness.evaluate((one) => one && window.harness.engine.bringMeasurements([one]), moved)
  expect(await content()).toMatchObject({ points: moved?.points, figuresPending: true })
  held.resolve()
  await expect.poll(async () => (await content())?.values.find(({ quantity }) => quantity === 'mean')?.value).toBe(700)
  expect(Object.keys((await content()) ?? {})).not.toContain('figuresPending')
})

test('a plane through images that were compressed with loss says so, by the strongest', async ({ harness, server }) => {
  servePhantom(server)
  const lossy = { LossyImageCompression: '01', LossyImageCompressionMethod: ['ISO_15444_1'] }
  const headers = phantomHeaders().map((header, slice) =>
    slice < 10 ? { ...header, ...lossy, LossyImageCompressionRatio: [slice === 3 ? 12 : 8] } : header,
  )
  await open(harness, headers)
  await expect.poll(async () => (await state(harness, 'a'))?.status).toBe('painted')
  const strongest = { ratio: 12, method: 'ISO_15444_1' }
  expect((await state(harness, 'b'))?.lossy).toEqual(strongest)
  expect((await state(harness, 'c'))?.lossy).toEqual(strongest)
  // The axial plane is one image, and this one lost nothing; slices count from the head here.
  expect((await state(harness, 'a'))?.lossy).toBe(null)
  await harness.evaluate(() => window.harness.views.a?.scrollTo(35))
  await expect.poll(async () => (await state(harness, 'a'))?.lossy).toEqual({ ratio: 8, method: 'ISO_15444_1' })
})

test('refuses with the reason, and the stack is still there', async ({ harness, server }) => {
  servePhantom(server)
  expect(
    await open(
      harness,
      phantomHeaders().filter((_, slice) => slice !== 17),
    ),
  ).toContain('missing-images')
  server.frames.set('117/0', { kind: 'notAvailable', reason: 'object-damaged' })
  expect(await open(harness)).toBe('mounted')
  await expect
    .poll(() =>
      harness.evaluate(() => window.harness.engine.loadState(window.harness.sets[0]?.displaySetId ?? '').failed),
    )
    .toBe(1)
  expect(await isComplete(harness)).toBe(false)
  expect((await state(harness, 'b'))?.status).toBe('waiting')
})

test('comes back after the graphics card dropped everything', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness)
  await expect.poll(() => isComplete(harness)).toBe(true)
  await harness.evaluate(() => {
    window.harness.views.a?.setVoi(200, 500)
    window.harness.views.b?.scrollTo(20)
    window.harness.loseContext()
  })
  await expect.poll(() => harness.evaluate(() => window.harness.contextsLost)).toBe(1)
  await expect.poll(async () => (await state(harness, 'a'))?.status).toBe('painted')
  await expect
    .poll(async () => Math.abs((await pixel(harness, 'a', place('a', [20, 60, 25]))) - grey(40, 200, 500)))
    .toBeLessThan(4)
  expect((await state(harness, 'b'))?.imageIndex).toBe(20)
})

test('takes in the slices that arrive, at the same place', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, phantomHeaders().slice(0, 30))
  await expect.poll(() => isComplete(harness)).toBe(true)
  await harness.evaluate(() => window.harness.views.b?.scrollTo(30))
  await harness.evaluate((headers) => {
    const { harness } = window
    harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
    const [set] = harness.sets
    if (set) harness.engine.update(set)
  }, phantomHeaders())
  await expect.poll(async () => (await state(harness, 'a'))?.imageCount).toBe(40)
  await expect.poll(async () => (await state(harness, 'b'))?.status).toBe('painted')
  expect((await state(harness, 'b'))?.imageIndex).toBe(30)
  expect((await state(harness, 'a'))?.slice?.location).toBeCloseTo(11, 4)
})
