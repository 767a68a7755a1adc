/** DT values in words. */
import { displayText, parseDateTime } from '../../../main/dicom/index.ts'
import type { Format } from '../../ui/format.ts'

/** DT as the locale writes it, to the minute; as it stands when it is none. */
export function dateTimeText(DT: string, format: Pick<Format, 'dateTime'>): string {
  return parseDateTime(DT) && DT.length >= 8 ? format.dateTime(DT.slice(0, 8), DT.slice(8, 14)) : displayText(DT, 40)
}
