/** What a reader sees in the first viewport, read off the screen; and what pydicom says of the same image. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { python } from '../helpers/corpora.ts'
import { expect, letter, studyRows } from './workstation-test.ts'

/** An image as pydicom reads it: values of all frames, in Hounsfield units or whatever the object states, or red, green, blue. */
export interface Reference {
  file: string
  Rows: number
  Columns: number
  SamplesPerPixel: number
  NumberOfFrames: number
  PixelSpacing: [row: number, column: number] | null
  ImageOrientationPatient: number[] | null
  SliceThickness: number | null
  /** Along the normal of the image, mm. */
  location: number | null
  letters: Record<'left' | 'right' | 'top' | 'bottom', string> | null
  values: Float64Array
}

/** What pydicom says of the files, in their order. */
export function references(files: readonly string[]): Reference[] {
  const out = mkdtempSync(join(tmpdir(), 'astreinte-reference-'))
  const script = join(import.meta.dirname, '..', 'fixtures', 'pixel_reference.py')
  const lines = execFileSync(python, ['-W', 'ignore', script, '--as-shown', out, ...files], { encoding: 'utf8' })
  const answers = lines
    .trim()
    .split('\n')
    .map((line) => {
      const answer = JSON.parse(line)
      if (answer.error) throw new Error(`${answer.file}: ${answer.error}`)
      const bytes = readFileSync(join(out, answer.values))
      return {
        ...answer,
        values: new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
      }
    })
  rmSync(out, { recursive: true })
  return answers
}

/** Opens the study whose row has this text, and waits until its viewport takes commands. */
export async function openNamed(page: Page, text: string): Promise<void> {
  await studyRows(page).filter({ hasText: text }).click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('toolbar')).toBeVisible()
  await expect(page.getByText(/^Im\. \d/).first()).toBeVisible()
}

/** The first viewport of the reading screen. */
export const viewport = (page: Page): Locator => page.locator('[data-viewport]').first()

/** Place of the viewport in the window, CSS pixels. */
export async function placeOf(page: Page): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await viewport(page).boundingBox()
  if (!box) throw new Error('the viewport has no place on screen')
  return box
}

type Shape = Pick<Reference, 'Rows' | 'Columns'> & { PixelSpacing?: Reference['PixelSpacing'] }

/** CSS pixels between neighbouring columns and rows of an image that is fitted into the viewport. */
export function zoomOf(box: { width: number; height: number }, image: Shape): { column: number; row: number } {
  const [row, column] = image.PixelSpacing ?? [1, 1]
  const scale = Math.min(box.width / (image.Columns * column), box.height / (image.Rows * row))
  return { column: scale * column, row: scale * row }
}

/** CSS pixels from the viewport's corner to the centre of an image pixel. */
export function onScreen(
  box: { width: number; height: number },
  image: Shape,
  [column, row]: readonly [number, number],
): [x: number, y: number] {
  const zoom = zoomOf(box, image)
  return [
    box.width / 2 + (column - (image.Columns - 1) / 2) * zoom.column,
    box.height / 2 + (row - (image.Rows - 1) / 2) * zoom.row,
  ]
}

/** How long what is read off the screen may take to be what it must be. */
export const patient = { timeout: 60_000, intervals: [50, 100, 250] }

/** A figure as the French interface writes it. */
export const figure = (text: string): number =>
  Number.parseFloat(
    text
      .replace(/[\s\u202f\u00a0]/g, '')
      .replace('−', '-')
      .replace(',', '.'),
  )

/** What is written on the image while the pointer is at a point of the viewport: column, row, values (three of a colour) and unit. */
export async function readAt(
  page: Page,
  x: number,
  y: number,
): Promise<{ column: number; row: number; value: number; values: number[]; unit: string }> {
  const box = await placeOf(page)
  await page.mouse.move(box.x + x, box.y + y)
  const text = page.getByText(/^\d+, \d+ : /)
  await expect(text).toBeVisible()
  const written = await text.innerText()
  const [, column, row, rest = ''] = /^(\d+), (\d+) : (.*)$/.exec(written) ?? []
  const colour = /^RVB (\d+) (\d+) (\d+)$/.exec(rest)
  const [, single = '', unit = ''] = /^([−-]?[\d\s\u202f\u00a0]+(?:,\d+)?)(?:\s(\D.*))?$/.exec(rest) ?? []
  const values = colour ? colour.slice(1).map(Number) : [figure(single)]
  if (column === undefined || row === undefined) throw new Error(`not a readout: ${written}`)
  return { column: Number(column), row: Number(row), value: values[0] ?? Number.NaN, values, unit }
}

/**
 * Compares the readout with pydicom's value at places of the image (parts of its width and height, from 0 to 1), and where the readout says
 * that it is with where the image must be drawn. `unit` as written; `tolerance`: for lossy codecs, whose decoders may round differently.
 */
export async function expectValues(
  page: Page,
  image: Reference,
  places: readonly (readonly [number, number])[],
  { frame = 0, tolerance = 0, unit = undefined as string | undefined } = {},
): Promise<void> {
  const { Rows, Columns, SamplesPerPixel, values } = image
  const seen = new Set<string>()
  for (const [fx, fy] of places) {
    const wanted = [Math.round(fx * (Columns - 1)), Math.round(fy * (Rows - 1))] as const
    // What is written follows the pointer and the image a moment later.
    await expect(async () => {
      const [x, y] = onScreen(await placeOf(page), image, wanted)
      const { column, row, values: read, unit: written } = await readAt(page, x, y)
      const at = ((frame * Rows + row) * Columns + column) * SamplesPerPixel
      const expected = [...values.subarray(at, at + SamplesPerPixel)]
      const place = `${image.file}, column ${column}, row ${row}: read ${read}, pydicom ${expected}`
      // Values that are no whole number are written with two decimals.
      const allowed = tolerance + (expected.every(Number.isInteger) ? 0 : 0.0051)
      expect(read, place).toHaveLength(SamplesPerPixel)
      if (unit !== undefined) expect(written, place).toBe(unit)
      expect(
        Math.max(...expected.map((value, i) => Math.abs((read[i] ?? Number.NaN) - value))),
        place,
      ).toBeLessThanOrEqual(allowed)
      // The pointer lies on whole pixels of the screen.
      expect(Math.abs(column - wanted[0]), place).toBeLessThanOrEqual(1)
      expect(Math.abs(row - wanted[1]), place).toBeLessThanOrEqual(1)
      seen.add(`${column} ${row}`)
    }).toPass(patient)
  }
  expect(seen.size).toBe(places.length)
}

/** Compares the letters at the edges with those that the image's orientation gives; an image without one has none. */
export async function expectLetters(page: Page, { letters }: Reference): Promise<void> {
  if (!letters) {
    await expect(page.locator('[data-edge]')).toHaveCount(0)
    return
  }
  for (const edge of ['left', 'right', 'top', 'bottom'] as const) {
    await expect(letter(page, edge), edge).toHaveText(letters[edge])
  }
}

/** An ellipse in image pixels. */
export interface Ellipse {
  column: number
  row: number
  rx: number
  ry: number
}

/** Statistics of the pixels whose centre lies in the ellipse (population deviation). */
export function ellipseReference(image: Reference, ellipse: Ellipse, frame = 0) {
  const inside: number[] = []
  const first = frame * image.Rows * image.Columns
  for (let row = 0; row < image.Rows; row++)
    for (let column = 0; column < image.Columns; column++)
      if (Math.hypot((column - ellipse.column) / ellipse.rx, (row - ellipse.row) / ellipse.ry) <= 1)
        inside.push(image.values[first + row * image.Columns + column] ?? Number.NaN)
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
  const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length)
  return { pixels: inside.length, mean, deviation, min: Math.min(...inside), max: Math.max(...inside) }
}

const drag = async (page: Page, from: readonly [number, number], to: readonly [number, number]): Promise<void> => {
  const box = await placeOf(page)
  await page.mouse.move(box.x + from[0], box.y + from[1])
  await page.mouse.down()
  await page.mouse.move(box.x + (from[0] + to[0]) / 2, box.y + (from[1] + to[1]) / 2, { steps: 4 })
  await page.mouse.move(box.x + to[0], box.y + to[1], { steps: 4 })
  await page.mouse.up()
}

/** Does what draws a measurement, and gives its entry in the list of measurements, which it shows. */
async function drawn(page: Page, draw: () => Promise<void>): Promise<Locator> {
  const panel = page.getByRole('complementary', { name: 'Mesures' })
  const isOpen = await panel.isVisible()
  const before = isOpen ? await panel.getByRole('listitem').count() : 0
  await draw()
  if (!isOpen) await page.keyboard.press('j')
  await expect(panel.getByRole('listitem')).toHaveCount(before + 1)
  return panel.getByRole('listitem').nth(before)
}

/** Draws an ellipse on the fitted image, and compares every figure in the list with those of pydicom's values. */
export async function expectEllipse(page: Page, image: Reference, place: Ellipse, unit: string): Promise<void> {
  const box = await placeOf(page)
  const zoom = zoomOf(box, image)
  const centre = onScreen(box, image, [place.column, place.row]).map(Math.round) as [number, number]
  const [dx, dy] = [Math.round(place.rx * zoom.column), Math.round(place.ry * zoom.row)]
  await page.keyboard.press('e')
  // The tool draws from the centre outwards.
  const entry = await drawn(page, () => drag(page, centre, [centre[0] + dx, centre[1] + dy]))
  await expect(() => expectFigures(page, entry, image, box, centre, [dx, dy], unit)).toPass(patient)
}

/** What the list and the image say of the ellipse now. */
async function expectFigures(
  page: Page,
  entry: Locator,
  image: Reference,
  box: { width: number; height: number },
  centre: readonly [number, number],
  [dx, dy]: readonly [number, number],
  unit: string,
): Promise<void> {
  const zoom = zoomOf(box, image)
  const mean = entry.locator('strong')
  expect(await page.locator('[data-viewport] svg').first().textContent()).toContain(`Moy. ${await mean.innerText()}`)
  const named = (name: string) => entry.locator(`dt:text-is("${name}") + dd`).innerText()
  const area = await named('Aire')
  const [min = '', max = ''] = (await named('Min / max')).split('/')
  const pixels = figure(await named('Pixels'))
  const ellipse = {
    column: (image.Columns - 1) / 2 + (centre[0] - box.width / 2) / zoom.column,
    row: (image.Rows - 1) / 2 + (centre[1] - box.height / 2) / zoom.row,
    rx: dx / zoom.column,
    ry: dy / zoom.row,
  }
  const expected = ellipseReference(image, ellipse)
  const grown = (by: number) => ellipseReference(image, { ...ellipse, rx: ellipse.rx + by, ry: ellipse.ry + by })
  // The pointer's place is known to half an image pixel, so the figures are bounded by the region half a pixel smaller and larger.
  const [smaller, larger] = [grown(-0.5), grown(0.5)]
  const close = Math.max(0.06, 0.005 * (larger.max - larger.min))
  expect(pixels).toBeGreaterThanOrEqual(smaller.pixels)
  expect(pixels).toBeLessThanOrEqual(larger.pixels)
  expect(Math.abs(figure(await mean.innerText()) - expected.mean)).toBeLessThanOrEqual(close)
  expect(Math.abs(figure(await named('Écart-type')) - expected.deviation)).toBeLessThanOrEqual(close)
  expect(figure(min)).toBeGreaterThanOrEqual(larger.min)
  expect(figure(min)).toBeLessThanOrEqual(smaller.min)
  expect(figure(max)).toBeGreaterThanOrEqual(smaller.max)
  expect(figure(max)).toBeLessThanOrEqual(larger.max)
  const mm2 = figure(area) * (area.includes('cm²') ? 100 : 1)
  const [row, column] = image.PixelSpacing ?? [1, 1]
  expect(Math.abs(mm2 / (Math.PI * ellipse.rx * ellipse.ry * row * column) - 1)).toBeLessThan(0.05)
  const shown = await mean.innerText()
  if (unit) expect(shown.endsWith(` ${unit}`) || shown.endsWith(`\u00a0${unit}`), shown).toBe(true)
  else expect(shown).toMatch(/\d$/)
}

/** Draws a line between two places of the fitted image, and compares its length with what PixelSpacing gives, to half a percent. */
export async function expectLength(
  page: Page,
  image: Reference,
  from: readonly [number, number],
  to: readonly [number, number],
): Promise<void> {
  const box = await placeOf(page)
  const zoom = zoomOf(box, image)
  const [start, end] = [from, to].map((place) => onScreen(box, image, place).map(Math.round)) as [
    [number, number],
    [number, number],
  ]
  await page.keyboard.press('l')
  const entry = await drawn(page, () => drag(page, start, end))
  const [row, column] = image.PixelSpacing ?? [1, 1]
  const expected = Math.hypot(((end[0] - start[0]) / zoom.column) * column, ((end[1] - start[1]) / zoom.row) * row)
  await expect(async () => {
    const text = await entry.locator('strong').innerText()
    expect(text).toMatch(image.PixelSpacing ? / mm$/ : / px$/)
    expect(Math.abs(figure(text) / expected - 1)).toBeLessThan(0.005)
  }).toPass(patient)
}

/** Grey levels (0–255) drawn at the centres of image pixels, without what is written over the image. */
export async function paintedGrey(
  page: Page,
  image: Shape,
  pixels: readonly (readonly [number, number])[],
): Promise<number[]> {
  const box = await placeOf(page)
  const places = pixels.map((pixel) => onScreen(box, image, pixel))
  return viewport(page)
    .locator('canvas')
    .first()
    .evaluate((canvas, at) => {
      if (!(canvas instanceof HTMLCanvasElement)) return []
      const ratio = canvas.width / canvas.clientWidth
      const context = canvas.getContext('2d')
      return at.map(
        ([x, y]) => context?.getImageData(Math.floor(x * ratio), Math.floor(y * ratio), 1, 1).data[0] ?? Number.NaN,
      )
    }, places)
}
