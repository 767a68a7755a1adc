/** Attributes as DICOMweb names them (keyword or tag, PS3.18 §8.3.4.1) and as it returns them (DICOM JSON model, PS3.18 Annex F). */
import { elements, type Keyword, parsePersonName } from '../../dicom/index.ts'
import { tagToHex } from '../../dicom/standard-dictionary.ts'
import { WebError } from './web-error.ts'

/** One attribute of the DICOM JSON model. */
export interface JsonAttribute {
  vr: string
  Value?: unknown[]
  BulkDataURI?: string
  InlineBinary?: string
}
/** A data set of the DICOM JSON model, by tag in eight hexadecimal digits. */
export type JsonDataSet = Record<string, JsonAttribute>

const keywordByTag = new Map<string, Keyword>(
  (Object.keys(elements) as Keyword[]).map((keyword) => [tagToHex(elements[keyword].tag), keyword]),
)

/** The keyword that `name` means, itself a keyword or a tag; null when this program has no name for it. */
export function keywordOf(name: string): Keyword | null {
  if (Object.hasOwn(elements, name)) return name as Keyword
  return keywordByTag.get(name.toUpperCase()) ?? null
}

/** Whether `name` has the form of an attribute at all, also of one inside sequences. */
export const isAttributeName = (name: string): boolean =>
  name.split('.').every((part) => /^[0-9A-Fa-f]{8}$/.test(part) || /^[A-Z][A-Za-z0-9]+$/.test(part))

const toNumber = (value: string | number): number => {
  const number = Number(value)
  if (!Number.isFinite(number)) throw new WebError(500, 'bad-number')
  return number
}

function jsonValues(vr: string, values: (string | number)[]): unknown[] {
  if (vr === 'PN') return values.map((value) => parsePersonName(String(value)))
  if (['IS', 'DS', 'US', 'SS', 'UL', 'SL', 'FL', 'FD'].includes(vr)) return values.map(toNumber)
  return values.map(String)
}

/** An attribute with its values; without any where it is empty or unknown. */
export function jsonAttribute(keyword: Keyword, value: string | number | string[] | number[] | null): JsonAttribute {
  const vr = elements[keyword].VR
  const values = (Array.isArray(value) ? value : [value]).filter((item) => item !== null && item !== '')
  return values.length > 0 ? { vr, Value: jsonValues(vr, values as (string | number)[]) } : { vr }
}

/** The data set of `attributes`, in the order of their tags. */
export function jsonDataSet(attributes: Iterable<readonly [Keyword, JsonAttribute]>): JsonDataSet {
  const entries = [...attributes].map(([keyword, attribute]) => [tagToHex(elements[keyword].tag), attribute] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
