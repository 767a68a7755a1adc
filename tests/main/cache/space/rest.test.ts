/** A pass that found nothing is followed by a rest, whose length no clock that is set changes. */
import { expect, it, vi } from 'vitest'
import { createSpaceKeeper } from '../../../../main/cache/space/space-keeper.ts'
import { silent } from '../test-cache.ts'

it('rests after a pass that found nothing, and no longer when the clock is set back', async () => {
  vi.useFakeTimers()
  const GIB = 1024 ** 3
  let [passes, time] = [0, Date.parse('2026-02-03T10:00:00Z')]
  const keeper = createSpaceKeeper({
    cache: {
      totals: async () => ({ bytes: 2 * GIB, studies: 1, instances: 1 }),
      disk: async () => ({ free: 900, total: 1000, full: false }),
      listByAge: async () => {
        passes += 1
        return []
      },
      listBySize: async () => [],
      studyUse: async () => null,
      removeStudy: async () => ({ kind: 'unknown' }),
    },
    records: {
      retention: {
        reasonsOf: async () => ({}),
        pin: async () => undefined,
        unpin: async () => undefined,
        pinned: async () => [],
      },
      outbox: { archive: async () => ({ archive: 'archive', configuration: null }) },
    },
    log: silent,
    confirm: async () => 'held',
    settings: () => ({ evict: true, quotaBytes: GIB, lowWaterPercent: 90 }),
    now: () => new Date(time),
    onChange: () => undefined,
    onExhausted: () => undefined,
  })
  try {
    keeper.start()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(passes).toBe(1)
    time -= 24 * 3_600_000
    await vi.advanceTimersByTimeAsync(90_000)
    expect(passes).toBe(2)
    await keeper.stop()
  } finally {
    vi.useRealTimers()
  }
})
