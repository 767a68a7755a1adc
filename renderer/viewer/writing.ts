/** How the viewer writes words, figures, dates and units in one language; React gets it from use-writing.ts. */
import { createFormat } from '../ui/format.ts'

/** Words and figures in the reader's language. */
export interface Writing {
  t(key: string, values?: Record<string, unknown>): string
  /** With at most that many decimals, none that are zero. */
  number(value: number, fractionDigits?: number): string
  /** With exactly that many decimals: a measured figure shows how exact it is. */
  fixed(value: number, fractionDigits: number): string
  /** A DICOM DA value as the locale writes it. */
  date(value: string): string
  /** A DICOM TM value as the locale writes it, to the second. */
  time(value: string): string
}

/** A {@link Writing} of one language. */
export function createWriting(language: string, t: Writing['t']): Writing {
  const formats = new Map<string, Intl.NumberFormat>()
  const write = (value: number, least: number, most: number): string => {
    const key = `${least}-${most}`
    let format = formats.get(key)
    if (!format) {
      format = new Intl.NumberFormat(language, { minimumFractionDigits: least, maximumFractionDigits: most })
      formats.set(key, format)
    }
    // Never "−0".
    return format.format(Number(value.toFixed(most)) + 0)
  }
  const { date } = createFormat(language === 'en' ? 'en' : 'fr')
  return {
    t,
    number: (value, fractionDigits = 0) => write(value, 0, fractionDigits),
    fixed: (value, fractionDigits) => write(value, fractionDigits, fractionDigits),
    date,
    time: (value) => {
      const [, hours, minutes, seconds] = /^(\d{2})(\d{2})(\d{2})?/.exec(value) ?? []
      return hours ? [hours, minutes, ...(seconds ? [seconds] : [])].join(':') : value
    },
  }
}

/** ` UH`, with the space before it; empty for values that have no unit. */
export function unitText(unit: string, w: Writing): string {
  const text = unit ? w.t(`unit.${unit}`, { defaultValue: unit }) : ''
  return text ? ` ${text}` : ''
}
