/**
 * The parser behind header-scan.ts: a stack of data sets, sequences, items and fragment lists (PS3.5 §7.5, Annex A.4), fed in chunks.
 * It asks for the bytes that it needs next, or for bytes to be skipped; byte-feed.ts brings them together from the chunks.
 */
import { elements } from '../dicom/elements.ts'
import type { VR } from '../dicom/vr.ts'
import { ByteFeed, type Need } from './byte-feed.ts'
import { type DataElement, DataSet } from './data-set.ts'
import {
  dictionaryVR,
  ITEM,
  ITEM_DELIMITATION,
  looksExplicit,
  readElementHeader,
  readTag,
  readUint32,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
} from './element-header.ts'
import { isPixelTag, knownTags, MAX_KEPT_TABLE, maxKeptLength } from './kept-elements.ts'
import { KeptValues } from './kept-values.ts'
import type { Fragment } from './pixel-frames.ts'

export interface ParserFault {
  kind: 'cut' | 'unreadable'
  detail: string
}

export interface ParserOptions {
  implicit: boolean
  littleEndian: boolean
  maxBufferedBytes: number
  /** Where the fragments of the top-level pixel data are known to lie, with their delimiter: they are passed over. */
  knownFragments?: { offset: number; length: number } | undefined
  /** The data set around what is parsed, and where in it that begins. */
  within?: { parent: DataSet; position: number }
}

/** Fragments of encapsulated pixel data. */
export interface Fragments {
  basicOffsetTable: Uint8Array
  list: Fragment[]
  /** False when there were too many to keep. */
  complete: boolean
}

/** Sequences in sequences; real objects stay below 20. */
const MAX_DEPTH = 64
/** Elements, items and fragments of one data set; the largest real objects stay below a million. */
const MAX_STEPS = 4_000_000
const ignore = (): void => undefined

interface Level {
  kind: 'data set' | 'item' | 'sequence' | 'fragments'
  /** Where it ends; Infinity when a delimiter ends it. */
  end: number
  implicit: boolean
  /** Where elements go; null when they are parsed but no longer kept. For a sequence: the data set that holds it. */
  target: DataSet | null
  /** Sequence: its items so far. */
  items: DataSet[] | null
  /** Tells the element around it where it ended. */
  close: (end: number) => void
  /** Fragments of the top-level pixel data. */
  fragments: Fragments | null
  /** Sequence of known end that the program does not need: its tag, and how its element is noted when its inside cannot be read. */
  opaque: { tag: number; note(): void } | null
}

class Fault extends Error {
  readonly fault: ParserFault
  constructor(kind: ParserFault['kind'], detail: string) {
    super(detail)
    this.fault = { kind, detail }
  }
}

const faultOf = (parse: () => void): ParserFault | undefined => {
  try {
    parse()
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error.fault
    throw error
  }
}

/** Parses one data set. */
export class ElementParser {
  readonly root: DataSet
  implicit: boolean
  fragments: Fragments | null = null
  readonly #littleEndian: boolean
  readonly #kept: KeptValues
  /** For elements of the top level that the program knows by name: they are kept even when {@link #kept} is full. */
  readonly #keptKnown = new KeptValues(8 * 1024 * 1024)
  readonly #knownFragments: ParserOptions['knownFragments']
  readonly #feed: ByteFeed
  readonly #levels: Level[]
  #started = false
  /** Elements, items and fragments so far. */
  #steps = 0
  /** The data set may end here. */
  #isBetweenElements = false
  /** A sequence that was just passed over: what follows must be of a higher tag. */
  #passedTag = 0
  /** The next fragment is the Basic Offset Table. */
  #firstFragment = false

  constructor({ implicit, littleEndian, maxBufferedBytes, knownFragments, within }: ParserOptions) {
    this.implicit = implicit
    this.#knownFragments = knownFragments
    this.#littleEndian = littleEndian
    this.root = new DataSet(within?.parent ?? null, littleEndian)
    this.#kept = new KeptValues(maxBufferedBytes)
    this.#levels = [this.#level('data set', Number.POSITIVE_INFINITY, implicit, this.root)]
    this.#feed = new ByteFeed(() => this.#parse(), within?.position ?? 0)
    this.#feed.start()
  }

  /** Parses what comes; returns why it cannot go on. */
  push(chunk: Uint8Array): ParserFault | undefined {
    return faultOf(() => this.#feed.push(chunk))
  }

  /** Bytes that are only counted next. */
  get skippable(): number {
    return this.#feed.skippable
  }

  /** Counts bytes that are not looked at; returns why it cannot go on. */
  skip(length: number): ParserFault | undefined {
    return faultOf(() => this.#feed.skip(length))
  }

  /** Returns why the data set must not end here. */
  end(): ParserFault | undefined {
    const { pending, skippable, isNotZero } = this.#feed
    const [, inner] = this.#levels
    const at = this.#position + pending.length
    if (isNotZero) return { kind: 'unreadable', detail: 'no element after zeros' }
    if (skippable > 0) return { kind: 'cut', detail: `${skippable} bytes of a value are missing at offset ${at}` }
    if (inner) return { kind: 'cut', detail: `a ${inner.kind} is not complete at offset ${at}` }
    const isPadding = this.#littleEndian && pending.every((byte) => byte === 0)
    if (this.#isBetweenElements && (pending.length === 0 || isPadding)) return undefined
    return { kind: 'cut', detail: `an element is not complete at offset ${at}` }
  }

  get #position(): number {
    return this.#feed.position
  }

  #level(
    kind: Level['kind'],
    end: number,
    implicit: boolean,
    target: DataSet | null,
    close: Level['close'] = ignore,
  ): Level {
    return { kind, end, implicit, target, items: null, close, fragments: null, opaque: null }
  }

  *#parse(): Generator<Need, void, void> {
    for (;;) {
      try {
        this.#closeLevels()
        const level = this.#levels.at(-1)
        if (!level) return
        if (level.kind === 'sequence') yield* this.#parseItem(level)
        else if (level.kind === 'fragments') yield* this.#parseFragment(level)
        else yield* this.#parseElement(level)
      } catch (fault) {
        yield* this.#passOver(fault)
      }
    }
  }

  /** Some equipment writes wrong lengths inside its private sequences. One that says where it ends costs nothing but itself. */
  *#passOver(fault: unknown): Generator<Need, void, void> {
    const index = this.#levels.findLastIndex(({ kind, end }) => kind === 'sequence' && end < Number.POSITIVE_INFINITY)
    const level = this.#levels[index]
    if (!(fault instanceof Fault) || fault.fault.kind !== 'cut' || !level?.opaque || this.#position > level.end) {
      throw fault
    }
    this.#levels.length = index
    level.opaque.note()
    this.#passedTag = level.opaque.tag
    const rest = level.end - this.#position
    if (!this.#feed.passes(rest)) yield { skip: rest }
  }

  #checkOrder(tag: number): void {
    if (tag >>> 0 <= this.#passedTag >>> 0)
      throw new Fault('cut', `a sequence of wrong length before offset ${this.#position - 8}`)
    this.#passedTag = 0
  }

  #closeLevels(): void {
    for (;;) {
      const level = this.#levels.at(-1)
      if (!level || this.#position < level.end) return
      if (this.#position > level.end)
        throw new Fault('cut', `a ${level.kind} ends inside an element at offset ${this.#position}`)
      this.#leave()
    }
  }

  #leave(): void {
    this.#passedTag = 0
    this.#levels.pop()?.close(this.#position)
  }

  #enter(level: Level): void {
    if (this.#levels.length >= MAX_DEPTH * 2) throw new Fault('unreadable', 'sequences are nested too deeply')
    this.#levels.push(level)
  }

  /** Where `length` bytes from here end; they must fit into the level. */
  #endOf(length: number, level: Level): number {
    const end = this.#position + length
    if (end > level.end)
      throw new Fault('cut', `a value at offset ${this.#position} is longer than the ${level.kind} around it`)
    return end
  }

  *#parseElement(level: Level): Generator<Need, void, void> {
    const feed = this.#feed
    this.#isBetweenElements = level.kind === 'data set'
    if (!feed.has(8)) yield { take: 8 }
    this.#isBetweenElements = false
    const { bytes, at } = feed
    this.#countStep()
    if (!this.#started) this.#start(bytes.subarray(at, at + 8), level)
    const header = readElementHeader(bytes, at, level.implicit, this.#littleEndian, level.target, this.#chooseVR)
    const { tag, VR } = header
    if (this.#passedTag !== 0) this.#checkOrder(tag)
    if (tag >>> 16 === 0xfffe) return this.#delimiter(tag, header.length ?? 0, level)
    // dcmtk, which reads zeros after a data set as elements, sends a group length of group 0000 before everything.
    const isLeading = this.#steps === 1 && header.length === 4
    if (tag === 0 && level.kind === 'data set' && !isLeading) {
      if (header.length !== 0) throw new Fault('unreadable', `group 0000 at offset ${this.#position - 8}`)
      this.#isBetweenElements = true
      yield { zeros: true }
    }
    if (header.length === undefined && !feed.has(4)) yield { take: 4 }
    const length = header.length ?? readUint32(feed.bytes, feed.at, this.#littleEndian)
    if (length === UNDEFINED_LENGTH) this.#enterUndefined(tag, VR, level)
    else if (VR === 'SQ') this.#enterSequence(tag, this.#endOf(length, level), level, level.implicit)
    else yield* this.#parseValue(tag, VR, length, level)
  }

  #countStep(): void {
    if (++this.#steps > MAX_STEPS) throw new Fault('unreadable', 'more elements than any real object has')
  }

  /** The first element shows whether VRs are explicit; a few senders say one thing and send the other. */
  #start(bytes: Uint8Array, level: Level): void {
    this.#started = true
    if (!this.#littleEndian) return
    const explicit = looksExplicit(bytes)
    if (explicit === !level.implicit || (!explicit && readUint32(bytes, 4, true) > 0x10000)) return
    level.implicit = !explicit
    this.implicit = level.implicit
  }

  /** A delimiter ends the item it stands in. One without anything open is left over by some equipment, and ignored. */
  #delimiter(tag: number, length: number, level: Level): void {
    if (length !== 0) throw new Fault('cut', `a delimiter of ${length} bytes at offset ${this.#position - 8}`)
    if (level.kind === 'item' && tag === ITEM_DELIMITATION && level.end === Number.POSITIVE_INFINITY) this.#leave()
    else if (level.kind === 'item' && tag === SEQUENCE_DELIMITATION && level.end === Number.POSITIVE_INFINITY) {
      throw new Fault('cut', `an item is not ended before offset ${this.#position - 8}`)
    } else if (tag === ITEM)
      throw new Fault('unreadable', `an item outside of a sequence at offset ${this.#position - 8}`)
  }

  #enterUndefined(tag: number, VR: VR, level: Level): void {
    const isPixels = isPixelTag(tag)
    if (!isPixels && (VR === 'SQ' || VR === 'UN')) {
      this.#enterSequence(tag, Number.POSITIVE_INFINITY, level, level.implicit || VR === 'UN')
    } else if (isPixels || VR === 'OB' || VR === 'OW' || VR === 'OF' || VR === 'OD' || VR === 'OL' || VR === 'OV') {
      this.#enterFragments(tag, VR, level)
    } else throw new Fault('unreadable', `undefined length at offset ${this.#position - 4}`)
  }

  #enterSequence(tag: number, end: number, level: Level, implicit: boolean): void {
    const offset = this.#position
    const items: DataSet[] = []
    const kept = this.#keep(level, tag, 0)
    const sequence = this.#level('sequence', end, implicit, kept ? level.target : null, (closed) => {
      if (kept) level.target?.elements.set(tag, { tag, VR: 'SQ', offset, length: closed - offset, items, bytes: null })
    })
    sequence.items = kept ? items : null
    if (end < Number.POSITIVE_INFINITY && !knownTags.has(tag)) {
      const element: DataElement = { tag, VR: 'UN', offset, length: end - offset, items: null, bytes: null }
      sequence.opaque = { tag, note: () => kept && level.target?.elements.set(tag, element) }
    }
    this.#enter(sequence)
  }

  #enterFragments(tag: number, VR: VR, level: Level): void {
    const offset = this.#position
    const kept = this.#keep(level, tag, 0)
    const ownVR = level.implicit ? 'OB' : VR
    const fragments: Level = this.#level('fragments', Number.POSITIVE_INFINITY, level.implicit, null, (closed) => {
      if (kept)
        level.target?.elements.set(tag, { tag, VR: ownVR, offset, length: closed - offset, items: null, bytes: null })
    })
    if (level.kind === 'data set' && isPixelTag(tag)) {
      fragments.fragments = { basicOffsetTable: new Uint8Array(0), list: [], complete: true }
      this.fragments = fragments.fragments
    }
    this.#enter(fragments)
    this.#firstFragment = true
  }

  *#itemHeader(): Generator<Need, { tag: number; length: number }, void> {
    const feed = this.#feed
    if (!feed.has(8)) yield { take: 8 }
    this.#countStep()
    return {
      tag: readTag(feed.bytes, feed.at, this.#littleEndian),
      length: readUint32(feed.bytes, feed.at + 4, this.#littleEndian),
    }
  }

  *#parseItem(level: Level): Generator<Need, void, void> {
    const { tag, length } = yield* this.#itemHeader()
    if (tag === SEQUENCE_DELIMITATION) return this.#leave()
    if (tag !== ITEM) throw new Fault('cut', `no item where a sequence should go on, at offset ${this.#position - 8}`)
    const end = length === UNDEFINED_LENGTH ? Number.POSITIVE_INFINITY : this.#endOf(length, level)
    const item = this.#keepItem(level)
    this.#enter(this.#level('item', end, level.implicit, item))
  }

  #keepItem(sequence: Level): DataSet | null {
    if (!sequence.items || !sequence.target) return null
    if (!this.#kept.reserve(0)) {
      sequence.target.complete = false
      this.root.complete = false
      return null
    }
    const item = new DataSet(sequence.target, this.#littleEndian)
    sequence.items.push(item)
    return item
  }

  *#parseFragment(level: Level): Generator<Need, void, void> {
    const known = this.#knownFragments
    if (known && level.fragments && this.#position === known.offset) {
      if (!this.#feed.passes(known.length)) yield { skip: known.length }
      return this.#leave()
    }
    const { tag, length } = yield* this.#itemHeader()
    if (tag === SEQUENCE_DELIMITATION) return this.#leave()
    if (tag !== ITEM || length === UNDEFINED_LENGTH)
      throw new Fault('cut', `no fragment at offset ${this.#position - 8}`)
    const { fragments } = level
    const feed = this.#feed
    const first = this.#firstFragment
    this.#firstFragment = false
    const offset = this.#position
    if (first && fragments && length <= MAX_KEPT_TABLE) {
      if (!feed.has(length)) yield { take: length }
      fragments.basicOffsetTable = feed.view(length).slice()
      return
    }
    if (length >= 4 && !feed.has(4)) yield { take: 4 }
    const start = length >= 4 ? readUint32(feed.bytes, feed.at, false) : 0
    if (fragments && !first) this.#keepFragment(fragments, { offset, length, start })
    const rest = length >= 4 ? length - 4 : length
    if (!feed.passes(rest)) yield { skip: rest }
  }

  #keepFragment(fragments: Fragments, fragment: Fragment): void {
    if (this.#kept.reserve(0)) fragments.list.push(fragment)
    else fragments.complete = false
  }

  *#parseValue(tag: number, VR: VR, length: number, level: Level): Generator<Need, void, void> {
    this.#endOf(length, level)
    const feed = this.#feed
    const offset = this.#position
    const wanted = length <= maxKeptLength(tag)
    const memory = this.#keep(level, tag, wanted ? length : 0)
    let bytes: Uint8Array | null = null
    if (wanted && memory) {
      if (!feed.has(length)) yield { take: length }
      bytes = memory.copy(feed.bytes, feed.at, length)
    } else if (!feed.passes(length)) yield { skip: length }
    const element: DataElement = { tag, VR, offset, length, items: null, bytes }
    if (memory && level.target)
      level.target.elements.set(tag, VR === 'UN' ? this.#recognise(element, level.target) : element)
  }

  /**
   * Elements that passed through equipment which did not know them are UN, encoded as in implicit VR little endian (PS3.5 §6.2.2 note 2):
   * those that the standard knows get their representation back. A sequence that does not parse stays bytes.
   */
  #recognise(element: DataElement, target: DataSet): DataElement {
    const VR = this.#littleEndian ? dictionaryVR(element.tag, target, this.#chooseVR) : 'UN'
    if (VR !== 'SQ' || !element.bytes) return { ...element, VR: VR === 'SQ' ? 'UN' : VR }
    const items = this.#parseItems(element, element.bytes, target)
    return items ? { ...element, VR, items, bytes: null } : element
  }

  #parseItems({ tag, offset, length }: DataElement, bytes: Uint8Array, parent: DataSet): DataSet[] | null {
    const within = { parent, position: offset - 8 }
    const parser = new ElementParser({ implicit: true, littleEndian: true, maxBufferedBytes: length * 40, within })
    const header = Uint8Array.of(
      tag >>> 16,
      tag >>> 24,
      tag,
      tag >>> 8,
      length,
      length >>> 8,
      length >>> 16,
      length >>> 24,
    )
    const fault = parser.push(header) ?? parser.push(bytes) ?? parser.end()
    return fault ? null : (parser.root.elements.get(tag)?.items ?? null)
  }

  /** The memory that an element's value goes to; null when it is not kept. */
  #keep(level: Level, tag: number, length: number): KeptValues | null {
    if (!level.target) return null
    if (this.#kept.reserve(length)) return this.#kept
    level.target.complete = false
    this.root.complete = false
    return level.kind === 'data set' && knownTags.has(tag) && this.#keptKnown.reserve(length) ? this.#keptKnown : null
  }

  /** Of the representations that an element may have, the one it has here (PS3.5 Annex A.1). */
  #chooseVR = (VRs: readonly VR[], target: DataSet | null): VR => {
    if (VRs.includes('OW')) return 'OW'
    for (let around = target; around; around = around.parent) {
      const representation = around.elements.get(elements.PixelRepresentation.tag)?.bytes
      if (representation) return representation[this.#littleEndian ? 0 : 1] === 1 ? 'SS' : 'US'
    }
    return 'US'
  }
}
