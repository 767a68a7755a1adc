/** Data sets built byte by byte in every encoding, for tests of what reads them; each odd form that equipment writes can be made here. */
import { elements, type Keyword } from '../../../main/dicom/elements.ts'
import { isVR, vrInfo } from '../../../main/dicom/vr.ts'

export interface Encoding {
  implicit?: boolean
  bigEndian?: boolean
}

/** Keyword, or `[tag, VR]`. */
export type Name = Keyword | readonly [tag: number, VR: string]

const concat = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'))

/** Raw bytes of a number of `size` bytes. */
export const number = (value: number, size: 2 | 4, { bigEndian = false }: Encoding = {}): Uint8Array => {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  if (size === 2) view.setUint16(0, value & 0xffff, !bigEndian)
  else view.setUint32(0, value >>> 0, !bigEndian)
  return bytes
}

const tagBytes = (tag: number, encoding: Encoding): Uint8Array =>
  concat(number(tag >>> 16, 2, encoding), number(tag & 0xffff, 2, encoding))

/** Header of an element with any length, true or not. */
export const header = (name: Name, length: number, encoding: Encoding = {}): Uint8Array => {
  const [tag, VR] = typeof name === 'string' ? [elements[name].tag, elements[name].VR] : name
  if (encoding.implicit) return concat(tagBytes(tag, encoding), number(length, 4, encoding))
  const isLong = isVR(VR) && vrInfo(VR).long
  const rest = isLong ? concat(new Uint8Array(2), number(length, 4, encoding)) : number(length, 2, encoding)
  return concat(tagBytes(tag, encoding), bytesOf(VR), rest)
}

/** An element; text gets the padding of its VR. */
export const element = (name: Name, value: string | Uint8Array, encoding: Encoding = {}): Uint8Array => {
  const VR = typeof name === 'string' ? elements[name].VR : name[1]
  const raw = typeof value === 'string' ? bytesOf(value) : value
  const padded = raw.length % 2 ? concat(raw, bytesOf(VR === 'UI' || typeof value !== 'string' ? '\0' : ' ')) : raw
  return concat(header(name, padded.length, encoding), padded)
}

export const us = (name: Name, value: number, encoding: Encoding = {}): Uint8Array =>
  element(name, number(value, 2, encoding), encoding)

const UNDEFINED = 0xffffffff
export const ITEM = 0xfffee000
export const ITEM_END = 0xfffee00d
export const SEQUENCE_END = 0xfffee0dd

/** Item or delimiter. */
export const mark = (tag: number, length: number, encoding: Encoding = {}): Uint8Array =>
  concat(tagBytes(tag, encoding), number(length, 4, encoding))

/** A sequence of items with their lengths or with delimiters. */
export const sequence = (
  name: Name,
  items: Uint8Array[],
  encoding: Encoding = {},
  undefinedLength = false,
): Uint8Array => {
  const body = items.map((item) =>
    undefinedLength
      ? concat(mark(ITEM, UNDEFINED, encoding), item, mark(ITEM_END, 0, encoding))
      : concat(mark(ITEM, item.length, encoding), item),
  )
  if (undefinedLength) return concat(header(name, UNDEFINED, encoding), ...body, mark(SEQUENCE_END, 0, encoding))
  const content = concat(...body)
  return concat(header(name, content.length, encoding), content)
}

/** Encapsulated pixel data: offset table, then fragments. */
export const fragments = (table: number[], list: Uint8Array[]): Uint8Array =>
  concat(
    header('PixelData', UNDEFINED),
    mark(ITEM, table.length * 4),
    ...table.map((offset) => number(offset, 4)),
    ...list.flatMap((fragment) => [mark(ITEM, fragment.length), fragment]),
    mark(SEQUENCE_END, 0),
  )

export const join = concat

/** What describes two rows of three pixels of twelve bits. */
export const sixPixels = (encoding: Encoding = {}): Uint8Array[] => [
  us('SamplesPerPixel', 1, encoding),
  element('PhotometricInterpretation', 'MONOCHROME2', encoding),
  us('Rows', 2, encoding),
  us('Columns', 3, encoding),
  us('BitsAllocated', 16, encoding),
  us('BitsStored', 12, encoding),
  us('HighBit', 11, encoding),
  us('PixelRepresentation', 0, encoding),
]

/** A small image with a nested sequence, in the given encoding. */
export const smallImage = (encoding: Encoding = {}, undefinedLength = false): Uint8Array =>
  concat(
    element('SpecificCharacterSet', 'ISO_IR 100', encoding),
    element('SOPClassUID', '1.2.840.10008.5.1.4.1.1.2', encoding),
    element('SOPInstanceUID', '1.2.3.4.5', encoding),
    element('Modality', 'CT', encoding),
    element([0x00090010, 'LO'], 'A VENDOR', encoding),
    element([0x00091001, 'UN'], Uint8Array.of(1, 2, 3, 4), encoding),
    element('PatientName', 'Martin^\xc9lise', encoding),
    element('StudyInstanceUID', '1.2.3.4', encoding),
    element('SeriesInstanceUID', '1.2.3.4.1', encoding),
    ...sixPixels(encoding),
    sequence(
      'RequestAttributesSequence',
      [
        join(
          element('RequestedProcedureDescription', 'Scanner c\xe9r\xe9bral', encoding),
          sequence('ScheduledProtocolCodeSequence', [element('CodeValue', 'X1', encoding)], encoding, undefinedLength),
          element('RequestedProcedureID', 'RP1', encoding),
        ),
        element('RequestedProcedureID', 'RP2', encoding),
      ],
      encoding,
      undefinedLength,
    ),
    element(
      'PixelData',
      Uint8Array.from({ length: 12 }, (_, i) => i),
      encoding,
    ),
  )
