/** Dates, ages, sizes and rates as the person's language writes them. DICOM values that are no date or time are shown as they are. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Language } from '../../main/contract/settings.ts'
import { displayText, parseDate, parseTime } from '../../main/dicom/index.ts'

const DAY = 86_400_000

/** A DICOM date at noon local time; null when it is none. */
function localDate(DA: string): Date | null {
  const parsed = parseDate(DA)
  if (parsed === undefined) return null
  const date = new Date(parsed.year, parsed.month - 1, parsed.day, 12)
  date.setFullYear(parsed.year)
  return date
}

/** A date as DICOM writes it (DA), in local time. */
export const toDA = (date: Date): string =>
  `${String(date.getFullYear()).padStart(4, '0')}${String(date.getMonth() + 1).padStart(2, '0')}${String(date.getDate()).padStart(2, '0')}`

/** Completed years, or months under two years, or days under two months, between two DICOM dates; null when either is no date or they are reversed. */
export function ageBetween(birth: string, on: string): { value: number; unit: 'year' | 'month' | 'day' } | null {
  const [from, to] = [localDate(birth), localDate(on)]
  if (from === null || to === null || to < from) return null
  const months =
    (to.getFullYear() - from.getFullYear()) * 12 +
    to.getMonth() -
    from.getMonth() -
    (to.getDate() < from.getDate() ? 1 : 0)
  if (months >= 24) return { value: Math.floor(months / 12), unit: 'year' }
  if (months >= 2) return { value: months, unit: 'month' }
  return { value: Math.round((to.getTime() - from.getTime()) / DAY), unit: 'day' }
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** All writers of one language; texts for screens come from {@link useFormat}. */
export function createFormat(language: Language) {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB'
  const dates = new Intl.DateTimeFormat(
    locale,
    language === 'fr'
      ? { day: '2-digit', month: '2-digit', year: 'numeric' }
      : { day: '2-digit', month: 'short', year: 'numeric' },
  )
  const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const exactTimes = new Intl.DateTimeFormat(locale, {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
  const numbers = new Intl.NumberFormat(locale)
  const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 0 })
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const relatives = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      // The short forms of these would be "6 m." and "526 byte".
      unitDisplay: name === (language === 'fr' ? 'month' : 'byte') ? 'long' : 'short',
      maximumFractionDigits: digits,
    }).format(value)

  const date = (DA: string): string => {
    const parsed = localDate(DA)
    return parsed === null ? displayText(DA, 20) : dates.format(parsed)
  }
  const time = (TM: string): string => {
    const parsed = parseTime(TM)
    return parsed === undefined ? '' : times.format(new Date(2000, 0, 1, parsed.hours, parsed.minutes ?? 0))
  }
  const age = (birth: string, on: string): string => {
    const found = ageBetween(birth, on)
    return found === null ? '' : unit(found.value, found.unit, 0)
  }
  return {
    date,
    time,
    age,
    dateTime: (DA: string, TM: string): string => [date(DA), time(TM)].filter(Boolean).join(' '),
    /** The local day of an ISO 8601 instant. */
    day: (iso: string): string => {
      const at = new Date(iso)
      return Number.isNaN(at.getTime()) ? '' : dates.format(at)
    },
    /** An ISO 8601 instant, in local time. */
    instant: (iso: string): string => {
      const at = new Date(iso)
      return Number.isNaN(at.getTime()) ? '' : `${dates.format(at)} ${times.format(at)}`
    },
    /** The same with seconds, where the order within a minute matters. */
    exactInstant: (iso: string): string => {
      const at = new Date(iso)
      return Number.isNaN(at.getTime()) ? '' : `${dates.format(at)} ${exactTimes.format(at)}`
    },
    /** How long ago an instant was: seconds to days, then the date. */
    ago: (iso: string, now: number): string => {
      const seconds = (Date.parse(iso) - now) / 1000
      if (Number.isNaN(seconds)) return ''
      if (seconds > -5) return relatives.format(0, 'second')
      if (seconds > -60) return relatives.format(Math.round(seconds), 'second')
      if (seconds > -3600) return relatives.format(Math.round(seconds / 60), 'minute')
      if (seconds > -86_400) return relatives.format(Math.round(seconds / 3600), 'hour')
      return seconds > -7 * 86_400 ? relatives.format(Math.round(seconds / 86_400), 'day') : dates.format(new Date(iso))
    },
    /** About how long: to ten seconds below a minute and a half, then to the minute. */
    duration: (seconds: number): string => {
      if (seconds < 90) return unit(Math.max(1, Math.ceil(seconds / 10)) * 10, 'second', 0)
      const minutes = Math.round(seconds / 60)
      if (minutes < 60) return unit(minutes, 'minute', 0)
      const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
      return [unit(hours, 'hour', 0), ...(rest > 0 ? [unit(rest, 'minute', 0)] : [])].join(' ')
    },
    number: (value: number): string => numbers.format(value),
    /** Short above ten thousand, where room is scarce: `33 k`. */
    shortNumber: (value: number): string => (value < 10_000 ? numbers : compact).format(value),
    percent: (ratio: number): string => percents.format(ratio),
    /** Decimal units, as disks are sold. */
    bytes: (value: number): string => {
      const power = value < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3))
      return unit(
        value / 1000 ** power,
        BYTE_UNITS[power] ?? 'byte',
        power === 0 || value / 1000 ** power >= 100 ? 0 : 1,
      )
    },
    /** How many of something a second: with one decimal below ten. */
    rate: (value: number): string => (value < 10 ? decimals : numbers).format(value < 10 ? value : Math.round(value)),
  }
}
export type Format = ReturnType<typeof createFormat>

/** The writers of the language spoken now. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  return useMemo(() => createFormat(i18n.language === 'en' ? 'en' : 'fr'), [i18n.language])
}
