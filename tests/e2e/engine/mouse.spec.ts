/** The mouse: what each button does, in stacks and in three planes. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import { phantomHeaders, servePhantom } from './phantom.ts'

const open = (page: Page, mode: 'stack' | 'mpr'): Promise<void> =>
  page.evaluate(
    async ({ headers, mode }) => {
      const { harness } = window
      harness.engine ??= await harness.createViewerEngine()
      harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
      const [set] = harness.sets
      if (!set) throw new Error('no display set')
      if (mode === 'stack') {
        harness.views = { a: harness.engine.mountStack(harness.element('a'), set, 20) }
        return
      }
      const elements = { axial: harness.element('a'), coronal: harness.element('b'), sagittal: harness.element('c') }
      const views = await harness.engine.mountMpr(elements, set, 20)
      harness.views = { a: views.axial, b: views.coronal, c: views.sagittal }
    },
    { headers: phantomHeaders(), mode },
  )

type Id = 'a' | 'b' | 'c'
const state = (page: Page, id: Id = 'a') => page.evaluate((id) => window.harness.views[id]?.state(), id)
const isPainted = (page: Page) => expect.poll(async () => (await state(page))?.status).toBe('painted')

const drag = async (
  page: Page,
  button: 'left' | 'middle' | 'right',
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> => {
  await page.mouse.move(from[0], from[1])
  await page.mouse.down({ button })
  await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2)
  await page.mouse.move(to[0], to[1])
  await page.mouse.up({ button })
}

test('the left button has the tool, the middle one pans, the right one zooms', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 'stack')
  await isPainted(harness)
  const before = await state(harness)
  await drag(harness, 'left', [200, 200], [260, 200])
  await expect.poll(async () => (await state(harness))?.voi?.width).toBeGreaterThan(380)
  const centre = () => harness.evaluate(() => window.harness.pixel('a', 60, 200))
  await drag(harness, 'middle', [200, 200], [100, 200])
  // The block's right-hand side, that of the patient's left, has moved to the left.
  await expect.poll(centre).not.toEqual([0, 0, 0])
  expect((await state(harness))?.zoom).toBeCloseTo(before?.zoom ?? 0, 6)
  await drag(harness, 'right', [200, 200], [200, 260])
  await expect.poll(async () => (await state(harness))?.zoom).not.toBeCloseTo(before?.zoom ?? 0, 1)
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('scroll'))
  await drag(harness, 'left', [200, 200], [200, 300])
  await expect.poll(async () => (await state(harness))?.imageIndex).toBeGreaterThan(24)
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('pan'))
  await drag(harness, 'left', [200, 200], [300, 200])
  expect((await state(harness))?.voi?.width).toBeGreaterThan(380)
})

test('the crosshairs bring the other planes to where they are put', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 'mpr')
  await expect
    .poll(() => harness.evaluate(() => performance.getEntriesByName('mpr-complete').length))
    .toBeGreaterThan(0)
  await harness.evaluate(() => window.harness.engine.setPrimaryTool('crosshairs'))
  // In the axial plane: 100 CSS pixels left of the middle and 60 above it, at 0.18 mm each.
  await harness.mouse.move(100, 140)
  await harness.mouse.down()
  await harness.mouse.move(101, 140)
  await harness.mouse.move(100, 140)
  await harness.mouse.up()
  await expect.poll(async () => Math.abs(((await state(harness, 'c'))?.slice?.location ?? 0) + 18)).toBeLessThan(0.8)
  await expect.poll(async () => Math.abs(((await state(harness, 'b'))?.slice?.location ?? 0) + 10.8)).toBeLessThan(1)
  expect((await state(harness, 'a'))?.slice?.location).toBeCloseTo(1, 4)
  expect(await harness.evaluate(() => window.harness.views.b?.stackIndex())).toBe(20)
  await harness.screenshot({ path: 'test-results/engine/crosshairs.png' })
})

test('leaving three planes for the stack frees them, and the stack is where it was', async ({ harness, server }) => {
  servePhantom(server)
  await open(harness, 'mpr')
  await expect.poll(async () => (await state(harness))?.status).toBe('painted')
  const index = await harness.evaluate(() => {
    const at = window.harness.views.a?.stackIndex() ?? 0
    for (const view of Object.values(window.harness.views)) view.destroy()
    const [set] = window.harness.sets
    if (set) window.harness.views = { a: window.harness.engine.mountStack(window.harness.element('a'), set, at) }
    return at
  })
  await isPainted(harness)
  expect(await state(harness)).toMatchObject({ imageIndex: index, frame: { instanceKey: 120 } })
  // Everything that had come is still there: nothing was asked for twice.
  const asked = server.requests.flatMap(({ frames, sent }) => frames.slice(0, sent).map(([key]) => key))
  expect(asked.length - new Set(asked).size).toBeLessThan(4)
  await harness.evaluate(() => window.harness.engine.destroy())
  await expect(harness.locator('#a canvas')).toHaveCount(0)
})

test('what is half drawn when the tool or the viewport goes is finished as it stands; a press alone draws nothing', async ({
  harness,
  server,
}) => {
  servePhantom(server)
  await open(harness, 'stack')
  await isPainted(harness)
  const kept = () =>
    harness.evaluate(() => window.harness.engine.measurements().map(({ tool, content }) => [tool, content !== null]))
  const choose = (tool: 'length' | 'ellipticalROI' | 'pan') =>
    harness.evaluate((tool) => window.harness.engine.setPrimaryTool(tool), tool)
  await choose('length')
  await harness.mouse.move(100, 100)
  await harness.mouse.down()
  await choose('pan')
  expect(await kept()).toEqual([])
  await harness.mouse.up()
  await choose('length')
  await harness.mouse.move(100, 100)
  await harness.mouse.down()
  await harness.mouse.move(150, 120)
  await expect.poll(kept).toEqual([['length', false]])
  await choose('ellipticalROI')
  expect(await kept()).toEqual([['length', true]])
  await harness.mouse.up()
  await harness.mouse.move(200, 200)
  await harness.mouse.down()
  await harness.mouse.move(230, 230)
  await expect.poll(async () => (await kept()).length).toBe(2)
  await harness.evaluate(() => window.harness.views.a?.destroy())
  expect(await kept()).toEqual([
    ['length', true],
    ['ellipticalROI', true],
  ])
})
