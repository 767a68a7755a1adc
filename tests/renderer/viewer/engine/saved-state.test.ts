import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RenderingLook } from '../../../../renderer/viewer/engine/rendering-view.ts'
import { readState, writeState } from '../../../../renderer/viewer/engine/saved-state.ts'

const presentation = {
  imageIndex: 3,
  voi: { center: 40, width: 400 },
  zoom: 1.5,
  pan: [3, -4] as [number, number],
  rotation: 90,
  flipHorizontal: true,
  flipVertical: false,
  invert: false,
}

const look: RenderingLook = {
  preset: 'bone',
  shift: 40,
  density: 1.5,
  pose: { up: [0, 0, 1], toward: [0, -1, 0] },
  zoom: 2,
  offset: [1, -2, 3],
}

test('what is written is read again', () => {
  const state = {
    presentations: new Map([['stack a', presentation]]),
    looks: new Map([['a', look]]),
    measurements: [
      {
        id: '1',
        tool: 'length' as const,
        points: [
          [0, 0, 0],
          [1, 2, 3],
        ],
        metadata: {},
        SOPInstanceUID: '1.2',
        frame: 0,
      },
    ],
  }
  expect(readState(writeState(state))).toEqual(state)
})

test('what cannot be read is left out, and never thrown', () => {
  const text = JSON.stringify({
    version: 1,
    presentations: [['stack a', presentation], ['stack b', { zoom: 'much' }], 5],
    looks: [
      ['a', look],
      ['b', { ...look, density: 0 }],
      ['c', { ...look, pose: { up: [0, 0, 1], toward: [0, 0, 1] } }],
      ['d', { ...look, pose: { up: [0, 0, 0], toward: [0, 1, 0] } }],
      ['e', { ...look, offset: [1, 2] }],
    ],
    measurements: [{ id: 'x', tool: 'length', points: [[0, 0]] }, null],
  })
  expect(readState(text)).toEqual({
    presentations: new Map([['stack a', presentation]]),
    looks: new Map([['a', look]]),
    measurements: [],
  })
  // As a version without volume rendering wrote it.
  expect(readState('{"version":1,"presentations":[],"measurements":[]}')?.looks.size).toBe(0)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
      const state = readState(anything)
      expect(state === null || state.presentations instanceof Map).toBe(true)
    }),
  )
})
