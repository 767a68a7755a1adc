/**
 * A whole reading of a real CT in French, by keyboard alone: from storescu to a report that the archive provably holds, then its prior
 * brought back from there. The archive is a real Orthanc.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { craniumFolder, python } from '../helpers/corpora.ts'
import { hasTool, storescu } from '../helpers/dcmtk.ts'
import { type Orthanc, startOrthanc } from '../helpers/orthanc.ts'
import { beginReport, drawLength, expect, look, mark, press, studyRows, test } from './workstation-test.ts'

const folder = craniumFolder()
const PIN = '240713'

test.skip(
  folder === null || !hasTool('Orthanc'),
  'needs the packages invesalius-examples, orthanc and orthanc-dicomweb',
)

let orthanc: Orthanc
let place: string

test.beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'astreinte-archive-'))
  orthanc = await startOrthanc({ folder: join(place, 'orthanc'), http: true })
})

test.afterAll(async () => {
  await orthanc.stop()
  rmSync(place, { recursive: true, force: true })
})

/** Answers a question of the set-up through the station's call, as its screens do. */
async function call(page: Page, name: string, input: unknown): Promise<void> {
  const status = await page.evaluate(
    async ([path, body]) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`/call/${path}`, { method: 'POST', headers, body: body ?? '' })).status
    },
    [name, JSON.stringify(input)],
  )
  expect(status).toBe(200)
}

/** A reader with a PIN, and the archive. */
async function setUp(page: Page): Promise<void> {
  const profile = {
    familyName: 'Lefèvre',
    givenName: 'Anaïs',
    prefix: 'Dr',
    RPPS: '10001234560',
    organisation: { name: 'CH de Gray', FINESS: '' },
  }
  await call(page, 'profile.save', { profile, pin: null })
  await call(page, 'profile.setPin', { oldPin: null, newPin: PIN })
  await call(page, 'archive.configure', {
    configuration: { name: 'Archive régionale', url: `${orthanc.url}/dicom-web`, authentication: { kind: 'none' } },
  })
}

const report = (page: Page): Locator => page.getByRole('complementary', { name: 'Compte rendu' })
const text = (page: Page): Locator => page.getByRole('textbox', { name: 'Texte du compte rendu' })
const saved = (page: Page): Locator => page.getByRole('status').filter({ hasText: /^enregistré \d/ })

/** The text of a signed document in the archive, by pydicom: flags, language, and every value of its tree. */
function readStructuredReport(bytes: Buffer): Record<string, unknown> {
  const file = join(place, 'report.dcm')
  writeFileSync(file, bytes)
  const script = join(import.meta.dirname, '..', 'fixtures', 'report_text.py')
  return JSON.parse(execFileSync(python, [script, file], { encoding: 'utf8' })) as Record<string, unknown>
}

interface StoredInstance {
  ID: string
  MainDicomTags: { SOPInstanceUID: string }
}

/** What Orthanc holds of the modality's series. */
async function instancesOf(Modality: string): Promise<StoredInstance[]> {
  const series = await orthanc.rest<{ ID: string }[]>('POST', '/tools/find', {
    Level: 'Series',
    Query: { Modality },
    Expand: true,
  })
  const found = await Promise.all(
    series.map(({ ID }) => orthanc.rest<StoredInstance[]>('GET', `/series/${ID}/instances`)),
  )
  return found.flat()
}

test('a head CT is read, measured, reported, signed and archived without a mouse', async ({ desk, station }) => {
  await setUp(desk)
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')

  // The images.
  await desk.keyboard.press('ArrowDown')
  await desk.keyboard.press('Enter')
  await mark(desk, 'stack-complete')
  await expect(desk.getByText('Im. 55/108')).toBeVisible()

  // A template, the best fit first; its fields in the order of the text.
  await beginReport(desk)
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('céphalées brutales depuis 2 h')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('sans')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('812')
  await press(desk, 'Tab', 2)
  await desk.keyboard.type('pas')
  await press(desk, 'Tab', 2)
  await desk.keyboard.type('pas')
  await desk.keyboard.press('Escape')
  await expect(text(desk)).toBeFocused()
  await desk.keyboard.press('Control+End')
  await desk.keyboard.type('Pas de lésion hémorragique. Élargissement ventriculaire de ')
  await expect(saved(desk)).toBeVisible()

  // A length between two points of the image, and the image itself, go into the text.
  await desk.keyboard.press('F6')
  await drawLength(desk, desk.getByRole('region', { name: 'Vue 1' }), 3, 6)
  await desk.keyboard.press('k')
  await desk.keyboard.press('q')
  await expect(text(desk)).toContainText(/ventriculaire de\s+57,4\s?mm/)
  await desk.keyboard.press('F6')
  await expect(text(desk)).toBeFocused()
  await desk.keyboard.press('Control+End')
  await desk.keyboard.type(', stable.')
  await expect(saved(desk)).toBeVisible()
  await look(desk, 'whole-reading-writing')

  // The signature.
  await desk.keyboard.press('Control+Enter')
  const dialog = desk.getByRole('dialog')
  await expect(dialog).toContainText('CRANIUM Élise')
  await expect(dialog.getByLabel('Code PIN de Dr LEFÈVRE Anaïs')).toBeFocused()
  await desk.keyboard.type(PIN)
  await look(desk, 'whole-reading-signing')
  // What was left open wants to be confirmed first: the key leads there.
  await desk.keyboard.press('Enter')
  await expect(dialog.getByRole('checkbox')).toBeFocused()
  await desk.keyboard.press('Space')
  await desk.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)

  // Its documents reach the archive, and are proven to be there.
  await expect(report(desk)).toContainText('archivé')
  await look(desk, 'whole-reading-archived')
  const reports = await instancesOf('SR')
  expect([reports.length, (await instancesOf('KO')).length, (await instancesOf('DOC')).length]).toEqual([2, 1, 1])
  const trees = await Promise.all(
    reports.map(async ({ ID }) => readStructuredReport(await orthanc.bytes(`/instances/${ID}/file`))),
  )
  const signed = trees.find((tree) => JSON.stringify(tree).includes('céphalées brutales depuis 2 h'))
  expect(signed).toMatchObject({
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'VERIFIED',
    PreliminaryFlag: 'FINAL',
    VerifyingObserverName: 'Lefèvre^Anaïs^^Dr',
  })
  expect(JSON.stringify(signed)).toContain('Pas de lésion hémorragique. Élargissement ventriculaire de')

  // Back in the list, the row tells both.
  await desk.keyboard.press('Alt+1')
  await expect(studyRows(desk).first()).toContainText('Définitif')
  await expect(studyRows(desk).first()).toContainText('archivé')
  await look(desk, 'whole-reading-list')
})

test('a prior is found in the archive, brought back and read beside the study', async ({ desk, station }) => {
  await setUp(desk)
  // The prior: the same head two years before, in the archive only.
  const prior = join(place, 'prior')
  mkdirSync(prior)
  execFileSync(python, [join(import.meta.dirname, '..', 'fixtures', 'prior_of.py'), folder ?? '', prior])
  await storescu({ aeTitle: orthanc.aeTitle, dicomPort: orthanc.dicomPort }, [prior])
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  await expect(studyRows(desk).first()).toContainText('108')

  await desk.keyboard.press('ArrowDown')
  await desk.keyboard.press('Alt+p')
  const found = desk.getByRole('table', { name: 'Études de l’archive' })
  const line = found.getByRole('row').filter({ hasText: '14/09/2010' })
  await expect(line).toContainText('pas ici')
  await line.focus()
  await desk.keyboard.press('Enter')
  await expect(line).toContainText('12 images, complète')
  await look(desk, 'whole-reading-prior-found')

  await desk.keyboard.press('Alt+1')
  await expect(studyRows(desk)).toHaveCount(2)
  await studyRows(desk).filter({ hasText: '108' }).first().click()
  await desk.keyboard.press('Enter')
  await mark(desk, 'stack-complete')
  await desk.keyboard.press('Shift+d')
  await expect(desk.getByText('Antérieur · 14/09/2010').first()).toBeVisible()
  await expect(desk.getByText('Im. 7/12')).toBeVisible()
  await expect(desk.getByText('Im. 55/108')).toBeVisible()
  await look(desk, 'whole-reading-prior-beside')
})
