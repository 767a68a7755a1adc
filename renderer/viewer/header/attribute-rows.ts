/** A data set in the DICOM JSON model (PS3.18 Annex F) as rows to read: tag, keyword, representation, value; items of sequences indented. */
import { displayText, sopClassName } from '../../../main/dicom/index.ts'
import { lookUpTag } from '../../../main/dicom/standard-dictionary.ts'

export interface AttributeRow {
  /** Path of tags and item numbers: unique. */
  key: string
  depth: number
  /** `(0010,0010)`; empty for an item of a sequence. */
  tag: string
  keyword: string
  vr: string
  value: string
  /** Bytes that were left out of the value; null when the value is whole. */
  binary: { bytes: number | null } | null
  /** Items of a sequence; null for other attributes. */
  items: number | null
}

/** Longest value shown. */
const LONGEST = 2000

/** All attributes in the order of their tags, those of sequence items after the sequence. */
export function attributeRows(attributes: Record<string, unknown>, depth = 0, path = ''): AttributeRow[] {
  return Object.keys(attributes)
    .sort()
    .flatMap((hex) => rowsOf(hex, attributes[hex], depth, `${path}${hex}`))
}

function rowsOf(hex: string, attribute: unknown, depth: number, key: string): AttributeRow[] {
  if (!isRecord(attribute)) return []
  const vr = typeof attribute.vr === 'string' ? attribute.vr : ''
  const values = Array.isArray(attribute.Value) ? attribute.Value : []
  const isSequence = vr === 'SQ'
  const row: AttributeRow = {
    key,
    depth,
    tag: `(${hex.slice(0, 4)},${hex.slice(4)})`,
    keyword: lookUpTag(Number.parseInt(hex, 16))?.keyword ?? '',
    vr,
    value: isSequence ? '' : valueText(vr, values),
    binary: binaryOf(attribute),
    items: isSequence ? values.length : null,
  }
  if (!isSequence) return [row]
  return [row, ...values.flatMap((item, index) => itemRows(item, index, depth + 1, key))]
}

function itemRows(item: unknown, index: number, depth: number, path: string): AttributeRow[] {
  const key = `${path}[${index}]`
  const title: AttributeRow = {
    key,
    depth,
    tag: '',
    keyword: `#${index + 1}`,
    vr: '',
    value: '',
    binary: null,
    items: null,
  }
  return [title, ...attributeRows(isRecord(item) ? item : {}, depth + 1, `${key}.`)]
}

function valueText(vr: string, values: readonly unknown[]): string {
  return displayText(values.map((value) => oneValue(vr, value)).join(' \\ '), LONGEST)
}

function oneValue(vr: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (vr === 'PN' && isRecord(value))
    return [value.Alphabetic, value.Ideographic, value.Phonetic]
      .filter((group) => typeof group === 'string')
      .join(' = ')
  if (vr === 'UI' && typeof value === 'string') {
    const name = sopClassName(value)
    return name === value ? value : `${value} (${name})`
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function binaryOf(attribute: Record<string, unknown>): AttributeRow['binary'] {
  if (typeof attribute.InlineBinary === 'string') return { bytes: Math.floor((attribute.InlineBinary.length * 3) / 4) }
  return 'BulkDataURI' in attribute ? { bytes: null } : null
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()

/** Rows in which every word of `search` is found, in tag, keyword or value; with them, the sequences that they stand in. */
export function searchRows(rows: readonly AttributeRow[], search: string): readonly AttributeRow[] {
  const words = folded(search).split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  const keys = new Set<string>()
  for (const row of rows) {
    const text = folded(`${row.tag} ${row.tag.replace(/[(),]/g, '')} ${row.keyword} ${row.value}`)
    if (!words.every((word) => text.includes(word))) continue
    for (let key: string = row.key; key !== ''; key = parentKey(key)) keys.add(key)
  }
  return rows.filter((row) => keys.has(row.key))
}

/** `00081115[0].0020000E` → `00081115[0]` → `00081115` → empty. */
function parentKey(key: string): string {
  if (key.endsWith(']')) return key.slice(0, key.lastIndexOf('['))
  const dot = key.lastIndexOf('.')
  return dot < 0 ? '' : key.slice(0, dot)
}
