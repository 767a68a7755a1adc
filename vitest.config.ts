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

/** `expect.poll` waits for what must come, however busy the machine: its own second is no measure of anything. */
const patient = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    // One worker per core of the machine that runs the checks; vitest alone would leave one core idle.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'main',
          environment: 'node',
          expect: patient,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['tests/main/**/*.test.ts', 'tests/build/**/*.test.ts'],
          exclude: longTests,
          pool: 'forks',
          // A process for each file would cost as much as the tests themselves.
          isolate: false,
        },
      },
      {
        test: {
          name: 'station',
          environment: 'node',
          expect: patient,
          include: longTests,
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'renderer',
          environment: 'jsdom',
          expect: patient,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          isolate: false,
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
        },
      },
      {
        test: {
          name: 'peers',
          environment: 'node',
          expect: patient,
          include: ['tests/peers/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'app',
          environment: 'node',
          expect: patient,
          include: ['tests/app/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
