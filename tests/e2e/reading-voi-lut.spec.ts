/** Images that bring a curve instead of a window are painted by that curve, as pydicom's apply_voi_lut gives it, and say so. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { pydicomFolder, python } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { paintedGrey, viewport } from './reading-page.ts'
import { expect, look, mark, openStudy, studyRows, test } from './workstation-test.ts'

test.skip(pydicomFolder('test_files') === null, 'needs python3-pydicom')

/** Blocks of equal pixels along each side of the images, and pixels along each side of a block. */
const [BLOCKS, SIDE] = [16, 16]

/** Makes the images, and gives the grey levels of each of their blocks by instance number; null where the curve cannot be read. */
const makeImages = (into: string): Map<number, number[] | null> => {
  const script = join(import.meta.dirname, '..', 'fixtures', 'voi_lut_objects.py')
  const images = execFileSync(python, ['-W', 'ignore', script, into], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { InstanceNumber: number; greys: number[] | null })
  return new Map(images.map((image) => [image.InstanceNumber, image.greys]))
}

// Made where tests run: this file is also read where they are only listed, and nothing is tidied up.
let folder: string
let greys: Map<number, number[] | null>
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-voi-'))
  greys = makeImages(folder)
})
test.afterAll(() => rmSync(folder, { recursive: true }))

const place = (block: number): [column: number, row: number] => [
  (block % BLOCKS) * SIDE + SIDE / 2,
  Math.floor(block / BLOCKS) * SIDE + SIDE / 2,
]

/** Largest difference between what is painted and what pydicom gives, over every third block. */
async function difference(page: Page, reference: readonly number[]): Promise<number> {
  const blocks = reference.map((_, block) => block).filter((block) => block % 3 === 0)
  const painted = await paintedGrey(page, { Columns: BLOCKS * SIDE, Rows: BLOCKS * SIDE }, blocks.map(place))
  return Math.max(...blocks.map((block, at) => Math.abs((painted[at] ?? Number.NaN) - (reference[block] ?? 0))))
}

const window = (page: Page) => page.getByText(/^Larg\. /)
const curve = (page: Page) => page.getByText(/^LUT VOI(?! non)/)

test('the painted greys follow the table, and a window of the reader’s own replaces it until reset', async ({
  desk,
  station,
}) => {
  expect((await storescu(station, [folder])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('10')
  await openStudy(desk)
  await mark(desk, 'first-image')
  await desk.keyboard.press('Home')
  const names = ['LUT VOI : NORMAL <b>', null, 'LUT VOI', 'LUT VOI : FILM', 'LUT VOI : WIDE']
  for (const [index, name] of names.entries()) {
    await expect(desk.getByText(`Im. ${index + 1}/6`)).toBeVisible()
    await expect(name === null ? window(desk) : curve(desk)).toHaveText(name ?? /^Larg\. 1\s500 Niv\. 2\s000/)
    const reference = greys.get(index + 1) ?? []
    expect(reference).toHaveLength(BLOCKS * BLOCKS)
    await expect.poll(() => difference(desk, reference), { message: `image ${index + 1}` }).toBeLessThanOrEqual(1)
    await desk.keyboard.press('ArrowDown')
  }
  await expect(desk.getByText('Im. 6/6')).toBeVisible()
  await expect(desk.getByText('LUT VOI non appliquée')).toBeVisible()
  await expect(window(desk)).toBeVisible()
  await look(desk, 'reading-voi-lut-refused')

  await desk.keyboard.press('Home')
  await expect(curve(desk)).toHaveText('LUT VOI : NORMAL <b>')
  await look(desk, 'reading-voi-lut')
  const box = await viewport(desk).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  await desk.keyboard.press('w')
  await desk.mouse.move(box.x + 300, box.y + 300)
  await desk.mouse.down()
  await desk.mouse.move(box.x + 330, box.y + 300, { steps: 3 })
  await desk.mouse.up()
  await expect(window(desk)).toBeVisible()
  await expect(curve(desk)).toHaveCount(0)
  await expect.poll(() => difference(desk, greys.get(1) ?? [])).toBeGreaterThan(50)
  await desk.keyboard.press('i')
  await desk.keyboard.press('o')
  await expect(curve(desk)).toHaveText('LUT VOI : NORMAL <b>')
  await expect.poll(() => difference(desk, greys.get(1) ?? [])).toBeLessThanOrEqual(1)
  await desk.keyboard.press('i')
  const inverted = (greys.get(1) ?? []).map((grey) => 255 - grey)
  await expect.poll(() => difference(desk, inverted)).toBeLessThanOrEqual(1)

  // Slices with a curve in three planes: said, as it cannot be applied there, until the reader sets a window.
  await desk.keyboard.press('Shift+ArrowRight')
  await expect(curve(desk)).toHaveText('LUT VOI : CURVE')
  await desk.keyboard.press('m')
  await mark(desk, 'mpr-complete')
  const refused = desk.getByText('LUT VOI non appliquée')
  await expect(refused).toHaveCount(3)
  await expect(window(desk)).toHaveCount(3)
  await look(desk, 'reading-voi-lut-mpr')
  await desk.keyboard.press('4')
  await expect(refused).toHaveCount(0)
})
