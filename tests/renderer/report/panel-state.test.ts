import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportOfWindow } from '../../../renderer/report/report-of-window.ts'
import { narrowest, readPanelState, widest } from '../../../renderer/report/window/panel-state.ts'

test('the panel comes back as it was, closed at first, never too narrow or too wide', () => {
  expect([
    readPanelState(undefined),
    readPanelState('{"isOpen":true,"width":512}'),
    readPanelState('{"isOpen":"yes","width":1e9}'),
    readPanelState('{"isOpen":true,"width":1}'),
  ]).toEqual([
    { isOpen: false, width: 460 },
    { isOpen: true, width: 512 },
    { isOpen: false, width: widest },
    { isOpen: true, width: narrowest },
  ])
})

test('whatever was saved is read as some panel', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { width } = readPanelState(text)
      expect(width >= narrowest && width <= widest).toBe(true)
    }),
  )
})

test('only the window of a report names one', () => {
  expect(['?window=report&report=abc', '?window=main&report=abc', ''].map(reportOfWindow)).toEqual(['abc', null, null])
})
