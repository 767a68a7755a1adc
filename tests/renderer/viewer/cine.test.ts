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

test('the painted rate counts the images of the last two seconds, and forgets them', () => {
  const meter = createRateMeter(0)
  for (let at = 100; at <= 4000; at += 100) meter.painted(at)
  expect([meter.rate(4000), meter.rate(9000)]).toEqual([10, 0])
})

test('the painted rate of the first moments is that since the start', () => {
  const meter = createRateMeter(1000)
  meter.painted(1250)
  meter.painted(1500)
  expect([meter.rate(1500), meter.rate(1000)]).toEqual([4, 0])
})

test('a ruler is the largest round length that fits', () => {
  expect(scaleBar(0.5, 220)).toEqual({ mm: 100, pixels: 200 })
  expect(scaleBar(0.03, 220)).toEqual({ mm: 5, pixels: 5 / 0.03 })
  expect([scaleBar(0, 220), scaleBar(Number.NaN, 220), scaleBar(1, 0)]).toEqual([null, null, null])
})
