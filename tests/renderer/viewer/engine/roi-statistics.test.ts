import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { measureEllipse, measureLength } from '../../../../renderer/viewer/engine/measure.ts'
import {
  distance,
  ellipseArea,
  ellipseOf,
  ellipseStatistics,
  isOnImage,
} from '../../../../renderer/viewer/engine/roi-statistics.ts'

/** Values of the pixels inside, found the plain way: every pixel, the ellipse's equation in its own axes. */
const inside = (columns: number, rows: number, values: number[], cx: number, cy: number, rx: number, ry: number) =>
  values.filter((_, at) => {
    const x = (at % columns) - cx
    const y = Math.floor(at / columns) - cy
    return at < columns * rows && (x / rx) ** 2 + (y / ry) ** 2 <= 1
  })

const axisAligned = (cx: number, cy: number, rx: number, ry: number) =>
  ellipseOf([cx, cy + ry], [cx, cy - ry], [cx - rx, cy], [cx + rx, cy])

describe('ellipse', () => {
  test('agrees with a plain count on random images', () => {
    const scene = fc.record({
      columns: fc.integer({ min: 6, max: 24 }),
      rows: fc.integer({ min: 6, max: 24 }),
      seed: fc.integer({ min: 1, max: 1000 }),
      at: fc.tuple(fc.double({ min: 0.3, max: 0.7, noNaN: true }), fc.double({ min: 0.3, max: 0.7, noNaN: true })),
      size: fc.tuple(fc.double({ min: 0.1, max: 0.28, noNaN: true }), fc.double({ min: 0.1, max: 0.28, noNaN: true })),
    })
    fc.assert(
      fc.property(scene, ({ columns, rows, seed, at, size }) => {
        const values = Array.from({ length: columns * rows }, (_, n) => ((n * seed * 7919) % 4096) - 1024)
        // Off the grid, so that no centre lies on the edge, where rounding decides.
        const [cx, cy] = [at[0] * columns + 0.0137, at[1] * rows + 0.0071]
        const [rx, ry] = [size[0] * columns + 0.0113, size[1] * rows + 0.0119]
        const expected = inside(columns, rows, values, cx, cy, rx, ry)
        const found = ellipseStatistics({ columns, rows, values, padding: null }, axisAligned(cx, cy, rx, ry))
        if (expected.length === 0) return expect(found).toBe(null)
        const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length
        const variance = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length
        expect(found?.pixels).toBe(expected.length)
        expect(found?.mean).toBeCloseTo(mean, 8)
        expect(found?.standardDeviation).toBeCloseTo(Math.sqrt(variance), 6)
        expect([found?.min, found?.max]).toEqual([Math.min(...expected), Math.max(...expected)])
      }),
    )
  })

  test('does not depend on how its axes are turned', () => {
    const values = Array.from({ length: 400 }, (_, n) => (n * 31) % 97)
    const plane = { columns: 20, rows: 20, values, padding: null }
    const upright = ellipseStatistics(plane, axisAligned(10.1, 9.9, 5.05, 5.05))
    const turned = ellipseStatistics(plane, { center: [10.1, 9.9], a: [3.03, 4.04], b: [-4.04, 3.03] })
    expect(turned).toEqual(upright)
  })

  test('keeps its precision far from zero', () => {
    const values = Float64Array.from({ length: 100 }, (_, n) => 1e9 + (n % 2))
    const found = ellipseStatistics({ columns: 10, rows: 10, values, padding: null }, axisAligned(4.5, 4.5, 2.9, 2.9))
    expect(found?.standardDeviation).toBeCloseTo(0.5, 2)
  })

  test('leaves padding out', () => {
    const values = [5, -2000, 5, 5, 5, 5, 5, 5, 5]
    const found = ellipseStatistics(
      { columns: 3, rows: 3, values, padding: [-2000, -2000] },
      axisAligned(1, 1, 1.45, 1.45),
    )
    expect(found).toMatchObject({ pixels: 8, mean: 5, min: 5 })
  })

  test('area and place', () => {
    expect(ellipseArea(axisAligned(5, 5, 2, 3))).toBeCloseTo(Math.PI * 6, 12)
    expect(isOnImage(axisAligned(5, 5, 5.5, 5.5), 11, 11)).toBe(true)
    expect(isOnImage(axisAligned(5, 5, 5.6, 5.5), 11, 11)).toBe(false)
  })
})

describe('figures', () => {
  const plane = (spacing: { column: number; row: number } | null, isThere = true) => ({
    toImage: ([x, y]: readonly number[]): [number, number] => [x ?? 0, y ?? 0],
    toWorld: ([x, y]: readonly [number, number]) => [x, y, 0] as const,
    spacing: () => spacing && { ...spacing, source: 'patient' as const },
    pixels: isThere ? { columns: 10, rows: 10, values: new Int16Array(100).fill(7), padding: null, unit: 'HU' } : null,
  })
  const handles = [
    [5, 7, 0],
    [5, 3, 0],
    [2, 5, 0],
    [8, 5, 0],
  ] as const

  test('millimetres with anisotropic pixels, else pixels', () => {
    expect(distance([0, 0], [3, 4], { column: 2, row: 0.5 })).toBeCloseTo(Math.hypot(6, 2), 12)
    expect(
      measureLength(plane({ column: 2, row: 0.5 }), [
        [0, 0, 0],
        [3, 4, 0],
      ]),
    ).toEqual({ value: Math.hypot(6, 2), unit: 'mm' })
    expect(
      measureLength(plane(null), [
        [0, 0, 0],
        [3, 4, 0],
      ]),
    ).toEqual({ value: 5, unit: 'px' })
    expect(measureEllipse(plane({ column: 2, row: 0.5 }), handles)).toMatchObject({
      mean: 7,
      unit: 'HU',
      area: { value: Math.PI * 6, unit: 'mm²' },
    })
    expect(measureEllipse(plane(null), handles)?.area.unit).toBe('px²')
  })

  test('no figure without the pixels, or beside the image', () => {
    expect(measureEllipse(plane(null, false), handles)).toBe(null)
    const beyond = handles.map(([x, y]) => [x + 5, y, 0] as const)
    expect(measureEllipse(plane(null), beyond)).toBe(null)
  })
})
