/** When the outbox looks: after a fault of our own not before a pause, which no clock that is set back makes longer. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import { createSender } from '../../../../main/archive/outbox/sender.ts'
import { createReachability } from '../../../../main/archive/reachability.ts'
import { CacheError } from '../../../../main/cache/cache.ts'
import type { OutboxWork } from '../../../../main/cache/records/outbox-store.ts'
import { silent } from '../../cache/test-cache.ts'
import { configurationOf } from '../test-archive.ts'

const backoff = { first: 5_000, most: 60_000 }

const work: OutboxWork = {
  itemId: 1,
  StudyInstanceUID: '1.2',
  SOPInstanceUID: '1.2.3',
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  sha256: 'x',
  bytes: 1,
  isDocument: false,
  state: 'waiting',
  isUncertain: false,
  failures: 0,
  attempts: 0,
  sentAt: null,
}

/** A sender whose one item always meets a fault of the cache. */
const failingSender = () => {
  const place = { now: Date.parse('2026-03-04T05:06:07Z'), attempts: 0, repairs: 0 }
  const now = () => new Date(place.now)
  const target = archiveTarget(configurationOf('http://127.0.0.1:1/web'))
  const sender = createSender({
    cache: {
      findVersion: async () => 1,
      open: async () => {
        place.attempts += 1
        throw new CacheError('closed', 'The cache is closed.')
      },
      saveArchiveProofs: async () => undefined,
    },
    outbox: {
      due: async (isDocument) => ({ items: isDocument ? [] : [work], nextAt: null }),
      recover: async () => {
        place.repairs += 1
      },
      sending: async () => undefined,
      sent: async () => undefined,
      archived: async () => undefined,
      failed: async () => undefined,
    },
    target,
    reachability: createReachability({ backoff, now, onChange: () => undefined, onBack: () => undefined }),
    backoff,
    log: silent,
    now,
    onChange: () => undefined,
    onAccepted: () => undefined,
  })
  onTestFinished(async () => {
    await sender.stop()
    target.close()
  })
  return { sender, place }
}

/** Wakes it, and lets it do what it would. */
const wakeOften = async ({ sender }: ReturnType<typeof failingSender>): Promise<void> => {
  for (let turns = 0; turns < 20; turns += 1) {
    sender.wake()
    await turn()
  }
}

it('meets a fault of our own once, then pauses however often it is woken, and puts right what was noted', async () => {
  const test = failingSender()
  test.sender.wake()
  await expect.poll(() => test.place.attempts).toBe(1)
  await wakeOften(test)
  expect(test.place).toMatchObject({ attempts: 1, repairs: 0 })
  test.place.now += backoff.first
  await wakeOften(test)
  expect(test.place).toMatchObject({ attempts: 2, repairs: 1 })
})

it('does not make that pause longer when the clock is set back', async () => {
  const test = failingSender()
  test.sender.wake()
  await expect.poll(() => test.place.attempts).toBe(1)
  test.place.now -= 365 * 86_400_000
  await wakeOften(test)
  expect(test.place.attempts).toBe(1)
  test.place.now += backoff.first
  await wakeOften(test)
  expect(test.place.attempts).toBe(2)
})
