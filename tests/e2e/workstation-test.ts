/** Playwright with a workstation of its own for each test: the real station, receiver, cache and renderer, only the window is the test's. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import type { Settings } from '../../main/contract/settings.ts'
import { startWorkstation, type Workstation } from '../helpers/workstation.ts'
import { expectAccessible } from './accessible.ts'

const screens = join(import.meta.dirname, '..', '..', 'test-results', 'screens')

interface Fixtures {
  station: Workstation
  /** Errors that the page logs fail the test; a test that provokes one names it here. */
  allowedErrors: RegExp[]
  /** A window on the workstation, with the first run behind it. */
  desk: Page
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  station: async ({}, use) => {
    const station = await startWorkstation()
    await use(station)
    await station.dispose()
  },
  allowedErrors: [[], { option: true }],
  page: async ({ page, station: _station, allowedErrors }, use) => {
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await use(page)
    expect(errors.filter((error) => !allowedErrors.some((allowed) => allowed.test(error)))).toEqual([])
  },
  desk: async ({ page, station }, use) => {
    await page.goto(await station.entry())
    await pastFirstRun(page)
    await use(page)
  },
})

export { expect }

/** Answers the first run through the same call that its screens make, and comes back to the study list. */
export async function pastFirstRun(page: Page, settings: Partial<Settings> = {}): Promise<void> {
  await expect(page.getByRole('list', { name: /Étapes|Steps/ })).toBeVisible()
  await change(page, {
    firstRunDone: true,
    noticeAccepted: { version: 1, at: new Date().toISOString() },
    language: 'fr',
    ...settings,
  })
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: /Études|Studies/ })).toBeVisible()
}

/** Changes settings by the station's call, as the settings screen does. */
export async function change(page: Page, settings: Partial<Settings>): Promise<void> {
  const status = await page.evaluate(async (body) => {
    const answer = await fetch('/call/settings.update', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    return answer.status
  }, JSON.stringify(settings))
  expect(status).toBe(200)
}

/** Keeps a picture of the screen for people to look at. */
export async function look(page: Page, name: string): Promise<void> {
  mkdirSync(screens, { recursive: true })
  await page.screenshot({ path: join(screens, `${name}.png`) })
}

/** Keeps a picture of a screen that breaks no rule of accessibility. */
export async function lookAccessible(page: Page, name: string): Promise<void> {
  await expectAccessible(page)
  await look(page, name)
}

/** The rows of the study list. */
export const studyRows = (page: Page) => page.locator('tr[id^="study-row-"]')

/** Opens the first study of the list by keyboard, and waits until its viewport takes commands. */
export async function openStudy(page: Page): Promise<void> {
  await studyRows(page).first().click()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('toolbar')).toBeVisible()
  await expect(page.getByText(/^Im\. \d/).first()).toBeVisible()
}

/** Waits until a User Timing mark stands in the page. */
export async function mark(page: Page, name: string): Promise<void> {
  await expect
    .poll(() => page.evaluate((of) => performance.getEntriesByName(of, 'mark').length, name), { timeout: 90_000 })
    .toBeGreaterThan(0)
}

/** Presses a key several times. */
export async function press(page: Page, key: string, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await page.keyboard.press(key)
}

/** Begins a report from the template that fits a head CT best; the text that is written in, with the focus. */
export async function beginReport(page: Page): Promise<Locator> {
  await page.keyboard.press('Alt+r')
  const panel = page.getByRole('complementary', { name: 'Compte rendu' })
  await expect(panel.getByRole('button', { name: /Scanner cérébral/ })).toBeFocused()
  await page.keyboard.press('Enter')
  const text = page.getByRole('textbox', { name: 'Texte du compte rendu' })
  await expect(text).toBeFocused()
  return text
}

/**
 * Draws a length by keys in the active viewport, which is `viewport`, in steps of ten pixels: from `left` of the middle, and `across` to
 * the right of there.
 */
export async function drawLength(page: Page, viewport: Locator, left: number, across: number): Promise<void> {
  await page.keyboard.press('l')
  await page.keyboard.press('Enter')
  await expect(viewport.locator('[data-cursor]')).toHaveCount(1)
  await press(page, 'Shift+ArrowLeft', left)
  await page.keyboard.press('Enter')
  await press(page, 'Shift+ArrowRight', across)
  await page.keyboard.press('Enter')
}

/** The letter at an edge of a viewport. */
export const letter = (page: Page, edge: string, within = page.locator('body')) =>
  within.locator(`[data-edge="${edge}"]`).first()
