/** Documents of a study, made by dcmtk: a report, a selection of images, PDFs and a CDA, read beside the images that they speak of. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { craniumFolder } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import {
  encapsulateCda,
  encapsulatePdf,
  makeKeyObjects,
  makeReport,
  plainPdf,
  referencedImage,
} from '../helpers/dcmtk-documents.ts'
import type { Workstation } from '../helpers/workstation.ts'
import { change, expect, look, lookAccessible, openStudy, studyRows, test } from './workstation-test.ts'

const cranium = craniumFolder()

test.skip(cranium === null, 'needs the package invesalius-examples')

let folder: string
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-documents-'))
  for (const number of [54, 55, 56])
    copyFileSync(join(cranium ?? '', `IM00${number}.dcm`), join(folder, `IM00${number}.dcm`))
})
test.afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Sends the images and documents, without what they were made of. */
const send = async (station: Workstation) => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.dcm'))
  const sent = await storescu(
    station,
    files.map((name) => join(folder, name)),
    ['-R'],
  )
  expect(sent.code, sent.output).toBe(0)
}

const card = (page: Page, name: RegExp) => page.getByRole('navigation').getByRole('button', { name })
const openCard = async (page: Page, name: RegExp) => {
  await card(page, name).first().focus()
  await page.keyboard.press('Enter')
}

test('a report and a selection are read as documents, and lead to their image', async ({ desk, station }) => {
  const image = referencedImage(join(folder, 'IM0055.dcm'))
  makeReport(folder, image)
  makeKeyObjects(folder, image)
  await send(station)
  await expect(studyRows(desk).first()).toContainText('5')
  await openStudy(desk)

  await openCard(desk, /Compte rendu structuré/)
  const page = desk.getByRole('article')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Radiology Study observation')
  await expect(page).toContainText('Complet · Vérifié')
  await expect(page).toContainText('Vérifié par RIESMEIER Jörg · OFFIS e.V. · 05/01/2026 21:50')
  await expect(page).toContainText('Pas de saignement. <img src=x onerror=alert(1)>')
  await expect(page).toContainText(/Length\s:\s28,7 mm/)
  await expect(page.locator('img')).toHaveCount(0)
  await lookAccessible(desk, 'document-report-fr')
  await page
    .getByRole('button', { name: /Image 2$/ })
    .last()
    .click()
  await expect(desk.getByText('Im. 2/3')).toBeVisible()
  // Beside the report, which is still there.
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await look(desk, 'document-report-and-image')

  await openCard(desk, /Sélection d’images clés/)
  const keys = desk.getByRole('article', { name: 'Images clés' })
  await expect(keys).toContainText('1 image clé')
  await expect(keys).toContainText('Pour la réunion')
  await expect(keys.locator('img')).toBeVisible()
  await lookAccessible(desk, 'document-key-objects')
  await desk.keyboard.press('Shift+n')
  await keys.getByRole('button', { name: /Image 2/ }).click()
  await expect(desk.getByText('Im. 2/3')).toBeVisible()

  await change(desk, { language: 'en' })
  await openCard(desk, /Structured report/)
  await expect(desk.getByRole('article').first()).toContainText('Complete · Verified')
  await look(desk, 'document-report-en')
  await desk.getByRole('button', { name: 'Attributes' }).first().click()
  await desk.locator('[data-document]').first().getByRole('textbox').fill('completionflag')
  await expect(desk.getByText('CompletionFlag')).toBeVisible()
})

test('a PDF is shown page by page and runs nothing; a broken or locked one is said; a CDA is text', async ({
  desk,
  station,
}) => {
  const image = referencedImage(join(folder, 'IM0055.dcm'))
  encapsulatePdf(folder, 'letter', image, plainPdf(['Lettre de sortie', 'Deuxieme page']))
  encapsulatePdf(folder, 'locked', image, plainPdf(['Secret'], { isEncrypted: true }))
  encapsulatePdf(folder, 'broken', image, Buffer.from('%PDF-1.4\nnothing of a PDF\n'))
  encapsulateCda(
    folder,
    'cda',
    image,
    '<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><title>Lettre de liaison élargie</title><script>alert(1)</script></ClinicalDocument>',
  )
  await send(station)
  await expect(studyRows(desk).first()).toContainText('7')
  await openStudy(desk)
  await openCard(desk, /Document CDA/)
  await expect(desk.getByText('<title>Lettre de liaison élargie</title>')).toBeVisible()

  const states = {
    broken: desk.getByText('Ce PDF est endommagé'),
    encrypted: desk.getByText('protégé par un mot de passe'),
    open: desk.locator('canvas[data-pdf-page]'),
  }
  const canvas = states.open
  const pdfs = card(desk, /Document PDF/)
  await expect(pdfs).toHaveCount(3)
  const found = new Map<string, number>()
  for (let index = 0; index < 3; index++) {
    await pdfs.nth(index).focus()
    await desk.keyboard.press('Enter')
    await expect(states.broken.or(states.encrypted).or(states.open)).toBeVisible()
    for (const [name, locator] of Object.entries(states)) if (await locator.isVisible()) found.set(name, index)
    if (found.get('broken') === index) await look(desk, 'document-pdf-broken')
    await openCard(desk, /Document CDA/)
    await expect(desk.getByText('<title>Lettre de liaison élargie</title>')).toBeVisible()
  }
  expect([...found.keys()].sort()).toEqual(['broken', 'encrypted', 'open'])
  await pdfs.nth(found.get('open') ?? 0).focus()
  await desk.keyboard.press('Enter')
  const whole = desk.locator('[data-document]')
  await expect(whole.getByText('Lettre de sortie')).toBeAttached()
  // Dark letters on white: something is drawn where the line stands.
  const dark = () =>
    canvas.evaluate((element) => {
      if (!(element instanceof HTMLCanvasElement)) return 0
      const pixels = element.getContext('2d')?.getImageData(0, 0, element.width, element.height).data ?? []
      return pixels.filter((value, index) => index % 4 === 0 && value < 80).length
    })
  await expect.poll(dark).toBeGreaterThan(200)
  await lookAccessible(desk, 'document-pdf')
  await desk.getByRole('region', { name: 'Page 1 sur 2' }).focus()
  await desk.keyboard.press('PageDown')
  await expect(desk.getByText('Page 2 sur 2')).toBeVisible()
  await expect(whole.getByText('Deuxieme page')).toBeAttached()
  const width = () => canvas.evaluate((element) => element.clientWidth)
  const before = await width()
  await desk.keyboard.press('+')
  await expect.poll(width).toBeGreaterThan(before)
})
