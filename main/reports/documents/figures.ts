/** Figures, units and dates as people of a language read them; measured figures as the viewer shows them. */
import type { MeasuredValue } from '../../contract/measurement.ts'
import type { Language } from '../../contract/settings.ts'
import { parseDate, parseTime } from '../../dicom/index.ts'
import { wordsOf } from './words.ts'

const NARROW_SPACE = '\u202f'
const NO_BREAK_SPACE = '\u00a0'

/** With exactly `decimals` decimals; a decimal comma and thin spaces between thousands in French; never “−0”. */
export function fixed(value: number, decimals: number, language: Language): string {
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(decimals).split('.')
  const isNegative = value < 0 && Number(value.toFixed(decimals)) !== 0
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, language === 'fr' ? NARROW_SPACE : ',')
  return `${isNegative ? '−' : ''}${grouped}${fraction ? `${language === 'fr' ? ',' : '.'}${fraction}` : ''}`
}

const unitTexts: Readonly<Record<string, string>> = {
  '': '',
  '1': '',
  mm2: 'mm²',
  cm2: 'cm²',
  m2: 'm²',
  mm3: 'mm³',
  cm3: 'cm³',
  Cel: '°C',
  ug: 'µg',
  um: 'µm',
  '{pixels}': 'px',
  '{pixels}2': 'px²',
}

/** A UCUM unit for people, empty for none. */
export const unitText = (unit: string, language: Language): string =>
  unit === "[hnsf'U]" ? wordsOf(language).hounsfield : (unitTexts[unit] ?? unit)

/** `12,5 mm`: the unit never leaves its figure. */
export function withUnit(figure: string, unit: string, language: Language): string {
  const text = unitText(unit, language)
  return text ? `${figure}${NO_BREAK_SPACE}${text}` : figure
}

/** One measured figure with its unit: one decimal (extremes two, unless whole), whole pixels, areas from 1000 mm² on in cm². */
export function measuredFigure({ value, unit, quantity }: MeasuredValue, language: Language): string {
  if (quantity === 'area' && unit === 'mm2' && value >= 1000) {
    return withUnit(fixed(value / 100, 2, language), 'cm2', language)
  }
  const isExtreme = quantity === 'minimum' || quantity === 'maximum'
  const decimals = isExtreme ? (Number.isInteger(value) ? 0 : 2) : unit.startsWith('{pixels}') ? 0 : 1
  return withUnit(fixed(value, decimals, language), unit, language)
}

/** A DA value: `14/03/2026` in French, `14 March 2026` in English; what is no date stands as it is. */
export function dateText(value: string, language: Language): string {
  const date = parseDate(value)
  if (!date) return value
  const pad = (part: number) => String(part).padStart(2, '0')
  return language === 'fr'
    ? `${pad(date.day)}/${pad(date.month)}/${date.year}`
    : `${date.day} ${months[date.month - 1] ?? ''} ${date.year}`
}

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** A TM value to the minute: `23 h 05` in French, `23:05` in English; what is no time stands as it is. */
export function timeText(value: string, language: Language): string {
  const time = parseTime(value)
  if (!time) return value
  const pad = (part: number) => String(part).padStart(2, '0')
  return `${pad(time.hours)}${language === 'fr' ? `${NO_BREAK_SPACE}h${NO_BREAK_SPACE}` : ':'}${pad(time.minutes ?? 0)}`
}
