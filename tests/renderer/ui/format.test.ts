import { describe, expect, it } from 'vitest'
import { ageBetween, createFormat, toDA } from '../../../renderer/ui/format.ts'

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ')
const [fr, en] = [createFormat('fr'), createFormat('en')]

describe('the French and the English way of writing', () => {
  it('dates and times', () => {
    expect([fr.dateTime('20260405', '214205.12'), en.dateTime('20260405', '214205.12')]).toEqual([
      '05/04/2026 21:42',
      '05 Apr 2026 21:42',
    ])
  })
  it('the day of an instant, in both as dates are written elsewhere', () => {
    expect([fr.day('2026-02-01T12:00:00Z'), en.day('2026-02-01T12:00:00Z'), en.day('no day')]).toEqual([
      '01/02/2026',
      '01 Feb 2026',
      '',
    ])
  })
  it('shows a date that is none as it was sent, made safe', () => {
    expect([fr.date('19810231'), fr.date(''), fr.date('\u202e12\u0007')]).toEqual(['19810231', '', '12'])
  })
  it('sizes and rates', () => {
    expect([fr.bytes(0), fr.bytes(526_000), fr.bytes(14.4e12), en.bytes(526_000)].map(plain)).toEqual([
      '0 o',
      '526 ko',
      '14,4 To',
      '526 kB',
    ])
    expect([en.bytes(0), en.bytes(526)].map(plain)).toEqual(['0 bytes', '526 bytes'])
    expect([fr.rate(4.26), en.rate(42.3)].map(plain)).toEqual(['4,3', '42'])
  })
  it('how long ago', () => {
    const now = Date.parse('2026-04-05T12:00:00Z')
    expect(fr.exactInstant('2026-04-05T11:58:07Z')).toMatch(/^05\/04\/2026 \d\d:58:07$/)
    expect(plain(fr.ago('2026-04-05T11:58:00Z', now))).toBe('il y a 2 min')
    expect(fr.ago('garbage', now)).toBe('')
  })
})

describe('an age', () => {
  it.each([
    ['19510203', '20260202', { value: 74, unit: 'year' }],
    ['19510203', '20260203', { value: 75, unit: 'year' }],
    ['20250905', '20260405', { value: 7, unit: 'month' }],
    ['20260330', '20260405', { value: 6, unit: 'day' }],
    ['20240229', '20260228', { value: 23, unit: 'month' }],
    ['20260406', '20260405', null],
    ['', '20260405', null],
  ] as const)('from %s to %s', (birth, on, age) => {
    expect(ageBetween(birth, on)).toEqual(age)
  })
  it('is written in words', () => {
    expect(plain(fr.age('19510203', '20260203'))).toBe('75 ans')
    expect([fr.age('20250905', '20260405'), fr.age('20260330', '20260405')].map(plain)).toEqual(['7 mois', '6 j'])
    expect(plain(en.age('20250905', '20260405'))).toBe('7 mths')
  })
})

it('writes today as DICOM does', () => {
  expect(toDA(new Date(2026, 3, 5, 23, 59))).toBe('20260405')
})
