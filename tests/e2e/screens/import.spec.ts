import { sampleExports } from '../../helpers/sample-exports.ts'
import { sampleIntakes } from '../../helpers/sample-intakes.ts'
import { sampleStudies } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

test('a disc is chosen, looked at and taken by the keyboard alone, and its conflicts are shown first', async ({
  page,
  start,
}) => {
  const intakes = sampleIntakes()
  const station = await start({ intakes, studies: sampleStudies(12) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('Control+o')
  await expect(page.getByRole('button', { name: 'Parcourir cet ordinateur…' })).toBeFocused()
  await page.keyboard.press('Enter')
  const chooser = page.getByRole('dialog', { name: 'Importer depuis cet ordinateur' })
  await expect(chooser.getByRole('option')).toHaveCount(4)
  await chooser.getByRole('textbox', { name: 'Chemin du dossier' }).fill('/media/radiologue/CD_IRM')
  await page.keyboard.press('Enter')
  const list = chooser.getByRole('listbox')
  await expect(list.getByRole('option', { name: 'DICOMDIR' })).toBeVisible()
  await list.focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await expect(chooser.getByRole('button', { name: 'Examiner l’élément choisi' })).toBeVisible()
  await page.keyboard.press('Space')
  await expectAccessible(page)
  await look(page, 'import-choose-fr', 'both')
  await chooser.getByRole('button', { name: 'Examiner ce dossier' }).press('Enter')
  await expect.poll(() => intakes.looked).toEqual([['/media/radiologue/CD_IRM']])

  const preview = page.getByRole('dialog', { name: 'Aperçu avant l’import' })
  await expect(preview.getByText('Cet identifiant est déjà ici pour une autre identité.')).toBeVisible()
  await expect(preview.getByText('2 fichiers cités par le DICOMDIR manquent sur le disque')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'import-preview-fr', 'both')
  await preview.getByRole('checkbox', { name: /IRM rachis lombaire/ }).press('Space')
  await preview.getByRole('button', { name: 'Importer 444 objets' }).press('Enter')
  await expect(preview).toHaveCount(0)
  await expect.poll(() => intakes.taken).toEqual([['1.2.3.2', '1.2.3.3']])

  const panel = page.getByRole('region', { name: 'Import', exact: true })
  await expect(panel.getByText(/214 fichiers sur 612/)).toBeVisible()
  await look(page, 'import-running-fr')
  intakes.change({ state: 'interrupted', interruption: 'disk-full' })
  await expect(panel.getByText(/Le disque est plein/)).toBeVisible()
  await expectAccessible(page)
  await look(page, 'import-interrupted-fr')
  await panel.getByRole('button', { name: 'Annuler' }).press('Enter')
  await panel.getByRole('button', { name: 'Fermer' }).press('Enter')
  await expect(panel).toHaveCount(0)
})

test('a study is exported without its identity, and the window says where it went or why it could not', async ({
  page,
  start,
}) => {
  const exports = sampleExports()
  const station = await start({ exports, studies: sampleStudies(16) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+e')
  const dialog = page.getByRole('dialog', { name: 'Exporter' })
  await expect(dialog.getByText('214 objets')).toBeVisible()
  await dialog.getByRole('textbox', { name: 'Nom du dossier ou de l’archive' }).fill('CD_1')
  await dialog.getByRole('switch', { name: 'Retirer l’identité du patient' }).press('Space')
  await dialog.getByRole('radio', { name: /Décalées/ }).check()
  await expect(dialog.getByText(/3 objets peuvent montrer le nom/)).toBeVisible()
  await expect(dialog.getByText(/1 vidéo ou image à compression inconnue/)).toBeVisible()
  await expectAccessible(page)
  await look(page, 'export-fr', 'both')
  await dialog.getByRole('button', { name: 'Exporter sans l’identité' }).press('Enter')
  await expect(dialog).toHaveCount(0)
  expect(exports.requests).toMatchObject([
    {
      folder: '/home/radiologue',
      name: 'CD_1',
      form: 'folder',
      deidentification: { pseudonym: 'ANON', dates: 'modified' },
    },
  ])
  const panel = page.getByRole('region', { name: 'Exporter', exact: true })
  await expect(panel.getByText('57 objets sur 214')).toBeVisible()
  exports.change({ state: 'failed', fault: 'disk-full', room: { needed: 112_600_000, free: 43_000_000 } })
  await expect(
    panel.getByText(/L’export prend environ 113\sMo et il n’y a que 43\sMo de libres.*Rien n’y a été laissé/),
  ).toBeVisible()
  await expectAccessible(page)
  await look(page, 'export-failed-fr')
})

test('a folder is typed before the first listing is there, and is where the export goes without another key', async ({
  page,
  start,
}) => {
  const exports = sampleExports()
  const station = await start({ exports, studies: sampleStudies(16) })
  const listed = Promise.withResolvers<void>()
  await page.route(/listFolder/, async (route) => {
    await listed.promise
    await route.continue()
  })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+e')
  const dialog = page.getByRole('dialog', { name: 'Exporter' })
  const place = dialog.getByRole('textbox', { name: 'Chemin du dossier' })
  await place.focus()
  listed.resolve()
  await expect(dialog.getByRole('option', { name: 'Documents' })).toBeVisible()
  await page.keyboard.type('/media/radiologue/CD_IRM')
  await expect(place).toHaveValue('/media/radiologue/CD_IRM')
  await page.keyboard.press('Tab')
  await expect(dialog.getByRole('option', { name: 'DICOM' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Exporter', exact: true }).click()
  await expect.poll(() => exports.requests).toMatchObject([{ folder: '/media/radiologue/CD_IRM' }])
})
