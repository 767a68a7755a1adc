import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lines, oneLine } from '../../../../main/reports/documents/dicom-text.ts'

/** UTF-16 code units of every kind, controls more often. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xffff })))
  .map((units) => String.fromCharCode(...units))

test('lines end in CR LF; controls and lone surrogates stay visible', () => {
  expect(lines('a\nb\r\nc\rd\te\u0000\u001b[2J\ud800')).toBe('a\r\nb\r\nc\r\nd\te[U+0000][U+001B][2J[U+D800]')
})

test('a value of one line holds no delimiter and fits', () => {
  expect(oneLine('Pôle A\\B\n imagerie', 64)).toBe('Pôle A/B  imagerie')
  expect(oneLine('é'.repeat(70), 64)).toBe('é'.repeat(64))
})

test('no text leaves anything that a text value must not hold', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(oneLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\\]/)
      expect(lines(text).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    }),
  )
})
