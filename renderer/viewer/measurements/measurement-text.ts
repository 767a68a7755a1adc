/** The figures of a measurement in the reader's language, each with its unit. */
import type { MeasurementContent } from '../../../main/contract/measurement.ts'
import type { Measurement } from '../engine/engine.ts'
import { saysLess } from '../engine/measurement-content.ts'
import { unitOfUcum } from '../engine/ucum.ts'
import { unitText, type Writing } from '../writing.ts'

/** One figure: its name (locale key under `measurements.`), value and unit. */
export interface Figure {
  name: string
  text: string
}

type Roi = NonNullable<Measurement['roi']>

/** What is measured; the station keeps no number of pixels, and none of an image in colour. */
export interface MeasuredFigures {
  length: Measurement['length']
  roi: (Omit<Roi, 'pixels'> & { pixels: number | null }) | null
  area?: Roi['area'] | null
}

/** The figures as the station keeps them, until the pixels are here. */
export function keptFigures({ values }: MeasurementContent): MeasuredFigures {
  const find = (quantity: string) => values.find((value) => value.quantity === quantity)
  const [length, area, mean] = [find('length'), find('area'), find('mean')]
  const [deviation, min, max] = [find('standardDeviation'), find('minimum'), find('maximum')]
  const size: Roi['area'] | null = area ? { value: area.value, unit: area.unit === 'mm2' ? 'mm²' : 'px²' } : null
  const isWhole = size && mean && deviation && min && max
  return {
    length: length ? { value: length.value, unit: length.unit === 'mm' ? 'mm' : 'px' } : null,
    roi: isWhole
      ? {
          mean: mean.value,
          standardDeviation: deviation.value,
          min: min.value,
          max: max.value,
          pixels: null,
          area: size,
          unit: unitOfUcum(mean.unit),
        }
      : null,
    area: size,
  }
}

/** The figures of a measurement, the most important first. Hounsfield units stand only where the engine says that the values are. */
export function measurementFigures(measurement: MeasuredFigures, w: Writing): Figure[] {
  if (measurement.length) {
    const { value, unit } = measurement.length
    return [{ name: 'length', text: `${unit === 'mm' ? w.fixed(value, 1) : w.number(value)} ${unit}` }]
  }
  const { roi } = measurement
  if (!roi) return measurement.area ? [{ name: 'area', text: areaText(measurement.area, w) }] : []
  const unit = unitText(roi.unit, w)
  return [
    { name: 'mean', text: `${w.fixed(roi.mean, 1)}${unit}` },
    { name: 'standardDeviation', text: `${w.fixed(roi.standardDeviation, 1)}${unit}` },
    { name: 'range', text: `${w.number(roi.min, digits(roi.min))} / ${w.number(roi.max, digits(roi.max))}${unit}` },
    { name: 'area', text: areaText(roi.area, w) },
    ...(roi.pixels === null ? [] : [{ name: 'pixels', text: w.number(roi.pixels) }]),
  ]
}

function areaText({ value, unit }: Roi['area'], w: Writing): string {
  if (unit === 'mm²' && value >= 1000) return `${w.fixed(value / 100, 2)} cm²`
  return `${unit === 'mm²' ? w.fixed(value, 1) : w.number(value)} ${unit}`
}

/**
 * The same figures, short, for beside the drawn shape; `kept` is what the station has of it, whose figures hold while it was not moved and its
 * pixels are not here.
 */
export function measurementLabel(
  measurement: Measurement,
  w: Writing,
  kept: MeasurementContent | null = null,
): string[] {
  const { content } = measurement
  const isDrawn = measurement.length !== null || measurement.roi !== null
  const known = content && kept && saysLess(content, kept) ? kept : content
  const shown = isDrawn || !known ? measurement : keptFigures(known)
  const figures = Object.fromEntries(measurementFigures(shown, w).map(({ name, text }) => [name, text]))
  const { length, mean, area, pixels } = figures
  if (length !== undefined) return [length]
  const lines = mean === undefined ? [] : ['mean', 'range'].map((line) => w.t(`measurements.label.${line}`, figures))
  return [
    ...lines,
    ...(area === undefined ? [] : [pixels === undefined ? area : w.t('measurements.label.area', figures)]),
    ...(known?.figuresPending ? [w.t('measurements.label.pending')] : []),
  ]
}

const digits = (value: number): number => (Number.isInteger(value) ? 0 : 2)
