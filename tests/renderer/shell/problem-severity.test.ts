/** In which order problems are told. */
import { expect, test } from 'vitest'
import type { Problem } from '../../../main/contract/station.ts'
import { heaviestFirst } from '../../../renderer/shell/problem-severity.ts'

test('what endangers something stands above what came before it, and equal ones stay as they came', () => {
  const problem = (code: Problem['code']): Problem => ({ code, since: '2026-03-14T02:10:00.000Z', detail: '' })
  const came: Problem['code'][] = ['station-restarted', 'recovery-key-not-confirmed', 'index-behind', 'disk-full']
  expect(heaviestFirst(came.map(problem)).map(({ code }) => code)).toEqual([
    ...['index-behind', 'disk-full'],
    ...['recovery-key-not-confirmed', 'station-restarted'],
  ])
})
