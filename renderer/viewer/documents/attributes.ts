/** Reading a data set in the DICOM JSON model (PS3.18 Annex F) by keyword; whatever does not have the form it should is as if it were not there. */
import { displayPersonName } from '../../../main/dicom/index.ts'
import { lookUpKeyword, tagToHex } from '../../../main/dicom/standard-dictionary.ts'

export type Attributes = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every value of an attribute. Throws for what is no keyword of the standard. */
export function valuesOf(attributes: Attributes, keyword: string): readonly unknown[] {
  const entry = lookUpKeyword(keyword)
  if (!entry) throw new RangeError(`no keyword: ${keyword}`)
  const attribute = attributes[tagToHex(entry.tag)]
  return isRecord(attribute) && Array.isArray(attribute.Value) ? attribute.Value : []
}

/** The items of a sequence. */
export const itemsOf = (attributes: Attributes, keyword: string): Attributes[] =>
  valuesOf(attributes, keyword).filter(isRecord)

/** The first value as text; empty when there is none. */
export function textOf(attributes: Attributes, keyword: string): string {
  const [value] = valuesOf(attributes, keyword)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** Numbers, also where they are written as text; empty when one of them is none. */
export function numbersOf(attributes: Attributes, keyword: string): number[] {
  const numbers = valuesOf(attributes, keyword).map((value) =>
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN,
  )
  return numbers.every(Number.isFinite) ? numbers : []
}

/** A person's name as people write it; empty when there is none. */
export function nameOf(attributes: Attributes, keyword: string): string {
  const [value] = valuesOf(attributes, keyword)
  if (typeof value === 'string') return displayPersonName({ Alphabetic: value }, 200)
  if (!isRecord(value)) return ''
  const groups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const
  return displayPersonName(
    Object.fromEntries(groups.flatMap((group) => (typeof value[group] === 'string' ? [[group, value[group]]] : []))),
    200,
  )
}

/** What the first code of a sequence means, else the code itself; empty without one. */
export function meaningOf(attributes: Attributes, keyword: string): string {
  const [code] = itemsOf(attributes, keyword)
  if (!code) return ''
  return textOf(code, 'CodeMeaning') || codeValueOf(code)
}

/** The code of an item, in whichever of the three elements it is. */
export const codeValueOf = (code: Attributes): string =>
  textOf(code, 'CodeValue') || textOf(code, 'LongCodeValue') || textOf(code, 'URNCodeValue')
