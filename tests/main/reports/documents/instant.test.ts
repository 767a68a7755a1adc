import { expect, test } from 'vitest'
import { localInstant, parseInstant } from '../../../../main/reports/documents/instant.ts'

test('an instant keeps the offset that it was written with', () => {
  expect(parseInstant('2026-03-14T23:05:09.250+01:00')).toEqual({ date: '20260314', time: '230509', offset: '+0100' })
  expect(parseInstant('2026-07-14T23:05:09-0930')).toEqual({ date: '20260714', time: '230509', offset: '-0930' })
  expect(parseInstant('2026-03-14T22:05:09Z')).toEqual({ date: '20260314', time: '220509', offset: '+0000' })
})

test('an instant without offset is refused', () => {
  expect(() => parseInstant('2026-03-14T22:05:09')).toThrow(RangeError)
  expect(() => parseInstant('')).toThrow(RangeError)
})

test('the local instant is the same moment', () => {
  const now = new Date('2026-03-14T22:05:09Z')
  expect(localInstant(now)).toMatch(/^2026-03-1[345]T\d\d:\d\d:09[+-]\d\d:\d\d$/)
  expect(new Date(localInstant(now))).toEqual(now)
})
