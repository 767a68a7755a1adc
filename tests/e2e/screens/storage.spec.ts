import { sampleStudies } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

for (const language of ['fr', 'en'] as const)
  test(`what takes the space is shown, kept and removed, and damage is told, in ${language}`, async ({
    page,
    start,
  }) => {
    const isFrench = language === 'fr'
    const station = await start({ studies: sampleStudies(60), settings: { language } })
    await page.goto(station.server.entry())
    await expect(rows(page).first()).toBeVisible()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Alt+k')
    const unpin = page.getByRole('button', {
      name: isFrench ? 'Ne plus garder sur la station' : 'Keep no longer on this',
    })
    await expect(unpin).toHaveAttribute('aria-pressed', 'true')
    await expect(rows(page).getByTitle(isFrench ? 'Gardée sur la station' : 'Kept on this station')).toHaveCount(1)
    await page.keyboard.press('Alt+3')
    const table = page.getByRole('table', { name: isFrench ? 'Études par taille' : 'Studies by size' })
    const lines = table.locator('tbody tr')
    await expect(lines).toHaveCount(50)
    await expect(
      page.getByRole('status').filter({ hasText: isFrench ? 'peuvent être libérés' : 'can be freed' }),
    ).toBeVisible()
    await expectAccessible(page)
    await look(page, `storage-space-${language}`, 'both')
    await page.getByLabel(isFrench ? 'Taille maximale (Go)' : 'Maximum size (GB)').fill('200')
    await page.getByRole('button', { name: isFrench ? 'Appliquer' : 'Apply' }).click()
    await expect(page.getByText(isFrench ? 'sur 200' : 'of 200', { exact: false })).toBeVisible()

    const held = lines.filter({ hasText: isFrench ? 'présence dans l’archive non prouvée' : 'not proven' }).first()
    await held.getByRole('button', { name: isFrench ? 'Retirer…' : 'Remove…' }).click()
    const dialog = page.getByRole('dialog')
    const last = dialog.getByRole('button').last()
    if (await dialog.getByRole('checkbox').isVisible()) await expect(last).toBeDisabled()
    await expectAccessible(page)
    await look(page, `storage-remove-${language}`)
    await page.keyboard.press('Escape')
    await expect(dialog).toBeHidden()

    const free = lines.filter({ hasText: isFrench ? 'peut être retirée' : 'can be removed' }).first()
    await free.getByRole('button', { name: isFrench ? 'Retirer…' : 'Remove…' }).click()
    await dialog.getByRole('button', { name: isFrench ? 'Retirer' : 'Remove', exact: true }).click()
    await expect(dialog).toBeHidden()
    await expect.poll(() => station.studies().length).toBe(59)
    // Over the status bar and nowhere else: where images are read, it lies beneath them.
    const told = page.getByRole('alert').filter({ hasText: isFrench ? 'retirée' : 'removed' })
    await expect(told).toBeVisible()
    const [line, bar] = await Promise.all(
      [told, page.getByRole('region', { name: isFrench ? 'État de la station' : 'State of the station' })].map((one) =>
        one.boundingBox(),
      ),
    )
    expect(line?.y).toBeGreaterThanOrEqual(bar?.y ?? Number.NaN)
    await look(page, `storage-notice-${language}`, 'both')
    await page.keyboard.press('Alt+x')
    await expect(told).toHaveCount(0)

    await page.getByRole('button', { name: isFrench ? 'Intégrité' : 'Integrity' }).click()
    const damaged = page.getByRole('table', { name: isFrench ? 'Objets endommagés' : 'Damaged objects' })
    await expect(damaged.locator('tbody tr')).toHaveCount(2)
    await expect(
      page.getByText(isFrench ? /^1.232 objets endommagés de plus/ : /^1.232 more damaged objects/),
    ).toBeVisible()
    await expectAccessible(page)
    await look(page, `storage-integrity-${language}`)
    await page.getByRole('button', { name: isFrench ? 'Redemander à l’archive' : 'Ask the archive again' }).click()
    await expect(page.getByText(isFrench ? '1 étude redemandée' : '1 study asked for')).toBeVisible()

    await page.getByRole('button', { name: 'Versions', exact: true }).click()
    const versions = page.getByRole('table', {
      name: isFrench ? 'Objets en plusieurs versions' : 'Objects in several versions',
    })
    await expect(versions.locator('tbody tr')).toContainText(isFrench ? 'la première reçue' : 'the first received')
    const compare = versions.getByRole('button', { name: isFrench ? 'Comparer' : 'Compare' })
    await compare.focus()
    await page.keyboard.press('Enter')
    await expect(compare).toHaveAttribute('aria-expanded', 'true')
    const pair = page.getByRole('region', { name: /^Version [12]$/ })
    await expect(pair).toHaveCount(2)
    await expect(pair.locator('img')).toHaveCount(2)
    const differences = page.getByRole('table', {
      name: isFrench ? 'Attributs qui diffèrent' : 'Attributes that differ',
    })
    await expect(differences.locator('tbody tr')).toHaveCount(2)
    await expect(page.getByText(isFrench ? 'Les pixels diffèrent.' : 'The pixels differ.')).toBeVisible()
    await expectAccessible(page)
    await look(page, `storage-versions-${language}`)
    await page.getByLabel(isFrench ? 'Comparer avec' : 'Compare with').selectOption({ label: 'Version 3' })
    const elsewhere = page.getByRole('region', { name: 'Version 3' })
    await expect(elsewhere.getByRole('button')).toHaveCount(0)
    await expect(page.getByText(isFrench ? 'Les pixels sont identiques.' : 'The pixels are equal.')).toBeVisible()
    await page.getByLabel(isFrench ? 'Comparer avec' : 'Compare with').selectOption({ label: 'Version 2' })
    await page.getByRole('button', { name: isFrench ? 'Afficher la Version 2' : 'Show Version 2' }).click()
    await expect(dialog.getByRole('region', { name: 'Patient' })).toContainText('IPP100000')
    await expectAccessible(page)
    await look(page, `storage-choose-${language}`)
    await dialog.getByRole('button', { name: isFrench ? 'Afficher cette version' : 'Show this version' }).click()
    await expect(dialog).toBeHidden()
    await expect(versions.locator('tbody tr')).toContainText('Dr Camille Rousseau')
    await expect(pair.first()).toHaveAccessibleName('Version 2')

    await page.getByRole('button', { name: isFrench ? 'Sauvegarde' : 'Backup', exact: true }).click()
    await expect(page.getByText(isFrench ? /Sauvegardez régulièrement/ : /Back up regularly/)).toBeVisible()
    const begin = async (path: string) => {
      await page.getByRole('button', { name: isFrench ? 'Sauvegarder…' : 'Back up…' }).click()
      // Before the first folder is read, what is typed is joined to its path.
      await expect(dialog.getByRole('listbox')).toBeVisible()
      await dialog.getByRole('textbox').fill(path)
      await page.keyboard.press('Enter')
      await expect(dialog.getByRole('textbox')).toHaveValue(path)
      await dialog.getByRole('button', { name: isFrench ? 'Sauvegarder ici' : 'Back up here' }).click()
      await expect(dialog).toBeHidden()
    }
    await begin('/home/radiologue')
    await expect(page.getByText(isFrench ? 'ne peut pas être écrit' : 'cannot be written')).toBeVisible()
    await expectAccessible(page)
    await look(page, `storage-backup-${language}`, 'both')
    await begin('/media/radiologue/CD_IRM')
    await expect(page.getByRole('progressbar')).toBeVisible()
    await expectAccessible(page)
    await look(page, `storage-backup-running-${language}`)
    await page.getByRole('button', { name: isFrench ? 'Annuler' : 'Cancel' }).click()
    await expect(page.getByRole('progressbar')).toHaveCount(0)

    await page.getByRole('button', { name: isFrench ? 'Journal d’audit' : 'Audit log' }).click()
    const log = page.getByRole('table', { name: isFrench ? 'Journal d’audit' : 'Audit log' }).locator('tbody tr')
    await expect(log).toHaveCount(50)
    await expectAccessible(page)
    await look(page, `storage-audit-${language}`, 'both')
    await page.getByRole('button', { name: isFrench ? 'Plus anciennes' : 'Older' }).click()
    await expect(log.first()).toContainText('71')
    await page.getByLabel(isFrench ? 'Quoi' : 'What').selectOption('refused')
    await expect(log).toHaveCount(1)
    await expect(log).toContainText('SCANNER_9 (192.168.10.77)')
    await page.getByLabel(isFrench ? 'Qui' : 'Who').selectOption('10003456789')
    await expect(log).toHaveCount(0)
    await page.getByRole('button', { name: isFrench ? 'Vérifier le journal' : 'Verify the log' }).click()
    await expect(page.getByRole('status').filter({ hasText: isFrench ? 'Intact :' : 'Intact:' })).toBeVisible()
  })
