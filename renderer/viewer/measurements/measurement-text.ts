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
    return [{ name: 'length', text: `${unit === 'mm' ? w.fixed(value, 1) : w.number(value)} ${unit}` }]
  }
  if (!measurement.roi) return []
  const { roi } = measurement
  const unit = unitText(roi.unit, w)
  const area =
    roi.area.unit === 'mm²' && roi.area.value >= 1000
      ? `${w.fixed(roi.area.value / 100, 2)} cm²`
      : `${roi.area.unit === 'mm²' ? w.fixed(roi.area.value, 1) : w.number(roi.area.value)} ${roi.area.unit}`
  return [
    { name: 'mean', text: `${w.fixed(roi.mean, 1)}${unit}` },
    { name: 'standardDeviation', text: `${w.fixed(roi.standardDeviation, 1)}${unit}` },
    { name: 'range', text: `${w.number(roi.min, digits(roi.min))} / ${w.number(roi.max, digits(roi.max))}${unit}` },
    { name: 'area', text: area },
    { name: 'pixels', text: w.number(roi.pixels) },
  ]
}

/** The same figures, short, for beside the drawn shape. */
export function measurementLabel(measurement: Measurement, w: Writing): string[] {
  const figures = Object.fromEntries(measurementFigures(measurement, w).map(({ name, text }) => [name, text]))
  if (figures.length !== undefined) return [figures.length]
  return measurement.roi ? ['mean', 'range', 'area'].map((line) => w.t(`measurements.label.${line}`, figures)) : []
}

const digits = (value: number): number => (Number.isInteger(value) ? 0 : 2)
