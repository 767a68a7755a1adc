/** When an interrupted retrieval goes on by itself: not before its time, which no clock that is set back puts off. */
import { expect, it, onTestFinished } from 'vitest'
import { archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import { webSource } from '../../../../main/archive/dicom-web/web-source.ts'
import { createReachability } from '../../../../main/archive/reachability.ts'
import { createRetriever } from '../../../../main/archive/retrievals/retriever.ts'
import { testStores } from '../../cache/records/test-records.ts'
import { silent } from '../../cache/test-cache.ts'
import { configurationOf } from '../test-archive.ts'

it('goes on when the clock was set back by a year', async () => {
  const place = { now: Date.parse('2026-03-04T05:06:07Z'), attempts: 0 }
  const now = () => new Date(place.now)
  const nothing = () => undefined
  const none = async () => {
    throw new Error('nothing is retrieved onto a full disk')
  }
  const backoff = { first: 20, most: 20 }
  const { retrievals } = testStores()
  const target = archiveTarget(configurationOf('http://127.0.0.1:1/web'))
  const retriever = createRetriever({
    cache: {
      disk: async () => {
        place.attempts += 1
        return { free: 0, total: 1, full: true }
      },
      ingest: () => {
        throw new Error('nothing is stored on a full disk')
      },
      listInstances: none,
      saveArchiveProofs: none,
      expectInstances: none,
    },
    retrievals: {
      add: async (...wish) => retrievals.add(...wish),
      change: async (...change) => retrievals.change(...change),
      underWay: async (archive) => retrievals.underWay(archive),
    },
    source: webSource(target, () => new Date()),
    reachability: createReachability({ backoff, now, onChange: nothing, onBack: nothing }),
    backoff,
    log: silent,
    now,
    onChange: nothing,
  })
  onTestFinished(async () => {
    await retriever.stop()
    target.close()
  })
  await retriever.add('1.2')
  await expect.poll(() => retrievals.underWay(target.id)[0]?.state).toBe('interrupted')
  expect(place.attempts).toBe(1)
  place.now -= 365 * 86_400_000
  await expect.poll(() => place.attempts).toBe(2)
})
