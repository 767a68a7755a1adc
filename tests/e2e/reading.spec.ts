/** Reading a real CT: what is written on the images is compared with pydicom's values; windows, layouts, MPR, measurements and coming back. */
import { join } from 'node:path'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import {
  expectEllipse,
  expectLength,
  expectLetters,
  expectValues,
  type Reference,
  references,
  viewport,
} from './reading-page.ts'
import { expect, letter, look, lookAccessible, mark, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

/** The 55th of 108 slices is the one that opens: the middle. */
const SHOWN = 55

/** The shown slice as pydicom reads it. */
function reference(): Reference {
  const [image] = references([join(folder ?? '', `IM00${SHOWN}.dcm`)])
  if (!image) throw new Error('no reference')
  return image
}

test.beforeEach(async ({ desk, station }) => {
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')
  await openStudy(desk)
  await mark(desk, 'first-image')
  await mark(desk, 'stack-complete')
  await expect(desk.getByText(`Im. ${SHOWN}/108`)).toBeVisible()
})

test('the value under the pointer is pydicom’s, at every place', async ({ desk }) => {
  const places = [
    [0.5, 0.5],
    [0.4, 0.3],
    [0.55, 0.62],
    [0.47, 0.35],
    [0.62, 0.7],
    [0.52, 0.24],
  ] as const
  await expectValues(desk, reference(), places, { unit: 'UH' })
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
  await expectLetters(desk, reference())
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
  await lookAccessible(desk, 'reading-layout-2x2')
})

test('an elliptical region has the mean, deviation, extremes and area that pydicom’s values give', async ({ desk }) => {
  await expectEllipse(desk, reference(), { column: 127, row: 141, rx: 23, ry: 17 }, 'UH')
  await lookAccessible(desk, 'reading-ellipse')
})

test('a length is measured in the millimetres of PixelSpacing', async ({ desk }) => {
  await expectLength(desk, reference(), [100, 128], [180, 128])
  await look(desk, 'reading-length')
  // What is said of it, and the way back, covers nothing of the images.
  await desk.keyboard.press('Delete')
  const said = desk.getByRole('status').filter({ hasText: 'Mesure supprimée' })
  const [line, images] = [await said.boundingBox(), await viewport(desk).boundingBox()]
  expect(line?.y).toBeGreaterThanOrEqual((images?.y ?? Number.NaN) + (images?.height ?? 0))
  await lookAccessible(desk, 'reading-deleted')
  await said.getByRole('button', { name: 'Rétablir' }).click()
  await expect(said).toHaveCount(0)
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
  await lookAccessible(desk, 'reading-mpr')
  await desk.keyboard.press('1')
  await expect(plane('Coronal').getByText(/^Larg. 80 Niv. 40/)).toBeVisible()
  await desk.keyboard.press('m')
  await expect(desk.getByText(`Im. ${SHOWN}/108`)).toBeVisible()
  await expect(desk.getByText(/^Larg. 80 Niv. 40/)).toBeVisible()
})

test('a reloaded window comes back to the same study, slice and window', async ({ desk }) => {
  await desk.keyboard.press('Home')
  for (let press = 0; press < 4; press++) await desk.keyboard.press('ArrowDown')
  await expect(desk.getByText('Im. 5/108')).toBeVisible()
  const shown = desk.getByText(/^Larg\. /)
  const before = await shown.innerText()
  await desk.keyboard.press('4')
  await expect(shown).not.toHaveText(before)
  const window = await shown.innerText()
  await desk.reload()
  await expect(desk.getByText('Im. 5/108')).toBeVisible()
  await expect(desk.getByText(window)).toBeVisible()
})

test('the header browser, the key overlay and the palette open by key', async ({ desk }) => {
  await desk.keyboard.press('t')
  const header = desk.getByRole('complementary', { name: 'En-tête DICOM' })
  await expect(header).toContainText('SpecificCharacterSet')
  await lookAccessible(desk, 'reading-header')
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
  await lookAccessible(desk, 'reading-palette')
  await desk.keyboard.press('Enter')
  await expect(desk.getByText('Inversé', { exact: true })).toBeVisible()
})
