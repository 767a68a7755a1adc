/** Before a study goes, the archive is asked once more: what it no longer holds stays, and what it cannot be asked about goes only in need. */
import { expect, it, onTestFinished } from 'vitest'
import type { ArchiveWord, StudyUse } from '../../../../main/cache/cache.ts'
import { createSpaceKeeper } from '../../../../main/cache/space/space-keeper.ts'
import type { KeepReason } from '../../../../main/contract/space.ts'
import { silent } from '../test-cache.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-02-03T10:00:00Z')
const uidOf = (study: number): string => `1.2.${study}`
const hoursAgo = (hours: number): string => new Date(NOW - hours * HOUR).toISOString()

type Answer = (study: number, signal: AbortSignal) => Promise<ArchiveWord> | ArchiveWord
const words =
  (known: Record<number, ArchiveWord>): Answer =>
  (study) =>
    known[study] ?? 'held'

/** A keeper over studies of 100 bytes, proven so many hours ago, the first the longest unused; a quota of one byte. */
function world(...provenBefore: number[]) {
  const uses = new Map(
    provenBefore.map((hours, index): [string, StudyUse & { provenAt: string }] => {
      const StudyInstanceUID = uidOf(index + 1)
      const lastReceivedAt = new Date(NOW - 90 * HOUR + index).toISOString()
      const use = { StudyInstanceUID, bytes: 100, lastReceivedAt, openedAt: null, conflictingInstances: 0 }
      return [StudyInstanceUID, { ...use, isProven: true, provenAt: hoursAgo(hours) }]
    }),
  )
  const test = {
    disk: { free: 900, total: 1000, full: false },
    answer: words({}),
    /** Studies by number. */
    asked: [] as number[],
    here: () => [...uses.keys()].map((study) => Number(study.slice(4))),
    recorded: {} as Record<string, KeepReason[]>,
    exhausted: [] as boolean[],
  }
  const keeper = createSpaceKeeper({
    cache: {
      totals: async () => ({ bytes: uses.size * 100, studies: uses.size, instances: uses.size }),
      disk: async () => test.disk,
      listByAge: async ({ after }) => (after ? [] : [...uses.values()]),
      listBySize: async () => [],
      studyUse: async ({ StudyInstanceUID, provenWithin: { since, until } = { since: '', until: '9' } }) => {
        const use = uses.get(StudyInstanceUID)
        return use ? { ...use, isProven: use.provenAt >= since && use.provenAt <= until } : null
      },
      removeStudy: async ({ StudyInstanceUID }) =>
        uses.delete(StudyInstanceUID) ? { kind: 'removed', bytes: 100 } : { kind: 'unknown' },
    },
    records: {
      retention: {
        reasonsOf: async () => test.recorded,
        pin: async () => undefined,
        unpin: async () => undefined,
        pinned: async () => [],
      },
      outbox: { archive: async () => ({ archive: 'archive', configuration: null }) },
    },
    log: silent,
    confirm: async (study, signal) => {
      test.asked.push(Number(study.slice(4)))
      return test.answer(Number(study.slice(4)), signal)
    },
    settings: () => ({ evict: true, quotaBytes: 1, lowWaterPercent: 90 }),
    now: () => new Date(NOW),
    onChange: () => undefined,
    onExhausted: (isExhausted) => void test.exhausted.push(isExhausted),
  })
  onTestFinished(() => keeper.stop())
  const look = async (): Promise<void> => {
    const before = test.exhausted.length
    keeper.wake()
    await expect.poll(() => test.exhausted.length, { interval: 5 }).toBeGreaterThan(before)
  }
  return Object.assign(test, { keeper, look })
}

it('keeps what the archive no longer holds, and lets the others go', async () => {
  const test = world(1, 1, 1)
  test.answer = words({ 2: 'lost' })
  await test.look()
  expect([test.here(), test.asked]).toEqual([[2], [1, 2, 3]])
})

it('asks about nothing that stays', async () => {
  const test = world(1, 1)
  test.recorded = { [uidOf(1)]: ['pinned'] }
  await test.look()
  expect([test.here(), test.asked]).toEqual([[1], [2]])
})

it('removes nothing for the quota while the archive is away, and asks it once', async () => {
  const test = world(1, 1, 1)
  test.answer = words({ 1: 'away' })
  await test.look()
  expect([test.here(), test.asked, test.exhausted]).toEqual([[1, 2, 3], [1], [true]])
  test.answer = words({})
  await test.look()
  expect([test.here(), test.exhausted.at(-1)]).toEqual([[], false])
})

it('removes what was proven in the last three days from a disk that gets full while the archive is away, and no more than it must', async () => {
  // The third is dated ahead: the clock was set back since.
  const test = world(71, 73, -5, 1, 1)
  test.answer = () => 'away'
  // 170 bytes are to be freed.
  test.disk = { free: 80, total: 2000, full: false }
  await test.look()
  expect([test.here(), test.asked]).toEqual([[2, 3, 5], [1]])
})

it('keeps a study of which nothing certain is told, and goes on with others until three in a row', async () => {
  const test = world(1, 1, 1, 1, 1, 1)
  test.answer = words({ 1: 'unclear', 3: 'unclear', 4: 'unclear', 5: 'unclear' })
  await test.look()
  expect([test.here(), test.asked]).toEqual([
    [1, 3, 4, 5, 6],
    [1, 2, 3, 4, 5],
  ])
  // Those are left alone for an hour; they do not stand before the others.
  await test.look()
  expect([test.here(), test.asked]).toEqual([
    [1, 3, 4, 5],
    [1, 2, 3, 4, 5, 6],
  ])
})

it('takes a question that fails for one without an answer', async () => {
  const test = world(1, 1)
  test.answer = (study) => {
    if (study === 1) throw new Error('the index')
    return 'held'
  }
  await test.look()
  expect(test.here()).toEqual([1])
})

it('leaves a study that is opened while the archive is asked', async () => {
  const test = world(1, 1)
  test.answer = (study) => {
    if (study === 1) test.keeper.hold([uidOf(1)], 'open')
    return 'held'
  }
  await test.look()
  expect(test.here()).toEqual([1])
})

it('ends without waiting for an answer', async () => {
  const test = world(1)
  const waiting = Promise.withResolvers<void>()
  test.answer = (_, signal) => {
    waiting.resolve()
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve('held')))
  }
  test.keeper.wake()
  await waiting.promise
  await test.keeper.stop()
  expect(test.here()).toEqual([1])
})

it('asks for a person too, who may remove what is not confirmed, knowing that', async () => {
  const test = world(73, 71, 1, 1)
  const remove = (study: number, evenIfLost = false) =>
    test.keeper.remove({ StudyInstanceUID: uidOf(study), evenIfLost })
  test.answer = words({ 1: 'away', 2: 'away', 3: 'lost' })
  expect(await remove(1)).toEqual({ kind: 'kept', reasons: ['not-confirmed'] })
  expect(await remove(3)).toEqual({ kind: 'kept', reasons: ['not-archived'] })
  expect(await remove(2)).toEqual({ kind: 'removed', bytes: 100 })
  expect(await remove(4)).toEqual({ kind: 'removed', bytes: 100 })
  expect(await remove(1, true)).toEqual({ kind: 'removed', bytes: 100 })
  expect(test.here()).toEqual([3])
})
