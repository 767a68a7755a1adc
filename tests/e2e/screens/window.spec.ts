import { RECOVERY_KEY } from '../../helpers/sample-station.ts'
import { sampleStudies } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

// Before the settings can be read the window speaks the browser's language.
test.use({ locale: 'fr-FR' })

test('a station that stops answering is told, and one that was started again no longer knows this window', async ({
  page,
  start,
}) => {
  const first = await start({ studies: sampleStudies(60) })
  await page.goto(first.server.entry())
  await expect(rows(page).first()).toBeVisible()
  const port = Number(new URL(first.server.url).port)
  await first.close()
  await expect(page.getByRole('alert')).toContainText('La station ne répond pas. Ce qui a été reçu est en sécurité.')
  // What it said before is not said any more: nobody knows whether it is still so.
  const bar = page.getByRole('region', { name: 'État de la station' })
  await expect(bar).toContainText('station injoignable')
  await expect(bar).not.toContainText(/à l’écoute|aucun problème|cache/)
  await expectAccessible(page)
  await look(page, 'station-lost-fr')
  await start({ port })
  await expect(page.getByRole('heading', { name: 'L’accès de cette fenêtre a pris fin' })).toBeVisible()
  await expectAccessible(page)
  await look(page, 'access-ended-fr')
})

test('lasting problems stand above the screen and go when they are over', async ({ page, start }) => {
  const station = await start({ studies: sampleStudies(60) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  station.setProblems([{ code: 'disk-full', since: new Date().toISOString(), detail: 'ENOSPC' }])
  await expect(page.getByRole('alert')).toContainText('Le disque est plein.')
  await expectAccessible(page)
  await look(page, 'disk-full-fr')
  const detail = JSON.stringify({ objects: 12, reason: 'SQLITE_IOERR_WRITE' })
  station.setProblems([{ code: 'index-behind', since: new Date().toISOString(), detail }])
  await expect(page.getByRole('alert')).toContainText('Des images reçues peuvent manquer dans les listes.')
  await expectAccessible(page)
  await look(page, 'index-behind-fr')
  station.setProblems([])
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('the palette finds a command by its name without accents, ? shows the keys, Escape closes', async ({
  page,
  start,
}) => {
  const station = await start({ studies: sampleStudies(60) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('Ouvrir l’étude choisie')
  await expectAccessible(page)
  await look(page, 'keys-fr')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Que voulez-vous faire').fill('reglages ouvrir')
  await expect(page.getByRole('button', { name: 'Ouvrir les réglages' })).toBeVisible()
  await expectAccessible(page)
  await look(page, 'palette-fr')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Cette station' })).toBeVisible()
})

test('a key is changed, refused where it is taken, and works; the window comes back where it was', async ({
  page,
  start,
}) => {
  const station = await start({ studies: sampleStudies(60) })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Clavier' }).click()
  const add = page.getByRole('button', { name: 'Ajouter une touche à : Filtre : aujourd’hui' })
  await add.click()
  await page.keyboard.press('/')
  await expect(page.getByRole('alert')).toContainText('/ sert déjà à : Rechercher une étude.')
  await add.click()
  await page.keyboard.press('F8')
  await expect.poll(() => station.settings().keys).toEqual({ 'studies.today': ['Alt+A', 'F8'] })
  await expect.poll(() => station.workspace()).toContain('keyboard')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Clavier', level: 1 })).toBeVisible()
  await page.keyboard.press('Alt+1')
  await expect(rows(page).first()).toBeVisible()
  await page.keyboard.press('F8')
  await expect(page.getByRole('button', { name: /^Aujourd’hui/ })).toHaveAttribute('aria-pressed', 'true')
})

for (const language of ['fr', 'en'] as const)
  test(`every group of the settings is readable in ${language}`, async ({ page, start }) => {
    const station = await start({ settings: { language } })
    await page.goto(station.server.entry())
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
    await page.keyboard.press('Control+,')
    const groups = page
      .getByRole('navigation', { name: language === 'fr' ? 'Réglages' : 'Settings' })
      .getByRole('button')
    await expect(groups).toHaveCount(10)
    for (let index = 0; index < 10; index += 1) {
      await groups.nth(index).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText((await groups.nth(index).textContent()) ?? '')
      if (language === 'fr') await expectAccessible(page)
      await look(page, `settings-${index + 1}-${language}`)
    }
  })

test('a locked data folder opens with its recovery key', async ({ page, start }) => {
  const station = await start({ locked: 'key-missing' })
  await page.goto(station.server.entry())
  const field = page.getByLabel('Clé de récupération')
  await field.fill('WRONG')
  await field.press('Enter')
  await expect(page.getByText('Cette clé n’ouvre pas ces données.')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'locked-fr')
  await field.fill(RECOVERY_KEY)
  await field.press('Enter')
  await expect(page.getByRole('heading', { name: 'Aucune étude pour l’instant' })).toBeVisible()
})
