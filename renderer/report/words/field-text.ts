/** Values of fields as people of a language write and read them: decimal comma, day before month, the options' own words. */
import type { FieldDefinition, FieldValue } from '../../../main/contract/report.ts'
import type { Language } from '../../../main/contract/settings.ts'
import { parseDate } from '../../../main/dicom/index.ts'
import { unitWord } from './units.ts'

type FieldType = FieldDefinition['type']
type Of<K extends FieldType['kind']> = Extract<FieldType, { kind: K }>

const locales = { fr: 'fr-FR', en: 'en-GB' } as const

/** How many decimals a number was given: none that was typed is dropped. */
const decimalsOf = (value: number): number => Math.min(/\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0, 6)

/** The number with `decimals` digits after the separator of the language, more where it was given with more; without thousands groups. */
export function numberText(value: number, decimals: number, language: Language): string {
  const digits = Math.max(decimals, decimalsOf(value))
  return new Intl.NumberFormat(locales[language], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(Number(value.toFixed(digits)) + 0)
}

/** What a typed number means: `number`, null when nothing is typed, `unreadable` when it is none. Comma and point both separate. */
export function readNumber(text: string): number | null | 'unreadable' {
  const plain = text
    .replace(/[\s\u00a0\u202f]/g, '')
    .replace(',', '.')
    .replace('−', '-')
  if (plain === '') return null
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return 'unreadable'
  return Number(Number(plain).toFixed(6)) + 0
}

/** Whether a number lies in the range of its field. */
export const isInRange = (value: number, { minimum, maximum }: Of<'number'>): boolean =>
  (minimum === undefined || value >= minimum) && (maximum === undefined || value <= maximum)

/** `YYYYMMDD` as `31/12/2026`, in both languages. */
export const dateText = (date: string): string =>
  /^\d{8}$/.test(date) ? `${date.slice(6)}/${date.slice(4, 6)}/${date.slice(0, 4)}` : date

/** What a typed date means, as YYYYMMDD: day, month and year in digits, or the year first; `unreadable` when it is no day. */
export function readDate(text: string): string | null | 'unreadable' {
  const typed = text.trim()
  if (typed === '') return null
  const [, day, month, year] =
    /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(typed) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(typed) ?? []
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed) ?? []
  const date = `${year ?? isoYear ?? ''}${(month ?? isoMonth ?? '').padStart(2, '0')}${(day ?? isoDay ?? '').padStart(2, '0')}`
  return date.length === 8 && parseDate(date) !== undefined ? date : 'unreadable'
}

/** The words of the chosen options, in the template's order. */
const choiceText = (optionIds: readonly string[], { options }: Of<'choice'>): string =>
  options
    .filter(({ optionId }) => optionIds.includes(optionId))
    .map(({ label }) => label)
    .join(', ')

/** A value as it reads in the text, with its unit; empty when the field has none or it is not of its kind. */
export function fieldText(value: FieldValue | null, type: FieldType | undefined, language: Language): string {
  if (value === null || value.kind !== type?.kind) return value?.kind === 'text' ? value.text : ''
  if (value.kind === 'text') return value.text
  if (value.kind === 'date') return dateText(value.date)
  if (value.kind === 'number' && type.kind === 'number')
    return [numberText(value.value, type.decimals, language), unitWord(type.unit, language)]
      .filter(Boolean)
      .join('\u00a0')
  return value.kind === 'choice' && type.kind === 'choice' ? choiceText(value.optionIds, type) : ''
}
