/** Reading a real CT: what is written on the images is compared with pydicom's values; windows, layouts, MPR, measurements and coming back. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { craniumFolder, python } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { expect, letter, look, mark, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

/** The 55th of 108 slices is the one that opens: the middle. */
const SHOWN = 55

interface Reference {
  Rows: number
  Columns: number
  PixelSpacing: [number, number]
  values: number[]
}

/** The shown slice as pydicom reads it. */
function reference(): Reference {
  const out = mkdtempSync(join(tmpdir(), 'astreinte-reference-'))
  const script = join(import.meta.dirname, '..', 'fixtures', 'pixel_reference.py')
  const answer = JSON.parse(
    execFileSync(python, [script, out, join(folder ?? '', `IM00${SHOWN}.dcm`)], { encoding: 'utf8' }),
  )
  const bytes = readFileSync(join(out, answer.values))
  rmSync(out, { recursive: true })
  return { ...answer, values: [...new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)] }
}

test.beforeEach(async ({ desk, station }) => {
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')
  await openStudy(desk)
  await mark(desk, 'first-image')
  await mark(desk, 'stack-complete')
  await expect(desk.getByText(`Im. ${SHOWN}/108`)).toBeVisible()
})

const viewport = (page: Page): Locator => page.locator('[data-viewport]').first()

/** What stands under the pointer at a point of the viewport: column, row and value as written on the image. */
async function readAt(page: Page, x: number, y: number): Promise<{ column: number; row: number; value: number }> {
  const box = await viewport(page).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  await page.mouse.move(box.x + x, box.y + y)
  const text = page.getByText(/^\d+, \d+ : /)
  await expect(text).toBeVisible()
  const found = /^(\d+), (\d+) : ([−-]?[\d\s ]+)(UH)?/.exec(await text.innerText())
  if (!found) throw new Error(`not a readout: ${await text.innerText()}`)
  const [, column, row, value] = found
  return { column: Number(column), row: Number(row), value: Number((value ?? '').replace(/\s/g, '').replace('−', '-')) }
}

test('the value under the pointer is pydicom’s, at every place', async ({ desk }) => {
  const { Columns, values } = reference()
  const box = await viewport(desk).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  const places = new Set<number>()
  for (const [fx, fy] of [
    [0.5, 0.5],
    [0.4, 0.3],
    [0.55, 0.62],
    [0.47, 0.35],
    [0.62, 0.7],
    [0.52, 0.24],
  ] as const) {
    const { column, row, value } = await readAt(desk, box.width * fx, box.height * fy)
    expect(value, `column ${column}, row ${row}`).toBe(values[row * Columns + column])
    places.add(row * Columns + column)
  }
  expect(places.size).toBe(6)
  await look(desk, 'reading-stack')
})

test('a head-first supine axial slice has its letters where the reader expects them', async ({ desk }) => {
  for (const [edge, text] of [
    ['left', 'R'],
    ['right', 'L'],
    ['top', 'A'],
    ['bottom', 'P'],
  ] as const)
    await expect(letter(desk, edge)).toHaveText(text)
  await desk.keyboard.press('h')
  await expect(letter(desk, 'left')).toHaveText('L')
  await expect(letter(desk, 'right')).toHaveText('R')
  await desk.keyboard.press('r')
  await expect(letter(desk, 'top')).not.toHaveText('A')
  await desk.keyboard.press('o')
  await expect(letter(desk, 'left')).toHaveText('R')
  await expect(letter(desk, 'top')).toHaveText('A')
})

test('windows, inversion, scrolling and layouts answer to their keys', async ({ desk }) => {
  await desk.keyboard.press('1')
  await expect(desk.getByText(/Larg. 80 Niv. 4?[0-9]/)).toBeVisible()
  await look(desk, 'reading-brain-window')
  await desk.keyboard.press('i')
  await expect(desk.getByText('Inversé').or(desk.getByText('Inversée'))).toBeVisible()
  await desk.keyboard.press('o')
  await desk.keyboard.press('ArrowDown')
  await expect(desk.getByText(`Im. ${SHOWN + 1}/108`)).toBeVisible()
  await desk.keyboard.press('End')
  await expect(desk.getByText('Im. 108/108')).toBeVisible()
  await desk.mouse.move(700, 400)
  await desk.mouse.wheel(0, -100)
  await expect(desk.getByText('Im. 107/108')).toBeVisible()
  for (let press = 0; press < 3; press++) await desk.keyboard.press('d')
  await expect(
    desk
      .getByRole('region', { name: 'Fenêtre 4' })
      .or(desk.getByLabel(/Vue 4|Fenêtre 4/))
      .first(),
  ).toBeVisible()
  await look(desk, 'reading-layout-2x2')
})

/** Statistics of the pixels whose centre lies in the ellipse, computed here from pydicom's values (population deviation). */
function ellipseReference(image: Reference, ellipse: { column: number; row: number; rx: number; ry: number }) {
  const inside: number[] = []
  for (let row = 0; row < image.Rows; row++)
    for (let column = 0; column < image.Columns; column++)
      if (Math.hypot((column - ellipse.column) / ellipse.rx, (row - ellipse.row) / ellipse.ry) <= 1)
        inside.push(image.values[row * image.Columns + column] ?? Number.NaN)
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
  const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length)
  return { pixels: inside.length, mean, deviation, min: Math.min(...inside), max: Math.max(...inside) }
}

test('an elliptical region has the mean, deviation, extremes and area that pydicom’s values give', async ({ desk }) => {
  const image = reference()
  const box = await viewport(desk).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  // The image is fitted to the height; the tool draws from the centre outwards.
  const zoom = box.height / image.Rows
  const centre = [box.width * 0.5, box.height * 0.55] as const
  const [dx, dy] = [60, 45]
  await desk.keyboard.press('e')
  await desk.mouse.move(box.x + centre[0], box.y + centre[1])
  await desk.mouse.down()
  await desk.mouse.move(box.x + centre[0] + dx / 2, box.y + centre[1] + dy / 2, { steps: 4 })
  await desk.mouse.move(box.x + centre[0] + dx, box.y + centre[1] + dy, { steps: 4 })
  await desk.mouse.up()
  await desk.keyboard.press('j')
  const panel = desk.getByRole('complementary', { name: 'Mesures' })
  await expect(panel.getByRole('listitem')).toHaveCount(1)
  await expect(desk.locator('[data-viewport] svg')).toContainText(`Moy. ${await panel.locator('strong').innerText()}`)
  await look(desk, 'reading-ellipse')

  const number = (text: string) =>
    Number.parseFloat(
      text
        .replace(/[\s\u202f\u00a0]/g, '')
        .replace('−', '-')
        .replace(',', '.'),
    )
  const figure = (name: string) => panel.locator(`dt:text-is("${name}") + dd`).innerText()
  const area = await figure('Aire')
  const [min = '', max = ''] = (await figure('Min / max')).split('/')
  const shown = {
    pixels: number(await figure('Pixels')),
    mean: number(await panel.locator('strong').innerText()),
    deviation: number(await figure('Écart-type')),
  }
  const ellipse = {
    column: (image.Columns - 1) / 2 + (centre[0] - box.width / 2) / zoom,
    row: (image.Rows - 1) / 2 + (centre[1] - box.height / 2) / zoom,
    rx: dx / zoom,
    ry: dy / zoom,
  }
  const expected = ellipseReference(image, ellipse)
  const grown = (by: number) => ellipseReference(image, { ...ellipse, rx: ellipse.rx + by, ry: ellipse.ry + by })
  // The pointer's place is known to half an image pixel, so the figures are bounded by the region half a pixel smaller and larger.
  const [smaller, larger] = [grown(-0.5), grown(0.5)]
  expect(shown.pixels).toBeGreaterThanOrEqual(smaller.pixels)
  expect(shown.pixels).toBeLessThanOrEqual(larger.pixels)
  expect(Math.abs(shown.mean - expected.mean)).toBeLessThan(0.5)
  expect(Math.abs(shown.deviation - expected.deviation)).toBeLessThan(0.5)
  expect(number(min)).toBeGreaterThanOrEqual(larger.min)
  expect(number(min)).toBeLessThanOrEqual(smaller.min)
  expect(number(max)).toBeGreaterThanOrEqual(smaller.max)
  expect(number(max)).toBeLessThanOrEqual(larger.max)
  const mm2 = number(area) * (area.includes('cm²') ? 100 : 1)
  const drawn = Math.PI * ellipse.rx * ellipse.ry * image.PixelSpacing[0] * image.PixelSpacing[1]
  expect(Math.abs(mm2 / drawn - 1)).toBeLessThan(0.05)
  await expect(panel.locator('strong')).toContainText('UH')
})

test('a length is measured in the millimetres of PixelSpacing', async ({ desk }) => {
  const image = reference()
  const box = await viewport(desk).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  await desk.keyboard.press('l')
  await desk.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.5)
  await desk.mouse.down()
  await desk.mouse.move(box.x + box.width * 0.4 + 200, box.y + box.height * 0.5, { steps: 8 })
  await desk.mouse.up()
  await desk.keyboard.press('j')
  const text = await desk.getByRole('complementary', { name: 'Mesures' }).locator('strong').innerText()
  expect(text).toMatch(/mm$/)
  const expected = (200 / (box.height / image.Rows)) * image.PixelSpacing[1]
  expect(Math.abs(Number.parseFloat(text.replace(',', '.')) / expected - 1)).toBeLessThan(0.02)
  await look(desk, 'reading-length')
})

test('three planes are complete, with the letters of each, and lead back to the same slice and window', async ({
  desk,
}) => {
  await desk.keyboard.press('m')
  await mark(desk, 'mpr-complete')
  const plane = (name: string) => desk.getByLabel(name, { exact: true })
  await expect(letter(desk, 'top', plane('Coronal'))).toHaveText('H')
  await expect(letter(desk, 'left', plane('Coronal'))).toHaveText('R')
  await expect(letter(desk, 'left', plane('Sagittal'))).toHaveText('A')
  await expect(letter(desk, 'bottom', plane('Sagittal'))).toHaveText('F')
  await look(desk, 'reading-mpr')
  await desk.keyboard.press('1')
  await expect(plane('Coronal').getByText(/^Larg. 80 Niv. 40/)).toBeVisible()
  await desk.keyboard.press('m')
  await expect(desk.getByText(`Im. ${SHOWN}/108`)).toBeVisible()
  await expect(desk.getByText(/^Larg. 80 Niv. 40/)).toBeVisible()
})

test('a reloaded window comes back to the same study, slice and window', async ({ desk }) => {
  await desk.keyboard.press('Home')
  for (let press = 0; press < 4; press++) await desk.keyboard.press('ArrowDown')
  await desk.keyboard.press('4')
  await expect(desk.getByText('Im. 5/108')).toBeVisible()
  const window = await desk.getByText(/^Larg\. /).innerText()
  await desk.reload()
  await expect(desk.getByText('Im. 5/108')).toBeVisible()
  await expect(desk.getByText(window)).toBeVisible()
})

test('the header browser, the key overlay and the palette open by key', async ({ desk }) => {
  await desk.keyboard.press('t')
  const header = desk.getByRole('complementary', { name: 'En-tête DICOM' })
  await expect(header).toContainText('SpecificCharacterSet')
  await look(desk, 'reading-header')
  await desk.keyboard.type('pixelspacing')
  await expect(header).toContainText('0.957')
  await desk.keyboard.press('Escape')
  await expect(header).toBeHidden()
  await desk.keyboard.press('?')
  await expect(desk.getByRole('dialog')).toContainText(/longueur/i)
  await look(desk, 'reading-keys')
  await desk.keyboard.press('Escape')
  await expect(desk.getByRole('dialog')).toHaveCount(0)
  await desk.keyboard.press('Control+k')
  await desk.keyboard.type('inverser')
  // Typed before the field was there or not, it is the query and no command of the screen.
  await expect(desk.getByRole('dialog').getByRole('textbox')).toHaveValue('inverser')
  await expect(desk.getByRole('dialog').locator('[data-action]').first()).toContainText('Inverser')
  await look(desk, 'reading-palette')
  await desk.keyboard.press('Enter')
  await expect(desk.getByText('Inversé', { exact: true })).toBeVisible()
})
