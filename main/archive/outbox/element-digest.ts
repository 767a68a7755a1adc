/**
 * A digest of what a data set means, whatever its encoding (PS3.5 §7, Annex A): equal for implicit and explicit VR, either byte order, deflated
 * or not, lengths of sequences given or left open, and without group lengths and padding behind the last element. Streams; keeps nothing.
 */
import { createHash, type Hash } from 'node:crypto'
import { ByteFeed, type Need } from '../../dataset/byte-feed.ts'
import {
  ITEM,
  ITEM_DELIMITATION,
  looksExplicit,
  readElementHeader,
  readTag,
  readUint32,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from '../../dataset/element-header.ts'
import { Inflate } from '../../dataset/inflate.ts'
import { isPixelTag } from '../../dataset/kept-elements.ts'
import { swapBytes } from '../../dataset/values.ts'
import { elements } from '../../dicom/elements.ts'
import { transferSyntaxes } from '../../dicom/transfer-syntaxes.ts'
import { type VR, vrInfo } from '../../dicom/vr.ts'

/** Bytes of a value that are hashed at once; a multiple of every word. */
const STEP = 65_536
const MAX_DEPTH = 128

interface Level {
  kind: 'data set' | 'item' | 'sequence' | 'fragments'
  /** Infinity when a delimiter ends it. */
  end: number
  implicit: boolean
}

class Unreadable extends Error {}

/** Marks in the digest, so that no two structures read alike. */
const marks = { element: 1, sequence: 2, item: 3, fragments: 4, fragment: 5, end: 6 } as const

export class ElementDigest {
  readonly #hash: Hash = createHash('sha256')
  readonly #littleEndian: boolean
  readonly #feed: ByteFeed
  readonly #inflate: Inflate | null
  readonly #levels: Level[]
  #isBegun = false
  #isBroken = false

  constructor(TransferSyntaxUID: string) {
    const { implicit = false, littleEndian = true, deflated = false } = transferSyntaxes.get(TransferSyntaxUID) ?? {}
    this.#littleEndian = littleEndian
    this.#levels = [{ kind: 'data set', end: Number.POSITIVE_INFINITY, implicit }]
    this.#feed = new ByteFeed(() => this.#walk(), 0)
    this.#feed.start()
    this.#inflate = deflated ? new Inflate((bytes) => this.#feed.push(bytes)) : null
  }

  /** The next bytes of the data set. Never throws. */
  push(bytes: Uint8Array): void {
    if (this.#isBroken) return
    try {
      if (this.#inflate) this.#inflate.push(bytes)
      else this.#feed.push(bytes)
    } catch {
      this.#isBroken = true
    }
  }

  /** The digest in hexadecimal; null when it was no data set, or not a whole one. */
  end(): string | null {
    const isOpen = this.#levels.length > 1 || this.#feed.skippable > 0 || this.#feed.pending.some((byte) => byte !== 0)
    return this.#isBroken || this.#feed.isNotZero || isOpen ? null : this.#hash.digest('hex')
  }

  #mark(kind: (typeof marks)[keyof typeof marks], tag = 0, length = 0): void {
    const mark = Buffer.alloc(13)
    mark.writeUInt8(kind, 0)
    mark.writeUInt32LE(tag, 1)
    mark.writeDoubleLE(length, 5)
    this.#hash.update(mark)
  }

  *#walk(): Generator<Need, void, void> {
    for (;;) {
      const level = this.#levels.at(-1)
      if (!level) throw new Unreadable()
      if (this.#feed.position > level.end) throw new Unreadable()
      if (this.#feed.position === level.end) this.#leave()
      else if (level.kind === 'sequence') yield* this.#item(level)
      else if (level.kind === 'fragments') yield* this.#fragment()
      else yield* this.#element(level)
    }
  }

  #enter(kind: Level['kind'], length: number, implicit: boolean): void {
    if (this.#levels.length > MAX_DEPTH) throw new Unreadable()
    const end = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : this.#feed.position + length
    this.#levels.push({ kind, end, implicit })
  }

  #leave(): void {
    this.#levels.pop()
    this.#mark(marks.end)
  }

  *#head(): Generator<Need, { tag: number; length: number }, void> {
    const feed = this.#feed
    if (!feed.has(8)) yield { take: 8 }
    const tag = readTag(feed.bytes, feed.at, this.#littleEndian)
    return { tag, length: readUint32(feed.bytes, feed.at + 4, this.#littleEndian) }
  }

  *#item({ implicit }: Level): Generator<Need, void, void> {
    const { tag, length } = yield* this.#head()
    if (tag === SEQUENCE_DELIMITATION) return this.#leave()
    if (tag !== ITEM) throw new Unreadable()
    this.#mark(marks.item)
    this.#enter('item', length, implicit)
  }

  *#fragment(): Generator<Need, void, void> {
    const { tag, length } = yield* this.#head()
    if (tag === SEQUENCE_DELIMITATION) return this.#leave()
    if (tag !== ITEM || length === UNDEFINED_LENGTH) throw new Unreadable()
    this.#mark(marks.fragment, 0, length)
    yield* this.#value(length, 'OB')
  }

  *#element(level: Level): Generator<Need, void, void> {
    const feed = this.#feed
    if (!feed.has(8)) yield { take: 8 }
    if (!this.#isBegun) this.#begin(level)
    const header = readElementHeader(
      feed.bytes,
      feed.at,
      level.implicit,
      this.#littleEndian,
      null,
      ([first = 'UN']) => first,
    )
    const { tag, VR } = header
    if (tag === ITEM_DELIMITATION && level.kind === 'item' && level.end === Number.POSITIVE_INFINITY)
      return this.#leave()
    if (tag >>> 16 === 0xfffe) throw new Unreadable()
    if (tag === 0) yield { zeros: true }
    if (header.length === undefined && !feed.has(4)) yield { take: 4 }
    const length = header.length ?? readUint32(feed.bytes, feed.at, this.#littleEndian)
    if (VR === 'SQ' || (length === UNDEFINED_LENGTH && VR === 'UN' && !isPixelTag(tag))) {
      this.#mark(marks.sequence, tag)
      this.#enter('sequence', length, level.implicit || VR === 'UN')
    } else if (length === UNDEFINED_LENGTH) {
      this.#mark(marks.fragments, tag)
      this.#enter('fragments', length, level.implicit)
    } else if ((tag & 0xffff) === 0 || tag === elements.DataSetTrailingPadding.tag) yield* this.#pass(length)
    else {
      this.#mark(marks.element, tag, length)
      yield* this.#value(length, VR)
    }
  }

  /** A few senders say one thing and send the other. */
  #begin(level: Level): void {
    this.#isBegun = true
    if (!this.#littleEndian) return
    level.implicit = !looksExplicit(this.#feed.view(8))
  }

  *#pass(length: number): Generator<Need, void, void> {
    if (length > 0 && !this.#feed.passes(length)) yield { skip: length }
  }

  *#value(length: number, VR: VR): Generator<Need, void, void> {
    const { unit } = vrInfo(VR)
    for (let left = length; left > 0; ) {
      const count = Math.min(left, STEP)
      if (!this.#feed.has(count)) yield { take: count }
      const bytes = this.#feed.view(count)
      this.#hash.update(this.#littleEndian || unit === 1 ? bytes : swapBytes(bytes, unit))
      left -= count
    }
  }
}
