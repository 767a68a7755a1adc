import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coalesce } from '../../../renderer/services/coalesce.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a burst', () => {
  it('is told at once, then together at the end of each interval, each item once', () => {
    const told: string[][] = []
    const tell = coalesce<string>(500, (items) => told.push(items))
    for (const item of ['a', 'b', 'b', 'c']) tell(item)
    expect(told).toEqual([['a']])
    vi.advanceTimersByTime(500)
    expect(told).toEqual([['a'], ['b', 'c']])
    vi.advanceTimersByTime(500)
    tell('d')
    expect(told).toEqual([['a'], ['b', 'c'], ['d']])
  })
})
