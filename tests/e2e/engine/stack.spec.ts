/** A stack in the browser: painted pixels, readout, window, letters, jumps, and what is said of frames that are not there. */
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'
import type { HarnessServer } from './harness-server.ts'
import { grey, hu, phantom, phantomHeaders, phantomPixels } from './phantom.ts'

const serve = (server: HarnessServer): void => {
  for (let slice = 0; slice < phantom.slices; slice++) {
    server.frames.set(`${100 + slice}/0`, { kind: 'native', bytes: phantomPixels(slice) })
  }
}

const open = (page: Page, index: number): Promise<void> =>
  page.evaluate(
    async ({ headers, index }) => {
      const { harness } = window
      performance.mark('study-open')
      harness.engine = await harness.createViewerEngine()
      harness.sets = harness.buildDisplaySets({ SeriesNumber: 1, SeriesDescription: '', Modality: 'CT' }, headers)
      const [set] = harness.sets
      if (!set) throw new Error('no display set')
      harness.views.a = harness.engine.mountStack(harness.element('a'), set, index)
    },
    { headers: phantomHeaders(), index },
  )

const state = (page: Page) => page.evaluate(() => window.harness.views.a?.state())

/** CSS pixel of a column and row when the image is fitted to the 400 × 400 viewport. */
const place = (column: number, row: number): [number, number] => {
  const height = phantom.rows * phantom.spacing.row
  const width = phantom.columns * phantom.spacing.column
  const pixelsPerMm = 400 / Math.max(height, width)
  return [
    200 + (column - (phantom.columns - 1) / 2) * phantom.spacing.column * pixelsPerMm,
    200 + (row - (phantom.rows - 1) / 2) * phantom.spacing.row * pixelsPerMm,
  ]
}

const painted = async (page: Page, index: number): Promise<void> => {
  await expect.poll(async () => (await state(page))?.status).toBe('painted')
  await expect.poll(async () => (await state(page))?.imageIndex).toBe(index)
}

test('paints the wanted slice first, as the window says', async ({ harness, server }) => {
  serve(server)
  await open(harness, 25)
  await painted(harness, 25)
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
  ] as const) {
    const [x, y] = place(column, row)
    const [red = -1] = await harness.evaluate(([x, y]) => window.harness.pixel('a', x, y), [x, y] as const)
    expect(Math.abs(red - grey(hu(Math.round(column), Math.round(row), 25), 50, 350)), `${column} ${row}`).toBeLessThan(
      3,
    )
  }
  const now = await state(harness)
  expect(now?.orientation).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' })
  expect(now?.voi).toEqual({ center: 50, width: 350, function: 'LINEAR' })
  expect(now?.unit).toBe('HU')
  await harness.screenshot({ path: 'test-results/engine/stack.png' })
})
