/** End-to-end tests: the real station and renderer in the system's Chromium, one per core at a time, no retries. */
import { availableParallelism } from 'node:os'
import { defineConfig } from '@playwright/test'
import { quietFeatures } from './tests/helpers/quiet-chromium.ts'

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results/e2e',
  workers: availableParallelism(),
  retries: 0,
  // Each test has a station of its own: spread one by one, no core waits for the last of a long file.
  fullyParallel: true,
  forbidOnly: true,
  // The longest takes 40 s where nothing else runs.
  timeout: 600_000,
  // A first page is seconds of processor time; on a machine with ten times the work it has had 20 s go by with nothing wrong.
  expect: { timeout: 60_000 },
  reporter: [['list'], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? ([['json']] as const) : [])],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    // A fading window is painted thirty times by software; how it fades is seen in the tests of the app, which leave motion on.
    contextOptions: { reducedMotion: 'reduce' },
    // Without pictures and page copies: taking them in every test costs a quarter of the suite's time.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.ASTREINTE_CHROMIUM ?? '/usr/bin/chromium',
      // The page itself is put together without the software GPU, which is for the images: a third less time.
      args: [
        '--no-sandbox',
        '--use-gl=angle',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-gpu-compositing',
        quietFeatures,
      ],
    },
  },
})
