/** A data set in the DICOM JSON model (PS3.18 Annex F). */
import { elements } from '../dicom/elements.ts'
import { parsePersonName } from '../dicom/person-name.ts'
import { tagToHex } from '../dicom/standard-dictionary.ts'
import { type VR, vrInfo } from '../dicom/vr.ts'
import type { DataElement, DataSet } from './data-set.ts'
import { readNumbers, readTags, swapBytes } from './values.ts'

export type DicomJsonValue =
  | string
  | number
  | null
  | { Alphabetic?: string; Ideographic?: string; Phonetic?: string }
  | DicomJson

export interface DicomJsonElement {
  vr: VR
  Value?: DicomJsonValue[]
  BulkDataURI?: string
  InlineBinary?: string
}

/** Elements by tag in eight hexadecimal digits. */
export type DicomJson = { [tag: string]: DicomJsonElement }

export interface DicomJsonOptions {
  /**
   * Where a value can be fetched that is not written into the JSON: pixel data, binary values longer than 1 KiB, texts longer than 64 KiB.
   * `path` is the tag, for elements in items `tag/item number/tag` (from 0). Without an address the element stands without value.
   */
  bulkDataURI?: (path: string, element: DataElement) => string | undefined
}

/** Longest binary value that is written inline, in bytes. */
const MAX_INLINE = 1024
const pixelTags = new Set<number>([
  elements.PixelData.tag,
  elements.FloatPixelData.tag,
  elements.DoubleFloatPixelData.tag,
])

/** The whole data set, sequences included; group lengths are left out (PS3.18 §F.2.2). */
export const toDicomJson = (dataSet: DataSet, options: DicomJsonOptions = {}): DicomJson =>
  convert(dataSet, options, '')

const convert = (dataSet: DataSet, options: DicomJsonOptions, path: string): DicomJson => {
  const json: DicomJson = {}
  const sorted = [...dataSet.elements.values()].sort((a, b) => a.tag - b.tag)
  for (const element of sorted) {
    if ((element.tag & 0xffff) === 0) continue
    const hex = tagToHex(element.tag)
    json[hex] = convertElement(dataSet, element, options, path + hex)
  }
  return json
}

const convertElement = (
  dataSet: DataSet,
  element: DataElement,
  options: DicomJsonOptions,
  path: string,
): DicomJsonElement => {
  const { VR: vr, bytes, items } = element
  if (items) {
    return items.length > 0 ? { vr, Value: items.map((item, i) => convert(item, options, `${path}/${i}/`)) } : { vr }
  }
  if (element.length === 0) return { vr }
  const isBulk = vrInfo(vr).kind === 'bulk'
  if (!bytes || pixelTags.has(element.tag) || (isBulk && bytes.length > MAX_INLINE)) {
    const BulkDataURI = options.bulkDataURI?.(path, element)
    return BulkDataURI === undefined ? { vr } : { vr, BulkDataURI }
  }
  if (isBulk) return { vr, InlineBinary: base64(dataSet.littleEndian ? bytes : swapBytes(bytes, vrInfo(vr).unit)) }
  if (element.tag === elements.SpecificCharacterSet.tag) return { vr, Value: ['ISO_IR 192'] }
  const Value = convertValues(dataSet, element, bytes)
  return Value.some((value) => value !== null) ? { vr, Value } : { vr }
}

const convertValues = (dataSet: DataSet, element: DataElement, bytes: Uint8Array): DicomJsonValue[] => {
  const { VR } = element
  if (VR === 'AT') return readTags(bytes, dataSet.littleEndian).map(tagToHex)
  if (VR === 'SV' || VR === 'UV') return bigIntegers(bytes, VR, dataSet.littleEndian)
  if (vrInfo(VR).kind === 'number') return readNumbers(bytes, VR, dataSet.littleEndian).map(jsonNumber)
  const texts = dataSet.textsOf(element)
  if (VR === 'PN') return texts.map((text) => (text === '' ? null : parsePersonName(text)))
  if (VR === 'DS' || VR === 'IS') return texts.map(numericString)
  return texts.map((text) => (text === '' ? null : text))
}

/** JSON has no words for these values. */
const jsonNumber = (value: number): number | string => (Number.isFinite(value) ? value : String(value))

/** A number where the text is one, as written otherwise. */
const numericString = (text: string): number | string | null => {
  if (text === '') return null
  const value = Number(text)
  return Number.isFinite(value) ? value : text
}

/** 64-bit integers beyond 2^53 are written as text (PS3.18 §F.2.3). */
const bigIntegers = (bytes: Uint8Array, VR: 'SV' | 'UV', littleEndian: boolean): (number | string)[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 3 }, (_, i) => {
    const value = VR === 'SV' ? view.getBigInt64(i * 8, littleEndian) : view.getBigUint64(i * 8, littleEndian)
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  })
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
