/** Proofs that are withdrawn: what had been sent is due again, what had not is only noted, and being proven again ends it. */
import { expect, it } from 'vitest'
import { testStores } from './test-records.ts'

const AT = '2026-03-04T05:00:00.000Z'
const LATER = '2026-03-05T05:00:00.000Z'

it('has what was sent looked for and sent again, and survives until it is proven again', () => {
  const stores = testStores()
  stores.outbox.setArchive({ archive: 'a', configuration: null }, AT)
  const entry = { StudyInstanceUID: '1.2', SOPClassUID: '1', sha256: 'x', bytes: 1, isDocument: false }
  stores.outbox.enqueue(
    ['1.2.1', '1.2.2'].map((SOPInstanceUID) => ({ ...entry, SOPInstanceUID })),
    AT,
  )
  for (const itemId of [1, 2]) stores.outbox.archived(itemId, AT)
  const lost = (SOPInstanceUID: string) => ({ SOPInstanceUID, sha256: 'x' })
  const contents = [lost('1.2.1'), lost('1.2.9'), { SOPInstanceUID: '1.2.2', sha256: 'another' }]
  const request = { archive: 'a', StudyInstanceUID: '1.2', contents, withdrawnAt: LATER }
  expect(stores.withdrawals.withdraw(request)).toBe(1)
  // Asked about once more it is lost once.
  expect(stores.withdrawals.withdraw(request)).toBe(0)

  const { outbox, withdrawals } = stores.reopen()
  expect(outbox.due(false, { now: LATER, latest: LATER, limit: 9 }).items).toMatchObject([
    { itemId: 1, state: 'waiting', isUncertain: true, failures: 0, sentAt: null },
  ])
  expect(outbox.counts()).toMatchObject({ waiting: 1, archived: 1 })
  expect(outbox.proofs(0, 9).map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual(['1.2.2'])
  const noted = () => withdrawals.list(0, 9).map(({ SOPInstanceUID, sha256 }) => [SOPInstanceUID, sha256])
  expect(noted()).toEqual([
    ['1.2.1', 'x'],
    ['1.2.9', 'x'],
    ['1.2.2', 'another'],
  ])
  expect([withdrawals.studies('a', 9), withdrawals.studies('b', 9)]).toEqual([['1.2'], []])
  outbox.archived(1, LATER)
  expect(noted()).toEqual([
    ['1.2.9', 'x'],
    ['1.2.2', 'another'],
  ])
})
