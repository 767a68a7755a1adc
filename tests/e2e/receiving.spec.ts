/** A modality sends: the study appears with its first object, counts up, can be opened while it arrives, and is there after a restart. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { startWorkstation } from '../helpers/workstation.ts'
import { expect, look, lookAccessible, mark, openStudy, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()
const files = folder ? readdirSync(folder).sort() : []

test.skip(folder === null, 'needs the package invesalius-examples')

const paths = (from: number, to: number) => files.slice(from, to).map((file) => join(folder ?? '', file))
/** storescu without +sd: single files. */
const send = (station: { aeTitle: string; dicomPort: number }, from: number, to: number) =>
  storescu(station, paths(from, to))

test('a study appears within a second of its first object and counts up live', async ({ desk, station }) => {
  const began = performance.now()
  const sent = await send(station, 0, 1)
  expect(sent.code).toBe(0)
  // A second, and more where a sender takes long because the machine is busy.
  await expect(studyRows(desk)).toHaveCount(1, { timeout: 1000 + 10 * (performance.now() - began) })
  await expect(studyRows(desk).first()).toContainText('CRANIUM Élise')
  await send(station, 1, 30)
  await expect(studyRows(desk).first()).toContainText('30')
  await expect(studyRows(desk).first()).toContainText('réception')
  await studyRows(desk).first().click()
  await expect(desk.getByRole('list', { name: 'Séries' }).locator('img')).toBeVisible()
  await look(desk, 'studies-receiving')
})

test('a study can be opened while it arrives, and fills in where the reader is', async ({ desk, station }) => {
  await send(station, 0, 20)
  await expect(studyRows(desk)).toHaveCount(1)
  await openStudy(desk)
  await mark(desk, 'stack-complete')
  await expect(desk.getByText('Im. 11/20')).toBeVisible()
  await desk.keyboard.press('Home')
  await expect(desk.getByText('Im. 1/20')).toBeVisible()
  await lookAccessible(desk, 'reading-receiving')
  await send(station, 20, 108)
  await expect(desk.getByText('Im. 1/108')).toBeVisible()
  await desk.keyboard.press('End')
  await expect(desk.getByText('Im. 108/108')).toBeVisible()
})

test('receiving goes on without a window', async ({ desk, station, browser }) => {
  await desk.close()
  expect((await send(station, 0, 12)).code).toBe(0)
  const page = await (await browser.newContext()).newPage()
  await page.goto(await station.entry())
  await expect(studyRows(page).first()).toContainText('12')
  await page.context().close()
})

test.describe('when the station is killed', () => {
  test.use({ allowedErrors: [/WebSocket|ERR_CONNECTION_REFUSED|Failed to load resource/] })

  test('the window says that the station does not answer, and what was kept', async ({ desk, station }) => {
    await station.stop('SIGKILL')
    await expect(desk.getByText('La station ne répond pas.').first()).toBeVisible()
    await look(desk, 'studies-station-gone')
  })

  test('everything is there after a kill and a new start, and nothing twice', async ({ desk, station, browser }) => {
    await send(station, 0, 108)
    await expect(studyRows(desk).first()).toContainText('108')
    await station.stop('SIGKILL')
    const again = await startWorkstation({ folder: station.folder })
    try {
      const page = await (await browser.newContext()).newPage()
      await page.goto(await again.entry())
      await expect(studyRows(page)).toHaveCount(1)
      await expect(studyRows(page).first()).toContainText('108')
      expect((await send(again, 0, 108)).code).toBe(0)
      await openStudy(page)
      await mark(page, 'stack-complete')
      await expect(page.getByText(/Im\. \d+\/108/)).toBeVisible()
      await page.context().close()
    } finally {
      await again.stop()
    }
  })
})

test('both demo studies come in through the receiver', async ({ desk }) => {
  await desk.getByRole('button', { name: 'Charger : IRM' }).click()
  await expect(studyRows(desk)).toHaveCount(1)
  await expect(studyRows(desk).first()).toContainText('125', { timeout: 60_000 })
  await desk.getByRole('button', { name: 'Importer des fichiers ou une démonstration' }).click()
  await desk.getByRole('button', { name: 'Charger : Fantôme TDM' }).click()
  await expect(desk.getByText('200').first()).toBeVisible()
  await desk.keyboard.press('Escape')
  await expect(studyRows(desk)).toHaveCount(2)
  await expect(studyRows(desk).filter({ hasText: 'CT' })).toContainText('200', { timeout: 120_000 })
  await studyRows(desk).first().click()
  await expect(desk.getByRole('list', { name: 'Séries' }).locator('img')).toBeVisible()
  await lookAccessible(desk, 'studies-demo')
})
