import { expect, test } from 'vitest'
import { WholeDataSet } from '../../../main/dimse/whole-data-set.ts'

test('a data set of any fragments is put together, and dropped when it gets too long', () => {
  const whole = new WholeDataSet(300)
  for (let i = 0; i < 300; i += 1) expect(whole.add(Buffer.of(i % 256))).toBe(true)
  expect(Buffer.from(whole.bytes())).toEqual(Buffer.from(Array.from({ length: 300 }, (_, i) => i % 256)))
  expect(whole.add(Buffer.of(1))).toBe(false)
  expect(whole.bytes().length).toBe(0)
})

test('fragments of one byte take hardly more memory than their bytes', () => {
  const length = 400_000
  const whole = new WholeDataSet(4 * length)
  const byte = Buffer.of(7)
  const used = () => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = used()
  for (let i = 0; i < length; i += 1) whole.add(byte)
  expect(used() - before).toBeLessThan(10 * length)
  expect(whole.bytes().length).toBe(length)
})
