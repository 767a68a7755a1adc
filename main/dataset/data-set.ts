/** A parsed data set: its elements with their raw values, and how to read them by keyword (PS3.5 §7). */
import { elements, type Keyword } from '../dicom/elements.ts'
import { type PersonNameGroups, parsePersonName } from '../dicom/person-name.ts'
import { type VR, vrInfo } from '../dicom/vr.ts'
import { type CharacterSet, characterSet, DEFAULT_CHARACTER_SET } from './charset.ts'
import { readNumbers, readTags } from './values.ts'

/** One data element. */
export interface DataElement {
  readonly tag: number
  /** As stored, or from the dictionary in implicit VR; UN when neither says. */
  readonly VR: VR
  /** Byte offset of the value in the data set (of the inflated one, for deflated syntaxes). */
  readonly offset: number
  /** Bytes of the value; of undefined length: up to and including the delimiter. */
  readonly length: number
  /** The items of a sequence; null for other elements. */
  readonly items: DataSet[] | null
  /** The value; null for sequences and for values that were too large to keep. */
  readonly bytes: Uint8Array | null
}

/** Elements of a data set or of a sequence item. Values are decoded when they are asked for. */
export class DataSet {
  readonly elements = new Map<number, DataElement>()
  readonly parent: DataSet | null
  readonly littleEndian: boolean
  /** False when elements were left out because the data set has more than can be kept. */
  complete = true

  constructor(parent: DataSet | null, littleEndian: boolean) {
    this.parent = parent
    this.littleEndian = littleEndian
  }

  element(keyword: Keyword): DataElement | undefined {
    return this.elements.get(elements[keyword].tag)
  }

  has(keyword: Keyword): boolean {
    return this.elements.has(elements[keyword].tag)
  }

  /** Every value as text without padding; empty when there is none. */
  texts(keyword: Keyword): string[] {
    return this.textsOf(this.element(keyword), elements[keyword].VR)
  }

  /** The first value as text; an empty string when there is none. */
  text(keyword: Keyword): string {
    return this.texts(keyword)[0] ?? ''
  }

  /** All values as numbers; undefined when there is none, or one of them is no number. */
  numbers(keyword: Keyword): number[] | undefined {
    const element = this.element(keyword)
    if (!element?.bytes?.length) return undefined
    const VR = effectiveVR(element, elements[keyword].VR)
    if (vrInfo(VR).kind === 'number' || VR === 'OW') return finite(readNumbers(element.bytes, VR, this.littleEndian))
    return finite(this.textsOf(element, VR).map((text) => (text === '' ? Number.NaN : Number(text))))
  }

  /** The first value as a number. */
  number(keyword: Keyword): number | undefined {
    return this.numbers(keyword)?.[0]
  }

  /** The items of a sequence; empty when there is none. */
  items(keyword: Keyword): readonly DataSet[] {
    return this.element(keyword)?.items ?? []
  }

  /** The first value of a person name, by component groups. */
  personName(keyword: Keyword): PersonNameGroups {
    return parsePersonName(this.text(keyword))
  }

  /** Every value of a person name. */
  personNames(keyword: Keyword): PersonNameGroups[] {
    return this.texts(keyword).filter(Boolean).map(parsePersonName)
  }

  /** Tags listed in an AT element. */
  tags(keyword: Keyword): number[] {
    const bytes = this.element(keyword)?.bytes
    return bytes ? readTags(bytes, this.littleEndian) : []
  }

  /** The character set in force here: its own, or that of the data set around it. */
  get characterSet(): CharacterSet {
    this.#characterSet ??= this.#ownCharacterSet() ?? this.parent?.characterSet ?? DEFAULT_CHARACTER_SET
    return this.#characterSet
  }
  #characterSet: CharacterSet | undefined

  #ownCharacterSet(): CharacterSet | undefined {
    const bytes = this.element('SpecificCharacterSet')?.bytes
    return bytes ? characterSet(asciiText(bytes).split('\\')) : undefined
  }

  /** Values of an element as text, with `knownVR` where the element itself is UN. */
  textsOf(element: DataElement | undefined, knownVR?: VR): string[] {
    if (!element?.bytes?.length) return []
    const VR = effectiveVR(element, knownVR)
    const { kind, multiple } = vrInfo(VR)
    if (kind === 'number') return readNumbers(element.bytes, VR, this.littleEndian).map(String)
    const text =
      kind === 'text'
        ? this.characterSet.decode(element.bytes, VR === 'PN' ? '\\^=' : multiple ? '\\' : '')
        : asciiText(element.bytes)
    return multiple ? text.split('\\').map((value) => trimPadding(value, VR)) : [trimPadding(text, VR)]
  }
}

/** Elements of known tags that were stored as UN are read as what they are (PS3.5 §6.2.2, note 2). */
const effectiveVR = (element: DataElement, knownVR?: VR): VR => (element.VR === 'UN' ? (knownVR ?? 'UN') : element.VR)

const finite = (values: number[]): number[] | undefined =>
  values.length > 0 && values.every(Number.isFinite) ? values : undefined

/** Leading spaces are significant in ST, LT, UT and UC only. */
const trimPadding = (text: string, VR: VR): string => {
  const isTight =
    text.charCodeAt(0) > 0x20 && text.charCodeAt(text.length - 1) > 0x20 && text.charCodeAt(text.length - 1) < 0x80
  if (text === '' || isTight) return text
  return VR === 'ST' || VR === 'LT' || VR === 'UT' || VR === 'UC'
    ? text.replace(/[\s\0]+$/, '')
    : text.replace(/^[\s\0]+|[\s\0]+$/g, '')
}

/** Bytes of the default repertoire; others become U+FFFD. */
export const asciiText = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : '\ufffd'
  return text
}
