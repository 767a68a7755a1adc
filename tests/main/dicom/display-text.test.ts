import fc from 'fast-check'
import { expect, test } from 'vitest'
import { displayText } from '../../../main/dicom/display-text.ts'

test('control and bidirectional characters are taken out, line ends become spaces', () => {
  expect(displayText('A\u0000B\u001b[31mC\u202eD\u2066E\u200fF')).toBe('AB[31mCDEF')
  expect(displayText(' two\r\nlines\tand  a tab ')).toBe('two lines and a tab')
})

test('right-to-left text is isolated from what stands around it', () => {
  expect(displayText('שלום^דני')).toBe('\u2068שלום^דני\u2069')
})

test('text is cut with an ellipsis, never inside a character', () => {
  expect(displayText('abcdef', 4)).toBe('abc…')
  expect(displayText('😀😀😀😀', 3)).toBe('😀😀…')
})

test('stacks of combining marks are kept low', () => {
  expect(displayText(`Z${'\u0301'.repeat(50)}oe`)).toBe(`Z${'\u0301'.repeat(4)}oe`)
})

test('whatever comes in, what goes out is bounded and free of controls', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 60 }), (text, max) => {
      const shown = displayText(text, max)
      expect([...shown].length).toBeLessThanOrEqual(max + 2)
      expect(shown.isWellFormed()).toBe(true)
      expect(shown).not.toMatch(/[\p{Cc}\u202a-\u202e\u200e\u200f\u2066\u2067]/u)
    }),
  )
})
