import { randomUUID } from 'node:crypto'
import type { ListQuestion, SmartList } from '../../../main/contract/smart-lists.ts'
import { sampleStudies, sampleStudy } from '../../helpers/sample-studies.ts'
import { expect, expectAccessible, look, rows, test } from './screen-test.ts'

const listOf = (name: string, question: Partial<ListQuestion>): SmartList => ({
  listId: randomUUID(),
  name,
  question: {
    search: '',
    today: false,
    recent: false,
    modalities: [],
    sort: 'lastReceivedAt',
    descending: true,
    ...question,
  },
})

test('a search is kept under a name, counted live and opened again, all with the keyboard', async ({ page, start }) => {
  const studies = sampleStudies(60)
  const station = await start({ studies })
  await page.goto(station.server.entry())
  await expect(rows(page).first()).toContainText('MARTIN')
  await page.keyboard.type('moreau')
  await expect(rows(page).first()).toContainText('MOREAU')
  await page.keyboard.press('Alt+L')
  const name = page.getByLabel('Enregistrer la recherche en cours sous')
  await expect(name).toBeFocused()
  await expect(name).toHaveValue('moreau')
  await page.keyboard.type('Suivi Moreau')
  await page.keyboard.press('Enter')
  const list = page.getByRole('button', { name: /^Suivi Moreau/ })
  await expect(list).toHaveText('Suivi Moreau6')
  await expect(list).toHaveAttribute('aria-pressed', 'true')

  station.setStudies([
    { ...sampleStudy(0), StudyInstanceUID: '1.2.3', PatientName: { Alphabetic: 'MOREAU^Nouvelle' } },
    ...studies,
  ])
  await expect(list).toHaveText('Suivi Moreau7')

  await page.keyboard.press('Control+K')
  await page.keyboard.type('effacer la recherche')
  await page.keyboard.press('Enter')
  await expect(rows(page).first()).toContainText('MARTIN')
  await expect(list).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('Control+K')
  await page.keyboard.type('suivi')
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Rechercher une étude')).toHaveValue('moreau')
  await expect(list).toHaveAttribute('aria-pressed', 'true')
})

test('lists are renamed, moved, replaced, taken away and brought back', async ({ page, start }) => {
  const smartLists = [
    listOf('CT à lire aujourd’hui', { modalities: ['CT'], today: true }),
    listOf('IRM', { modalities: ['MR'], sort: 'PatientName', descending: false }),
    listOf('Urgences', { search: 'urgence' }),
  ]
  const station = await start({ studies: sampleStudies(60), smartLists })
  await page.goto(station.server.entry())
  const bar = page.getByRole('navigation', { name: 'Listes enregistrées' })
  const names = () =>
    bar.getByRole('button').evaluateAll((all) => all.map((one) => one.querySelector('bdi')?.textContent))
  await page.getByRole('button', { name: 'Listes enregistrées : enregistrer, ranger' }).click()
  await page.getByRole('button', { name: 'Avancer la liste Urgences' }).click()
  await expect.poll(names).toEqual(['CT à lire aujourd’hui', 'Urgences', 'IRM'])
  await page.getByLabel('Nom de la liste IRM').fill('urgences')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Une autre liste porte déjà ce nom.')).toBeVisible()
  await page.getByLabel('Nom de la liste IRM').fill('IRM par nom')
  await page.keyboard.press('Enter')
  await expect.poll(names).toEqual(['CT à lire aujourd’hui', 'Urgences', 'IRM par nom'])
  await page.getByRole('button', { name: 'Supprimer la liste Urgences' }).click()
  await expect.poll(names).toEqual(['CT à lire aujourd’hui', 'IRM par nom'])
  await page.getByRole('button', { name: 'Rétablir' }).click()
  await expect.poll(names).toEqual(['CT à lire aujourd’hui', 'Urgences', 'IRM par nom'])
  await page.getByRole('button', { name: 'Remplacer la liste Urgences par la recherche en cours' }).click()
  await expect(bar.getByRole('button', { name: /^Urgences/ })).toHaveText('Urgences60')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Alt+PageDown')
  await expect(bar.getByRole('button', { name: /^IRM par nom/ })).toHaveAttribute('aria-pressed', 'true')
  await expect(page.getByRole('columnheader', { name: 'Patient' })).toHaveAttribute('aria-sort', 'ascending')
})

const NAMES = {
  fr: ['CT à lire aujourd’hui', 'IRM de la semaine du Pr Lefèvre-Martin, rachis', 'Urgences de nuit'],
  en: ['CT to read today', 'MR of Prof. Lefèvre-Martin’s week, spine', 'Emergencies at night'],
}
for (const language of ['fr', 'en'] as const)
  test(`the lists and their menu are readable in ${language}`, async ({ page, start }) => {
    const [first = '', second = '', third = ''] = NAMES[language]
    const smartLists = [
      listOf(first, { modalities: ['CT'] }),
      listOf(second, { modalities: ['MR'] }),
      listOf(third, { search: 'urg', recent: true }),
    ]
    const station = await start({ studies: sampleStudies(4000), smartLists, settings: { language } })
    await page.goto(station.server.entry())
    await page.getByRole('button', { name: new RegExp(`^${first}`) }).click()
    await expect(rows(page).first()).toContainText('CT')
    await expectAccessible(page)
    await look(page, `smart-lists-${language}`, 'both')
    await page.keyboard.press('Alt+L')
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectAccessible(page)
    await look(page, `smart-lists-menu-${language}`, 'both')
  })
