/** The lines beside a measurement: symbols and units, the same in every language; numbers as the page's language writes them. */
import type { Measurement } from './engine.ts'

const number = (value: number): string => {
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 1000 ? 1 : 0
  const language = document.documentElement.lang || 'en'
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value)
}

/** Lines for one measurement; none while it has no figures. */
export const measurementText = ({ length, roi }: Measurement): string[] => {
  if (length) return [`${number(length.value)} ${length.unit}`]
  if (!roi) return []
  const unit = roi.unit ? ` ${roi.unit}` : ''
  return [
    `x̄ ${number(roi.mean)}${unit}   σ ${number(roi.standardDeviation)}`,
    `min ${number(roi.min)}   max ${number(roi.max)}`,
    `${number(roi.area.value)} ${roi.area.unit}   n ${roi.pixels}`,
  ]
}
