/**
 * Writes data sets that Astreinte itself makes: explicit VR little endian, sequences of defined length, text in UTF-8 or,
 * where the content says so, in Latin-1 (PS3.5 §7, §A.2).
 */
import { documentElements } from '../dicom/document-elements.ts'
import { elements as namedElements } from '../dicom/elements.ts'
import { formatPersonNameValue, type PersonNameGroups } from '../dicom/person-name.ts'
import { type VR, vrInfo } from '../dicom/vr.ts'
import { concatenate } from './concatenate.ts'

const elements = { ...namedElements, ...documentElements }
type Keyword = keyof typeof elements

type Binary = Uint8Array | Uint16Array | Int16Array | Float32Array | Float64Array

/** A value: one or several texts or numbers, a person name, the items of a sequence, or bytes as they are. Null writes it empty. */
export type ContentValue =
  | string
  | number
  | PersonNameGroups
  | null
  | readonly (string | number)[]
  | readonly DataSetContent[]
  | Binary

/** A data set by keyword. */
export type DataSetContent = { readonly [K in Keyword]?: ContentValue }

/** A value that its VR cannot hold. */
export class WriteError extends Error {
  readonly keyword: Keyword
  constructor(keyword: Keyword, message: string) {
    super(`${keyword}: ${message}`)
    this.name = 'WriteError'
    this.keyword = keyword
  }
}

/** The bytes of a text, none of whose characters may be beyond its character set. */
type EncodeText = (keyword: Keyword, text: string) => Uint8Array

const encoder = new TextEncoder()
const utf8: EncodeText = (_, text) => encoder.encode(text)

/** Whether ISO_IR 100 holds a text. */
export const isLatin1 = (text: string): boolean => /^[^\u0080-\u009f\u0100-\uffff]*$/.test(text)

const latin1: EncodeText = (keyword, text) => {
  if (!isLatin1(text)) throw new WriteError(keyword, 'a character beyond ISO_IR 100')
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/**
 * The bytes of a data set, elements in order of their tags. Text is written in UTF-8, or in Latin-1 when the content names ISO_IR 100; when
 * one is not ASCII and the content does not name a character set, ISO_IR 192 is. Throws {@link WriteError}.
 */
export const writeDataSet = (content: DataSetContent): Uint8Array => {
  const body = writeElements(content, content.SpecificCharacterSet === 'ISO_IR 100' ? latin1 : utf8)
  const needsCharacterSet = content.SpecificCharacterSet === undefined && holdsText(content)
  return needsCharacterSet ? writeElements({ ...content, SpecificCharacterSet: 'ISO_IR 192' }, utf8) : body
}

const holdsText = (value: unknown): boolean => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything beyond ASCII is looked for
  if (typeof value === 'string') return /[^\x00-\x7f]/.test(value)
  if (ArrayBuffer.isView(value) || typeof value !== 'object' || value === null) return false
  return Object.values(value).some(holdsText)
}

const writeElements = (content: DataSetContent, encodeAll: EncodeText): Uint8Array => {
  const keywords = (Object.keys(content) as Keyword[]).sort((a, b) => elements[a].tag - elements[b].tag)
  const parts: Uint8Array[] = []
  for (const keyword of keywords) {
    const value = content[keyword]
    if (value === undefined) continue
    const VR = chooseVR(keyword, value, content)
    const bytes = pad(encodeValue(keyword, VR, value, encodeAll), VR)
    parts.push(elementHeader(keyword, VR, bytes.length), bytes)
  }
  return concatenate(parts)
}

const signedByPixels = new Set<Keyword>([
  'SmallestImagePixelValue',
  'LargestImagePixelValue',
  'PixelPaddingValue',
  'PixelPaddingRangeLimit',
])

const chooseVR = (keyword: Keyword, value: ContentValue, content: DataSetContent): VR => {
  const { VR } = elements[keyword]
  if (VR === 'OW' && value instanceof Uint8Array) return 'OB'
  return signedByPixels.has(keyword) && content.PixelRepresentation === 1 ? 'SS' : VR
}

const elementHeader = (keyword: Keyword, VR: VR, length: number): Uint8Array => {
  const { long } = vrInfo(VR)
  const { tag } = elements[keyword]
  const header = new Uint8Array(long ? 12 : 8)
  const view = new DataView(header.buffer)
  view.setUint16(0, tag >>> 16, true)
  view.setUint16(2, tag & 0xffff, true)
  header[4] = VR.charCodeAt(0)
  header[5] = VR.charCodeAt(1)
  if (long) view.setUint32(8, length, true)
  else if (length > 0xffff) throw new WriteError(keyword, `${length} bytes do not fit ${VR}`)
  else view.setUint16(6, length, true)
  return header
}

/** Values have an even length: UI and bytes are filled with NULL, text with a space (PS3.5 §6.2). */
const pad = (bytes: Uint8Array, VR: VR): Uint8Array => {
  if (bytes.length % 2 === 0) return bytes
  const padded = new Uint8Array(bytes.length + 1)
  padded.set(bytes)
  padded[bytes.length] = VR === 'UI' || vrInfo(VR).kind === 'bulk' ? 0 : 0x20
  return padded
}

const encodeValue = (keyword: Keyword, VR: VR, value: ContentValue, encodeAll: EncodeText): Uint8Array => {
  if (value === null) return new Uint8Array(0)
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  const { kind } = vrInfo(VR)
  if (kind === 'sequence') return concatenate(asList(value).map((item) => writeItem(keyword, item, encodeAll)))
  if (kind === 'number' || kind === 'tag') return encodeNumbers(keyword, VR, asList(value))
  if (kind === 'bulk') throw new WriteError(keyword, `${VR} takes bytes`)
  return encodeAll(
    keyword,
    asList(value)
      .map((one) => encodeText(keyword, VR, one))
      .join('\\'),
  )
}

const asList = (value: ContentValue): readonly unknown[] => (Array.isArray(value) ? value : [value])

const writeItem = (keyword: Keyword, item: unknown, encodeAll: EncodeText): Uint8Array => {
  if (typeof item !== 'object' || item === null) throw new WriteError(keyword, 'a sequence takes items')
  const body = writeElements(item as DataSetContent, encodeAll)
  const header = Uint8Array.of(0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0)
  new DataView(header.buffer).setUint32(4, body.length, true)
  return concatenate([header, body])
}

const encodeText = (keyword: Keyword, VR: VR, value: unknown): string => {
  if (typeof value === 'number') return VR === 'DS' ? decimalString(keyword, value) : String(value)
  if (typeof value === 'string') {
    if (vrInfo(VR).multiple && value.includes('\\')) throw new WriteError(keyword, 'a value with a backslash')
    return value
  }
  if (VR === 'PN') return formatPersonNameValue(value as PersonNameGroups)
  throw new WriteError(keyword, `no value for ${VR}`)
}

/** A number in at most 16 characters, as exactly as they allow. */
const decimalString = (keyword: Keyword, value: number): string => {
  if (!Number.isFinite(value)) throw new WriteError(keyword, 'not a finite number')
  const exact = String(value)
  if (exact.length <= 16) return exact
  for (let digits = 16; digits > 0; digits--) {
    const shorter = String(Number(value.toPrecision(digits)))
    if (shorter.length <= 16) return shorter
  }
  return value.toExponential(8)
}

const writers: Partial<Record<VR, [bytes: number, set: (view: DataView, at: number, value: number) => void]>> = {
  US: [2, (view, at, value) => view.setUint16(at, value, true)],
  SS: [2, (view, at, value) => view.setInt16(at, value, true)],
  UL: [4, (view, at, value) => view.setUint32(at, value, true)],
  SL: [4, (view, at, value) => view.setInt32(at, value, true)],
  FL: [4, (view, at, value) => view.setFloat32(at, value, true)],
  FD: [8, (view, at, value) => view.setFloat64(at, value, true)],
  AT: [4, (view, at, value) => view.setUint32(at, ((value >>> 16) | (value << 16)) >>> 0, true)],
}

const encodeNumbers = (keyword: Keyword, VR: VR, values: readonly unknown[]): Uint8Array => {
  const [size, set] = writers[VR] ?? []
  if (!size || !set) throw new WriteError(keyword, `${VR} is not written`)
  const bytes = new Uint8Array(size * values.length)
  const view = new DataView(bytes.buffer)
  values.forEach((value, i) => {
    if (typeof value !== 'number' || !fits(VR, value)) throw new WriteError(keyword, `${VR} does not hold this value`)
    set(view, i * size, value)
  })
  return bytes
}

const ranges: Partial<Record<VR, [number, number]>> = {
  US: [0, 0xffff],
  SS: [-0x8000, 0x7fff],
  UL: [0, 0xffffffff],
  SL: [-0x80000000, 0x7fffffff],
  AT: [0, 0xffffffff],
}

const fits = (VR: VR, value: number): boolean => {
  const range = ranges[VR]
  return range ? Number.isInteger(value) && value >= range[0] && value <= range[1] : true
}
