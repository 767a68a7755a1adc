/** What may go, and how much has to. */
import { expect, it } from 'vitest'
import type { StudyUse } from '../../../../main/cache/cache.ts'
import { isUnused, type KeepContext, keepReasons } from '../../../../main/cache/space/keep-reasons.ts'
import { excessOf, roomNeeded } from '../../../../main/cache/space/room-needed.ts'

const NOW = Date.parse('2026-02-03T12:00:00.000Z')
const use: StudyUse = {
  StudyInstanceUID: '1.2',
  bytes: 1,
  lastReceivedAt: '2026-02-01T08:00:00.000Z',
  openedAt: null,
  conflictingInstances: 0,
  isProven: true,
}
const context: KeepContext = { archive: 'a', uses: [], recorded: [], now: NOW }

it.each<[string, Partial<StudyUse>, Partial<KeepContext>, string[]]>([
  ['archived, and nothing else', {}, {}, []],
  ['shown in a window', {}, { uses: ['open'] }, ['open']],
  ['pinned, with a draft', {}, { recorded: ['pinned', 'report'] }, ['pinned', 'report']],
  ['received into half a minute ago', { lastReceivedAt: '2026-02-03T11:59:30.000Z' }, {}, ['receiving']],
  ['dated a moment ahead', { lastReceivedAt: '2026-02-03T12:00:30.000Z' }, {}, ['receiving']],
  ['dated ahead before the clock was set back', { lastReceivedAt: '2027-02-03T12:00:00.000Z' }, {}, []],
  ['with two versions of an instance', { conflictingInstances: 1 }, {}, ['versions']],
  ['not proven', { isProven: false }, {}, ['not-archived']],
  ['without an archive', { isProven: false }, { archive: '' }, ['no-archive']],
])('%s', (_, change, now, reasons) => {
  expect(keepReasons({ ...use, ...change }, { ...context, ...now })).toEqual(reasons)
})

it('counts the later of reception and opening as its use', () => {
  expect(isUnused(use, NOW)).toBe(true)
  expect(isUnused({ ...use, openedAt: '2026-02-03T11:30:00.000Z' }, NOW)).toBe(false)
  expect(
    isUnused({ ...use, lastReceivedAt: '2026-02-03T11:30:00.000Z', openedAt: '2026-01-01T00:00:00.000Z' }, NOW),
  ).toBe(false)
})

it('lets go what is dated ahead since the clock was set back', () => {
  expect(isUnused({ ...use, lastReceivedAt: '2026-02-03T12:30:00.000Z' }, NOW)).toBe(false)
  expect(isUnused({ ...use, lastReceivedAt: '2027-02-01T08:00:00.000Z' }, NOW)).toBe(true)
  expect(isUnused({ ...use, openedAt: '2027-02-01T08:00:00.000Z' }, NOW)).toBe(true)
})

const GIB = 1024 ** 3
const disk = { free: 500 * GIB, total: 1000 * GIB }
const settings = { evict: true, quotaBytes: 100 * GIB, lowWaterPercent: 90 }

it.each([
  ['within its quota', settings, { used: 100 * GIB, disk }, 0],
  ['beyond it: down to the low-water mark', settings, { used: 101 * GIB, disk }, 11 * GIB],
  ['without a quota', { ...settings, quotaBytes: null }, { used: 900 * GIB, disk }, 0],
  ['on a disk that is nearly full', settings, { used: GIB, disk: { free: 19 * GIB, total: 1000 * GIB } }, 6 * GIB],
  ['on a small disk: a tenth', settings, { used: GIB, disk: { free: 0.5 * GIB, total: 10 * GIB } }, 0.75 * GIB],
])('room for a cache %s', (_, given, room, bytes) => {
  expect(roomNeeded(given, room)).toBe(bytes)
})

it('tells by how much the quota is exceeded', () => {
  expect([excessOf(settings, 99 * GIB), excessOf(settings, 103 * GIB)]).toEqual([0, 3 * GIB])
})
