/** The curve that an image brings instead of a window: what it gives, where it changes, and how it is sampled. */
import { describe, expect, test } from 'vitest'
import { initialVoi, rangeOfVoi } from '../../../../renderer/viewer/engine/voi.ts'
import {
  brightnessIn,
  changingPart,
  curveOf,
  isUsableTable,
  type VoiTable,
} from '../../../../renderer/viewer/engine/voi-table.ts'
import { header } from './header.ts'

const table = (first: number, bits: number, LUTData: number[]): VoiTable => ({
  LUTDescriptor: [LUTData.length, first, bits],
  LUTData,
})
const five = table(-2, 8, [0, 0, 51, 255, 255])
const pixels = { min: -100, max: 100, isFloat: false, components: 1 }

describe('a VOI LUT', () => {
  test('maps its entries over the whole output, and what lies beyond to its ends', () => {
    expect([-9, -2, -1, 0, 1, 2, 9].map((value) => brightnessIn(five, value))).toEqual([0, 0, 0, 0.2, 1, 1, 1])
    expect(brightnessIn(table(0, 16, [0, 65_535]), 0.25)).toBe(0.25)
    expect(brightnessIn(table(0, 12, [1024, 3072]), 0)).toBe(1024 / 4095)
  })

  test('changes between the last black and the first white that the pixels reach', () => {
    expect(changingPart(five, -100, 100)).toEqual({ lower: -1, upper: 1 })
    expect(changingPart(five, 0, 0)).toEqual({ lower: 0, upper: 1 })
    expect(changingPart(five, 50, 60)).toEqual({ lower: 2, upper: 3 })
  })

  test('is sampled at every entry where there is room, and evenly otherwise', () => {
    expect(curveOf(five, -100, 100, 16)).toEqual({ first: -1, step: 1, levels: [0, 0.2, 1] })
    const square = table(
      0,
      16,
      Array.from({ length: 10_000 }, (_, value) => Math.floor(value ** 2 / 1526)),
    )
    const { first, step, levels } = curveOf(square, 0, 9999, 1000)
    expect(levels).toHaveLength(1000)
    for (const [at, level] of levels.entries()) {
      expect(Math.abs(level - brightnessIn(square, first + at * step))).toBeLessThan(1e-9)
    }
    expect(first + (levels.length - 1) * step).toBeCloseTo(9999, 6)
  })

  test('is used only with as many entries as it claims, of 1 to 16 bits', () => {
    expect(isUsableTable(five)).toBe(true)
    expect(isUsableTable({ ...five, LUTDescriptor: [6, -2, 8] })).toBe(false)
    expect(isUsableTable({ ...five, LUTDescriptor: [5, -2, 0] })).toBe(false)
    expect(isUsableTable({ ...five, LUTDescriptor: [5, -2, 32] })).toBe(false)
    expect(isUsableTable({ LUTDescriptor: [0, 0, 0], LUTData: [] })).toBe(false)
  })
})

describe('what an image is shown by at first', () => {
  const VOILUTSequence = [five]
  test('is its table, with the window nearest to it, a straight line', () => {
    const voi = initialVoi(header({ VOILUTSequence, VOILUTFunction: 'SIGMOID' }), pixels)
    expect(voi.table).toBe(five)
    expect(voi.function).toBe('LINEAR')
    expect(rangeOfVoi(voi)).toEqual({ lower: -1, upper: 1 })
    expect(initialVoi(header({ VOILUTSequence }), { ...pixels, isFloat: true }).function).toBe('LINEAR_EXACT')
  })

  test('is a window where the image has both', () => {
    const both = header({ VOILUTSequence, WindowCenter: [40], WindowWidth: [400] })
    expect(initialVoi(both, pixels)).toEqual({ center: 40, width: 400, function: 'LINEAR' })
    expect(initialVoi(header({ VOILUTSequence, WindowCenter: [40], WindowWidth: [0] }), pixels).table).toBe(five)
  })

  test('is a guessed window where the table is damaged, which stays named', () => {
    const damaged = { LUTDescriptor: [0, 0, 0] as [number, number, number], LUTData: [], LUTExplanation: 'CUT' }
    const voi = initialVoi(header({ Modality: 'MR', VOILUTSequence: [damaged] }), pixels)
    expect(voi.table).toBe(damaged)
    expect(rangeOfVoi(voi)).toEqual({ lower: -100, upper: 100 })
  })

  test('is a threshold where the window is one value wide', () => {
    const { lower, upper } = rangeOfVoi(initialVoi(header({ WindowCenter: [10], WindowWidth: [1] }), pixels))
    expect([lower > 9, upper < 10, lower < upper]).toEqual([true, true, true])
  })
})
