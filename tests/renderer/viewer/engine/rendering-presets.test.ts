import { describe, expect, test } from 'vitest'
import { presetsFor, shiftStep, transferFunctions } from '../../../../renderer/viewer/engine/rendering-presets.ts'

const window = { lower: 100, upper: 300 }
const plain = { shift: 0, density: 1 }

/** Opacity of a millimetre at a value, between the points as the graphics card reads it. */
const opacityAt = (points: readonly (readonly [number, number])[], value: number): number => {
  const after = points.findIndex(([at]) => at >= value)
  if (after === -1) return points.at(-1)?.[1] ?? 0
  const [to, high] = points[after] ?? [0, 0]
  const [from, low] = points[Math.max(0, after - 1)] ?? [0, 0]
  return to === from ? high : low + ((high - low) * (value - from)) / (to - from)
}

const named = (unit: string, name: string) => {
  const preset = presetsFor(unit).find((one) => one.name === name)
  if (!preset) throw new Error(`no preset ${name}`)
  return transferFunctions(preset, unit, window, plain).opacity
}

describe('presets in Hounsfield units', () => {
  test('show what they are named after, and hide what lies in front of it', () => {
    const values = { air: -1000, lung: -750, fat: -100, water: 0, muscle: 55, contrast: 350, bone: 900 }
    const seen = Object.fromEntries(
      ['bone', 'skin', 'vessels', 'lung', 'softTissue'].map((name) => [
        name,
        Object.entries(values)
          .filter(([, value]) => opacityAt(named('HU', name), value) > 0.005)
          .map(([tissue]) => tissue)
          .join(' '),
      ]),
    )
    expect(seen).toEqual({
      bone: 'contrast bone',
      skin: 'fat water muscle contrast bone',
      vessels: 'contrast bone',
      lung: 'lung',
      softTissue: 'water muscle contrast bone',
    })
  })

  test('begin with bone, and with tissue where values have no unit', () => {
    expect([presetsFor('HU')[0]?.name, presetsFor('')[0]?.name]).toEqual(['bone', 'tissue'])
    expect(presetsFor('').map(({ name }) => name)).toEqual(['tissue', 'mip', 'angio'])
  })
})

test.each(['HU', ''])('points of every preset rise, within what can be drawn (%s)', (unit) => {
  for (const preset of presetsFor(unit)) {
    for (const points of [preset.opacity, preset.colour]) {
      const values = points.map(([value]) => value)
      expect(values, preset.name).toEqual([...new Set(values)].sort((a, b) => a - b))
      for (const [, ...parts] of points)
        for (const part of parts) expect(part >= 0 && part <= 1, preset.name).toBe(true)
    }
    // Outside the points the last opacity holds: nothing may be seen in air that is not a projection.
    if (!preset.isProjection) expect(preset.opacity[0]?.[1]).toBe(0)
  }
  expect(new Set(presetsFor(unit).map(({ name }) => name)).size).toBe(presetsFor(unit).length)
})

test('values without a unit are counted in parts of the window, and both move by steps', () => {
  const [tissue] = presetsFor('')
  if (!tissue) throw new Error('no preset')
  const { opacity } = transferFunctions(tissue, '', window, plain)
  expect(opacity[0]?.[0]).toBeCloseTo(100 + 0.16 * 200)
  expect([shiftStep('HU', window), shiftStep('', window)]).toEqual([20, 4])
  const moved = transferFunctions(tissue, '', window, { shift: 40, density: 1 })
  expect(moved.opacity.map(([value]) => value)).toEqual(opacity.map(([value]) => value + 40))
  expect(moved.colour[0]?.[0]).toBeCloseTo((tissue.colour[0]?.[0] ?? 0) * 200 + 140)
})

test('twice as dense is as opaque as two millimetres, and never more than opaque', () => {
  const preset = presetsFor('HU').find(({ name }) => name === 'softTissue')
  if (!preset) throw new Error('no preset')
  const once = transferFunctions(preset, 'HU', window, plain).opacity
  const twice = transferFunctions(preset, 'HU', window, { shift: 0, density: 2 }).opacity
  once.forEach(([, amount], index) => {
    expect(twice[index]?.[1]).toBeCloseTo(1 - (1 - amount) ** 2, 6)
  })
  const dense = transferFunctions(preset, 'HU', window, { shift: 0, density: 1e6 }).opacity
  for (const [, amount] of dense) expect(amount).toBeLessThanOrEqual(1)
})

test('a projection twice as dense is white at half its range', () => {
  const mip = presetsFor('').find(({ name }) => name === 'mip')
  if (!mip) throw new Error('no projection')
  const { colour, opacity } = transferFunctions(mip, '', window, { shift: 10, density: 2 })
  expect(colour.map(([value]) => value)).toEqual([110, 210])
  expect(opacity.map(([, amount]) => amount)).toEqual([1, 1])
})
