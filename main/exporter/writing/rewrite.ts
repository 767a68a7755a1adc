/**
 * Writes a stored data set anew, in explicit VR little endian, with elements left out or changed. Compressed pixels stay as they are; values
 * that are not changed are copied byte for byte, as they are read.
 */
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { type DataElement, type DataSet, pixelWord, type ReadableDataSet, scanStored } from '../../dataset/index.ts'
import { elements } from '../../dicom/elements.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import { vrInfo } from '../../dicom/vr.ts'
import {
  elementHeader,
  encodeElement,
  itemEnd,
  itemHeader,
  padding,
  type RawElement,
  sequenceEnd,
  UNDEFINED_LENGTH,
} from './explicit-elements.ts'

const inflate = promisify(inflateRaw)
/** Bytes that a deflated data set may grow to. */
const MAX_INFLATED = 1024 * 1024 * 1024
const STEP = 1024 * 1024
/** The memory for elements of one data set. */
const MAX_ELEMENTS = 512 * 1024 * 1024

/** What becomes of an element: kept with what is in it changed in turn, left out, or given another value. */
export type Change = 'keep' | 'remove' | RawElement

export interface Rewriting {
  change(element: DataElement, dataSet: DataSet): Change
  /** Elements of the top level that are put in, in the place of those of the same tag. */
  add: readonly RawElement[]
  /** What is overwritten, in order, in compressed pixels that lie in `[start, end)` of what `read` reads. */
  overwrite?(read: ReadableDataSet['read'], start: number, end: number): AsyncIterable<Overwriting>
  /** Of uncompressed pixels of the top level. */
  mask?: PixelMask | null
}

/** Of the bytes of each uncompressed pixel, in little endian: the bits that stay. */
export type PixelMask = Uint8Array

/** Bytes that are written in the place of others, from `start` on. */
export interface Overwriting {
  start: number
  bytes: Uint8Array
}

/** A data set that cannot be written anew without losing something of it. */
export class RewriteError extends Error {
  readonly code = 'not-rewritable'
}

/** A source that was parsed. */
export interface ParsedSource extends ReadableDataSet {
  attributes: DataSet
}

const inflated = async (stored: ReadableDataSet): Promise<ReadableDataSet> => {
  const bytes = await inflate(await stored.read(0, stored.length), { maxOutputLength: MAX_INFLATED })
  const read = async (start: number, end: number) => bytes.subarray(start, end)
  return { TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian, length: bytes.length, read }
}

/** Reads the elements of a stored data set. Throws {@link RewriteError} when they cannot all be told. */
export async function parseSource(stored: ReadableDataSet): Promise<ParsedSource> {
  const deflated = transferSyntaxes.get(stored.TransferSyntaxUID)?.deflated === true
  const source = deflated ? await inflated(stored) : stored
  const scan = await scanStored(source, { maxBufferedBytes: MAX_ELEMENTS })
  if (scan.kind !== 'complete' || !scan.attributes.complete) throw new RewriteError('The data set cannot be read whole')
  const { length, TransferSyntaxUID, attributes } = { ...scan, length: source.length }
  return { TransferSyntaxUID, length, read: (start, end) => source.read(start, end), attributes }
}

/** The transfer syntax that a data set is written in: its own where it is compressed, else explicit VR little endian. */
export const rewrittenSyntax = (TransferSyntaxUID: string): string => {
  const syntax = transferSyntaxes.get(TransferSyntaxUID)
  const isPlain = syntax !== undefined && (syntax.implicit || !syntax.littleEndian || syntax.deflated)
  return isPlain ? TransferSyntaxUIDs.ExplicitVRLittleEndian : TransferSyntaxUID
}

const swap = (bytes: Uint8Array, unit: number): Uint8Array => {
  if (unit === 1) return bytes
  const swapped = Buffer.from(bytes)
  if (swapped.length % unit !== 0) throw new RewriteError('A value of broken length')
  if (unit === 2) return swapped.swap16()
  if (unit === 4) return swapped.swap32()
  if (unit === 8) return swapped.swap64()
  throw new RewriteError('A word of unknown length')
}

/** `piece`, which begins at `at`, with what of `others` falls into it. */
const overwritten = (piece: Uint8Array, at: number, others: readonly Overwriting[]): Uint8Array => {
  const end = at + piece.length
  const here = others.filter(({ start, bytes }) => start < end && start + bytes.length > at)
  if (here.length === 0) return piece
  const changed = Uint8Array.from(piece)
  for (const { start, bytes } of here)
    changed.set(bytes.subarray(Math.max(0, at - start), end - start), Math.max(0, start - at))
  return changed
}

/** `piece`, which begins with a pixel, without the bits that do not stay. */
const masked = (piece: Uint8Array, mask: PixelMask | null): Uint8Array =>
  mask ? piece.map((byte, at) => byte & (mask[at % mask.length] ?? 0xff)) : piece

const isFragmentList = (head: Uint8Array, tail: Uint8Array): boolean =>
  Buffer.from(head).equals(Buffer.from([0xfe, 0xff, 0x00, 0xe0])) && sequenceEnd.equals(tail)

class Rewriter {
  readonly #source: ParsedSource
  readonly #rewriting: Rewriting
  readonly #littleEndian: boolean
  readonly #encapsulated: boolean

  constructor(source: ParsedSource, rewriting: Rewriting) {
    this.#source = source
    this.#rewriting = rewriting
    const syntax = transferSyntaxes.get(source.TransferSyntaxUID)
    this.#littleEndian = syntax?.littleEndian !== false
    this.#encapsulated = syntax?.encapsulated ?? true
  }

  async *write(): AsyncGenerator<Uint8Array> {
    const waiting = [...this.#rewriting.add].sort((a, b) => a.tag - b.tag)
    const added = new Set(waiting.map(({ tag }) => tag))
    for (const element of sorted(this.#source.attributes)) {
      for (let next = waiting[0]; next && next.tag < element.tag; next = waiting[0]) {
        yield encodeElement(next)
        waiting.shift()
      }
      if (!added.has(element.tag)) yield* this.#element(element, this.#source.attributes)
    }
    for (const element of waiting) yield encodeElement(element)
  }

  async *#element(element: DataElement, dataSet: DataSet): AsyncGenerator<Uint8Array> {
    // Group lengths are retired, and would no longer be true.
    if ((element.tag & 0xffff) === 0) return
    const change = this.#rewriting.change(element, dataSet)
    if (change === 'remove') return
    if (change !== 'keep') yield encodeElement(change)
    else if (element.items) yield* this.#sequence(element, element.items)
    else yield* this.#value(element, dataSet)
  }

  async *#sequence({ tag }: DataElement, items: readonly DataSet[]): AsyncGenerator<Uint8Array> {
    yield elementHeader(tag, 'SQ', UNDEFINED_LENGTH)
    for (const item of items) {
      yield itemHeader(UNDEFINED_LENGTH)
      for (const element of sorted(item)) yield* this.#element(element, item)
      yield itemEnd
    }
    yield sequenceEnd
  }

  async *#value(element: DataElement, dataSet: DataSet): AsyncGenerator<Uint8Array> {
    const { tag, VR, offset, length, bytes } = element
    const isOdd = length % 2 === 1
    const isList = bytes === null && this.#encapsulated && (await this.#isFragmentList(element))
    yield elementHeader(tag, VR, isList ? UNDEFINED_LENGTH : length + (isOdd ? 1 : 0))
    const unit = this.#littleEndian ? 1 : this.#unitOf(element, dataSet)
    const isPixels = tag === elements.PixelData.tag && dataSet === this.#source.attributes && !isList
    const mask = (isPixels && this.#rewriting.mask) || null
    if (bytes) yield masked(swap(bytes, unit), mask)
    else {
      const others = isList ? await this.#overwritingIn(offset, offset + length) : []
      for (let at = offset; at < offset + length; at += STEP) {
        const piece = await this.#source.read(at, Math.min(at + STEP, offset + length))
        yield masked(swap(overwritten(piece, at, others), unit), mask)
      }
    }
    if (isOdd) yield padding(VR)
  }

  /** Bytes of a number; of pixels as they are shown. */
  #unitOf({ tag, VR }: DataElement, dataSet: DataSet): number {
    const bits = tag === elements.PixelData.tag ? (dataSet.number('BitsAllocated') ?? 0) : 0
    return bits % 8 === 0 && bits > 0 ? pixelWord(bits, VR) : vrInfo(VR).unit
  }

  async #overwritingIn(start: number, end: number): Promise<Overwriting[]> {
    const read = (from: number, to: number) => this.#source.read(from, to)
    const others: Overwriting[] = []
    for await (const each of this.#rewriting.overwrite?.(read, start, end) ?? []) others.push(each)
    return others
  }

  async #isFragmentList({ VR, offset, length }: DataElement): Promise<boolean> {
    if (length < 16 || !(VR === 'OB' || VR === 'OW')) return false
    const end = offset + length
    return isFragmentList(await this.#source.read(offset, offset + 4), await this.#source.read(end - 8, end))
  }
}

const sorted = (dataSet: DataSet): DataElement[] => [...dataSet.elements.values()].sort((a, b) => a.tag - b.tag)

/** Nothing but the encoding changes. */
export const unchanged: Rewriting = { change: () => 'keep', add: [] }

/** The data set anew; what reading throws is passed on. */
export const rewrite = (source: ParsedSource, rewriting: Rewriting): AsyncIterable<Uint8Array> =>
  new Rewriter(source, rewriting).write()
