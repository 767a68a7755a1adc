/** The test suites of `npm test`: what runs each, what it needs from the machine, how its tests are counted. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium } from './chromium.mjs'
import { judged, nothing, playwrightCounts, playwrightFailures, vitestCounts, vitestFailures } from './counts.mjs'
import { projectNode, root } from './paths.mjs'
import { run } from './run.mjs'
import { findProgram } from './system.mjs'

const resultsFolder = join(root, 'test-results')
const suiteTimeout = 25 * 60_000

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {readonly string[]} programs that must be there; without one of them the suite is left out
 * @property {(reportFile: string) => { script: string, args: string[], env?: NodeJS.ProcessEnv }} command
 * @property {(report: any) => import('./counts.mjs').Counts} count
 * @property {(report: any) => string[]} failures
 */

/**
 * @param {string} name
 * @param {readonly string[]} projects
 * @param {readonly string[]} programs
 * @returns {Suite}
 */
const vitestSuite = (name, projects, programs) => ({
  name,
  programs,
  command: (reportFile) => ({
    script: 'vitest/vitest.mjs',
    args: [
      ...['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
      ...projects.flatMap((project) => ['--project', project]),
    ],
  }),
  count: vitestCounts,
  failures: vitestFailures,
})

/** @type {readonly Suite[]} */
export const suites = [
  vitestSuite('unit', ['main', 'main-long', 'renderer', 'renderer-long'], []),
  vitestSuite('station', ['station'], []),
  vitestSuite('peers', ['peers'], ['storescu', 'dcmsend', 'dciodvfy', 'Orthanc', 'python3']),
  vitestSuite('app', ['app'], ['chromium']),
  {
    name: 'e2e',
    programs: ['chromium', 'storescu', 'python3'],
    command: (reportFile) => ({
      script: '@playwright/test/cli.js',
      args: ['test'],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile },
    }),
    count: playwrightCounts,
    failures: playwrightFailures,
  },
]

/**
 * The programs that `suite` needs and this machine lacks.
 * @param {Suite} suite
 * @returns {string[]}
 */
export const missingPrograms = (suite) =>
  suite.programs.filter((name) => (name === 'chromium' ? findChromium() === null : findProgram(name) === null))

/**
 * Runs one suite; its output is kept in test-results and shown when it failed.
 * @param {Suite} suite
 * @returns {Promise<{ counts: import('./counts.mjs').Counts, failures: string[], seconds: number, output: string }>}
 */
export async function runSuite(suite) {
  mkdirSync(resultsFolder, { recursive: true })
  const reportFile = join(resultsFolder, `${suite.name}.json`)
  rmSync(reportFile, { force: true })
  const { script, args, env } = suite.command(reportFile)
  const chromium = findChromium()
  const outcome = await run(projectNode, [join(root, 'node_modules', script), ...args], {
    env: { ...process.env, TCP_NODELAY: '1', CI: '1', ...(chromium ? { ASTREINTE_CHROMIUM: chromium } : {}), ...env },
    timeout: suiteTimeout,
  })
  writeFileSync(join(resultsFolder, `${suite.name}.log`), outcome.output)
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null
  return {
    counts: judged(report ? suite.count(report) : nothing, outcome.code),
    failures: report ? suite.failures(report) : [],
    seconds: outcome.seconds,
    output: outcome.output,
  }
}
