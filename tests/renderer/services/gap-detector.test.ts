import { describe, expect, it } from 'vitest'
import type { StationEvent } from '../../../main/contract/station.ts'
import { createGapDetector } from '../../../renderer/services/feed.ts'

const hello = (epoch: string): StationEvent => ({ kind: 'hello', epoch })
const changed: StationEvent = { kind: 'settingsChanged' }

describe('the feed', () => {
  it('misses nothing while numbers follow each other; what was asked before it began is asked again', () => {
    const gaps = createGapDetector()
    expect([
      gaps.missedBefore('7', hello('a')),
      gaps.missedBefore('8', changed),
      gaps.missedBefore('9', changed),
    ]).toEqual([true, false, false])
  })

  it('sees a gap', () => {
    const gaps = createGapDetector()
    gaps.missedBefore('7', hello('a'))
    expect(gaps.missedBefore('9', changed)).toBe(true)
  })

  it('sees a reconnection and another epoch', () => {
    const gaps = createGapDetector()
    gaps.missedBefore('7', hello('a'))
    expect(gaps.missedBefore('7', hello('a'))).toBe(true)
    expect(gaps.missedBefore('0', hello('b'))).toBe(true)
  })
})
