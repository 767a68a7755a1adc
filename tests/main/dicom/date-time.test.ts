import { describe, expect, test } from 'vitest'
import { parseDate, parseDateTime, parseTime } from '../../../main/dicom/date-time.ts'

describe('dates', () => {
  test('DA and its retired form are read', () => {
    expect(parseDate('20240229')).toEqual({ year: 2024, month: 2, day: 29 })
    expect(parseDate('1997.07.15')).toEqual({ year: 1997, month: 7, day: 15 })
  })
  test('days that no calendar has are refused', () => {
    for (const value of ['20230229', '20231301', '20230100', '00000000', '2023', '2023-01-01', 'hier', '']) {
      expect(parseDate(value), value).toBeUndefined()
    }
  })
})

describe('times', () => {
  test('TM is read to the precision that it has', () => {
    expect(parseTime('07')).toEqual({ hours: 7 })
    expect(parseTime('0709')).toEqual({ hours: 7, minutes: 9 })
    expect(parseTime('070907.0705 ')).toEqual({ hours: 7, minutes: 9, seconds: 7, microseconds: 70_500 })
    expect(parseTime('10:45:13')).toEqual({ hours: 10, minutes: 45, seconds: 13 })
  })
  test('times that no clock shows are refused', () => {
    for (const value of ['24', '1260', '7', '12345', '120061', 'midi']) expect(parseTime(value), value).toBeUndefined()
  })
})

test('DT is read with its offset', () => {
  expect(parseDateTime('20260320')).toEqual({ year: 2026, month: 3, day: 20 })
  expect(parseDateTime('2026')).toEqual({ year: 2026 })
  expect(parseDateTime('20260320143005.25+0200')).toEqual({
    ...{ year: 2026, month: 3, day: 20, hours: 14, minutes: 30, seconds: 5, microseconds: 250_000 },
    offset: 120,
  })
  expect(parseDateTime('20260320143005-0330')?.offset).toBe(-210)
  expect(parseDateTime('20261320')).toBeUndefined()
})
