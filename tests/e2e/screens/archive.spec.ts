import { outboxItems, remoteStudies, sampleArchive } from '../../helpers/sample-archive.ts'
import { sampleStudies } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

for (const language of ['fr', 'en'] as const)
  test(`the archive is searched and a study brought back by keyboard, in ${language}`, async ({ page, start }) => {
    const archive = sampleArchive({ studies: remoteStudies(60) })
    const station = await start({ studies: sampleStudies(60), settings: { language }, archive })
    await page.goto(station.server.entry())
    await expect(rows(page).first()).toBeVisible()
    await page.keyboard.press('Alt+2')
    await page.keyboard.press('/')
    await page.keyboard.type('martin')
    await page.keyboard.press('Enter')
    const found = page.getByRole('table', {
      name: language === 'fr' ? 'Études de l’archive' : 'Studies of the archive',
    })
    // The newest first: this is the second, and not here.
    const line = found.getByRole('row').nth(2)
    await expect(line).toContainText('MARTIN Élise')
    await expect(found.getByRole('row')).toHaveCount(16)
    await line.focus()
    await page.keyboard.press('Enter')
    await expect(line).toContainText('37')
    await expect(line.getByRole('progressbar')).toBeVisible()
    expect(archive.retrievals).toHaveLength(1)
    await page.keyboard.press('ArrowDown')
    await expect(found.getByRole('row').nth(3)).toBeFocused()
    await expectAccessible(page)
    await look(page, `archive-search-${language}`, 'both')
    await look(page, `archive-search-${language}`, 'narrow')
    // What can be done with a study stays in sight.
    for (const index of [1, 2]) {
      const button = found.getByRole('row').nth(index).getByRole('button').last()
      await expect(button).toBeInViewport({ ratio: 1 })
    }
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByRole('button', { name: language === 'fr' ? 'Récupérations' : 'Retrievals' }).click()
    await expect(page.getByRole('row').nth(1)).toContainText('MARTIN Élise')
    await expectAccessible(page)
    await look(page, `archive-retrievals-${language}`, 'both')
    await page.getByRole('button', { name: language === 'fr' ? 'Annuler' : 'Cancel' }).click()
    await expect.poll(() => archive.retrievals[0]?.state).toBe('cancelled')
  })

for (const language of ['fr', 'en'] as const)
  test(`the outbox says what waits, what is proven, and why something failed, in ${language}`, async ({
    page,
    start,
  }) => {
    const archive = sampleArchive({ items: outboxItems() })
    const studies = sampleStudies(60).map((row, index) => ({
      ...row,
      ...(index < 4 || index === 11
        ? {
            outbox: {
              waiting: index === 0 ? 2 : 0,
              sent: index === 1 ? 3 : 0,
              archived: index === 2 || index === 11 ? 3 : 0,
              failed: index === 3 ? 1 : 0,
            },
          }
        : {}),
    }))
    const station = await start({ studies, settings: { language }, archive })
    await page.goto(station.server.entry())
    await expect(rows(page).first()).toContainText(language === 'fr' ? '2 en attente' : '2 waiting')
    await expectAccessible(page)
    await look(page, `studies-archive-${language}`, 'both')
    await page.getByRole('button', { name: language === 'fr' ? /Ouvrir la file d’envoi/ : /Open the outbox/ }).click()
    const failed = page
      .getByRole('row')
      .filter({ hasText: language === 'fr' ? 'échec' : 'failed' })
      .last()
    await expect(failed).toContainText(
      language === 'fr' ? 'L’archive a refusé cet objet.' : 'The archive refused this object.',
    )
    await expectAccessible(page)
    await look(page, `archive-outbox-${language}`, 'both')
    await failed.getByRole('button', { name: language === 'fr' ? 'Réessayer' : 'Try again' }).click()
    await expect.poll(() => archive.retried).toEqual([5])
  })

test('an archive that does not answer is told in words, and none set up leads to the settings, which try it first', async ({
  page,
  start,
}) => {
  const silent = sampleArchive({ fault: 'refused-connection' })
  const first = await start({ studies: sampleStudies(20), archive: silent })
  await page.goto(first.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('Alt+2')
  await page.keyboard.press('/')
  await page.keyboard.type('martin')
  await page.keyboard.press('Enter')
  await expect(page.getByText('rien n’écoute à cette adresse').last()).toBeVisible()
  await expectAccessible(page)
  await look(page, 'archive-failing-fr', 'both')

  const services = { find: true, get: false, move: true, commitment: false }
  const none = sampleArchive({ configuration: null, services })
  const may = { store: true, query: false, retrieve: false, commit: false }
  const pacs = { aeTitle: 'PACS', address: '192.0.2.7', port: 104, tls: false, may, maxAssociations: null }
  const second = await start({ studies: sampleStudies(20), archive: none, settings: { peers: [pacs] } })
  await page.goto(second.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('Alt+2')
  await expect(page.getByRole('heading', { name: 'Aucune archive n’est réglée' })).toBeVisible()
  await expectAccessible(page)
  await look(page, 'archive-not-set-up-fr', 'both')
  await page.getByRole('button', { name: 'Régler l’archive' }).click()
  await page.getByLabel('Nom', { exact: true }).fill('Archive régionale')
  await page.getByLabel('Adresse DICOMweb').fill('http://nowhere.example/dicom-web')
  await page.getByText('Mot de passe', { exact: true }).click()
  await page.getByLabel('Utilisateur').fill('astreinte')
  await expect(page.getByRole('button', { name: 'Tester' })).toBeDisabled()
  await page.getByRole('textbox', { name: 'Mot de passe' }).fill('secret')
  await page.getByRole('button', { name: 'Tester' }).click()
  await expect(page.getByText('introuvable sur le réseau')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-archive-fr', 'both')
  await page.getByLabel('Adresse DICOMweb').fill('https://archive.example/dicom-web')
  await page.getByRole('button', { name: 'Tester' }).click()
  await expect(page.getByText('L’archive répond en DICOMweb.')).toBeVisible()
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect
    .poll(() => none.configuration())
    .toEqual({
      name: 'Archive régionale',
      url: 'https://archive.example/dicom-web',
      authentication: { kind: 'basic', user: 'astreinte', password: 'secret' },
    })
  await expect(page.getByRole('button', { name: 'Tester' })).toBeFocused()
  await page.getByText('DICOM (DIMSE)', { exact: true }).click()
  await expect(page.getByRole('button', { name: 'Enregistrer' })).toBeDisabled()
  await page.getByRole('combobox', { name: 'AE distant' }).click()
  await page.getByRole('option', { name: 'PACS' }).click()
  await page.getByRole('button', { name: 'Tester' }).click()
  await expect(page.getByText('L’archive répond en DICOM.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Services de l’archive' }).getByRole('listitem')).toHaveText([
    ...['Recherche (C-FIND)accepté', 'Récupération (C-GET)non accepté', 'Récupération (C-MOVE)accepté'],
    'Preuve (storage commitment)non accepté',
  ])
  await expect(page.getByText('Les études viendront par C-MOVE')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-archive-dimse-fr', 'both')
  await page.getByRole('button', { name: 'Enregistrer' }).click()
  await expect
    .poll(() => none.configuration())
    .toEqual({ name: 'Archive régionale', aeTitle: 'PACS', asksCommitment: true })
})
