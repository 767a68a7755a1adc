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

/** Waits for what must come, however busy the machine: `expect.poll` alone would give up after a second, which is no measure of anything. */
const patient = {
  expect: { poll: { timeout: 120_000 } },
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

export default defineConfig({
  test: {
    // One worker per core of the machine that runs the checks; vitest alone would leave one core idle.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: 'main',
          environment: 'node',
          ...patient,
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
          ...patient,
          include: longTests,
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'renderer',
          environment: 'jsdom',
          ...patient,
          isolate: false,
          setupFiles: ['tests/renderer/patience.ts'],
          include: ['tests/renderer/**/*.test.{ts,tsx}'],
        },
      },
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
