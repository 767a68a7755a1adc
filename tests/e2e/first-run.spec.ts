/** The first start of a new user: every step, by keyboard, to the empty study list; and never again. */
import { NOTICE_VERSION } from '../../main/contract/notice.ts'
import { expect, look, lookAccessible, test } from './workstation-test.ts'

const NEXT = 'Suivant'

test('a first start leads through every step to the empty list, once', async ({ page, station }) => {
  await page.goto(await station.entry())
  await expect(page.getByRole('heading', { name: 'Bienvenue · Welcome' })).toBeVisible()
  await lookAccessible(page, 'first-run-1-language')
  await page.getByRole('button', { name: NEXT }).press('Enter')

  await expect(page.getByText('n’est pas un dispositif médical certifié')).toBeVisible()
  await lookAccessible(page, 'first-run-2-notice')
  await page.getByRole('button', { name: 'J’ai lu et j’accepte' }).press('Enter')

  await page.getByRole('button', { name: 'Créer la clé et l’afficher' }).press('Enter')
  const key = page.locator('p[data-selectable] > span').first()
  await expect(key).toBeVisible()
  const groups = ((await key.textContent()) ?? '').trim().split(/[\s-]+/)
  expect(groups.length).toBeGreaterThanOrEqual(6)
  await lookAccessible(page, 'first-run-3-recovery-key')
  await page.getByRole('textbox').fill('0000')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Ce n’est pas le dernier groupe.')).toBeVisible()
  await page.getByRole('textbox').fill(groups.at(-1) ?? '')
  await page.keyboard.press('Enter')

  await expect(page.getByRole('heading', { name: 'D’où viennent les images ?' })).toBeVisible()
  await lookAccessible(page, 'first-run-4-network')
  await page.getByRole('button', { name: NEXT }).press('Enter')

  await expect(page.getByRole('textbox', { name: 'Titre AE' })).toHaveValue('ASTREINTE')
  await page.getByRole('button', { name: 'Tester' }).press('Enter')
  await expect(page.getByText(/C-ECHO|répond/).first()).toBeVisible()
  await lookAccessible(page, 'first-run-5-receiver')
  await page.getByRole('button', { name: 'Enregistrer et continuer' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'Tout est prêt' })).toBeVisible()
  await lookAccessible(page, 'first-run-6-done')
  await page.getByRole('button', { name: 'Ouvrir la liste des études' }).press('Enter')

  await expect(page.getByRole('heading', { name: 'Aucune étude pour l’instant' })).toBeVisible()
  await expect(page.getByText(`storescu -aec ${station.aeTitle} 127.0.0.1 ${station.dicomPort}`)).toBeVisible()
  await look(page, 'studies-empty')

  await page.goto(await station.entry())
  await expect(page.getByRole('heading', { level: 1, name: /^Études/ })).toBeVisible()
  expect(NOTICE_VERSION).toBe(1)
})

test('a one-time address opens one window only', async ({ page, station, browser }) => {
  const entry = await station.entry()
  await page.goto(entry)
  await expect(page.getByRole('heading', { name: 'Bienvenue · Welcome' })).toBeVisible()
  const stranger = await (await browser.newContext()).newPage()
  await stranger.goto(entry)
  await expect(stranger.getByRole('heading', { name: 'Bienvenue · Welcome' })).toBeHidden()
  const studies = await stranger.evaluate(async () => (await fetch('/call/studies.counts?input={}')).status)
  expect(studies).toBe(401)
  await stranger.context().close()
})
