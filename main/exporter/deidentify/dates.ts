/** Dates moved by whole days, so that the time between two of a patient stays what it is (PS3.15 §E.3.6). */

const DAY = 86_400_000

/**
 * A date (DA) or the date of a date-time (DT), `days` later; in the form of today also where it has the dots of ACR-NEMA; what is no whole
 * date cannot be moved and is emptied.
 */
export function shiftDate(value: string, days: number): string {
  const plain = value.trim().replace(/^(\d{4})\.(\d{2})\.(\d{2})$/, '$1$2$3')
  const found = /^(\d{4})(\d{2})(\d{2})((?:\d{2}){0,3}(?:\.\d{1,6})?(?:[+-]\d{4})?)$/.exec(plain)
  if (!found) return ''
  const [, year = '', month = '', day = '', rest = ''] = found
  const at = new Date(0)
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (at.getUTCMonth() !== Number(month) - 1) return ''
  const moved = new Date(at.getTime() + days * DAY).toISOString()
  // Before the year 0 or beyond 9999 there is no date.
  return /^\d{4}-/.test(moved) ? moved.slice(0, 10).replaceAll('-', '') + rest : ''
}
