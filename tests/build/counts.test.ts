import { expect, test } from 'vitest'
import {
  addCounts,
  countsLine,
  judged,
  nothing,
  playwrightCounts,
  playwrightFailures,
  vitestCounts,
  vitestFailures,
} from '../../build/counts.mjs'

test('counts of the runners add up to one line', () => {
  const unit = vitestCounts({ numPassedTests: 10, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 })
  const e2e = playwrightCounts({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 0 } })
  expect(countsLine(addCounts(unit, e2e))).toBe('15 passed, 3 failed')
})

test('skipped tests are named only when there are some', () => {
  expect(countsLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped')
})

test('a suite that ran nothing, and a runner that failed without a failed test, have failed', () => {
  const passed = { passed: 3, failed: 0, skipped: 0 }
  expect(judged(nothing, 0).failed).toBe(1)
  expect(judged(passed, 1).failed).toBe(1)
  expect(judged(passed, 0)).toEqual(passed)
})

test('what failed is told in a line each, with the file that could not be run', () => {
  const red = {
    fullName: 'counts add up',
    status: 'failed',
    failureMessages: ['\u001b[31mError: 1 is not 2\u001b[0m\n at x'],
  }
  const green = { fullName: 'others', status: 'passed' }
  expect(
    vitestFailures({
      testResults: [
        { name: 'a.test.ts', status: 'failed', assertionResults: [red, green] },
        { name: 'b.test.ts', status: 'failed', message: 'cannot find c.ts', assertionResults: [] },
        { name: 'd.test.ts', status: 'passed', assertionResults: [green] },
      ],
    }),
  ).toEqual(['a.test.ts › counts add up: Error: 1 is not 2', 'b.test.ts › the file: cannot find c.ts'])
  const spec = (title: string, message?: string) => ({
    title,
    ok: message === undefined,
    tests: [{ results: [message === undefined ? {} : { error: { message } }] }],
  })
  expect(
    playwrightFailures({
      suites: [
        {
          file: 'a.spec.ts',
          specs: [spec('opens')],
          suites: [{ file: 'a.spec.ts', specs: [spec('closes', 'Error: no')] }],
        },
      ],
    }),
  ).toEqual(['a.spec.ts › closes: Error: no'])
})
