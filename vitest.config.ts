/** The vitest projects: station and scripts, screens, real peers, the shell. */
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * Tests that start, kill or fill whole stations, or take seconds by what they do (scrypt, discs, corpora, volumes): part of `npm test`, too
 * long for the minute of `npm run check`.
 */
const longTests = [
  'tests/main/{archive-station,audit-station,bad-input,browser-host,headless,report-station,station,station-backup}.test.ts',
  'tests/main/archive/{outbox/outbox,retrievals/retrievals}.test.ts',
  'tests/main/cache/{open-cache,kill,full-disk,backup/back-up,records/records-file,scrub/scrub}.test.ts',
  'tests/main/cache/{space/space-keeper,store/faulty-files}.test.ts',
  'tests/main/dimse/bad-input.test.ts',
  'tests/main/exporter/{export,unfinished}.test.ts',
  'tests/main/importer/{demo,intake,killed-intake,phantom,watched-folder}.test.ts',
  'tests/main/security/pin-authenticator.test.ts',
  'tests/main/torture/{crash,disk,fuzz,links,power}.test.ts',
]

/** Unit tests that take two seconds and more, each for its own reason (corpora, properties, workers, whole screens): part of `npm test` alone as well. */
const longUnitTests = [
  'tests/main/{key-image-picture,station-problems}.test.ts',
  'tests/main/archive/{holdings,dicom-web/client,dimse/peer-archive,dimse/peer-brings-back}.test.ts',
  'tests/main/cache/{complete-index,packs/pack-scan,queries/attribute-search,queries/versions,records/report-store}.test.ts',
  'tests/main/cache/store/{removals,store}.test.ts',
  'tests/main/exporter/{deidentify,vanishing}.test.ts',
  'tests/main/http/{dicom-web/rendered-series,pixels/pixel-stream}.test.ts',
  'tests/main/importer/foreign/foreign-object.test.ts',
  'tests/main/pixels/{pixel-service,worker-pool}.test.ts',
  'tests/main/receiver/{query-retrieve,retrieve-by-get}.test.ts',
  'tests/main/reports/{signing-property,documents/make-documents}.test.ts',
]
const longScreenTests = ['tests/renderer/{services/feed,viewer/comparison/comparing,viewer/reading-room}.test.{ts,tsx}']

/** Waits for what must come, however busy the machine: `expect.poll` alone would give up after a second, which is no measure of anything. */
const patient = {
  expect: { poll: { timeout: 120_000 } },
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

/** A process for each file would cost as much as the tests themselves. */
const unit = { environment: 'node', ...patient, pool: 'forks', isolate: false } as const
const screens = {
  environment: 'jsdom',
  ...patient,
  isolate: false,
  setupFiles: ['tests/renderer/patience.ts'],
} as const

export default defineConfig({
  test: {
    // One worker per core of the machine that runs the checks; vitest alone would leave one core idle.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'main',
          ...unit,
          include: ['tests/main/**/*.test.ts', 'tests/build/**/*.test.ts'],
          exclude: [...longTests, ...longUnitTests],
        },
      },
      { test: { name: 'main-long', ...unit, include: longUnitTests } },
      {
        test: {
          name: 'station',
          environment: 'node',
          ...patient,
          include: longTests,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'renderer',
          ...screens,
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
          exclude: longScreenTests,
        },
      },
      { test: { name: 'renderer-long', ...screens, include: longScreenTests } },
      {
        test: {
          name: 'peers',
          environment: 'node',
          ...patient,
          include: ['tests/peers/**/*.test.ts'],
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'app',
          environment: 'node',
          ...patient,
          include: ['tests/app/**/*.test.ts'],
          pool: 'forks',
        },
      },
    ],
  },
})
