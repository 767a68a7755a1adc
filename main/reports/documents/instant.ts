/** The instant of an issue as DICOM and people write it: in the offset that it carries, never in that of the machine. */

/** Parts of an ISO 8601 instant with offset. */
export interface Instant {
  /** DA. */
  date: string
  /** TM, to the second. */
  time: string
  /** `+HHMM`, as TimezoneOffsetFromUTC (0008,0201) and DT have it. */
  offset: string
}

const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})$/

/** Takes an ISO 8601 instant apart; throws on anything else. `Z` is the offset `+0000`. */
export function parseInstant(at: string): Instant {
  const [, year, month, day, hours, minutes, seconds, zone = ''] = pattern.exec(at) ?? []
  if (!year) throw new RangeError('an instant is ISO 8601 with an offset')
  return {
    date: `${year}${month}${day}`,
    time: `${hours}${minutes}${seconds}`,
    offset: zone === 'Z' ? '+0000' : zone.replace(':', ''),
  }
}

/** An instant in ISO 8601 with this machine's offset at that moment, to the second: `2026-03-14T23:05:09+01:00`. */
export function localInstant(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, 19)
  const pad = (value: number) => String(Math.trunc(value)).padStart(2, '0')
  return `${local}${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`
}
