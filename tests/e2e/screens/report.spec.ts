import type { Page } from '@playwright/test'
import type { Measurement } from '../../../main/contract/measurement.ts'
import type { Report } from '../../../main/contract/report.ts'
import { SAMPLE_PIN, type SampleReports, sampleReader, sampleReports } from '../../helpers/sample-reports.ts'
import type { SampleOptions, SampleStation } from '../../helpers/sample-station.ts'
import { sampleStudies, sampleStudy } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

type Start = (options?: Partial<SampleOptions>) => Promise<SampleStation>

const study = sampleStudy(0)
const { StudyInstanceUID } = study
const image = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: `${StudyInstanceUID}.1.7`,
  SeriesInstanceUID: `${StudyInstanceUID}.1`,
  StudyInstanceUID,
  frame: null,
}
const measurement: Measurement = {
  measurementId: '5b0c5a1e-3a53-4a5e-9d43-2b1f5a3c9e01',
  StudyInstanceUID,
  SeriesInstanceUID: image.SeriesInstanceUID,
  kind: 'length',
  image,
  FrameOfReferenceUID: null,
  points: [
    [0, 0, 0],
    [12.4, 0, 0],
  ],
  graphic: null,
  values: [{ quantity: 'length', value: 12.4, unit: 'mm' }],
  calibration: 'patient',
  view: '',
  revision: 1,
  createdAt: '2026-01-05T08:00:00.000Z',
  changedAt: '2026-01-05T08:00:00.000Z',
}

const text = (page: Page) => page.getByRole('textbox', { name: /Texte du compte rendu|Text of the report/ })
const save = (page: Page) => page.getByRole('status').filter({ hasText: /enregistr|saved|saving/ })
const section = (page: Page, id: string) => page.locator(`[data-section="${id}"]`)

/** Tells the windows again until one shows it: a feed that is not subscribed yet hears nothing. */
const told = (tell: () => void, page: Page, shown: string) =>
  expect(async () => {
    tell()
    await expect(page.getByText(shown).first()).toBeVisible({ timeout: 2000 })
  }).toPass()

/** Opens the first study and its report panel by keyboard. */
async function openPanel(page: Page, start: Start, reports: SampleReports, language: 'fr' | 'en' = 'fr') {
  const station = await start({ studies: sampleStudies(20), settings: { language }, reports })
  await page.goto(station.server.entry())
  await rows(page).filter({ hasText: 'MARTIN Élise' }).first().click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('toolbar').first()).toBeVisible()
  await page.keyboard.press('Alt+r')
  return station
}

/** Begins a head CT report with the keyboard. */
async function begin(page: Page, language: 'fr' | 'en' = 'fr') {
  const name = language === 'fr' ? 'Scanner cérébral' : 'CT head'
  await page.getByRole('button', { name }).focus()
  await page.keyboard.press('Enter')
  await expect(text(page)).toBeFocused()
}

/** A report as the station has it, with a quoted measurement. */
function quoting(state: Report['state'] = 'draft'): Report {
  return {
    reportId: '0d8f2a60-5c5f-4a39-8f3e-6a1c7f0f2b11',
    StudyInstanceUID,
    kind: 'report',
    predecessorReportId: null,
    state,
    templateId: 'free-text',
    documentTitle: { CodeValue: '18747-6', CodingSchemeDesignator: 'LN', CodeMeaning: 'CT Report' },
    language: 'fr',
    author: sampleReader,
    createdAt: '2026-01-05T21:40:00.000Z',
    changedAt: '2026-01-05T21:42:07.000Z',
    seq: 3,
    issues:
      state === 'final'
        ? [{ as: 'final', seq: 3, at: '2026-01-05T21:43:00.000Z', signer: sampleReader, documents: [] }]
        : [],
    transfer: state === 'final' ? 'waiting' : 'none',
    subject: { ...study, PatientBirthName: study.PatientBirthName },
    content: {
      sections: [
        {
          sectionId: 'findings',
          code: { CodeValue: '59776-5', CodingSchemeDesignator: 'LN', CodeMeaning: 'Findings' },
          title: 'Résultats',
          mandatory: true,
          blocks: [
            {
              kind: 'paragraph',
              runs: [
                { kind: 'text', text: 'Hématome sous-dural gauche de ', marks: [] },
                {
                  kind: 'measurement',
                  measurementId: measurement.measurementId,
                  revision: 1,
                  measured: 'length',
                  image,
                  values: measurement.values,
                },
                { kind: 'text', text: ' d’épaisseur, sans engagement.', marks: [] },
              ],
            },
          ],
        },
        {
          sectionId: 'conclusion',
          code: { CodeValue: '19005-8', CodingSchemeDesignator: 'LN', CodeMeaning: 'Impressions' },
          title: 'Conclusion',
          mandatory: true,
          blocks: [{ kind: 'paragraph', runs: [{ kind: 'text', text: 'Hématome sous-dural aigu.', marks: ['bold'] }] }],
        },
      ],
      fields: [],
      keyImages: [
        {
          keyImageId: '7d1a2a60-5c5f-4a39-8f3e-6a1c7f0f2b12',
          image,
          title: { CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' },
          note: 'épaisseur maximale',
          window: { center: 60, width: 200 },
        },
      ],
    },
  }
}

for (const language of ['fr', 'en'] as const)
  test(`a report begins with a template and is written by keyboard alone, in ${language}`, async ({ page, start }) => {
    const reports = sampleReports()
    await openPanel(page, start, reports, language)
    await expect(page.getByRole('list', { name: /Modèles|Templates/ })).toBeVisible()
    await expectAccessible(page)
    await look(page, `report-templates-${language}`, 'both')
    await begin(page, language)
    await page.keyboard.press('Tab')
    await page.keyboard.type('céphalées brutales <b>depuis</b> 2 h')
    await page.keyboard.press('Tab')
    await page.keyboard.type('s')
    await page.keyboard.press('Tab')
    await page.keyboard.type(language === 'fr' ? '812,4' : '812.4')
    await expect(save(page)).toContainText(/enregistré \d|saved \d/)
    await expectAccessible(page)
    await look(page, `report-writing-${language}`, 'both')
    const [report] = reports.all()
    const values = report?.content.sections.flatMap(({ blocks }) =>
      blocks.flatMap(({ runs }) => runs.flatMap((run) => (run.kind === 'field' && run.value ? [run.value] : []))),
    )
    expect(values).toContainEqual({ kind: 'text', text: 'céphalées brutales <b>depuis</b> 2 h' })
    expect(values).toContainEqual({ kind: 'number', value: 812.4 })
    expect(values?.some(({ kind }) => kind === 'choice')).toBe(true)
    expect(await text(page).locator('b').count()).toBe(0)
  })

test('what was called saved is there again after a reload, also what the line lost on the way', async ({
  page,
  start,
}) => {
  const reports = sampleReports()
  await openPanel(page, start, reports)
  await begin(page)
  reports.lose('request', 'answer', 'answer')
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  await page.keyboard.type('Pas d’hémorragie.', { delay: 15 })
  await expect(save(page)).toContainText('enregistré ')
  await page.reload()
  await expect(section(page, 'conclusion')).toContainText('Pas d’hémorragie.')
})

test('the last keys before a reload are given to the station', async ({ page, start }) => {
  const reports = sampleReports()
  await openPanel(page, start, reports)
  await begin(page)
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  await page.keyboard.type('abcdefghijklmnopqrstuvwxyz')
  await page.reload()
  await expect(section(page, 'conclusion')).toContainText('abcdefghijklmnopqrstuvwxyz')
})

test('a quoted measurement that changed says so and is updated by a key; one that is gone is red', async ({
  page,
  start,
}) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  await openPanel(page, start, reports)
  await expect(text(page)).toContainText('12,4 mm')
  const changed = { ...measurement, revision: 2, values: [{ quantity: 'length' as const, value: 13.1, unit: 'mm' }] }
  await told(
    () => reports.setMeasurements(StudyInstanceUID, [changed]),
    page,
    'mesure modifiée : 13,1 mm – Mettre à jour',
  )
  await expectAccessible(page)
  await look(page, 'report-stale-fr', 'both')
  await text(page).focus()
  await page.keyboard.press('Alt+u')
  await expect(text(page)).toContainText('13,1 mm')
  await expect(text(page)).not.toContainText('Mettre à jour')
  await expect(save(page)).toContainText('enregistré ')
  await told(() => reports.setMeasurements(StudyInstanceUID, []), page, 'mesure supprimée')
  await look(page, 'report-gone-fr')
})

test('signing names what hinders, wants each warning confirmed, and leads to the place', async ({ page, start }) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  reports.setProblems([
    { severity: 'error', code: 'section-empty', sectionId: 'conclusion' },
    { severity: 'error', code: 'measurement-stale', measurementId: measurement.measurementId },
    { severity: 'warning', code: 'study-incomplete' },
  ])
  await openPanel(page, start, reports)
  await text(page).focus()
  await page.keyboard.press('Control+Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('MARTIN Élise')
  await expect(dialog).toContainText('« Conclusion » est à rédiger.')
  await dialog.getByLabel(/Code PIN de/).fill(SAMPLE_PIN)
  await expect(dialog.getByRole('button', { name: 'Signer définitivement' })).toBeDisabled()
  await expectAccessible(page)
  await look(page, 'report-sign-problems-fr', 'both')
  await dialog.getByRole('button', { name: 'Y aller' }).first().click()
  await expect(dialog).toHaveCount(0)
  await expect(text(page)).toBeFocused()
  await page.keyboard.type(' Avis neurochirurgical.')
  await expect(section(page, 'conclusion')).toContainText('Hématome sous-dural aigu. Avis neurochirurgical.')
})

test('a wrong PIN counts down, locks, and nothing is signed', async ({ page, start }) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  await openPanel(page, start, reports)
  await page.getByRole('button', { name: 'Signer…' }).click()
  const dialog = page.getByRole('dialog')
  const pin = dialog.getByLabel(/Code PIN de/)
  for (const left of [4, 3, 2]) {
    await pin.fill('0000')
    await page.keyboard.press('Enter')
    await expect(dialog).toContainText(`Encore ${left} essais`)
  }
  await expectAccessible(page)
  await look(page, 'report-sign-wrong-pin-fr', 'both')
  await pin.fill('0000')
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('Encore 1 essai.')
  await pin.fill('0000')
  await page.keyboard.press('Enter')
  await expect(dialog).toContainText('Code bloqué jusqu’à')
  await expect(pin).toBeDisabled()
  await expectAccessible(page)
  await look(page, 'report-sign-locked-fr', 'both')
  expect(reports.all()[0]?.state).toBe('draft')
})

for (const language of ['fr', 'en'] as const)
  test(`a signed report is read only, follows its documents to the archive, and is added to, in ${language}`, async ({
    page,
    start,
  }) => {
    const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
    reports.setProblems([{ severity: 'warning', code: 'study-receiving' }])
    await openPanel(page, start, reports, language)
    await section(page, 'conclusion').locator('p').last().click()
    await page.keyboard.press('End')
    await page.keyboard.type(' Fin.')
    await page.keyboard.press('Control+Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('checkbox').check()
    await dialog.getByLabel(/Code PIN de|PIN of/).fill(SAMPLE_PIN)
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    const panel = page.getByRole('complementary', { name: language === 'fr' ? 'Compte rendu' : 'Report' })
    await expect(panel).toContainText(language === 'fr' ? 'en attente d’envoi' : 'waiting to be sent')
    const [signed] = reports.all()
    expect([signed?.state, signed?.issues[0]?.seq]).toEqual(['final', signed?.seq])
    expect(JSON.stringify(signed?.content)).toContain(' Fin.')
    reports.setTransfer(signed?.reportId ?? '', 'archived')
    await expect(panel).toContainText(language === 'fr' ? 'archivé' : 'archived')
    await expect(text(page)).toHaveAttribute('aria-readonly', 'true')
    await expectAccessible(page)
    await look(page, `report-signed-${language}`, 'both')
    await page.getByRole('button', { name: 'Addendum' }).click()
    await expect(panel.getByRole('heading', { name: 'Addendum' }).first()).toBeVisible()
    await panel.getByRole('button', { name: language === 'fr' ? 'Tous les comptes rendus' : 'All reports' }).click()
    await expect(panel.getByRole('listitem')).toHaveCount(2)
    await expectAccessible(page)
    await look(page, `report-list-${language}`)
  })

test('without a profile the dialog asks for it and for a PIN, and goes on where it was', async ({ page, start }) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement], profile: null })
  await openPanel(page, start, reports)
  await page.getByRole('button', { name: 'Signer…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Nom', { exact: true }).fill('Lefèvre')
  await dialog.getByLabel('Prénom').fill('Anaïs')
  await dialog.getByLabel('Numéro RPPS').fill('10001234567')
  await expect(dialog).toContainText('La clé de contrôle ne correspond pas')
  await dialog.getByLabel('Organisme').fill('CH de Gray')
  await expectAccessible(page)
  await look(page, 'report-sign-profile-fr', 'both')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await dialog.getByLabel('Nouveau code', { exact: true }).fill('1357')
  await dialog.getByLabel('Nouveau code, encore').fill('1357')
  await dialog.getByRole('button', { name: 'Définir' }).click()
  await dialog.getByLabel('Code PIN de Dr LEFÈVRE Anaïs').fill('1357')
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  expect(reports.all()[0]?.state).toBe('final')
})

test('a report in its own window is written there alone, and comes back with every word', async ({ page, start }) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  await openPanel(page, start, reports)
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  await page.keyboard.type(' Ici.')
  const opening = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Ouvrir dans sa propre fenêtre' }).click()
  const own = await opening
  await expect(page.getByText('Ouvert dans sa propre fenêtre')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'report-elsewhere-fr', 'both')
  await expect(own.getByRole('region', { name: 'Patient' })).toContainText('MARTIN Élise')
  await expect(section(own, 'conclusion')).toContainText('aigu. Ici.')
  await section(own, 'conclusion').locator('p').last().click()
  await own.keyboard.press('End')
  await own.keyboard.type(' Là.')
  await expect(save(own)).toContainText('enregistré ')
  await expectAccessible(own)
  await look(own, 'report-window-fr', 'both')
  await expect(own.getByRole('button', { name: 'Remettre à côté des images' })).toBeVisible()
  const closed = own.waitForEvent('close')
  await page.getByRole('button', { name: 'Ramener ici' }).click()
  await closed
  await expect(section(page, 'conclusion')).toContainText('aigu. Ici. Là.')
  expect(JSON.stringify(reports.all()[0]?.content)).toContain('Ici. Là.')
})

test('what another window wrote in the same place is kept beside what was written here', async ({ page, start }) => {
  const report = quoting()
  const reports = sampleReports({ reports: [report], measurements: [measurement] })
  await openPanel(page, start, reports)
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  reports.writeElsewhere(report.reportId, 'conclusion', 'Écrit ailleurs.')
  await page.keyboard.type(' Écrit ici.')
  await expect(page.getByRole('alert')).toContainText('Les deux textes ont été gardés')
  await expect(section(page, 'conclusion')).toContainText('Écrit ailleurs.')
  await expect(section(page, 'conclusion')).toContainText('Écrit ici.')
  await expect.poll(() => JSON.stringify(reports.all()[0]?.content)).toContain('Écrit ici.')
  await look(page, 'report-merged-fr')
})

test('markup that is pasted stays text, and a selection over sections empties them without taking them', async ({
  page,
  start,
}) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  await openPanel(page, start, reports)
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  // The editor takes the browser's caret over a moment later: what is made by hand waits for it.
  await page.keyboard.type(' Puis')
  await expect(section(page, 'conclusion')).toContainText('aigu. Puis')
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'un <script>alert(1)</script>\n- deux')
    clipboardData.setData('text/html', '<table><tr><td><img src=x onerror=alert(1)>un</td></tr></table>')
    document.activeElement?.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
    )
  })
  await expect(section(page, 'conclusion')).toContainText('un <script>alert(1)</script>')
  expect(await text(page).locator('table, img, script').count()).toBe(0)
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Delete')
  await expect(section(page, 'findings').locator('p')).toHaveText([''])
  await expect(section(page, 'conclusion').locator('p')).toHaveText([''])
  await expect(text(page).getByRole('heading')).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await expect(section(page, 'findings')).toContainText('Hématome')
})

test('words that no station will take any more can be copied', async ({ page, start }) => {
  const reports = sampleReports({ reports: [quoting()], measurements: [measurement] })
  const station = await openPanel(page, start, reports)
  await section(page, 'conclusion').locator('p').last().click()
  await page.keyboard.press('End')
  const port = Number(new URL(station.server.url).port)
  await station.close()
  await page.keyboard.type(' Écrit sans station.')
  await expect(save(page)).toContainText('non enregistré – nouvelle tentative')
  await start({ port })
  await expect(page.getByRole('heading', { name: 'L’accès de cette fenêtre a pris fin' })).toBeVisible()
  await expect(page.getByRole('region', { name: /n’ont pas pu être enregistrés/ })).toContainText('Écrit sans station.')
  await expectAccessible(page)
  await look(page, 'report-unsaved-fr')
})
