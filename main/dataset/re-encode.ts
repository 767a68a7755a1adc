/**
 * A data set in another of the uncompressed encodings (PS3.5 §7.1, §7.3, Annex A.1 to A.3): the same elements and values, byte order and
 * representations as the other syntax has them. Group lengths, which would no longer be true, are left out; sequences get their lengths.
 */
import { elements } from '../dicom/elements.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { type VR, vrInfo } from '../dicom/vr.ts'
import {
  ITEM,
  ITEM_DELIMITATION,
  readElementHeader,
  readTag,
  readUint16,
  readUint32,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from './element-header.ts'
import { pixelWord } from './pixel-layout.ts'

/** The data set is cut, contradicts itself, or holds what cannot be encoded otherwise. */
export class ReEncodeError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReEncodeError'
  }
}

interface Encoding {
  implicit: boolean
  littleEndian: boolean
}

/** What elements of the first level become, by tag: another value, in little endian, or, null, nothing. */
export type ElementChanges = ReadonlyMap<number, { VR: VR; value: Uint8Array } | null>

/** What compressed pixel data within items become, by the offset of their fragments: these bytes, in little endian, for so many of theirs. */
export type DecodedPixels = ReadonlyMap<number, { length: number; VR: VR; value: Uint8Array }>

/** Sequences in sequences, as in the scan of headers. */
const MAX_DEPTH = 64
/** What a 2-byte length can say. */
const MAX_SHORT = 0xfffe

/** Syntaxes between which nothing but the encoding of elements differs; the deflated one is meant inflated. */
export const isReEncodable = (TransferSyntaxUID: string): boolean => {
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  return syntax?.codec === 'none' && !syntax.encapsulated
}

const encodingOf = (TransferSyntaxUID: string): Encoding => {
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  if (!syntax || !isReEncodable(TransferSyntaxUID)) throw new ReEncodeError('not an uncompressed transfer syntax')
  return syntax
}

/** Bytes in pieces, most of them views of the source. */
interface Pieces {
  list: Uint8Array[]
  length: number
}

const add = (pieces: Pieces, bytes: Uint8Array): void => {
  pieces.list.push(bytes)
  pieces.length += bytes.length
}

/** Units of a value in the other byte order. */
const swapped = (value: Uint8Array, unit: number): Uint8Array => {
  if (value.length % unit !== 0) throw new ReEncodeError('a value is no whole number of its units')
  const other = new Uint8Array(value.length)
  for (let at = 0; at < value.length; at += unit) {
    for (let byte = 0; byte < unit; byte += 1) other[at + byte] = value[at + unit - 1 - byte] ?? 0
  }
  return other
}

/** The header of an element, or, without VR, of an item. A value too long for its VR's length becomes UN (PS3.5 §6.2.2). */
function headerOf(tag: number, VR: VR | null, length: number, { implicit, littleEndian }: Encoding): Uint8Array {
  const written = VR && !vrInfo(VR).long && length > MAX_SHORT ? 'UN' : VR
  const isLong = !implicit && written !== null && vrInfo(written).long
  const header = new Uint8Array(isLong ? 12 : 8)
  const view = new DataView(header.buffer)
  view.setUint16(0, tag >>> 16, littleEndian)
  view.setUint16(2, tag & 0xffff, littleEndian)
  if (implicit || written === null) view.setUint32(4, length, littleEndian)
  else {
    header[4] = written.charCodeAt(0)
    header[5] = written.charCodeAt(1)
    if (isLong) view.setUint32(8, length, littleEndian)
    else view.setUint16(6, length, littleEndian)
  }
  return header
}

class ReEncoder {
  readonly #source: Uint8Array
  readonly #from: Encoding
  readonly #to: Encoding
  readonly #changes: ElementChanges
  readonly #decoded: DecodedPixels
  /** Tags of elements to be written anew, in order. */
  readonly #changed: number[]
  #at = 0
  /** Of the data set or item that is being written. */
  #bitsAllocated = 0

  constructor(
    source: Uint8Array,
    from: Encoding,
    to: Encoding,
    { changes, decoded }: { changes: ElementChanges; decoded: DecodedPixels },
  ) {
    this.#source = source
    this.#from = from
    this.#to = to
    this.#changes = changes
    this.#decoded = decoded
    this.#changed = [...changes].flatMap(([tag, change]) => (change ? [tag] : [])).sort((a, b) => a - b)
  }

  all(): Uint8Array[] {
    const pieces = this.#elements(this.#source.length, this.#from, 'US', 0)
    this.#writeChanged(pieces, Number.POSITIVE_INFINITY)
    return pieces.list
  }

  /** Writes the changed elements that come before a tag, or are it. */
  #writeChanged(pieces: Pieces, before: number): void {
    for (let tag = this.#changed[0]; tag !== undefined && tag <= before; tag = this.#changed[0]) {
      this.#changed.shift()
      const change = this.#changes.get(tag)
      if (!change) continue
      this.#note(tag, change.value, true)
      this.#value(pieces, tag, change.VR, change.value, LITTLE_ENDIAN)
    }
  }

  /** Elements up to `end`, or, when that is infinite, to the delimiter of their item. `pixelVR` is what US or SS means around them. */
  #elements(end: number, from: Encoding, pixelVR: VR, depth: number): Pieces {
    if (depth > MAX_DEPTH) throw new ReEncodeError('sequences are nested too deeply')
    const around = this.#bitsAllocated
    this.#bitsAllocated = 0
    const pieces = this.#elementsOf(end, from, pixelVR, depth)
    // What is put in behind the last element is of the data set itself.
    if (depth > 0) this.#bitsAllocated = around
    return pieces
  }

  #elementsOf(end: number, from: Encoding, pixelVR: VR, depth: number): Pieces {
    const pieces: Pieces = { list: [], length: 0 }
    let meaning = pixelVR
    while (this.#at < end) {
      this.#need(8)
      if (
        readTag(this.#source, this.#at, from.littleEndian) === ITEM_DELIMITATION &&
        end === Number.POSITIVE_INFINITY
      ) {
        this.#at += 8
        return pieces
      }
      meaning = this.#element(pieces, end, from, meaning, depth)
    }
    if (this.#at !== end) throw new ReEncodeError('an element is longer than what holds it')
    return pieces
  }

  #need(length: number): void {
    if (this.#at + length > this.#source.length) throw new ReEncodeError('the data set is cut')
  }

  /** Writes the next element; returns what US or SS means from there on. */
  #element(pieces: Pieces, end: number, from: Encoding, meaning: VR, depth: number): VR {
    const source = this.#source
    const { littleEndian } = from
    const choose = (VRs: readonly VR[]): VR => (VRs.includes('OW') ? 'OW' : meaning)
    const header = readElementHeader(source, this.#at, from.implicit, littleEndian, null, choose)
    if (header.tag >>> 16 === 0xfffe) throw new ReEncodeError('an item outside of a sequence')
    this.#at += 8
    let { length } = header
    if (length === undefined) {
      this.#need(4)
      length = readUint32(source, this.#at, littleEndian)
      this.#at += 4
    }
    const target = depth === 0 ? this.#keptOrDropped(pieces, header.tag) : pieces
    const isUndefined = length === UNDEFINED_LENGTH
    const isSequence = header.VR === 'SQ' || isUndefined
    const decoded = isUndefined ? this.#decoded.get(this.#at) : undefined
    if (decoded) {
      this.#need(decoded.length)
      this.#at += decoded.length
      this.#value(target, header.tag, decoded.VR, decoded.value, LITTLE_ENDIAN)
      return meaning
    }
    if (isUndefined && !['SQ', 'UN'].includes(header.VR)) throw new ReEncodeError('compressed pixel data')
    if (!isUndefined) this.#need(length)
    if (!isUndefined && this.#at + length > end) throw new ReEncodeError('an element is longer than what holds it')
    if (isSequence) {
      // Of undefined length, UN is a sequence in implicit VR little endian (PS3.5 §6.2.2 note 5).
      const inside = header.VR === 'UN' ? { implicit: true, littleEndian: true } : from
      const items = this.#items(isUndefined ? Number.POSITIVE_INFINITY : this.#at + length, inside, meaning, depth)
      this.#write(target, header.tag, 'SQ', items)
      return meaning
    }
    const value = source.subarray(this.#at, this.#at + length)
    this.#at += length
    if ((header.tag & 0xffff) === 0) return meaning
    const isSigned = header.tag === elements.PixelRepresentation.tag && length === 2
    if (target === pieces) this.#note(header.tag, value, littleEndian)
    this.#value(target, header.tag, header.VR, value, from)
    return isSigned ? (readUint16(value, 0, littleEndian) === 1 ? 'SS' : 'US') : meaning
  }

  /** Where an element of the first level goes: nowhere, when it was changed. */
  #keptOrDropped(pieces: Pieces, tag: number): Pieces {
    this.#writeChanged(pieces, tag)
    return this.#changes.has(tag) ? { list: [], length: 0 } : pieces
  }

  #note(tag: number, value: Uint8Array, littleEndian: boolean): void {
    if (tag === elements.BitsAllocated.tag && value.length === 2)
      this.#bitsAllocated = readUint16(value, 0, littleEndian)
  }

  #value(pieces: Pieces, tag: number, VR: VR, value: Uint8Array, from: Encoding): void {
    const unit = tag === elements.PixelData.tag ? this.#pixelUnit(VR, from) : vrInfo(VR).unit
    const mustSwap = unit > 1 && from.littleEndian !== this.#to.littleEndian
    const bytes = mustSwap ? swapped(value, unit) : value
    this.#write(pieces, tag, VR, { list: [bytes], length: bytes.length })
  }

  /** As the pixels are shown; in big endian, receivers do not agree on the order of the words of longer ones. */
  #pixelUnit(VR: VR, from: Encoding): number {
    const unit = this.#bitsAllocated > 0 ? pixelWord(this.#bitsAllocated, VR) : vrInfo(VR).unit
    if (unit > 2 && from.littleEndian && !this.#to.littleEndian)
      throw new ReEncodeError('pixels of more than 16 bits in big endian')
    return Number.isInteger(unit) ? unit : vrInfo(VR).unit
  }

  /** Items up to `end`, or to the delimiter of their sequence. */
  #items(end: number, from: Encoding, meaning: VR, depth: number): Pieces {
    const pieces: Pieces = { list: [], length: 0 }
    while (this.#at < end) {
      this.#need(8)
      const tag = readTag(this.#source, this.#at, from.littleEndian)
      const length = readUint32(this.#source, this.#at + 4, from.littleEndian)
      this.#at += 8
      if (tag === SEQUENCE_DELIMITATION && end === Number.POSITIVE_INFINITY) return pieces
      if (tag !== ITEM) throw new ReEncodeError('a sequence holds something else than items')
      const isUndefined = length === UNDEFINED_LENGTH
      if (!isUndefined) this.#need(length)
      const itemEnd = isUndefined ? Number.POSITIVE_INFINITY : this.#at + length
      if (!isUndefined && itemEnd > end) throw new ReEncodeError('an item is longer than its sequence')
      const content = this.#elements(itemEnd, from, meaning, depth + 1)
      add(pieces, this.#header(ITEM, null, content.length))
      for (const bytes of content.list) add(pieces, bytes)
    }
    return pieces
  }

  #write(pieces: Pieces, tag: number, VR: VR, value: Pieces): void {
    add(pieces, this.#header(tag, VR, value.length))
    for (const bytes of value.list) add(pieces, bytes)
  }

  #header(tag: number, VR: VR | null, length: number): Uint8Array {
    return headerOf(tag, VR, length, this.#to)
  }
}

const noChanges: ElementChanges = new Map()
const noPixels: DecodedPixels = new Map()
const LITTLE_ENDIAN: Encoding = { implicit: false, littleEndian: true }

/**
 * The pieces of a data set in another uncompressed transfer syntax, most of them views of `source`; both in the deflated syntax stand for
 * what is inflated. Elements of the first level can be changed on the way, and pixel data of items `decoded`. Throws {@link ReEncodeError}.
 */
export function reEncode(
  source: Uint8Array,
  fromUID: string,
  toUID: string,
  changes = noChanges,
  decoded = noPixels,
): Uint8Array[] {
  const [from, to] = [encodingOf(fromUID), encodingOf(toUID)]
  const isSameEncoding = from.implicit === to.implicit && from.littleEndian === to.littleEndian
  if (isSameEncoding && changes.size === 0 && decoded.size === 0) return [source]
  return new ReEncoder(source, from, to, { changes, decoded }).all()
}

/** The header of an element in an uncompressed transfer syntax, its value to follow. */
export const elementHeaderIn = (TransferSyntaxUID: string, tag: number, VR: VR, length: number): Uint8Array =>
  headerOf(tag, VR, length, encodingOf(TransferSyntaxUID))

/** Syntaxes to fall back on when a receiver does not take the stored one, in order of preference. */
export const uncompressedSyntaxes = [
  TransferSyntaxUIDs.ExplicitVRLittleEndian,
  TransferSyntaxUIDs.ImplicitVRLittleEndian,
  TransferSyntaxUIDs.ExplicitVRBigEndian,
  TransferSyntaxUIDs.DeflatedExplicitVRLittleEndian,
] as const
