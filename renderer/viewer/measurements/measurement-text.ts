/** The figures of a measurement in the reader's language, each with its unit. */
import type { Measurement } from '../engine/engine.ts'
import { unitText, type Writing } from '../writing.ts'

/** One figure: its name (locale key under `measurements.`), value and unit. */
export interface Figure {
  name: string
  text: string
}

/** The figures of a measurement, the most important first. Hounsfield units stand only where the engine says that the values are. */
export function measurementFigures(measurement: Measurement, w: Writing): Figure[] {
  if (measurement.length) {
    const { value, unit } = measurement.length
    return [{ name: 'length', text: `${w.number(value, unit === 'mm' ? 1 : 0)} ${unit}` }]
  }
  if (!measurement.roi) return []
  const { roi } = measurement
  const unit = unitText(roi.unit, w)
  const area =
    roi.area.unit === 'mm²' && roi.area.value >= 1000
      ? `${w.number(roi.area.value / 100, 2)} cm²`
      : `${w.number(roi.area.value, roi.area.unit === 'mm²' ? 1 : 0)} ${roi.area.unit}`
  return [
    { name: 'mean', text: `${w.number(roi.mean, 1)}${unit}` },
    { name: 'standardDeviation', text: `${w.number(roi.standardDeviation, 1)}${unit}` },
    { name: 'range', text: `${w.number(roi.min, digits(roi.min))} / ${w.number(roi.max, digits(roi.max))}${unit}` },
    { name: 'area', text: area },
    { name: 'pixels', text: w.number(roi.pixels) },
  ]
}

const digits = (value: number): number => (Number.isInteger(value) ? 0 : 2)
