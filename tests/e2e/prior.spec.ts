/** A prior beside the current study, by keyboard alone: which is which, what belongs to whom, over a reload, and back. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import { craniumFolder, python } from '../helpers/corpora.ts'
import { storescu } from '../helpers/dcmtk.ts'
import {
  beginReport,
  change,
  drawLength,
  expect,
  look,
  lookAccessible,
  mark,
  studyRows,
  test,
} from './workstation-test.ts'

const folder = craniumFolder()

test.skip(folder === null, 'needs the package invesalius-examples')

let prior: string

test.beforeAll(() => {
  prior = mkdtempSync(join(tmpdir(), 'astreinte-prior-'))
  execFileSync(python, [join(import.meta.dirname, '..', 'fixtures', 'prior_of.py'), folder ?? '', prior])
})

test.afterAll(() => rmSync(prior, { recursive: true, force: true }))

const view = (page: Page, number: number): Locator =>
  page.getByRole('region', { name: new RegExp(`^(Vue|Viewport) ${number}$`) })

test('a prior is compared, linked, measured and left without a mouse', async ({ desk, station }) => {
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  expect((await storescu(station, [prior])).code).toBe(0)
  await expect(studyRows(desk)).toHaveCount(2)
  await studyRows(desk).filter({ hasText: '108' }).first().focus()
  await studyRows(desk).filter({ hasText: '108' }).first().click()
  await desk.keyboard.press('Enter')
  await mark(desk, 'stack-complete')
  const [left, right] = [view(desk, 1), view(desk, 2)]
  await expect(left.getByText('Im. 55/108')).toBeVisible()

  // Beside it, at the same place: the prior holds images 49 to 60.
  await desk.keyboard.press('Shift+d')
  await expect(right.getByText('Antérieur · 14/09/2010')).toBeVisible()
  await expect(right.getByText('Im. 7/12')).toBeVisible()
  await expect(left.getByText('Im. 55/108')).toBeVisible()
  await expect(left.getByText(/Antérieur/)).toHaveCount(0)
  await expect(desk.getByText(/Identité à vérifier/)).toHaveCount(0)
  const section = desk.getByRole('region', { name: /^Antérieur · 14\/09\/2010/ })
  await expect(section.getByRole('button', { name: /^CT/ })).toHaveCount(1)
  await lookAccessible(desk, 'prior-beside-fr')

  // Linked: the same place in both, and beyond its ends the prior stays where it is.
  await desk.keyboard.press('Shift+s')
  await expect(left.getByText('Défilement lié')).toBeVisible()
  await desk.keyboard.press('ArrowUp')
  await expect(left.getByText('Im. 54/108')).toBeVisible()
  await expect(right.getByText('Im. 6/12')).toBeVisible()
  await desk.keyboard.press('n')
  await desk.keyboard.press('ArrowDown')
  await desk.keyboard.press('ArrowDown')
  await expect(right.getByText('Im. 8/12')).toBeVisible()
  await expect(left.getByText('Im. 56/108')).toBeVisible()

  // Without texts on the images it still says what it is.
  await desk.keyboard.press('a')
  await expect(right.getByText('Antérieur · 14/09/2010')).toBeVisible()
  await expect(right.getByText('Im. 8/12')).toHaveCount(0)
  await desk.keyboard.press('a')

  // Over a reload.
  await expect(right.getByText('Im. 8/12')).toBeVisible()
  await desk.reload()
  await expect(right.getByText('Antérieur · 14/09/2010')).toBeVisible()
  await expect(right.getByText('Im. 8/12')).toBeVisible()
  await expect(left.getByText('Im. 56/108')).toBeVisible()

  // A length on the prior is the prior's; its pixels have to be there.
  await expect(right.getByText(/^Larg\./)).toBeVisible()
  await expect(right.getByText(/^Chargé \d|^En attente/)).toHaveCount(0)
  await drawLength(desk, right, 1, 1)
  await desk.keyboard.press('Escape')
  const kept = async (which: 'own' | 'prior') => {
    const UID = await uidOf(desk, which)
    return desk.evaluate(
      async (input) => {
        const answer = await fetch(`/call/measurements.list?input=${encodeURIComponent(input)}`)
        return ((await answer.json()).result.data as unknown[]).length
      },
      JSON.stringify({ StudyInstanceUID: UID }),
    )
  }
  await expect.poll(() => kept('prior')).toBe(1)
  expect(await kept('own')).toBe(0)

  // There is no older one; then back to the study alone.
  await desk.keyboard.press('Shift+d')
  await expect(desk.getByText('C’est l’étude la plus ancienne de ce patient sur cette station.')).toBeVisible()
  await desk.keyboard.press('Alt+d')
  await expect(right).toHaveCount(0)
  await expect(left.getByText('Im. 56/108')).toBeVisible()
  await expect(section).toHaveCount(0)

  await desk.keyboard.press('Shift+d')
  await change(desk, { language: 'en' })
  await expect(right.getByText('Prior · 14 Sept 2010')).toBeVisible()
  await expect(right.locator('svg text').first()).toContainText('mm')
  await expect(left.locator('svg text')).toHaveCount(0)
  await desk.keyboard.press('j')
  await expect(desk.getByRole('complementary', { name: 'Measurements' })).toContainText('Prior · 14 Sept 2010')
  await desk.setViewportSize({ width: 2560, height: 1440 })
  await lookAccessible(desk, 'prior-beside-en')
})

/** The identifier of the study that is read, or of its prior. */
async function uidOf(page: Page, which: 'own' | 'prior'): Promise<string> {
  return page.evaluate(async (wanted) => {
    const input = encodeURIComponent(JSON.stringify({ sort: 'StudyDate', descending: wanted === 'own' }))
    const answer = await (await fetch(`/call/studies.list?input=${input}`)).json()
    return answer.result.data.rows[0].StudyInstanceUID as string
  }, which)
}

test('a length of the prior is quoted with the date of its study, and as it is', async ({ desk, station }) => {
  expect((await storescu(station, [folder ?? ''])).code).toBe(0)
  expect((await storescu(station, [prior])).code).toBe(0)
  await expect(studyRows(desk)).toHaveCount(2)
  await studyRows(desk).filter({ hasText: '108' }).first().click()
  await desk.keyboard.press('Enter')
  await mark(desk, 'stack-complete')
  await desk.keyboard.press('Shift+d')
  await expect(desk.getByText('Im. 7/12')).toBeVisible()
  const text = await beginReport(desk)
  await desk.keyboard.press('Control+End')
  await desk.keyboard.type('Contre ')
  await desk.keyboard.press('F6')
  await desk.keyboard.press('n')
  await drawLength(desk, view(desk, 2), 1, 2)
  await desk.keyboard.press('q')
  await expect(text).toContainText(/Contre\s+[\d,]+\s?mm · 14\/09\/2010/)
  await expect(text).not.toContainText('mesure supprimée')
  await look(desk, 'prior-quoted')
})
