import { expect, test } from 'vitest'
import { StoreRate } from '../../../main/receiver/store-rate.ts'

test('the rate is the mean over the last five seconds', () => {
  const rate = new StoreRate()
  for (let i = 0; i < 50; i += 1) rate.add(100_000 + i * 10)
  expect(rate.at(100_500)).toBe(10)
  for (let i = 0; i < 100; i += 1) rate.add(102_000)
  expect(rate.at(104_999)).toBe(30)
  expect(rate.at(105_000)).toBe(20)
  expect(rate.at(107_000)).toBe(0)
  rate.add(9_000_000)
  expect(rate.at(9_000_000)).toBe(0.2)
})

test('where nothing is under way any more, nothing is received a second after the last instance', () => {
  const rate = new StoreRate()
  for (let i = 0; i < 50; i += 1) rate.add(100_000 + i * 10)
  expect([101_489, 101_490].map((now) => rate.at(now, false))).toEqual([10, 0])
  expect(rate.at(101_490, true)).toBe(10)
  rate.add(102_000)
  expect(rate.at(102_100, false)).toBe(10.2)
})
