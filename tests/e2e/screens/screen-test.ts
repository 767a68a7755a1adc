/** Playwright with the sample station behind the window: every screen in every state, held against WCAG and kept as a picture. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import { type SampleOptions, type SampleStation, startSampleStation } from '../../helpers/sample-station.ts'
import { expectAccessible } from '../accessible.ts'

const root = join(import.meta.dirname, '../../..')
const pictures = join(root, 'test-results', 'screens')

interface Fixtures {
  /** Starts a sample station; it is closed after the test. */
  start(options?: Partial<SampleOptions>): Promise<SampleStation>
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
  start: async ({}, use) => {
    const stations: SampleStation[] = []
    await use(async (options = {}) => {
      const station = await startSampleStation({
        rendererFolder: join(root, 'dist', 'renderer'),
        studies: [],
        ...options,
      })
      stations.push(station)
      return station
    })
    for (const station of stations) await station.close()
  },
})
export { expect, expectAccessible }

const small = { width: 1280, height: 800 }
const large = { width: 2560, height: 1440 }
/** Beside another window, or enlarged. */
const narrow = { width: 800, height: 800 }
const sizesOf = { small: [small], both: [large, small], narrow: [narrow] }

/** Keeps a picture of the screen, of a remarkable one also on a large monitor; the last size stays. */
export async function look(page: Page, name: string, sizes: keyof typeof sizesOf = 'small'): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  for (const size of sizesOf[sizes]) {
    await page.setViewportSize(size)
    await page.screenshot({ path: join(pictures, `${name}-${size.width}.png`) })
  }
}

export const rows = (page: Page) => page.locator('tr[id^="study-row-"]')
export const selectedRow = (page: Page) => page.locator('tr[aria-selected="true"]')
