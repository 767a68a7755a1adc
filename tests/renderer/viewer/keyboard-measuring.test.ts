// @vitest-environment node
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { PixelGrid, Sketch, View } from '../../../renderer/viewer/engine/engine.ts'
import {
  createKeyboardMeasuring,
  type Direction,
  type KeyboardMeasuring,
  stepOf,
} from '../../../renderer/viewer/measurements/keyboard-measuring.ts'

/** A grid of 40 × 30 pixels drawn 2 CSS pixels wide, turned by quarters and mirrored. */
const gridOf = (quarters = 0, isMirrored = false): PixelGrid => {
  const turn = (point: readonly [number, number], times: number): [number, number] => {
    let [x, y] = point
    for (let i = 0; i < ((times % 4) + 4) % 4; i++) [x, y] = [-y, x]
    return [x, y]
  }
  const mirror = ([x, y]: readonly [number, number]): [number, number] => [isMirrored ? -x : x, y]
  return {
    columns: 40,
    rows: 30,
    unit: 'HU',
    toScreen: ([column, row]) => turn(mirror([2 * (column - 19.5), 2 * (row - 14.5)]), quarters),
    fromScreen: (place) => {
      const [x, y] = mirror(turn(place, -quarters))
      return [x / 2 + 19.5, y / 2 + 14.5]
    },
    valueAt: () => 0,
  }
}

let drawn: Map<string, Sketch>
let calls: string[]
let imageIndex: number
let grid: PixelGrid | null
let measuring: KeyboardMeasuring
const view = { state: () => ({ imageIndex }) } as unknown as View

beforeEach(() => {
  drawn = new Map()
  calls = []
  imageIndex = 0
  grid = gridOf()
  let next = 0
  measuring = createKeyboardMeasuring(
    {
      pixelGrid: () => grid,
      sketch: (_, id) => drawn.get(id) ?? null,
      drawSketch: (_, sketch, id) => void drawn.set(id, sketch),
      finishSketch: (id) => void calls.push(`finish ${id}`),
      deleteMeasurement: (id) => {
        drawn.delete(id)
        calls.push(`delete ${id}`)
      },
    },
    () => `m${++next}`,
  )
})
const press = (tool: Sketch['tool'] = 'length') => measuring.press(view, tool)
const go = (direction: Direction, pixels: number) => measuring.move(direction, pixels)

describe('a measurement by keys', () => {
  test('is a length between the two points that were set', () => {
    press()
    expect(measuring.cursor()).toMatchObject({ point: [20, 15], phase: 'idle' })
    go('left', 10)
    press()
    expect(measuring.cursor()?.phase).toBe('drawing')
    go('right', 1)
    go('down', 10)
    press()
    expect([drawn.get('m1'), calls]).toEqual([
      {
        tool: 'length',
        points: [
          [10, 15],
          [11, 25],
        ],
      },
      ['finish m1'],
    ])
    expect(measuring.cursor()).toMatchObject({ phase: 'idle', id: null })
  })

  test('is an ellipse from its centre to the corner of its box', () => {
    press('ellipticalROI')
    press('ellipticalROI')
    go('right', 10)
    go('up', 1)
    press('ellipticalROI')
    expect(drawn.get('m1')).toEqual({
      tool: 'ellipticalROI',
      points: [
        [20, 15],
        [30, 14],
      ],
    })
  })

  test('stays on the image', () => {
    press()
    for (let i = 0; i < 9; i++) go('left', 10)
    for (let i = 0; i < 9; i++) go('down', 10)
    expect(measuring.cursor()?.point).toEqual([0, 29])
  })

  test('goes without a trace when given up, or when both points are the same', () => {
    press()
    press()
    go('right', 1)
    measuring.cancel()
    expect([drawn.size, calls, measuring.cursor()?.phase]).toEqual([0, ['delete m1'], 'idle'])
    press()
    press()
    expect(calls).toEqual(['delete m1', 'delete m2'])
    measuring.cancel()
    expect(measuring.cursor()).toBe(null)
  })

  test('does not go on over another image', () => {
    press()
    press()
    go('right', 1)
    imageIndex = 3
    go('right', 1)
    expect([drawn.size, calls, measuring.cursor()?.phase]).toEqual([0, ['delete m1'], 'idle'])
  })

  test('is refused where nothing can be measured', () => {
    grid = null
    expect([press(), measuring.cursor()]).toEqual([false, null])
  })
})

describe('handles', () => {
  const length: Sketch = {
    tool: 'length',
    points: [
      [5, 5],
      [25, 5],
    ],
  }

  test('of a length are its ends, one after the other', () => {
    drawn.set('a', length)
    expect(measuring.grab(view, 'a')).toBe(true)
    go('down', 10)
    expect(drawn.get('a')).toEqual({
      tool: 'length',
      points: [
        [5, 15],
        [25, 5],
      ],
    })
    measuring.grab(view, 'a')
    go('left', 1)
    press()
    expect([drawn.get('a'), measuring.cursor()?.phase]).toEqual([
      {
        tool: 'length',
        points: [
          [5, 15],
          [24, 5],
        ],
      },
      'idle',
    ])
  })

  test('of an ellipse are its centre, which takes all of it along, and the corner of its box', () => {
    drawn.set('a', {
      tool: 'ellipticalROI',
      points: [
        [10, 10],
        [14, 13],
      ],
    })
    measuring.grab(view, 'a')
    go('right', 10)
    expect(drawn.get('a')?.points).toEqual([
      [20, 10],
      [24, 13],
    ])
    measuring.grab(view, 'a')
    go('down', 1)
    expect(drawn.get('a')?.points).toEqual([
      [20, 10],
      [24, 14],
    ])
  })

  test('go back where they were when given up, both of them', () => {
    drawn.set('a', length)
    measuring.grab(view, 'a')
    go('down', 10)
    measuring.grab(view, 'a')
    go('down', 10)
    measuring.cancel()
    expect(drawn.get('a')).toEqual(length)
  })

  test('of a measurement elsewhere cannot be taken', () => {
    expect([measuring.grab(view, 'a'), measuring.cursor()]).toEqual([false, null])
  })
})

test('a step goes the way it says on the screen, however the image is turned', () => {
  const directions: Record<Direction, [number, number]> = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3 }),
      fc.boolean(),
      fc.constantFrom<Direction>('left', 'right', 'up', 'down'),
      (quarters, isMirrored, direction) => {
        const turned = gridOf(quarters, isMirrored)
        const step = stepOf(turned, [10, 10], direction)
        const [x, y] = turned.toScreen([10, 10])
        const [toX, toY] = turned.toScreen([10 + step[0], 10 + step[1]])
        expect([Math.sign(toX - x) + 0, Math.sign(toY - y) + 0]).toEqual(directions[direction])
      },
    ),
  )
})
