/** Dates typed into a field: by everybody's habit, whatever language the browser writes its own date fields in. */
import { parseDate } from '../../main/dicom/index.ts'

/** A date as people type it (`14/03/2026`, `2026-03-14`, `20260314`), as DICOM writes it; null for anything else, empty for nothing. */
export function dateOf(text: string): string | null {
  const typed = text.trim()
  if (typed === '') return ''
  const [, day = '', month = '', year = ''] = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(typed) ?? []
  const written = year === '' ? typed.replaceAll('-', '') : `${year}${month.padStart(2, '0')}${day.padStart(2, '0')}`
  return /^\d{8}$/.test(written) && parseDate(written) !== undefined ? written : null
}
