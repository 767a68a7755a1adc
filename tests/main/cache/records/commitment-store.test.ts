/** Which items a commitment report is about when clocks are set. */
import { expect, it } from 'vitest'
import { testStores } from './test-records.ts'

it('is about what was sent before it was asked for, also where the clock was set back between the two', () => {
  const { outbox, commitments } = testStores()
  const entry = { StudyInstanceUID: '1.2', SOPInstanceUID: '1.2.3', SOPClassUID: '1', sha256: 'x' }
  outbox.enqueue([{ ...entry, bytes: 1, isDocument: false }], '2026-03-04T05:00:00.000Z')
  outbox.sending(1)
  outbox.sent(1, '2027-03-04T05:00:00.000Z')
  const { archive } = outbox.archive()
  const asked = { TransactionUID: '2.25.1', archive, aeTitle: 'ARCHIVE', askedAt: '2026-03-04T06:00:00.000Z' }
  commitments.ask(asked, [1], '2026-03-04T06:15:00.000Z', '2026-02-04T00:00:00.000Z')
  expect(commitments.itemsOf(asked, ['1.2.3'])).toMatchObject([{ itemId: 1 }])
  // What is sent again since is another matter.
  outbox.sending(1)
  outbox.sent(1, '2026-03-04T07:00:00.000Z')
  expect(commitments.itemsOf(asked, ['1.2.3'])).toEqual([])
})
