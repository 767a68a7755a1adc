/** A measurement in one line, as the language writes it: « 12,4 mm », « 43,2 ± 5,1 UH (124,0 mm²) ». */
import type { MeasuredValue } from '../../../main/contract/measurement.ts'
import type { Language } from '../../../main/contract/settings.ts'
import { unitWord } from './units.ts'

const locales = { fr: 'fr-FR', en: 'en-GB' } as const

/** Pixels are counted, everything else is given to a tenth. */
function figure({ value, unit }: MeasuredValue, language: Language): string {
  const digits = unit.startsWith('{pixels}') ? 0 : 1
  return new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(Number(value.toFixed(digits)) + 0)
}

const join = (text: string, unit: string): string => (unit === '' ? text : `${text}\u00a0${unit}`)

/** The figures that a chip shows; empty when there are none. */
export function measuredText(values: readonly MeasuredValue[], language: Language): string {
  const of = (quantity: MeasuredValue['quantity']) => values.find((value) => value.quantity === quantity)
  const written = (value: MeasuredValue) => join(figure(value, language), unitWord(value.unit, language))
  const [length, area, mean, deviation] = [of('length'), of('area'), of('mean'), of('standardDeviation')]
  if (length) return written(length)
  if (!mean) return area ? written(area) : ''
  const spread = deviation ? `\u00a0±\u00a0${figure(deviation, language)}` : ''
  const level = join(`${figure(mean, language)}${spread}`, unitWord(mean.unit, language))
  return area ? `${level} (${written(area)})` : level
}
