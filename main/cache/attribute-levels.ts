/** Which indexed attribute belongs to which level of the information model (PS3.4 §C.6.2.1), and its value as text or number. */
import type { IndexedAttributes } from '../dataset/index.ts'
import { formatPersonNameValue } from '../dicom/person-name.ts'

export type Level = 'study' | 'series' | 'instance'

/** Attributes that the index keeps at each level beside the columns of its table. */
const EXTRA: Record<Level, readonly (keyof IndexedAttributes)[]> = {
  study: ['TimezoneOffsetFromUTC', 'OtherPatientNames', 'OtherPatientIDs', 'PatientAge'],
  series: [
    'Laterality',
    'StationName',
    'Manufacturer',
    'ManufacturerModelName',
    'PerformedProcedureStepStartDate',
    'PerformedProcedureStepStartTime',
    'RequestAttributesSequence',
  ],
  instance: [
    'AcquisitionNumber',
    'ImageType',
    'ContentDate',
    'ContentTime',
    'Rows',
    'Columns',
    'BitsAllocated',
    'NumberOfFrames',
    'ImagesInAcquisition',
  ],
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** The attributes of a level that have no column of their own; empty ones left out. */
export const levelAttributes = (attributes: IndexedAttributes, level: Level): Partial<IndexedAttributes> =>
  Object.fromEntries(
    EXTRA[level].map((keyword) => [keyword, attributes[keyword]]).filter(([, value]) => !isEmpty(value)),
  )

type KeywordOf<V> = {
  [K in keyof IndexedAttributes]: IndexedAttributes[K] extends V ? K : never
}[keyof IndexedAttributes]
type NameKeyword = 'PatientName' | 'PatientBirthName' | 'ReferringPhysicianName'
export type TextKeyword = KeywordOf<string> | NameKeyword
export type NumberKeyword = KeywordOf<number | null>

/** A text attribute as one value; person names in the form of PS3.5 §6.2.1. */
export const attributeText = (attributes: IndexedAttributes, keyword: TextKeyword): string => {
  const value = attributes[keyword]
  return typeof value === 'string' ? value : formatPersonNameValue(value)
}

/** Integers beyond 32 bits are no counts or numbers of DICOM (VR IS). */
export const attributeNumber = (attributes: IndexedAttributes, keyword: NumberKeyword): number | null => {
  const value = attributes[keyword]
  return typeof value === 'number' && Math.abs(value) < 2 ** 31 ? value : null
}
