import { expect, test } from 'vitest'
import { ctWindowPresets, presetOf, storedWindows } from '../../../renderer/viewer/window-presets.ts'

test('each digit from 1 to 9 is the key of one window', () => {
  expect(ctWindowPresets.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
})

test('a window is a preset only when centre and width are its own', () => {
  expect(presetOf({ center: 40, width: 80 })?.name).toBe('brain')
  expect(presetOf({ center: 40, width: 81 })).toBeUndefined()
})

test('the windows of an image are its pairs with a usable width, those of the frame before those of the object', () => {
  const stored = { WindowCenter: [40, 300, 1], WindowWidth: [80, 2000, 0], WindowCenterWidthExplanation: ['BRAIN '] }
  expect(storedWindows(stored, 0)).toEqual([
    { center: 40, width: 80, explanation: 'BRAIN' },
    { center: 300, width: 2000, explanation: '' },
  ])
  expect(storedWindows({ ...stored, frames: [{}, { WindowCenter: [7], WindowWidth: [9] }] }, 1)).toEqual([
    { center: 7, width: 9, explanation: '' },
  ])
  expect(storedWindows({}, 0)).toEqual([])
})
