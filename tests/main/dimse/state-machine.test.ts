import { expect, test } from 'vitest'
import { events, nextStates, type State, stateAfter, states, transitions } from '../../../main/dimse/state-machine.ts'

/** PS3.8 Table 9-10 as printed: one line an event, one column a state Sta1 … Sta13, `-` for no action. */
const printed = `
  Evt1   AE-1 -    -    -    -    -    -    -    -    -     -     -     -
  Evt2   -    -    -    AE-2 -    -    -    -    -    -     -     -     -
  Evt3   -    AA-1 AA-8 -    AE-3 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8  AA-8  AA-6
  Evt4   -    AA-1 AA-8 -    AE-4 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8  AA-8  AA-6
  Evt5   AE-5 -    -    -    -    -    -    -    -    -     -     -     -
  Evt6   -    AE-6 AA-8 -    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8  AA-8  AA-7
  Evt7   -    -    AE-7 -    -    -    -    -    -    -     -     -     -
  Evt8   -    -    AE-8 -    -    -    -    -    -    -     -     -     -
  Evt9   -    -    -    -    -    DT-1 -    AR-7 -    -     -     -     -
  Evt10  -    AA-1 AA-8 -    AA-8 DT-2 AR-6 AA-8 AA-8 AA-8  AA-8  AA-8  AA-6
  Evt11  -    -    -    -    -    AR-1 -    -    -    -     -     -     -
  Evt12  -    AA-1 AA-8 -    AA-8 AR-2 AR-8 AA-8 AA-8 AA-8  AA-8  AA-8  AA-6
  Evt13  -    AA-1 AA-8 -    AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3  AA-8  AA-6
  Evt14  -    -    -    -    -    -    -    AR-4 AR-9 -     -     AR-4  -
  Evt15  -    -    AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1  AA-1  AA-1  -
  Evt16  -    AA-2 AA-3 -    AA-3 AA-3 AA-3 AA-3 AA-3 AA-3  AA-3  AA-3  AA-2
  Evt17  -    AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4  AA-4  AA-4  AR-5
  Evt18  -    AA-2 -    -    -    -    -    -    -    -     -     -     AA-2
  Evt19  -    AA-1 AA-8 -    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8  AA-8  AA-7
`

test('the table of transitions is PS3.8 Table 9-10', () => {
  const columns = Object.keys(states) as State[]
  const table = Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => {
        const [event = '', ...actions] = line.trim().split(/\s+/)
        const cells = actions.map((action, index) => [columns[index], action]).filter(([, action]) => action !== '-')
        return [event, Object.fromEntries(cells)]
      }),
  )
  expect(transitions).toEqual(table)
  expect(Object.keys(transitions)).toEqual(Object.keys(events))
})

test('every action leads to a state, and a release collision depends on the side', () => {
  const used = new Set(Object.values(transitions).flatMap((row) => Object.values(row)))
  expect([...used].sort()).toEqual(Object.keys(nextStates).sort())
  expect([stateAfter('AR-8', true), stateAfter('AR-8', false), stateAfter('AA-8', false)]).toEqual([
    'Sta9',
    'Sta10',
    'Sta13',
  ])
})
