/** The harness built once a worker, a server of its own for each test, and a page that fails the test on any error it logs. */
import { join } from 'node:path'
import { test as base, expect, type Page } from '@playwright/test'
import type { HarnessServer } from './harness-server.ts'
import { startHarnessServer } from './harness-server.ts'

const root = join(import.meta.dirname, '..', '..', '..')

export const test = base.extend<{ server: HarnessServer; harness: Page }, { built: string }>({
  built: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the pattern
    async ({}, use, { parallelIndex }) => {
      const { build } = await import('vite')
      // Each worker its own: building empties the folder.
      const outDir = join(root, '.cache', `engine-harness-${parallelIndex}`)
      await build({
        configFile: false,
        root: join(import.meta.dirname, 'harness'),
        base: './',
        logLevel: 'error',
        worker: { format: 'es' },
        build: { target: 'esnext', outDir, emptyOutDir: true, minify: false, modulePreload: { polyfill: false } },
      })
      await use(outDir)
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  server: async ({ built }, use) => {
    const server = await startHarnessServer(built)
    await use(server)
    await server.close()
  },
  harness: async ({ page, server }, use) => {
    const errors: string[] = []
    page.on('console', (message) => {
      // A cut that the test itself made is no fault of the page.
      const isCut = message.text().includes('ERR_INCOMPLETE_CHUNKED_ENCODING')
      if (message.type() === 'error' && !isCut) errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(server.url)
    await use(page)
    // A shader that is just being compiled when a test takes the graphics context away cannot be, and vtk.js says so.
    const wasLost = (await page.evaluate(() => window.harness?.contextsLost ?? 0)) > 0
    expect(errors.filter((error) => !(wasLost && error.startsWith('Error compiling shader')))).toEqual([])
  },
})

export { expect }
