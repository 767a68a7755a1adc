/** Values of data sets in DICOM JSON (PS3.18 Annex F) that an archive wrote: whatever is not as it should be reads as absent. */
import type { PersonName } from '../../contract/studies.ts'
import { elements, type Keyword } from '../../dicom/elements.ts'
import { tagToHex } from '../../dicom/standard-dictionary.ts'
import { isUID } from '../../dicom/uid.ts'
import type { JsonDataSet } from './answer-body.ts'

/** Longest text that is taken over from an archive. */
const MAX_TEXT = 1024

const valuesOf = (dataSet: JsonDataSet, keyword: Keyword): unknown[] => {
  const element = dataSet[tagToHex(elements[keyword].tag)]
  if (typeof element !== 'object' || element === null) return []
  const { Value } = element as { Value?: unknown }
  return Array.isArray(Value) ? Value : []
}

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_TEXT).trim() : ''

/** Most values that are taken over of one element. */
const MAX_VALUES = 64

/** Every value as text, also where an archive has them all in one, as a data set would. */
export const jsonTexts = (dataSet: JsonDataSet, keyword: Keyword): string[] =>
  valuesOf(dataSet, keyword)
    .slice(0, MAX_VALUES)
    .flatMap((value) => asText(value).split('\\'))
    .map((text) => text.trim())
    .filter(Boolean)

/** The first value as text, or empty. */
export const jsonText = (dataSet: JsonDataSet, keyword: Keyword): string => asText(valuesOf(dataSet, keyword)[0])

/** The first value where it is a UID, or empty: it may then stand in an address. */
export const jsonUID = (dataSet: JsonDataSet, keyword: Keyword): string => {
  const text = jsonText(dataSet, keyword)
  return isUID(text) ? text : ''
}

/** The first value as a whole number that is not negative, or null. */
export const jsonCount = (dataSet: JsonDataSet, keyword: Keyword): number | null => {
  const text = jsonText(dataSet, keyword)
  const count = text === '' ? Number.NaN : Number(text)
  return Number.isSafeInteger(count) && count >= 0 ? count : null
}

/** The first value as a person name. */
export const jsonPersonName = (dataSet: JsonDataSet, keyword: Keyword): PersonName => {
  const [value] = valuesOf(dataSet, keyword)
  if (typeof value === 'string') return value.trim() ? { Alphabetic: asText(value) } : {}
  if (typeof value !== 'object' || value === null) return {}
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
  return Object.fromEntries(
    groups.map((group) => [group, asText((value as Record<string, unknown>)[group])]).filter(([, text]) => text),
  )
}

/** The items of a sequence. */
export const jsonItems = (dataSet: JsonDataSet, keyword: Keyword): JsonDataSet[] =>
  valuesOf(dataSet, keyword).filter(
    (item): item is JsonDataSet => typeof item === 'object' && item !== null && !Array.isArray(item),
  )
