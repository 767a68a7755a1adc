/** Measurements by keyboard alone, compared with pydicom's values; kept by the station over a reload, in reformatted planes too. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import type { Measurement } from '../../main/contract/measurement.ts'
import { craniumFolder, python } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { onScreen, placeOf } from './reading-page.ts'
import { expect, look, mark, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

interface Reference {
  Rows: number
  Columns: number
  PixelSpacing: [number, number]
  values: Float64Array
}

/** The slice in the middle, which opens, as pydicom reads it. */
function reference(): Reference {
  const out = mkdtempSync(join(tmpdir(), 'astreinte-reference-'))
  const script = join(import.meta.dirname, '..', 'fixtures', 'pixel_reference.py')
  const answer = JSON.parse(execFileSync(python, [script, out, join(folder ?? '', 'IM0055.dcm')], { encoding: 'utf8' }))
  const bytes = readFileSync(join(out, answer.values))
  rmSync(out, { recursive: true })
  return { ...answer, values: new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8) }
}

/** Of the pixels whose centre lies in the ellipse; population deviation. */
function inEllipse(
  { Rows, Columns, values }: Reference,
  [column, row]: readonly [number, number],
  rx: number,
  ry: number,
) {
  const inside: number[] = []
  for (let y = 0; y < Rows; y++)
    for (let x = 0; x < Columns; x++)
      if (((x - column) / rx) ** 2 + ((y - row) / ry) ** 2 <= 1 + 1e-9)
        inside.push(values[y * Columns + x] ?? Number.NaN)
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length
  const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length)
  return [mean, deviation, Math.min(...inside), Math.max(...inside)]
}

/** What the station keeps of the open study. */
const kept = (page: Page, StudyInstanceUID: string): Promise<Measurement[]> =>
  page.evaluate(
    async (input) => {
      const answer = await fetch(`/call/measurements.list?input=${encodeURIComponent(JSON.stringify(input))}`)
      return (await answer.json()).result.data
    },
    { StudyInstanceUID },
  )

const press = async (page: Page, key: string, times = 1) => {
  for (let i = 0; i < times; i++) await page.keyboard.press(key)
}

test('a length and an ellipse made by keys say what pydicom says, and are there after a reload', async ({
  desk,
  station,
}) => {
  const image = reference()
  const StudyInstanceUID = execFileSync(
    python,
    ['-c', 'import sys,pydicom;print(pydicom.dcmread(sys.argv[1]).StudyInstanceUID)', join(folder ?? '', 'IM0055.dcm')],
    { encoding: 'utf8' },
  ).trim()
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')
  await openStudy(desk)
  await mark(desk, 'stack-complete')
  await expect(desk.getByText('Im. 55/108')).toBeVisible()
  const middle = [Math.round((image.Columns - 1) / 2), Math.round((image.Rows - 1) / 2)] as const

  // A length: 50 columns to the left of the middle, then 103 to the right and 20 down.
  await press(desk, 'l')
  await press(desk, 'Enter')
  await expect(desk.locator('[data-cursor] svg')).toBeVisible()
  await press(desk, 'Shift+ArrowLeft', 5)
  const at = middle[1] * image.Columns + middle[0] - 50
  const value = new Intl.NumberFormat('fr').format(image.values[at] ?? Number.NaN)
  await expect(desk.locator('[data-cursor]')).toHaveText(
    `${middle[0] - 50}, ${middle[1]} : ${value} UH`.replace(/\s/g, ' '),
  )
  await press(desk, 'Enter')
  await press(desk, 'Shift+ArrowRight', 10)
  await press(desk, 'ArrowRight', 3)
  await press(desk, 'Shift+ArrowDown', 2)
  await look(desk, 'measuring-cursor')
  await press(desk, 'Space')
  const [rows, columns] = image.PixelSpacing
  const length = Math.hypot(103 * columns, 20 * rows)
  await expect.poll(async () => (await kept(desk, StudyInstanceUID)).length).toBe(1)
  const spoken = new Intl.NumberFormat('fr', { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(length)
  await expect(desk.locator('[data-announcer]')).toContainText(`Longueur ${spoken} mm`)

  // An ellipse around the middle of the image, drawn from its centre: the cursor goes back by 53 and 20.
  await press(desk, 'e')
  await press(desk, 'Shift+ArrowLeft', 5)
  await press(desk, 'ArrowLeft', 3)
  await press(desk, 'Shift+ArrowUp', 2)
  await press(desk, 'Enter')
  await press(desk, 'Shift+ArrowRight', 3)
  await press(desk, 'Shift+ArrowDown', 2)
  await press(desk, 'Enter')
  await expect.poll(async () => (await kept(desk, StudyInstanceUID)).length).toBe(2)
  const [line, ellipse] = await kept(desk, StudyInstanceUID)
  expect(line).toMatchObject({ kind: 'length', revision: 1, calibration: 'patient', image: { frame: null } })
  const [left, right] = [middle[0] - 50 + 0.5, middle[0] + 53 + 0.5]
  expect(line?.graphic?.GraphicData.map((one) => Math.round(one * 1e6) / 1e6)).toEqual([
    left,
    middle[1] + 0.5,
    right,
    middle[1] + 20.5,
  ])
  expect(line?.values[0]?.value).toBeCloseTo(length, 6)
  const [area, ...statistics] = ellipse?.values ?? []
  expect(area).toEqual({ quantity: 'area', value: expect.closeTo(Math.PI * 30 * columns * 20 * rows, 4), unit: 'mm2' })
  const expected = inEllipse(image, middle, 30, 20)
  statistics.forEach((statistic, index) => {
    expect(statistic.value, statistic.quantity).toBeCloseTo(expected[index] ?? Number.NaN, 6)
    expect(statistic.unit).toBe("[hnsf'U]")
  })

  // The mouse, from the same pixel to the same pixel, measures the same.
  await press(desk, 'Escape')
  await press(desk, 'l')
  const box = await placeOf(desk)
  const [fromX, fromY] = onScreen(box, image, [middle[0] - 50, middle[1] - 60])
  const [toX, toY] = onScreen(box, image, [middle[0] + 53, middle[1] - 40])
  await desk.mouse.move(box.x + fromX, box.y + fromY)
  await desk.mouse.down()
  await desk.mouse.move(box.x + toX - 20, box.y + toY, { steps: 3 })
  await desk.mouse.move(box.x + toX, box.y + toY, { steps: 3 })
  await desk.mouse.up()
  await expect.poll(async () => (await kept(desk, StudyInstanceUID)).length).toBe(3)
  const drawn = (await kept(desk, StudyInstanceUID))[2]
  expect(Math.abs((drawn?.values[0]?.value ?? 0) / length - 1)).toBeLessThan(0.02)

  // A handle by keys: the first point goes ten rows up, and the revision rises.
  await press(desk, 'g')
  await press(desk, 'Shift+ArrowUp')
  await press(desk, 'Enter')
  await expect.poll(async () => (await kept(desk, StudyInstanceUID))[2]?.revision).toBe(2)
  await press(desk, 'Escape')

  // In the coronal plane, which is no stored image.
  await press(desk, 'm')
  await mark(desk, 'mpr-complete')
  await desk.getByLabel('Coronal', { exact: true }).click()
  await press(desk, 'l')
  await press(desk, 'Enter', 2)
  await press(desk, 'Shift+ArrowRight', 3)
  await press(desk, 'Enter')
  await expect.poll(async () => (await kept(desk, StudyInstanceUID)).length).toBe(4)
  const before = await kept(desk, StudyInstanceUID)
  expect(before[3]).toMatchObject({ image: null, graphic: null, kind: 'length' })
  expect(before[3]?.values[0]?.value).toBeCloseTo(30 * columns, 4)
  await look(desk, 'measuring-coronal')
  await press(desk, 'Escape')
  await press(desk, 'm')

  await desk.reload()
  await expect(desk.getByText('Im. 55/108')).toBeVisible()
  await press(desk, 'j')
  const panel = desk.getByRole('complementary', { name: 'Mesures' })
  await expect(panel.getByRole('listitem')).toHaveCount(4)
  await expect(panel.getByRole('listitem').first()).toContainText(`${spoken} mm`)
  await expect(desk.locator('[data-viewport] svg').first()).toContainText(`${spoken} mm`)
  await expect(panel.getByRole('listitem').nth(3)).toContainText('plan reformaté')
  await look(desk, 'measuring-after-reload')
  await panel.getByRole('listitem').nth(3).getByRole('button').first().click()
  const coronal = desk.getByLabel('Coronal', { exact: true })
  await expect(coronal.locator('svg').first()).toContainText('mm')
  await look(desk, 'measuring-coronal-after-reload')
  // Measured anew from the pixels, and found alike: nothing was written.
  expect(await kept(desk, StudyInstanceUID)).toEqual(before)
})
