/** Elements in explicit VR little endian from their raw values (PS3.5 §7.1.2, §7.5). */
import type { DataSet } from '../../dataset/index.ts'
import { type VR, vrInfo } from '../../dicom/vr.ts'

export const UNDEFINED_LENGTH = 0xffffffff

/** An element with its value as bytes. */
export interface RawElement {
  tag: number
  VR: VR
  bytes: Uint8Array
}

/** The header of an element; a value too long for its VR becomes UN (PS3.5 §6.2.2, note 4). */
export function elementHeader(tag: number, VR: VR, length: number): Buffer {
  const asVR = !vrInfo(VR).long && length > 0xffff ? 'UN' : VR
  const header = Buffer.alloc(vrInfo(asVR).long ? 12 : 8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.write(asVR, 4, 'latin1')
  if (header.length === 12) header.writeUInt32LE(length, 8)
  else header.writeUInt16LE(length, 6)
  return header
}

const delimiter = (element: number, length: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(0xfffe, 0)
  bytes.writeUInt16LE(element, 2)
  bytes.writeUInt32LE(length, 4)
  return bytes
}

export const itemHeader = (length: number): Buffer => delimiter(0xe000, length)
export const itemEnd = delimiter(0xe00d, 0)
export const sequenceEnd = delimiter(0xe0dd, 0)

/** What fills a value of odd length (PS3.5 §6.2). */
export const padding = (VR: VR): Buffer => {
  const { kind } = vrInfo(VR)
  return Buffer.of(VR === 'UI' || kind === 'bulk' || kind === 'number' || kind === 'tag' ? 0 : 0x20)
}

export const padded = (bytes: Uint8Array, VR: VR): Uint8Array =>
  bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, padding(VR)])

/** An element whole. */
export const encodeElement = ({ tag, VR, bytes }: RawElement): Buffer => {
  const value = padded(bytes, VR)
  return Buffer.concat([elementHeader(tag, VR, value.length), value])
}

/** A text as an element. */
export const textElement = (tag: number, VR: VR, text: string): RawElement => ({
  tag,
  VR,
  bytes: Buffer.from(text, 'utf8'),
})

/** A sequence whole, of items in explicit VR little endian. */
export const sequenceElement = (tag: number, items: readonly (readonly RawElement[])[]): RawElement => ({
  tag,
  VR: 'SQ',
  bytes: Buffer.concat(
    items.flatMap((item) => {
      const body = Buffer.concat([...item].sort((a, b) => a.tag - b.tag).map(encodeElement))
      return [itemHeader(body.length), body]
    }),
  ),
})

/** The elements of a little-endian data set whose values were kept, sequences in them too. */
export const rawElements = (dataSet: DataSet): RawElement[] =>
  [...dataSet.elements.values()].flatMap(({ tag, VR, items, bytes }) => {
    if (items) return [sequenceElement(tag, items.map(rawElements))]
    return bytes ? [{ tag, VR, bytes }] : []
  })
