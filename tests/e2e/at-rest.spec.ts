/**
 * What a copy of the disk tells without its key: nothing. A patient is received, read, searched, written about, imported and exported in the window that
 * `npm start` opens; then station and browser are killed, as by a power cut, and every file that they left is searched.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { windowArguments } from '../../build/app-window.mjs'
import { findChromium } from '../../build/chromium.mjs'
import { makeWindowFolder, removeWindowFolder, writeEntryPage } from '../../build/window-folder.mjs'
import { part10Header } from '../../main/dataset/index.ts'
import { storescu } from '../helpers/dcmtk.ts'
import { filesBelow, foundInClear, imagesOfPatient, secrets } from '../helpers/recognisable-patient.ts'
import { expect, openStudy, pastFirstRun, studyRows, test } from './workstation-test.ts'

/** The window of the browser host, without a screen, that a test can look into. */
async function openWindow(
  folder: string,
  entry: string,
): Promise<{ process: ChildProcess; browser: Browser; page: Page }> {
  const profile = join(folder, 'profile')
  const debugging = windowArguments(profile, writeEntryPage(folder, entry, null), { withoutSandbox: true }).map(
    (argument) => (argument === '--remote-debugging-pipe' ? '--remote-debugging-port=0' : argument),
  )
  const software = [
    ...['--headless=new', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
    '--disable-gpu-compositing',
  ]
  const child = spawn(findChromium() ?? '', [...software, ...debugging], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder },
  })
  const port = join(profile, 'DevToolsActivePort')
  await expect.poll(() => existsSync(port) && readFileSync(port, 'utf8').includes('\n')).toBe(true)
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`)
  const pages = () => browser.contexts().flatMap((context) => context.pages())
  await expect.poll(() => pages().some((page) => page.url().startsWith('http://127.0.0.1'))).toBe(true)
  const page = pages().find((each) => each.url().startsWith('http://127.0.0.1'))
  if (!page) throw new Error('no window')
  return { process: child, browser, page }
}

/** A call of the station, made by the page. */
const call = (page: Page, kind: 'query' | 'mutation', name: string, input: object): Promise<unknown> =>
  page.evaluate(
    async ([kind, name, body]) => {
      const [path, init] =
        kind === 'query'
          ? [`?input=${encodeURIComponent(body)}`, {}]
          : ['', { method: 'POST', headers: { 'content-type': 'application/json' }, body }]
      return (await (await fetch(`/call/${name}${path}`, init)).json()).result.data
    },
    [kind, name, JSON.stringify(input)] as const,
  )

/** Looks at the files of `outside` and takes them, then writes the study into `target` beside them, as a folder and as an archive. */
async function importAndExport(page: Page, outside: string): Promise<void> {
  const intake = (await call(page, 'mutation', 'importer.look', { paths: [outside] })) as { intakeId: string }
  const intakeState = async () => ((await call(page, 'query', 'importer.intake', intake)) as { state: string }).state
  await expect.poll(intakeState).toBe('ready')
  await call(page, 'mutation', 'importer.takeIntake', intake)
  await expect.poll(intakeState).toBe('done')
  const folder = join(outside, 'target')
  mkdirSync(folder)
  for (const form of ['folder', 'zip']) {
    const request = {
      StudyInstanceUIDs: [secrets.StudyInstanceUID],
      folder,
      name: 'DISC',
      form,
      deidentification: null,
    }
    await call(page, 'mutation', 'exporter.start', request)
  }
  const ends = async () =>
    ((await call(page, 'query', 'exporter.exports', {})) as { state: string }[]).map((one) => one.state)
  await expect.poll(ends).toEqual(['done', 'done'])
}

test('nothing of a patient can be read in what station and window leave on the disk', async ({ station }) => {
  const outside = mkdtempSync(join(tmpdir(), 'astreinte-outside-'))
  const windowFolder = makeWindowFolder(findChromium() ?? '', null)
  const { process: child, page, browser } = await openWindow(windowFolder, await station.entry())
  try {
    const files = imagesOfPatient().map(({ request, bytes }, index) => {
      const path = join(outside, `${index}.dcm`)
      writeFileSync(path, Buffer.concat([part10Header(request), bytes]))
      return path
    })
    await pastFirstRun(page)
    expect((await storescu(station, files)).code).toBe(0)
    await expect(studyRows(page).first()).toContainText(secrets.PatientName)
    await page.keyboard.type(secrets.searched.toLowerCase())
    await expect(studyRows(page)).toHaveCount(1)
    await page.keyboard.press('Escape')
    await openStudy(page)
    await page.keyboard.press('Alt+r')
    const report = page.getByRole('complementary', { name: 'Compte rendu' })
    await report
      .getByRole('button', { name: /Scanner/ })
      .first()
      .click()
    const text = page.getByRole('textbox', { name: 'Texte du compte rendu' })
    await expect(text).toBeFocused()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(` ${secrets.report}`)
    await expect(page.getByRole('status').filter({ hasText: /^enregistré \d/ })).toBeVisible()
    await importAndExport(page, outside)
    expect(foundInClear(join(outside, 'target')).length).toBeGreaterThan(5)
    expect(foundInClear(station.folder, windowFolder)).toEqual([])
    await station.stop('SIGKILL')
    child.kill('SIGKILL')
    expect(filesBelow(station.dataFolder).some((path) => path.endsWith('.pack'))).toBe(true)
    expect(foundInClear(station.folder, windowFolder)).toEqual([])
    // The search finds what is there.
    const control = join(outside, 'control')
    mkdirSync(control)
    writeFileSync(join(control, 'names'), readFileSync(files[0] ?? ''))
    expect(foundInClear(control).length).toBeGreaterThan(5)
  } finally {
    await browser.close().catch(() => undefined)
    child.kill('SIGKILL')
    removeWindowFolder(windowFolder)
    rmSync(outside, { recursive: true, force: true })
  }
})
