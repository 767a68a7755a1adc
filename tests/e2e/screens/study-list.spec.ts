import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sampleIntakes } from '../../helpers/sample-intakes.ts'
import { sampleStudies, sampleStudy } from '../../helpers/sample-studies.ts'
import { zipOf } from '../../main/importer/zip-archive.ts'
import { expect, expectAccessible, look, rows, selectedRow, test } from './screen-test.ts'

for (const language of ['fr', 'en'] as const)
  test(`the full list is readable in ${language}, hostile names and all`, async ({ page, start }) => {
    const station = await start({ studies: sampleStudies(300), settings: { language } })
    await page.goto(station.server.entry())
    await expect(rows(page).first()).toContainText('MARTIN Élise')
    for (let index = 0; index < 4; index += 1) await page.keyboard.press('ArrowDown')
    await expect(page.getByText(language === 'fr' ? '(date de naissance, sexe)' : '(birth date, sex)')).toBeVisible()
    await expectAccessible(page)
    await look(page, `studies-${language}`, 'both')
    await expect(rows(page).nth(5)).toContainText('<IMG SRC=X ONERROR=ALERT(1)>EVIL')
    expect(await page.locator('td img, td b').count()).toBe(0)
  })

test('100,000 studies: a few rows exist, and both ends are a key away', async ({ page, start }) => {
  const station = await start({ studies: sampleStudies(100_000) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toContainText('MARTIN')
  await page.keyboard.press('End')
  await expect(selectedRow(page)).toHaveAttribute('aria-rowindex', '100001')
  expect(await rows(page).count()).toBeLessThan(100)
  await page.keyboard.press('Home')
  await expect(selectedRow(page)).toHaveAttribute('aria-rowindex', '2')
})

test('the selected study stays selected when new ones come in, and a filter that leaves it out takes it away', async ({
  page,
  start,
}) => {
  const studies = sampleStudies(60)
  const station = await start({ studies })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toContainText('MARTIN')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(selectedRow(page)).toContainText('BERNARD Louis')
  const arrived = {
    ...sampleStudy(0),
    StudyInstanceUID: '1.2.3',
    PatientName: { Alphabetic: 'NOUVEAU^Venu' },
    lastReceivedAt: new Date(Date.now() + 1000).toISOString(),
    receiving: true,
  }
  station.setStudies([arrived, ...studies])
  await expect(rows(page).first()).toContainText('NOUVEAU Venu')
  await expect(selectedRow(page)).toContainText('BERNARD Louis')
  await expect(selectedRow(page)).toHaveAttribute('aria-rowindex', '4')
  station.setStudies([{ ...arrived, completeness: { expected: null, received: 7, displayable: 7 } }, ...studies])
  await expect(rows(page).first()).toContainText('7réception')

  await page.keyboard.type('moreau')
  await expect(page.getByRole('searchbox').or(page.getByLabel('Rechercher une étude'))).toHaveValue('moreau')
  await expect(rows(page).first()).toContainText('MOREAU')
  await expect(selectedRow(page)).toHaveCount(0)
  await page.keyboard.press('ArrowDown')
  await expect(selectedRow(page)).toContainText('MOREAU')
  await page.keyboard.press('Escape')
  await expect(rows(page).first()).toContainText('NOUVEAU')
})

test('a list that cannot be read says so instead of showing the answer to another question', async ({
  page,
  start,
}) => {
  const station = await start({ studies: sampleStudies(60) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toContainText('MARTIN')
  const list = /\/call\/[^?]*studies\.list/
  // A refusal, which is not asked again; calls that are made together are answered together.
  const refusal = { error: { message: '', code: -32600, data: { code: 'BAD_REQUEST', httpStatus: 400 } } }
  await page.route(list, (route) =>
    route.fulfill({ status: 400, json: new URL(route.request().url()).pathname.split(',').map(() => refusal) }),
  )
  await page.getByLabel('Rechercher une étude').fill('moreau')
  await expect(page.getByText('La liste n’a pas pu être lue')).toBeVisible()
  await expect(rows(page)).toHaveCount(0)
  await expectAccessible(page)
  await look(page, 'studies-failing-fr', 'both')
  await page.unroute(list)
  await page.getByRole('button', { name: 'Réessayer' }).click()
  await expect(rows(page).first()).toContainText('MOREAU')
})

test('files that are dropped or chosen are looked at first, and what was not DICOM is named', async ({
  page,
  start,
}) => {
  const intakes = sampleIntakes()
  const station = await start({ intakes })
  await page.goto(station.server.entry())
  await expect(page.getByRole('heading', { name: 'Aucune étude pour l’instant' })).toBeVisible()
  await expectAccessible(page)
  await look(page, 'studies-empty-fr', 'both')
  const folder = join(import.meta.dirname, '../../../resources/demo/mr')
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: '', buffer })
  await page
    .locator('input[type="file"]:not([webkitdirectory])')
    .setInputFiles([
      file('a.dcm', readFileSync(join(folder, 'MR0001.dcm'))),
      file('notes.txt', Buffer.from('hello')),
      file('b.dcm', readFileSync(join(folder, 'MR0002.dcm'))),
    ])
  const preview = page.getByRole('dialog', { name: 'Aperçu avant l’import' })
  await expect(preview.getByRole('button', { name: 'Importer 2 objets' })).toBeEnabled()
  expect(intakes.stored).toEqual([])
  await look(page, 'import-dropped-fr')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('region', { name: 'Import', exact: true })
  await expect(panel.getByText('Import terminé')).toBeVisible()
  expect(intakes.stored).toHaveLength(2)
  await panel.getByText('1 fichier non importé').click()
  await expect(panel.getByText('notes.txt')).toBeVisible()
  await look(page, 'studies-import-fr')
  await panel.getByRole('button', { name: 'Fermer' }).click()
  const archive = [...(await zipOf({ 'd/1': readFileSync(join(folder, 'MR0003.dcm')), 'd/2': Buffer.from('no') }))]
  await page.getByRole('heading', { name: 'Déposer des fichiers ici' }).evaluate((heading, bytes) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([new Uint8Array(bytes)], 'disc.zip'))
    heading.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  }, archive)
  await preview.getByRole('button', { name: 'Importer 1 objet' }).click()
  await expect(panel.getByText('1 fichier sur 1')).toBeVisible()
  expect(intakes.stored).toHaveLength(3)
  await expect(panel.getByText('disc.zip/d/2')).toBeAttached()
})

test('columns keep the width and order that a person gave them', async ({ page, start }) => {
  const station = await start({ studies: sampleStudies(60) })
  await page.goto(station.server.entry())
  await page.getByRole('separator', { name: 'Largeur de la colonne Patient' }).press('ArrowRight')
  await page.getByRole('button', { name: 'Colonnes', exact: true }).click()
  await page.getByRole('button', { name: 'Avancer la colonne Date' }).click()
  await page.getByRole('checkbox', { name: 'Expéditeur' }).check()
  await expect
    .poll(() =>
      station
        .settings()
        .studyColumns.filter(({ visible }) => visible)
        .map(({ id }) => id),
    )
    .toEqual([
      'state',
      'PatientName',
      'PatientBirthDate',
      'StudyDate',
      'ModalitiesInStudy',
      'StudyDescription',
      'InstitutionName',
      'NumberOfStudyRelatedInstances',
      'report',
      'lastReceivedAt',
      'sender',
    ])
  expect(station.settings().studyColumns.find(({ id }) => id === 'PatientName')?.width).toBe(186)
  await page.reload()
  await expect(page.getByRole('columnheader', { name: 'Expéditeur' })).toBeVisible()
})
