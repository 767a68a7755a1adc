import fc from 'fast-check'
import { expect, test } from 'vitest'
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

test('what is written is read again', () => {
  const state = {
    presentations: new Map([['stack a', presentation]]),
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
    measurements: [{ id: 'x', tool: 'length', points: [[0, 0]] }, null],
  })
  expect(readState(text)).toEqual({ presentations: new Map([['stack a', presentation]]), measurements: [] })
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (anything) => {
      const state = readState(anything)
      expect(state === null || state.presentations instanceof Map).toBe(true)
    }),
  )
})
