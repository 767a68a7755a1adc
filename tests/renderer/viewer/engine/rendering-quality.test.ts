import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createCostMeter,
  full,
  limits,
  movingQualities,
  movingQuality,
  partsOf,
  workOf,
} from '../../../../renderer/viewer/engine/rendering-quality.ts'

const pixels = 900 * 700

/** A card that takes `overhead` ms for each drawing and `perRay` ms for each ray at the finest step; draws until the quality settles. */
const settled = (overhead: number, perRay: number) => {
  const meter = createCostMeter()
  let quality = movingQuality(meter, pixels)
  for (let frame = 0; frame < 40; frame++) {
    meter.note(workOf(quality, pixels), overhead + perRay * workOf(quality, pixels))
    quality = movingQuality(meter, pixels)
  }
  return { quality, milliseconds: overhead + perRay * workOf(quality, pixels), meter }
}

describe('the picture in motion', () => {
  test('begins coarsest, while nothing is known', () => {
    expect(movingQuality(createCostMeter(), pixels)).toBe(movingQualities.at(-1))
  })

  test('is always coarser than the one at rest, each choice cheaper than the one before', () => {
    const works = [full, ...movingQualities].map((quality) => workOf(quality, pixels))
    expect(works).toEqual([...works].sort((a, b) => b - a))
    expect(new Set(works).size).toBe(works.length)
  })

  test('becomes as fine as a strong card can draw it, and as coarse as a weak one needs it', () => {
    expect(settled(8, 10 / pixels).quality).toBe(movingQualities[0])
    // Twenty seconds for a full picture: what findings say of drawing in software.
    const weak = settled(15, 20_000 / pixels)
    expect(weak.quality).toBe(movingQualities.at(-1))
    expect(weak.milliseconds).toBeLessThan(20_000 / 100)
    const middling = settled(10, 1000 / pixels)
    expect(middling.milliseconds).toBeLessThanOrEqual(limits.moving)
    expect(middling.milliseconds).toBeGreaterThan(limits.moving / 8)
  })

  test('what each drawing takes, however small, is not taken for the price of a ray', () => {
    const { meter } = settled(15, 1000 / pixels)
    const expected = meter.expect(workOf(full, pixels)) ?? 0
    expect(expected / 1015).toBeGreaterThan(0.7)
    expect(expected / 1015).toBeLessThan(2)
  })
})

describe('the picture at rest', () => {
  test('is one part where that is fast', () => {
    expect(partsOf(900, 700, 50)).toEqual([{ x: 0, y: 0, width: 900, height: 700 }])
  })

  test('is cut so that each pixel is drawn once, each part in time, the middle first', () => {
    const side = fc.integer({ min: 8, max: 4000 })
    fc.assert(
      fc.property(side, side, fc.double({ min: 0, max: 60_000, noNaN: true }), (width, height, milliseconds) => {
        const parts = partsOf(width, height, milliseconds)
        const area = parts.reduce((sum, part) => sum + part.width * part.height, 0)
        expect(area).toBe(width * height)
        for (const { x, y, width: w, height: h } of parts) {
          expect(x >= 0 && y >= 0 && x + w <= width && y + h <= height && w > 0 && h > 0).toBe(true)
        }
        expect(parts.length).toBeLessThanOrEqual(1600)
        const [first] = parts
        const away = ({ x, y, width: w, height: h }: (typeof parts)[number]) =>
          Math.hypot(x + w / 2 - width / 2, y + h / 2 - height / 2)
        expect(first && away(first)).toBe(Math.min(...parts.map(away)))
      }),
    )
    const parts = partsOf(1800, 1300, 20_000)
    const longest = Math.max(...parts.map((part) => (20_000 * part.width * part.height) / (1800 * 1300)))
    expect(longest).toBeLessThan(2 * limits.part)
  })
})
