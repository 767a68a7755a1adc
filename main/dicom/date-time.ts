/** DA, TM and DT values (PS3.5 §6.2), tolerant of the retired ACR-NEMA forms with dots and colons. */

export interface DicomDate {
  year: number
  month: number
  day: number
}

export interface DicomTime {
  hours: number
  /** Absent parts were not given: the value is less precise. */
  minutes?: number
  seconds?: number
  /** Millionths of a second. */
  microseconds?: number
}

export interface DicomDateTime extends Partial<DicomTime> {
  year: number
  month?: number
  day?: number
  /** Minutes east of UTC; absent when the value does not say. */
  offset?: number
}

const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()

const isDate = (year: number, month: number, day: number): boolean =>
  year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)

/** A DA value; undefined when it is not one or names no day of the calendar. */
export const parseDate = (value: string): DicomDate | undefined => {
  const match = /^(\d{4})(\d{2})(\d{2})$|^(\d{4})\.(\d{2})\.(\d{2})$/.exec(value.trim())
  if (!match) return undefined
  const [year = 0, month = 0, day = 0] = match.slice(1).filter(Boolean).map(Number)
  return isDate(year, month, day) ? { year, month, day } : undefined
}

const timeParts = (hours: string, minutes?: string, seconds?: string, fraction?: string): DicomTime | undefined => {
  const time: DicomTime = {
    hours: Number(hours),
    ...(minutes ? { minutes: Number(minutes) } : {}),
    ...(seconds ? { seconds: Number(seconds) } : {}),
    ...(fraction ? { microseconds: Number(fraction.padEnd(6, '0')) } : {}),
  }
  return time.hours < 24 && (time.minutes ?? 0) < 60 && (time.seconds ?? 0) <= 60 ? time : undefined
}

/** A TM value; undefined when it is not one. Second 60 is a leap second. */
export const parseTime = (value: string): DicomTime | undefined => {
  const match = /^(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6}))?)?)?$/.exec(value.trim())
  return match ? timeParts(match[1] ?? '', match[2], match[3], match[4]) : undefined
}

/** A DA value without the dots of the retired form (PS3.5 §6.2), so that values compare; others as they are. */
export const plainDate = (value: string): string =>
  /^\d{4}\.\d{2}\.\d{2}$/.test(value) ? value.replaceAll('.', '') : value

/** A TM value without the colons of the retired form (PS3.5 §6.2), so that values compare; others as they are. */
export const plainTime = (value: string): string =>
  /^\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?$/.test(value) ? value.replaceAll(':', '') : value

/** A DT value; undefined when it is not one. */
export const parseDateTime = (value: string): DicomDateTime | undefined => {
  const match =
    /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?)?)?)?)?([+-]\d{4})?$/.exec(
      value.trim(),
    )
  if (!match) return undefined
  const [, year = '', month, day, hours, minutes, seconds, fraction, zone] = match
  if (!isDate(Number(year), Number(month ?? 1), Number(day ?? 1))) return undefined
  const time = hours ? timeParts(hours, minutes, seconds, fraction) : {}
  if (!time) return undefined
  const offset = zone
    ? Math.sign(Number(`${zone[0]}1`)) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)))
    : undefined
  return {
    year: Number(year),
    ...(month ? { month: Number(month) } : {}),
    ...(day ? { day: Number(day) } : {}),
    ...time,
    ...(offset === undefined ? {} : { offset }),
  }
}
