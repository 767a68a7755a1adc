import { expect, test } from 'vitest'
import { addCounts, countsLine, judged, nothing, playwrightCounts, vitestCounts } from '../../build/counts.mjs'

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
