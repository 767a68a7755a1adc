import { expect, it } from 'vitest'
import { testStores } from './test-records.ts'

it('keeps settings and documents over a restart, and no document that is too long', () => {
  const { notes, reopen } = testStores()
  expect([notes.loadSettings(), notes.loadDocument('window')]).toEqual([{}, null])
  notes.saveSettings({ aeTitle: 'ASTREINTE', dicomPort: 11112 })
  notes.saveSettings({ dicomPort: 104 })
  notes.saveDocument('window', 'first')
  notes.saveDocument('window', 'second')
  expect(() => notes.saveDocument('window', 'x'.repeat(300_000))).toThrow(RangeError)
  const again = reopen().notes
  expect(again.loadSettings()).toEqual({ aeTitle: 'ASTREINTE', dicomPort: 104 })
  expect(again.loadDocument('window')).toBe('second')
})
