import { expect, test } from 'vitest'
import { dateText, fixed, measuredFigure, timeText, unitText } from '../../../../main/reports/documents/figures.ts'

test('figures are written as the language does', () => {
  expect(fixed(1234567.891, 2, 'fr')).toBe('1\u202f234\u202f567,89')
  expect(fixed(1234567.891, 2, 'en')).toBe('1,234,567.89')
  expect(fixed(-12.34, 1, 'fr')).toBe('−12,3')
  expect(fixed(-0.04, 1, 'fr')).toBe('0,0')
})

test('measured figures carry their unit, and large areas are in cm²', () => {
  expect(measuredFigure({ quantity: 'length', value: 12.345, unit: 'mm' }, 'fr')).toBe('12,3\u00a0mm')
  expect(measuredFigure({ quantity: 'area', value: 1234.5, unit: 'mm2' }, 'en')).toBe('12.35\u00a0cm²')
  expect(measuredFigure({ quantity: 'area', value: 250.4, unit: '{pixels}2' }, 'fr')).toBe('250\u00a0px²')
  expect(measuredFigure({ quantity: 'mean', value: -61.25, unit: "[hnsf'U]" }, 'fr')).toBe('−61,3\u00a0UH')
  expect(measuredFigure({ quantity: 'minimum', value: 48, unit: '' }, 'en')).toBe('48')
  expect(measuredFigure({ quantity: 'maximum', value: 0.126, unit: '' }, 'fr')).toBe('0,13')
  expect([unitText('', 'fr'), unitText('mL', 'fr'), unitText('Cel', 'en')]).toEqual(['', 'mL', '°C'])
})

test('dates and times, and what is none', () => {
  expect([dateText('20260314', 'fr'), dateText('20260314', 'en')]).toEqual(['14/03/2026', '14 March 2026'])
  expect([dateText('', 'fr'), dateText('20260231', 'fr'), timeText('x', 'en')]).toEqual(['', '20260231', 'x'])
  expect([timeText('2305', 'fr'), timeText('230509.25', 'en')]).toEqual(['23\u00a0h\u00a005', '23:05'])
})
