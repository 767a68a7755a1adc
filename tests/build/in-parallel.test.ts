import { expect, test } from 'vitest'
import { reportLine, runSteps } from '../../build/in-parallel.mjs'

test('steps run two at a time, all of them, and are reported in their order', async () => {
  let running = 0
  let most = 0
  const step = (name: string, ok: boolean) => ({
    name,
    run: async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      if (name === 'thrown') throw new Error('out of order')
      return { ok, detail: `${name} says why` }
    },
  })
  const ended: string[] = []
  const reports = await runSteps(
    [step('a', true), step('b', false), step('thrown', true), step('d', true)],
    2,
    ({ name }) => ended.push(name),
  )
  expect(reports.map(({ name, ok }) => [name, ok])).toEqual([
    ['a', true],
    ['b', false],
    ['thrown', false],
    ['d', true],
  ])
  expect(reports[2]?.detail).toContain('out of order')
  expect({ most, ended: ended.length }).toEqual({ most: 2, ended: 4 })
})

test('the line of a failed step shows its detail, that of a good one does not', () => {
  const report = { name: 'types', seconds: 2, detail: 'x.ts: wrong' }
  expect(reportLine({ ...report, ok: true })).not.toContain('wrong')
  expect(reportLine({ ...report, ok: false })).toContain('    x.ts: wrong')
})
