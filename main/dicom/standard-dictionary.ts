/** The whole data dictionary of the standard, parsed when it is first asked (PS3.6). For implicit VR and for showing headers. */
import { REPEATING_GROUP_TABLE, STANDARD_DICTIONARY_TABLE } from './standard-dictionary-table.ts'
import type { VR } from './vr.ts'

export interface DictionaryEntry {
  tag: number
  keyword: string
  /** The representations it may have; the first is taken where nothing else decides. */
  VRs: readonly VR[]
}

const parseTable = (table: string): Map<number, DictionaryEntry> => {
  const entries = new Map<number, DictionaryEntry>()
  for (const line of table.trim().split('\n')) {
    const [hex = '', VRs = '', keyword = ''] = line.split(' ')
    const tag = Number.parseInt(hex, 16)
    entries.set(tag, { tag, keyword, VRs: VRs.split('|') as VR[] })
  }
  return entries
}

let byKeyword: Map<string, DictionaryEntry> | undefined
let standard: Map<number, DictionaryEntry> | undefined
let repeating: Map<number, DictionaryEntry> | undefined

/** The entry of a tag (`0xGGGGEEEE`); undefined for private and unknown elements. */
export const lookUpTag = (tag: number): DictionaryEntry | undefined => {
  standard ??= parseTable(STANDARD_DICTIONARY_TABLE)
  const entry = standard.get(tag)
  if (entry) return entry
  const family = (tag >>> 24) & 0xff
  if ((family !== 0x50 && family !== 0x60 && family !== 0x7f) || (tag >>> 16) & 1) return undefined
  repeating ??= parseTable(REPEATING_GROUP_TABLE)
  return repeating.get((tag & 0xff00ffff) >>> 0)
}

/** The entry of a keyword; undefined when the standard has none. */
export const lookUpKeyword = (keyword: string): DictionaryEntry | undefined => {
  standard ??= parseTable(STANDARD_DICTIONARY_TABLE)
  byKeyword ??= new Map([...standard.values()].map((entry) => [entry.keyword, entry]))
  return byKeyword.get(keyword)
}

/** `GGGGEEEE` in capital hexadecimal digits, as the DICOM JSON model writes tags. */
export const tagToHex = (tag: number): string => (tag >>> 0).toString(16).toUpperCase().padStart(8, '0')
