/** Counts of a test run, read from what its runner reports, and the line that sums them up. */

import { stripVTControlCharacters } from 'node:util'

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** @type {Counts} */
export const nothing = { passed: 0, failed: 0, skipped: 0 }

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export const addCounts = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/**
 * Of vitest's JSON reporter.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} report
 * @returns {Counts}
 */
export const vitestCounts = (report) => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests,
  skipped: report.numPendingTests + report.numTodoTests,
})

/**
 * Of Playwright's JSON reporter. A test that passed at a second try only has failed.
 * @param {{ stats: { expected: number, unexpected: number, flaky: number, skipped: number } }} report
 * @returns {Counts}
 */
export const playwrightCounts = ({ stats }) => ({
  passed: stats.expected,
  failed: stats.unexpected + stats.flaky,
  skipped: stats.skipped,
})

/** @param {string} text */
const firstLine = (text) =>
  stripVTControlCharacters(text)
    .split('\n')
    .find((line) => line.trim() !== '') ?? ''

/** @param {string} where @param {string} name @param {string} message */
const failure = (where, name, message) => `${where} › ${name}: ${firstLine(message)}`.slice(0, 400)

/**
 * What failed, of vitest's JSON reporter: a line each, with a file that could not be run at all.
 * @param {{ testResults: { name: string, status: string, message?: string, assertionResults: { fullName: string, status: string, failureMessages?: string[] }[] }[] }} report
 * @returns {string[]}
 */
export const vitestFailures = ({ testResults }) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [failure(name, 'the file', message ?? '')]
    return failed.map(({ fullName, failureMessages }) => failure(name, fullName, failureMessages?.[0] ?? ''))
  })

/**
 * @typedef {{ file: string, specs?: { title: string, ok: boolean, tests: { results: { error?: { message?: string } }[] }[] }[], suites?: PlaywrightSuite[] }} PlaywrightSuite
 */

/**
 * What failed, of Playwright's JSON reporter: a line each.
 * @param {{ suites: PlaywrightSuite[] }} report
 * @returns {string[]}
 */
export const playwrightFailures = ({ suites }) =>
  suites.flatMap(({ file, specs = [], suites: inner = [] }) => [
    ...specs
      .filter((spec) => !spec.ok)
      .map(({ title, tests }) =>
        failure(
          file,
          title,
          tests.flatMap((test) => test.results).find((result) => result.error)?.error?.message ?? '',
        ),
      ),
    ...playwrightFailures({ suites: inner }),
  ])

/**
 * A suite whose runner failed, or that ran no test at all, has failed even when no single test did.
 * @param {Counts} counts
 * @param {number} exitCode
 * @returns {Counts}
 */
export function judged(counts, exitCode) {
  const ranNothing = counts.passed + counts.failed === 0
  return counts.failed === 0 && (exitCode !== 0 || ranNothing) ? { ...counts, failed: 1 } : counts
}

/**
 * `N passed, N failed`, with `, N skipped` only when some were.
 * @param {Counts} counts
 * @returns {string}
 */
export const countsLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
