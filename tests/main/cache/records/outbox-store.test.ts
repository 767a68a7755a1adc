/** What is due in the outbox when clocks are set, and what asking again means for what differed. */
import { expect, it } from 'vitest'
import type { OutboxFailure } from '../../../../main/cache/records/outbox-store.ts'
import { testStores } from './test-records.ts'

const THEN = '2026-03-04T05:00:00.000Z'
const DAY_BEFORE = '2026-03-03T05:00:00.000Z'

/** An outbox with one image in it, put there at THEN. */
const outboxWithOne = () => {
  const { outbox } = testStores()
  const entry = { StudyInstanceUID: '1.2', SOPInstanceUID: '1.2.3', SOPClassUID: '1', sha256: 'x' }
  outbox.enqueue([{ ...entry, bytes: 1, isDocument: false }], THEN)
  const dueAt = (now: string, latest = '2026-03-05T00:00:00.000Z') => {
    const { items, nextAt } = outbox.due(false, { now, latest, limit: 5 })
    return { due: items.map(({ itemId }) => itemId), nextAt }
  }
  const work = () => outbox.due(false, { now: THEN, latest: THEN, limit: 5 }).items[0]
  const fail = (failure: Partial<OutboxFailure>) =>
    outbox.failed(1, { state: 'failed', fault: 'differs', detail: '', dueAt: null, isUncertain: true, ...failure })
  return { outbox, dueAt, work, fail }
}

it('gives what was put in and what was accepted, whatever the clock was set back to', () => {
  const { outbox, dueAt } = outboxWithOne()
  expect(dueAt(DAY_BEFORE)).toEqual({ due: [1], nextAt: null })
  outbox.sending(1)
  expect(dueAt(THEN)).toEqual({ due: [], nextAt: null })
  outbox.sent(1, THEN)
  expect(dueAt(DAY_BEFORE)).toEqual({ due: [1], nextAt: null })
})

it('lets what failed wait for its time, but for none that no pause leads to', () => {
  const { dueAt, fail } = outboxWithOne()
  fail({ fault: 'cut', dueAt: '2026-03-04T06:00:00.000Z' })
  expect(dueAt(THEN)).toEqual({ due: [], nextAt: '2026-03-04T06:00:00.000Z' })
  expect(dueAt('2026-03-04T06:00:00.000Z')).toEqual({ due: [1], nextAt: null })
  // The clock was a year ahead when it failed.
  fail({ fault: 'cut', dueAt: '2027-03-04T06:00:00.000Z' })
  expect(dueAt(THEN)).toEqual({ due: [1], nextAt: null })
})

it('only compares again what differed when all are asked for, and sends the one that is', () => {
  const { outbox, work, fail } = outboxWithOne()
  fail({})
  expect(outbox.retry(null, THEN)).toEqual(['1.2'])
  expect(work()).toMatchObject({ state: 'waiting', isUncertain: true })
  fail({})
  outbox.retry(1, THEN)
  expect(work()).toMatchObject({ state: 'waiting', isUncertain: false })
  // What the archive had accepted from here is sent again either way.
  outbox.sending(1)
  outbox.sent(1, THEN)
  fail({ isUncertain: false })
  outbox.retry(null, THEN)
  expect(work()).toMatchObject({ state: 'waiting', isUncertain: false, sentAt: null })
})

it('asks first whether it arrived when something else failed meanwhile', () => {
  const { outbox, work, fail } = outboxWithOne()
  fail({ fault: 'refused' })
  outbox.retry(1, THEN)
  expect(work()).toMatchObject({ state: 'waiting', isUncertain: true })
})
