import { expect, test } from 'vitest'
import { createRateMeter, statedRate } from '../../../renderer/viewer/cine.ts'
import { scaleBar } from '../../../renderer/viewer/viewport/scale-bar.ts'

test('the rate is the recommended one, else the cine rate, else that of the frame time, within what a screen can show', () => {
  expect([
    statedRate({ RecommendedDisplayFrameRate: 12, CineRate: 30, FrameTime: 10 }),
    statedRate({ CineRate: 30, FrameTime: 10 }),
    statedRate({ FrameTime: 40 }),
    statedRate({ FrameTime: 1 }),
    statedRate({ CineRate: 0 }),
    statedRate(undefined),
  ]).toEqual([12, 30, 25, 60, 1, 15])
})

test('the painted rate counts images of the last second, and forgets them', () => {
  const meter = createRateMeter()
  for (let at = 0; at <= 2000; at += 100) meter.painted(at)
  expect(meter.rate(2000)).toBeCloseTo(10)
  expect(meter.rate(4000)).toBe(0)
})

test('a ruler is the largest round length that fits', () => {
  expect(scaleBar(0.5, 220)).toEqual({ mm: 100, pixels: 200 })
  expect(scaleBar(0.03, 220)).toEqual({ mm: 5, pixels: 5 / 0.03 })
  expect([scaleBar(0, 220), scaleBar(Number.NaN, 220), scaleBar(1, 0)]).toEqual([null, null, null])
})
