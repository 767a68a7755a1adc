/** A stack in the browser: painted pixels, readout, window, letters, jumps, and what is said of frames that are not there. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { grey, hu, phantom, phantomHeader, phantomHeaders, servePhantom } from './phantom.ts'

const open = (page: Page, index: number, headers = phantomHeaders()): Promise<void> =>
  page.evaluate(
    async ({ headers, index }) => {
      const { harness } = window
      performance.mark('study-open')
      harness.engine ??= await harness.createViewerEngine()
      harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
      const [set] = harness.sets
      if (!set) throw new Error('no display set')
      harness.views.a = harness.engine.mountStack(harness.element('a'), set, index)
    },
    { headers, index },
  )

const state = (page: Page) => page.evaluate(() => window.harness.views.a?.state())
const load = (page: Page) =>
  page.evaluate(() => window.harness.engine.loadState(window.harness.sets[0]?.displaySetId ?? ''))
const pixel = async (page: Page, [x, y]: readonly [number, number]): Promise<number> =>
  (await page.evaluate(([x, y]) => window.harness.pixel('a', x, y), [x, y] as const))[0] ?? -1
const marks = (page: Page, name: string) =>
  page.evaluate((name) => performance.getEntriesByName(name, 'mark').length, name)

/** CSS pixel of a column and row when the image is fitted to the 400 × 400 viewport: 72 mm of rows fill it. */
const place = (column: number, row: number): [number, number] => {
  const pixelsPerMm = 400 / (phantom.rows * phantom.spacing.row)
  return [
    200 + (column - (phantom.columns - 1) / 2) * phantom.spacing.column * pixelsPerMm,
    200 + (row - (phantom.rows - 1) / 2) * phantom.spacing.row * pixelsPerMm,
  ]
}

const isPainted = async (page: Page, index: number): Promise<void> => {
  await expect
    .poll(async () => {
      const now = await state(page)
      return `${now?.status} ${now?.imageIndex}`
    })
    .toBe(`painted ${index}`)
}

const drag = async (page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
  await page.mouse.move(from[0], from[1])
  await page.mouse.down()
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
  await page.mouse.move(to[0], to[1])
  await page.mouse.up()
}

test('paints the wanted slice first, as its window says, at the right place', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 25)
  await isPainted(harness, 25)
  expect(server.requests[0]?.frames.slice(0, 4)).toEqual([
    [125, 0],
    [126, 0],
    [124, 0],
    [127, 0],
  ])
  for (const [column, row] of [
    [47.5, 39.5],
    [78, 40],
    [35, 15],
    [3, 40],
    [20, 60],
  ] as const) {
    const expected = grey(hu(Math.round(column), Math.round(row), 25), 50, 350)
    expect(Math.abs((await pixel(harness, place(column, row))) - expected), `${column} ${row}`).toBeLessThan(4)
  }
  // The edge of the bone bar lies between columns 71 and 72.
  const [edge, height] = place(71.5, 40)
  expect(await pixel(harness, [edge - 4, height])).toBeLessThan(150)
  expect(await pixel(harness, [edge + 4, height])).toBeGreaterThan(240)
  const now = await state(harness)
  expect(now).toMatchObject({
    orientation: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
    voi: { center: 50, width: 350, function: 'LINEAR' },
    unit: 'HU',
    slice: { location: 11, thickness: 2 },
    lossy: null,
    imageCount: 40,
  })
  expect(now?.scale?.source).toBe('patient')
  expect(now?.scale?.mmPerPixel).toBeCloseTo(72 / 400, 6)
  expect(now?.zoom).toBeCloseTo((0.7 * 400) / 72, 6)
  await expect.poll(() => load(harness)).toEqual({ total: 40, loaded: 40, failed: 0 })
  expect(await marks(harness, 'first-image')).toBe(1)
  await expect.poll(() => marks(harness, 'stack-complete')).toBe(1)
  await harness.screenshot({ path: 'test-results/engine/stack.png' })
})

test('reads the value under the pointer, and scrolls by wheel', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 20)
  await isPainted(harness, 20)
  for (const [column, row] of [
    [48, 40],
    [71, 40],
    [72, 40],
    [13, 9],
    [0, 0],
  ] as const) {
    const [x, y] = place(column, row)
    if (x < 0 || x > 399 || y < 0 || y > 399) continue
    await harness.mouse.move(x, y)
    await expect
      .poll(async () => (await state(harness))?.pointer)
      .toEqual({ column, row, value: hu(column, row, 20), unit: 'HU' })
  }
  await harness.mouse.wheel(0, 120)
  await isPainted(harness, 21)
  await expect.poll(async () => (await state(harness))?.pointer?.value).toBe(hu(0, 0, 21))
  await harness.mouse.wheel(0, -120)
  await harness.mouse.wheel(0, -120)
  await isPainted(harness, 19)
  await harness.mouse.move(700, 500)
  await expect.poll(async () => (await state(harness))?.pointer).toBe(null)
})

test('windows, inverts, turns, flips and comes back', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 20)
  await isPainted(harness, 20)
  const act = (action: 'voi' | 'invert' | 'rotate' | 'flip' | 'zoom' | 'reset') =>
    harness.evaluate((action) => {
      const view = window.harness.views.a
      if (action === 'voi') view?.setVoi(300, 1000)
      if (action === 'invert') view?.invert()
      if (action === 'rotate') view?.rotate(90)
      if (action === 'flip') view?.flip('horizontal')
      if (action === 'zoom') view?.zoomBy(2)
      if (action === 'reset') view?.reset()
    }, action)
  await act('voi')
  await expect.poll(() => pixel(harness, place(78, 40))).toBeCloseTo(grey(700, 300, 1000), -0.5)
  await act('invert')
  await expect.poll(async () => (await pixel(harness, place(78, 40))) < 40).toBe(true)
  expect(await state(harness)).toMatchObject({ invert: true, voi: { center: 300, width: 1000 } })
  // The window is the reader's now: the next slice keeps it.
  await harness.evaluate(() => window.harness.views.a?.scrollBy(3))
  await isPainted(harness, 23)
  expect(await state(harness)).toMatchObject({ invert: true, voi: { center: 300, width: 1000 } })
  await act('rotate')
  await expect
    .poll(async () => (await state(harness))?.orientation)
    .toEqual({ left: 'P', right: 'A', top: 'R', bottom: 'L' })
  // Turned clockwise, the patient's left is at the bottom: so is the bone bar (black, inverted).
  const barAt = place(78, 40)
  await expect.poll(async () => (await pixel(harness, [200, barAt[0]])) < 40).toBe(true)
  await act('flip')
  await expect
    .poll(async () => (await state(harness))?.orientation)
    .toEqual({ left: 'A', right: 'P', top: 'R', bottom: 'L' })
  await act('zoom')
  await expect.poll(async () => (await state(harness))?.zoom).toBeCloseTo((2 * (0.7 * 400)) / 72, 5)
  await act('reset')
  await expect
    .poll(() => state(harness))
    .toMatchObject({
      orientation: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
      voi: { center: 50, width: 350 },
      invert: false,
      rotation: 0,
      flipHorizontal: false,
    })
  // As a key image was looked at: its function counts instead of the image's, and inversion is set, not turned.
  await harness.evaluate(() => {
    window.harness.views.a?.setVoi(300, 1000, 'SIGMOID')
    for (const isInverted of [true, true, false, false]) window.harness.views.a?.invert(isInverted)
  })
  expect(await state(harness)).toMatchObject({ invert: false, voi: { center: 300, width: 1000, function: 'SIGMOID' } })
  const sigmoid = 255 / (1 + Math.exp((-4 * (700 - 300)) / 1000))
  await expect.poll(async () => Math.abs((await pixel(harness, place(78, 40))) - sigmoid)).toBeLessThan(4)
  await act('voi')
  expect((await state(harness))?.voi?.function).toBe('LINEAR')
})

test('measures with the mouse what the pixels say', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 20)
  await isPainted(harness, 20)
  const tool = (name: 'length' | 'ellipticalROI' | 'windowLevel' | 'pan') =>
    harness.evaluate((name) => window.harness.engine.setPrimaryTool(name), name)
  const list = () => harness.evaluate(() => window.harness.engine.measurements())
  await tool('length')
  await drag(harness, place(20, 25), place(60, 15))
  await expect.poll(async () => (await list()).length).toBe(1)
  const [length] = await list()
  expect(length).toMatchObject({ tool: 'length', imageIndex: 20, frame: 0, length: { unit: 'mm' } })
  expect(Math.abs((length?.length?.value ?? 0) - Math.hypot(40 * 0.7, 10 * 0.9))).toBeLessThan(0.4)
  await tool('ellipticalROI')
  // Centre 48, 40; half-axes 2.6 columns and 2.6 rows: inside the rod, whose value tells the slice.
  await drag(harness, place(47.5, 39.5), [place(50.1, 39.5)[0], place(47.5, 42.1)[1]])
  await expect.poll(async () => (await list()).length).toBe(2)
  const region = async () => (await list()).find((one) => one.tool === 'ellipticalROI')?.roi
  await expect.poll(region).toMatchObject({ mean: 200, standardDeviation: 0, min: 200, max: 200, unit: 'HU' })
  const roi = await region()
  expect(Math.abs((roi?.area.value ?? 0) - Math.PI * 2.6 * 0.7 * 2.6 * 0.9)).toBeLessThan(1)
  await expect(harness.locator('#a svg')).toContainText('mean 200 HU')
  await expect(harness.locator('#a svg')).toContainText(' mm')
  await harness.screenshot({ path: 'test-results/engine/measurements.png' })
  // On another slice they are not drawn; deleted, it can come back.
  await harness.evaluate(() => window.harness.views.a?.scrollTo(5))
  await isPainted(harness, 5)
  await expect(harness.locator('#a svg')).not.toContainText('mean 200 HU')
  const id = length?.id ?? ''
  await harness.evaluate((id) => window.harness.engine.deleteMeasurement(id), id)
  expect((await list()).length).toBe(1)
  await harness.evaluate((id) => window.harness.engine.restoreMeasurement(id), id)
  expect((await list()).length).toBe(2)
  await tool('windowLevel')
  await drag(harness, [100, 100], [200, 100])
  await expect.poll(async () => (await state(harness))?.voi?.width).toBeGreaterThan(400)
  expect((await state(harness))?.voi?.center).toBeCloseTo(50, 6)
})

test('a far jump reopens the stream at the wanted place', async ({ harness, server }) => {
  servePhantom(server)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  server.gate = (instanceKey) => (instanceKey === 104 ? held : undefined)
  await open(harness, 2)
  await isPainted(harness, 2)
  // The stream hangs at slice 4; what is wanted now is far behind it.
  await harness.evaluate(() => window.harness.views.a?.scrollTo(36))
  await isPainted(harness, 36)
  expect(server.requests).toHaveLength(2)
  expect(server.requests[0]?.isClosed).toBe(true)
  expect(server.requests[1]?.frames[0]).toEqual([136, 0])
  const again = server.requests[1]?.frames.map(([instanceKey]) => instanceKey)
  expect(again).not.toContain(102)
  release()
  await expect.poll(() => load(harness)).toEqual({ total: 40, loaded: 40, failed: 0 })
})

test('a cut stream is resumed for what is missing', async ({ harness, server }) => {
  servePhantom(server)
  server.cutAfter = 10
  let cut: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    cut = resolve
  })
  // The eleventh frame outwards from the twentieth is the fifteenth.
  server.gate = (instanceKey) => (instanceKey === 115 ? held : undefined)
  await open(harness, 20)
  await expect.poll(async () => (await load(harness)).loaded).toBe(10)
  cut()
  await expect.poll(() => load(harness)).toEqual({ total: 40, loaded: 40, failed: 0 })
  expect(server.requests.map(({ frames }) => frames.length)).toEqual([40, 30])
})

test('while an image is on its way the old one stays, and says so', async ({ harness, server }) => {
  servePhantom(server)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  server.gate = (instanceKey) => (instanceKey === 122 ? held : undefined)
  await open(harness, 20)
  await isPainted(harness, 20)
  await harness.evaluate(() => window.harness.views.a?.scrollTo(22))
  await expect.poll(async () => (await state(harness))?.status).toBe('waiting')
  expect(await state(harness)).toMatchObject({ imageIndex: 20, frame: { instanceKey: 120 } })
  release()
  await isPainted(harness, 22)
})

test('frames that cannot be shown keep their place and their reason', async ({ harness, server }) => {
  servePhantom(server)
  server.frames.set('110/0', { kind: 'notAvailable', reason: 'object-damaged' })
  server.frames.set('111/0', { kind: 'native', bytes: new Uint8Array(100) })
  const headers = phantomHeaders().map((header, slice) =>
    slice === 12 ? { ...header, notDisplayable: 'no-pixel-data' as const } : header,
  )
  await open(harness, 9, headers)
  await isPainted(harness, 9)
  await expect.poll(() => load(harness)).toEqual({ total: 40, loaded: 37, failed: 3 })
  for (const [index, reason] of [
    [10, 'object-damaged'],
    [11, 'pixel-data-truncated'],
    [12, 'no-pixel-data'],
  ] as const) {
    await harness.evaluate((index) => window.harness.views.a?.scrollTo(index), index)
    await expect
      .poll(() => state(harness))
      .toMatchObject({ imageIndex: index, status: 'not-displayable', notDisplayable: reason })
  }
  await expect(harness.locator('#a canvas')).toBeHidden()
  await harness.mouse.move(200, 200)
  await harness.mouse.wheel(0, 120)
  await isPainted(harness, 13)
  await expect(harness.locator('#a canvas')).toBeVisible()
  const places = await harness.evaluate(() =>
    Array.from(window.harness.engine.places(window.harness.sets[0]?.displaySetId ?? '')).slice(9, 14),
  )
  expect(places).toEqual([1, 2, 2, 2, 1])
})

test('a study that is still arriving fills in around the image being read', async ({ harness, server }) => {
  servePhantom(server)
  const come = phantomHeaders().filter((_, slice) => slice % 2 === 0)
  await open(harness, 10, come)
  await isPainted(harness, 10)
  await harness.evaluate(() => window.harness.views.a?.setVoi(100, 500))
  await harness.evaluate(() => window.harness.views.a?.zoomBy(1.5))
  const before = await state(harness)
  await harness.evaluate((headers) => {
    const { harness } = window
    harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
    const [set] = harness.sets
    if (set) harness.engine.update(set)
  }, phantomHeaders())
  await isPainted(harness, 20)
  await expect.poll(() => load(harness)).toEqual({ total: 40, loaded: 40, failed: 0 })
  const after = await state(harness)
  expect(after).toMatchObject({ frame: before?.frame, voi: before?.voi, imageCount: 40 })
  expect(after?.zoom).toBeCloseTo(before?.zoom ?? 0, 6)
})

test('comes back after a reload, and after the graphics card dropped everything', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 20)
  await isPainted(harness, 20)
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('ellipticalROI'))
  await drag(harness, place(47.5, 39.5), [place(50.1, 39.5)[0], place(47.5, 42.1)[1]])
  await harness.evaluate(() => {
    const view = window.harness.views.a
    view?.setVoi(80, 600)
    view?.rotate(90)
    view?.zoomBy(1.5)
  })
  const before = await state(harness)
  const saved = await harness.evaluate(() => window.harness.engine.saveState())
  const list = () => harness.evaluate(() => window.harness.engine.measurements())
  const [measured] = await list()
  expect(measured?.content).toMatchObject({
    kind: 'ellipse',
    calibration: 'patient',
    graphic: { GraphicType: 'ELLIPSE' },
  })
  await harness.reload()
  await harness.evaluate(
    async ({ saved, content }) => {
      window.harness.engine = await window.harness.createViewerEngine()
      window.harness.engine.restoreState(saved)
      if (content) window.harness.engine.bringMeasurements([content])
    },
    { saved, content: measured?.content },
  )
  await open(harness, 20)
  await isPainted(harness, 20)
  const kept = { voi: before?.voi, rotation: before?.rotation, orientation: before?.orientation }
  await expect.poll(() => state(harness)).toMatchObject(kept)
  expect((await state(harness))?.zoom).toBeCloseTo(before?.zoom ?? 0, 5)
  await expect.poll(async () => (await list())[0]?.content).toEqual(measured?.content)
  expect((await list())[0]?.roi).toMatchObject({ mean: 200, unit: 'HU' })

  await harness.evaluate(() => {
    let changes = 0
    window.harness.views.a?.subscribe(() => {
      changes++
      document.body.dataset.changes = String(changes)
    })
    window.harness.loseContext()
  })
  await expect.poll(() => harness.evaluate(() => window.harness.contextsLost)).toBe(1)
  await isPainted(harness, 20)
  await expect.poll(() => state(harness)).toMatchObject(kept)
  await harness.evaluate(() => window.harness.views.a?.scrollTo(30))
  await isPainted(harness, 30)
  await expect.poll(() => harness.evaluate(() => Number(document.body.dataset.changes ?? 0))).toBeGreaterThan(0)
  await harness.evaluate(() => {
    window.harness.views.a?.reset()
    window.harness.views.a?.scrollTo(20)
  })
  await isPainted(harness, 20)
  await expect.poll(() => pixel(harness, place(78, 40))).toBeGreaterThan(250)
})

test('takes over what an earlier version kept in its saved state, until the station has it', async ({
  harness,
  server,
}) => {
  servePhantom(server)
  const { SOPInstanceUID } = phantomHeader(20)
  const kept = {
    id: '7b2f0c1e-52a1-4d8e-9c3f-1a2b3c4d5e6f',
    tool: 'length',
    points: [
      [0, 0, 0],
      [14, 0, 0],
    ],
    metadata: { FrameOfReferenceUID: phantomHeader(20).FrameOfReferenceUID, viewPlaneNormal: [0, 0, -1] },
    SOPInstanceUID,
    frame: 0,
  }
  await harness.evaluate(
    async (state) => {
      window.harness.engine = await window.harness.createViewerEngine()
      window.harness.engine.restoreState(state)
    },
    JSON.stringify({ version: 1, presentations: [], measurements: [kept] }),
  )
  const savedIds = () =>
    harness.evaluate(() =>
      JSON.parse(window.harness.engine.saveState()).measurements.map(({ id }: { id: string }) => id),
    )
  expect(await savedIds()).toEqual([kept.id])
  await open(harness, 20)
  await isPainted(harness, 20)
  const list = () => harness.evaluate(() => window.harness.engine.measurements())
  await expect
    .poll(async () => (await list())[0]?.content?.values)
    .toEqual([{ quantity: 'length', value: 14, unit: 'mm' }])
  expect(await savedIds()).toEqual([kept.id])
  await harness.evaluate((id) => window.harness.engine.measurementKept(id), kept.id)
  expect(await savedIds()).toEqual([])
})

test('MONOCHROME1 is shown with falling brightness, its values unchanged', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 3, [phantomHeader(3, { PhotometricInterpretation: 'MONOCHROME1' })])
  await isPainted(harness, 0)
  await expect.poll(() => pixel(harness, place(78, 40))).toBeLessThan(5)
  expect(await pixel(harness, place(3, 40))).toBeGreaterThan(250)
  const [x, y] = place(78, 40)
  await harness.mouse.move(x, y)
  await expect.poll(async () => (await state(harness))?.pointer?.value).toBe(700)
})
