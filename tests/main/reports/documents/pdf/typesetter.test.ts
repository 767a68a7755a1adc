import fc from 'fast-check'
import PDFDocument from 'pdfkit'
import { beforeAll, expect, test } from 'vitest'
import { drawableText } from '../../../../../main/reports/documents/pdf/drawable-text.ts'
import { createTypesetter, type Typesetter } from '../../../../../main/reports/documents/pdf/typesetter.ts'

let typesetter: Typesetter
beforeAll(() => {
  typesetter = createTypesetter(new PDFDocument({ font: '' }))
})

const plain = (text: string) => [{ text, bold: false, italic: false }]
const texts = (text: string, width: number): string[] =>
  typesetter.lines(plain(text), 10, width).map((line) => line.map((fragment) => fragment.text).join(''))

test('what acts or cannot be drawn is shown as its code point', () => {
  expect(drawableText('a\u202eb\u0000c\u200bd')).toBe('a[U+202E]b[U+0000]c[U+200B]d')
  expect(texts('山 a', 400)).toEqual(['[U+5C71] a'])
  expect(texts('<b>&amp;</b> \\u202e', 400)).toEqual(['<b>&amp;</b> \\u202e'])
})

test('letters of several faces make one line, each drawn by a face that has it', () => {
  const [line = []] = typesetter.lines(plain('œdème ≥ 3 mm Ω Ж ễ'), 10, 400)
  expect(line.map(({ text }) => text).join('')).toBe('œdème ≥ 3 mm Ω Ж ễ')
  expect(new Set(line.map(({ face }) => face)).size).toBeGreaterThan(3)
})

test('lines break at spaces and behind hyphens, never at a no-break space', () => {
  expect(texts('Saint-Gaudens aux portes', 62)).toEqual(['Saint-', 'Gaudens aux', 'portes'])
  expect(texts('mesure 12,5\u00a0mm', 45)).toEqual(['mesure', '12,5\u00a0mm'])
  expect(texts('a\nb\r\nc', 100)).toEqual(['a', 'b', 'c'])
})

test('a word that is too long is broken, not cut', () => {
  const lines = texts('x'.repeat(60), 100)
  expect(lines.length).toBeGreaterThan(2)
  expect(lines.join('')).toBe('x'.repeat(60))
})

test('no line is wider than asked, and no character is lost', () => {
  const letters = fc.constantFrom(...'abcé œ-≥ΩЖễ山\u202e,.()0123456789 ')
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 60 }), fc.integer({ min: 60, max: 300 }), (units, width) => {
      const text = units.join('')
      const lines = typesetter.lines(plain(text), 10, width)
      for (const line of lines) {
        const visible = line.reduce((sum, fragment) => sum + fragment.width, 0)
        expect(visible).toBeLessThanOrEqual(width + 0.01)
        expect(line.at(-1)?.text ?? '').not.toMatch(/ $/)
      }
      const written = lines.flatMap((line) => line.map((fragment) => fragment.text)).join('')
      const shown = drawableText(text).replaceAll('山', '[U+5C71]')
      expect(written.replaceAll(' ', '')).toBe(shown.replaceAll(' ', ''))
    }),
    { numRuns: 60 },
  )
})
