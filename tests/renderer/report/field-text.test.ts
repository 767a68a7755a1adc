import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FieldDefinition } from '../../../main/contract/report.ts'
import {
  dateText,
  fieldText,
  isInRange,
  numberText,
  readDate,
  readNumber,
} from '../../../renderer/report/words/field-text.ts'
import { measuredText } from '../../../renderer/report/words/measured-text.ts'

const millimetres = { kind: 'number', unit: 'mm', minimum: 0, maximum: 50, decimals: 1 } as const

test('a number is read with comma or point, and written as the language does', () => {
  expect(
    ['12,4', '12.4', ' 12,4 ', '12,', ',5', '-3', '', '1,2,3', 'abc', '−2'].map((text) => readNumber(text)),
  ).toEqual([12.4, 12.4, 12.4, 12, 0.5, -3, null, 'unreadable', 'unreadable', -2])
  expect([
    numberText(1234.56, 1, 'fr'),
    numberText(1234.56, 1, 'en'),
    numberText(-0.04, 1, 'fr'),
    numberText(12, 1, 'fr'),
  ]).toEqual(['1234,56', '1234.56', '-0,04', '12,0'])
})

test('any number with the decimals of its field is read back as it was written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1e6, max: 1e6 }),
      fc.constantFrom('fr' as const, 'en' as const),
      (tenths, language) => {
        const value = tenths / 10 + 0
        expect(readNumber(numberText(value, 1, language))).toBe(value === 0 ? 0 : value)
      },
    ),
  )
})

test('a range ends where the template says, both ends in it', () => {
  expect([-0.1, 0, 50, 50.1].map((value) => isInRange(value, millimetres))).toEqual([false, true, true, false])
})

test('a date is read in the order of the language or of ISO 8601, and only when there is such a day', () => {
  const typed = ['31/12/2026', '1.2.2026', '31122026', '2026-12-31', '', '31/02/2026', '12/2026', 'hier']
  expect(typed.map(readDate)).toEqual([
    '20261231',
    '20260201',
    '20261231',
    '20261231',
    null,
    'unreadable',
    'unreadable',
    'unreadable',
  ])
  expect(dateText('20261231')).toBe('31/12/2026')
})

test('a value reads with its unit or its options’ words, and as nothing when it is not of its field’s kind', () => {
  const choice: FieldDefinition['type'] = {
    kind: 'choice',
    several: true,
    options: [
      { optionId: 'l', label: 'gauche', code: null },
      { optionId: 'r', label: 'droite', code: null },
    ],
  }
  expect([
    fieldText({ kind: 'number', value: 12.4 }, millimetres, 'fr'),
    fieldText({ kind: 'choice', optionIds: ['r', 'l'] }, choice, 'fr'),
    fieldText({ kind: 'date', date: '20261231' }, { kind: 'date' }, 'en'),
    fieldText({ kind: 'number', value: 1 }, choice, 'fr'),
    fieldText(null, choice, 'fr'),
  ]).toEqual(['12,4\u00a0mm', 'gauche, droite', '31/12/2026', '', ''])
})

test('a measurement is written in one line, pixels without decimals', () => {
  const value = (quantity: 'length' | 'area' | 'mean' | 'standardDeviation', figure: number, unit: string) => ({
    quantity,
    value: figure,
    unit,
  })
  const region = [
    value('area', 124, 'mm2'),
    value('mean', 43.21, "[hnsf'U]"),
    value('standardDeviation', 5.06, "[hnsf'U]"),
  ]
  expect([
    measuredText([value('length', 12.44, 'mm')], 'fr'),
    measuredText([value('length', 101.6, '{pixels}')], 'en'),
    measuredText(region, 'fr'),
    measuredText(region, 'en'),
    measuredText([], 'fr'),
  ]).toEqual([
    '12,4\u00a0mm',
    '102\u00a0px',
    '43,2\u00a0±\u00a05,1\u00a0UH (124,0\u00a0mm²)',
    '43.2\u00a0±\u00a05.1\u00a0HU (124.0\u00a0mm²)',
    '',
  ])
})
