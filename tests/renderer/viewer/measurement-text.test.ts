import { expect, test } from 'vitest'
import type { Measurement } from '../../../renderer/viewer/engine/engine.ts'
import { measurementFigures, measurementLabel } from '../../../renderer/viewer/measurements/measurement-text.ts'
import { plain, writing } from './words.ts'

const place = { displaySetId: 'A', SOPInstanceUID: '1', frame: 0, imageIndex: 0 }
const ellipse = (unit: string, area: { value: number; unit: 'mm²' | 'px²' }): Measurement => ({
  id: 'e',
  tool: 'ellipticalROI',
  ...place,
  length: null,
  content: null,
  roi: { mean: 41.26, standardDeviation: 5.04, min: -12, max: 80.5, pixels: 12345, area, unit },
})
const texts = (measurement: Measurement, language: 'fr' | 'en') =>
  measurementFigures(measurement, writing(language)).map(({ text }) => plain(text))

test('a length is in millimetres, or in pixels where nothing is calibrated', () => {
  const length = (value: number, unit: 'mm' | 'px'): Measurement => ({
    id: 'l',
    tool: 'length',
    ...place,
    content: null,
    length: { value, unit },
    roi: null,
  })
  expect([texts(length(12.345, 'mm'), 'fr'), texts(length(99.6, 'px'), 'en')]).toEqual([['12,3 mm'], ['100 px']])
})

test('a region has Hounsfield units only where its values are', () => {
  expect(texts(ellipse('HU', { value: 153.7, unit: 'mm²' }), 'fr')).toEqual([
    '41,3 UH',
    '5,0 UH',
    '-12 / 80,5 UH',
    '153,7 mm²',
    '12 345',
  ])
  expect(texts(ellipse('', { value: 153.7, unit: 'px²' }), 'en')).toEqual([
    '41.3',
    '5.0',
    '-12 / 80.5',
    '154 px²',
    '12,345',
  ])
})

test('a large area is in square centimetres', () => {
  expect(texts(ellipse('HU', { value: 1234.5, unit: 'mm²' }), 'en')[3]).toBe('12.35 cm²')
})

test('beside the shape stand the same figures, in the same words', () => {
  const roi = ellipse('HU', { value: 1234.5, unit: 'mm²' })
  expect(measurementLabel(roi, writing('fr')).map(plain)).toEqual([
    'Moy. 41,3 UH · ET 5,0 UH',
    'Min / max -12 / 80,5 UH',
    '12,35 cm² · 12 345 pixels',
  ])
  expect(measurementLabel({ ...roi, roi: null }, writing('fr'))).toEqual([])
})
