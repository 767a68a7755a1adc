/** Volume rendering of a real CT by keyboard alone: what is drawn differs as its presets say, letters are true, and every way leads back. */
import type { Locator, Page } from '@playwright/test'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { expect, letter, lookAccessible, mark, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')
// Software draws a large picture for minutes.
test.use({ viewport: { width: 900, height: 480 } })

const volume = (page: Page): Locator => page.getByRole('region', { name: 'Rendu de volume' })

/** How much of the middle of the picture, where the head is and not its rest, something is drawn in, and its mean colour there. */
const drawn = (page: Page) =>
  volume(page)
    .locator('canvas')
    .first()
    .evaluate((canvas: HTMLCanvasElement) => {
      const [width, height] = [Math.round(canvas.width / 5), canvas.height]
      const { data } = canvas.getContext('2d')?.getImageData(2 * width, 0, width, height) ?? { data: [] }
      let [count, red, blue] = [0, 0, 0]
      for (let at = 0; at < data.length; at += 4) {
        if ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0) < 60) continue
        count++
        red += data[at] ?? 0
        blue += data[at + 2] ?? 0
      }
      return { share: count / (width * height), redness: red / Math.max(1, blue) }
    })

async function expectLetters(page: Page, left: string, right: string, top: string, bottom: string): Promise<void> {
  for (const [edge, text] of Object.entries({ left, right, top, bottom }))
    await expect(letter(page, edge, volume(page))).toHaveText(text)
}

test('one key shows the loaded CT in 3D; presets, sides and turns by keys; back at the same slice and window', async ({
  desk,
  station,
}) => {
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')
  await openStudy(desk)
  await mark(desk, 'stack-complete')
  for (let press = 0; press < 3; press++) await desk.keyboard.press('ArrowDown')
  await expect(desk.getByText('Im. 58/108')).toBeVisible()
  await desk.keyboard.press('1')
  await expect(desk.getByText(/Larg. 80 Niv. 40/)).toBeVisible()
  const requests: string[] = []
  desk.on('request', (request) => requests.push(new URL(request.url()).pathname))

  await desk.keyboard.press('y')
  await expect(volume(desk)).toContainText('3D – non destiné aux mesures')
  await expect(volume(desk)).toContainText('Rendu de volume · Os')
  await expect(volume(desk)).not.toContainText('Larg.')
  await expectLetters(desk, 'R', 'L', 'H', 'F')
  await expect.poll(async () => (await drawn(desk)).share).toBeGreaterThan(0.05)
  // Coarse, it has other colours.
  await expect(volume(desk)).not.toContainText(/Aperçu grossier|Affinage/)
  const bone = await drawn(desk)
  await lookAccessible(desk, 'volume-rendering-bone')

  await desk.keyboard.press('2')
  await expect(volume(desk)).toContainText('Rendu de volume · Peau')
  // Skin covers the bone, and is redder.
  await expect.poll(async () => (await drawn(desk)).redness).toBeGreaterThan(1.15 * bone.redness)
  await expect.poll(async () => (await drawn(desk)).share).toBeGreaterThan(bone.share)

  for (let press = 0; press < 6; press++) await desk.keyboard.press('ArrowRight')
  await expect(volume(desk)).toContainText('Vue latérale droite')
  await expectLetters(desk, 'P', 'A', 'H', 'F')
  await desk.keyboard.press('ArrowRight')
  await expectLetters(desk, 'PL', 'AR', 'H', 'F')
  await expect(volume(desk)).toContainText('Vu du côté RP')
  await desk.keyboard.press('Shift+P')
  await expectLetters(desk, 'L', 'R', 'H', 'F')
  await desk.keyboard.press('PageDown')
  await expect(volume(desk)).toContainText(/Seuil décalé de -20 UH/)
  // The pixels that were there are those that are drawn.
  expect(requests.filter((path) => path === '/pixels')).toEqual([])

  await desk.reload()
  await expect(volume(desk)).toContainText('Rendu de volume · Peau')
  await expect(volume(desk)).toContainText(/Seuil décalé de -20 UH/)
  await expectLetters(desk, 'L', 'R', 'H', 'F')

  await desk.keyboard.press('m')
  await expect(desk.getByRole('region', { name: 'Coronal' })).toBeVisible()
  await expect(desk.getByText(/Larg. 80 Niv. 40/).first()).toBeVisible()
  await desk.keyboard.press('y')
  await expectLetters(desk, 'L', 'R', 'H', 'F')
  await desk.keyboard.press('Escape')
  await expect(desk.getByText('Im. 58/108')).toBeVisible()
  await expect(desk.getByText(/Larg. 80 Niv. 40/)).toBeVisible()
})
