/** What cannot be shown, is damaged or hostile: always a place, a reason in words, and everything else goes on. */
import { readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alteredFile, newUids } from '../helpers/altered-files.ts'
import { craniumFolder, pydicomFolder } from '../helpers/corpora.ts'
import { dcmtk, storescu } from '../helpers/dcmtk.ts'
import { mountSmallDisk } from '../helpers/small-disk.ts'
import { startWorkstation } from '../helpers/workstation.ts'
import { expect, look, lookAccessible, openStudy, pastFirstRun, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()
const slice = (number: number) => join(folder ?? '', `IM${String(number).padStart(4, '0')}.dcm`)
const MIB = 1024 * 1024
const samples = pydicomFolder('test_files')

test.skip(folder === null || samples === null, 'needs the packages invesalius-examples and python3-pydicom')

test('an image without pixel data keeps its place and says why', async ({ desk, station }) => {
  const bare = alteredFile(slice(51), ['-ea', 'PixelData'])
  expect((await storescu(station, [slice(50), slice(52)])).code).toBe(0)
  expect((await storescu(station, [bare])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('3')
  await openStudy(desk)
  await desk.keyboard.press('Home')
  await desk.keyboard.press('ArrowDown')
  await expect(
    desk
      .getByText('Image 2 : affichage impossible')
      .or(desk.getByText(/image 2 ne peut/i))
      .first(),
  ).toBeVisible()
  await expect(desk.getByText(/ne contient pas de pixels|sans pixels/).first()).toBeVisible()
  await lookAccessible(desk, 'reading-no-pixel-data')
  // A contradiction keeps its place beside the patient in the narrowest window.
  expect((await storescu(station, [alteredFile(slice(50), ['-m', 'WindowCenter=77'])])).code).toBe(0)
  const contradiction = desk.getByRole('alert', { name: /contenus différents/ })
  await expect(contradiction).toBeVisible()
  await desk.setViewportSize({ width: 800, height: 800 })
  const report = desk.getByRole('button', { name: 'Compte rendu' })
  const [patient, completeness] = [
    desk.getByRole('region', { name: 'Patient' }).first(),
    desk.getByRole('status', { name: /^En cours de réception|ne peut pas être affichée/ }),
  ]
  await expect
    .poll(async () => {
      const places = [patient, completeness, contradiction, report]
      const boxes = await Promise.all(places.map((place) => place.boundingBox()))
      const gaps = boxes.map(
        (box, index) => (box?.x ?? Number.NaN) - ((boxes[index - 1]?.x ?? 0) + (boxes[index - 1]?.width ?? 0)),
      )
      return Math.min(...gaps)
    })
    .toBeGreaterThanOrEqual(0)
  await look(desk, 'reading-contradiction-narrow')
})

test('a report, a plan and a compressed image nobody can decode are listed with what they are', async ({
  desk,
  station,
}) => {
  const send = await dcmtk('dcmsend', [
    ...['-aec', station.aeTitle, '127.0.0.1', String(station.dicomPort)],
    ...[join(samples ?? '', 'reportsi.dcm'), join(samples ?? '', 'rtplan.dcm')],
  ])
  expect(send.code).toBe(0)
  await expect(studyRows(desk)).toHaveCount(2)
  await studyRows(desk).filter({ hasText: 'SR' }).click()
  await desk.keyboard.press('Enter')
  await expect(desk.getByText('Compte rendu structuré').first()).toBeVisible()
  await look(desk, 'reading-report-object')
})

test('a hostile patient name is text, bounded, and breaks nothing', async ({ desk, station }) => {
  const hostile = `<svg onload>${'A'.repeat(40)}^\u202eEVIL\u202c`
  const file = alteredFile(slice(50), [...newUids, '-m', `PatientName=${hostile}`])
  const long = alteredFile(slice(51), [...newUids, '-m', `PatientName=${'LONG'.repeat(2500)}`])
  expect((await storescu(station, [file, long])).code).toBe(0)
  await expect(studyRows(desk)).toHaveCount(2)
  await expect(desk.getByText('<svg onload>').first()).toBeVisible()
  const rows = await studyRows(desk).evaluateAll((all) => all.map((row) => row.getBoundingClientRect().height))
  expect(Math.max(...rows)).toBeLessThanOrEqual(40)
  await look(desk, 'studies-hostile-names')
  await studyRows(desk).filter({ hasText: '<svg' }).click()
  await desk.keyboard.press('Enter')
  await expect(desk.getByRole('toolbar')).toBeVisible()
  await look(desk, 'reading-hostile-name')
  expect(await desk.evaluate(() => document.querySelectorAll('svg[onload]').length)).toBe(0)
  expect(await desk.evaluate(() => document.body.innerText.includes('\u202e'))).toBe(false)
  const wide = await desk.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(wide).toBeLessThanOrEqual(0)
})

const packs = (dataFolder: string) =>
  readdirSync(join(dataFolder, 'packs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.pack'))
    .map((name) => join(dataFolder, 'packs', name))

test('a tampered object shows its place and the reason, the others are shown', async ({ desk, station }) => {
  for (const number of [50, 51, 52, 53]) expect((await storescu(station, [slice(number)])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('4')
  const [pack = ''] = packs(station.dataFolder)
  const bytes = readFileSync(pack)
  // Inside the pixels of the second of four objects.
  const at = Math.floor(bytes.length * 0.37)
  bytes.fill(0xa5, at, at + 5000)
  writeFileSync(pack, bytes)
  await openStudy(desk)
  await desk.keyboard.press('Home')
  await expect(desk.getByText('Im. 1/4')).toBeVisible()
  await desk.keyboard.press('ArrowDown')
  await expect(desk.getByText(/endommagé/).first()).toBeVisible()
  // What was shown of the series before is no longer so.
  await expect(desk.getByText('reç. 4 · aff. 3')).toBeVisible()
  await look(desk, 'reading-damaged')
  await desk.keyboard.press('ArrowDown')
  await expect(desk.getByText('Im. 3/4')).toBeVisible()
  await expect(desk.getByText(/^Larg\. /)).toBeVisible()
})

test.describe('with a pack gone', () => {
  // The thumbnail of an object that is gone is answered 404, which Chromium notes in its console.
  test.use({ allowedErrors: [/404/] })

  test('an object missing from the cache is said to be missing', async ({ desk, station }) => {
    expect((await storescu(station, [slice(50)])).code).toBe(0)
    await expect(studyRows(desk)).toHaveCount(1)
    for (const pack of packs(station.dataFolder)) unlinkSync(pack)
    await openStudy(desk)
    await expect(desk.getByText(/absent|manque/).first()).toBeVisible()
    await lookAccessible(desk, 'reading-missing')
  })
})

test('a locked data folder opens again with the recovery key', async ({ desk, station, browser }) => {
  await storescu(station, [slice(50)])
  const drawn = await desk.evaluate(async () => {
    const call = async (name: string, body: object) => {
      const answer = await fetch(`/call/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return (await answer.json()).result.data
    }
    const { recoveryKey } = await call('security.drawRecoveryKey', {})
    await call('security.confirmRecoveryKey', { lastGroup: recoveryKey.split('-').at(-1) })
    return recoveryKey as string
  })
  await desk.goto('about:blank')
  await station.stop()
  rmSync(join(station.folder, 'station.key'))
  const again = await startWorkstation({ folder: station.folder })
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR' })).newPage()
    await page.goto(await again.entry())
    await expect(page.getByText(/verrouillées/).first()).toBeVisible()
    await page.getByRole('textbox').fill('0000-0000-0000-0000')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Cette clé n’ouvre pas ces données.')).toBeVisible()
    await look(page, 'locked')
    await page.getByRole('textbox').fill(drawn)
    await page.keyboard.press('Enter')
    await expect(studyRows(page)).toHaveCount(1)
    await page.context().close()
  } finally {
    await again.stop()
  }
})

test('a full disk refuses with A700, says so, and everything else goes on', async ({ page }) => {
  test.skip(process.getuid?.() !== 0, 'a small disk is mounted by root only')
  const disk = mountSmallDisk(160 * MIB)
  const station = await startWorkstation({ folder: disk.folder })
  try {
    await page.goto(await station.entry())
    await pastFirstRun(page)
    expect((await storescu(station, [slice(50), slice(51)])).code).toBe(0)
    await expect(studyRows(page).first()).toContainText('2')
    const ballast = disk.fill(MIB)
    const refused = await storescu(station, [slice(52)], ['-v'])
    expect(refused.output).toMatch(/OutOfResources/)
    await expect(page.getByText(/disque est plein/i).first()).toBeVisible()
    await look(page, 'studies-disk-full')
    await openStudy(page)
    await expect(page.getByText(/^Larg\. /)).toBeVisible()
    unlinkSync(ballast)
    await expect(page.getByText(/disque est plein/i)).toHaveCount(0)
    expect((await storescu(station, [slice(52)])).code).toBe(0)
    await expect(page.getByText(/Im\. \d+\/3/)).toBeVisible()
    await page.goto('about:blank')
  } finally {
    await station.stop()
    disk.unmount()
  }
})
