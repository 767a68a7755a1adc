/** Raw DEFLATE (RFC 1951), decoded as it streams in: for the deflated transfer syntax (PS3.5 Annex A.5), where no library may be used. */
import { buildCode, entryOf, type HuffmanCode } from './huffman-code.ts'

const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
]
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
]
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

const WINDOW = 32_768

/** Bytes that the longest symbol takes with all that belongs to it, and those that are read ahead of it. */
const AHEAD = 12
/** Bits that the longest symbol takes with its extra bits, or a distance's. */
const ENOUGH_BITS = 23

const fixedLengths = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)
const FIXED_LITERALS = buildCode(fixedLengths)
const FIXED_DISTANCES = buildCode(new Uint8Array(30).fill(5))

/** What was pushed is no DEFLATE stream. */
export class InflateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InflateError'
  }
}

/** Decodes what is pushed and hands the result on in pieces of at most 32 KiB, each valid only during the call. */
export class Inflate {
  #onData: (bytes: Uint8Array) => void
  #decoder: Generator<void, void, void>
  #input: Uint8Array = new Uint8Array(0)
  #position = 0
  #bits = 0
  #bitCount = 0
  #window = new Uint8Array(WINDOW * 2)
  #written = 0
  #flushed = 0
  #finished = false

  constructor(onData: (bytes: Uint8Array) => void) {
    this.#onData = onData
    this.#decoder = this.#decode()
  }

  /** True when the last block has ended; bytes after it are left alone. */
  get finished(): boolean {
    return this.#finished
  }

  /** Takes more of the stream; throws {@link InflateError}. */
  push(chunk: Uint8Array): void {
    if (this.#finished) return
    this.#input = chunk
    this.#position = 0
    try {
      if (this.#decoder.next().done) this.#finished = true
    } finally {
      // Also what came before an error, so that what is found does not depend on how the stream was cut into chunks.
      this.#flush()
    }
  }

  *#decode(): Generator<void, void, void> {
    for (let last = 0; !last; ) {
      last = yield* this.#take(1)
      const type = yield* this.#take(2)
      if (type === 0) yield* this.#stored()
      else if (type === 1) yield* this.#compressed(FIXED_LITERALS, FIXED_DISTANCES)
      else if (type === 2) yield* this.#dynamic()
      else throw new InflateError('unknown block type')
    }
  }

  *#take(count: number): Generator<void, number, void> {
    while (this.#bitCount < count) {
      while (this.#position >= this.#input.length) yield
      this.#bits |= (this.#input[this.#position++] ?? 0) << this.#bitCount
      this.#bitCount += 8
    }
    const value = this.#bits & ((1 << count) - 1)
    this.#bits >>>= count
    this.#bitCount -= count
    return value
  }

  *#symbol({ counts, symbols }: HuffmanCode): Generator<void, number, void> {
    let code = 0
    let first = 0
    let index = 0
    for (let length = 1; length < 16; length++) {
      if (this.#bitCount === 0) {
        while (this.#position >= this.#input.length) yield
        this.#bits = this.#input[this.#position++] ?? 0
        this.#bitCount = 8
      }
      code |= this.#bits & 1
      this.#bits >>>= 1
      this.#bitCount--
      const count = counts[length] ?? 0
      if (code - count < first) return symbols[index + code - first] ?? 0
      index += count
      first = (first + count) << 1
      code <<= 1
    }
    throw new InflateError('no such code')
  }

  *#stored(): Generator<void, void, void> {
    yield* this.#take(this.#bitCount & 7)
    const length = yield* this.#take(16)
    if ((yield* this.#take(16)) !== (~length & 0xffff)) throw new InflateError('stored block length')
    for (let i = 0; i < length; i++) this.#put(yield* this.#take(8))
  }

  *#dynamic(): Generator<void, void, void> {
    const literals = 257 + (yield* this.#take(5))
    const distances = 1 + (yield* this.#take(5))
    const codes = 4 + (yield* this.#take(4))
    const codeLengths = new Uint8Array(19)
    for (let i = 0; i < codes; i++) codeLengths[CODE_LENGTH_ORDER[i] ?? 0] = yield* this.#take(3)
    const code = buildCode(codeLengths)
    const lengths = new Uint8Array(literals + distances)
    for (let at = 0; at < lengths.length; ) {
      const symbol = yield* this.#symbol(code)
      if (symbol < 16) {
        lengths[at++] = symbol
        continue
      }
      if (symbol === 16 && at === 0) throw new InflateError('repeat without a length before it')
      const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0
      const repeat =
        symbol === 16
          ? 3 + (yield* this.#take(2))
          : symbol === 17
            ? 3 + (yield* this.#take(3))
            : 11 + (yield* this.#take(7))
      if (at + repeat > lengths.length) throw new InflateError('too many code lengths')
      lengths.fill(value, at, at + repeat)
      at += repeat
    }
    yield* this.#compressed(buildCode(lengths.subarray(0, literals)), buildCode(lengths.subarray(literals)))
  }

  *#compressed(literals: HuffmanCode, distances: HuffmanCode): Generator<void, void, void> {
    for (;;) {
      if (this.#decodeAhead(literals, distances)) return
      const symbol = yield* this.#symbol(literals)
      if (symbol === 256) return
      if (symbol < 256) {
        this.#put(symbol)
        continue
      }
      const length = (LENGTH_BASE[symbol - 257] ?? Number.NaN) + (yield* this.#take(LENGTH_EXTRA[symbol - 257] ?? 0))
      const slot = yield* this.#symbol(distances)
      const distance = (DISTANCE_BASE[slot] ?? Number.NaN) + (yield* this.#take(DISTANCE_EXTRA[slot] ?? 0))
      this.#copy(length, distance)
    }
  }

  /** The same many times as fast, as long as there is input for whole symbols; true at the end of the block. */
  #decodeAhead(literals: HuffmanCode, distances: HuffmanCode): boolean {
    const input = this.#input
    const last = input.length - AHEAD
    let position = this.#position
    let bits = this.#bits
    let count = this.#bitCount
    try {
      while (position <= last) {
        for (; count < ENOUGH_BITS; count += 8) bits |= (input[position++] ?? 0) << count
        const literal = entryOf(literals, bits)
        if (literal === 0) throw new InflateError('no such code')
        bits >>>= literal & 15
        count -= literal & 15
        const symbol = literal >>> 4
        if (symbol < 256) {
          this.#put(symbol)
          continue
        }
        if (symbol === 256) return true
        const lengthExtra = LENGTH_EXTRA[symbol - 257] ?? 0
        const length = (LENGTH_BASE[symbol - 257] ?? Number.NaN) + (bits & ((1 << lengthExtra) - 1))
        bits >>>= lengthExtra
        count -= lengthExtra
        for (; count < ENOUGH_BITS; count += 8) bits |= (input[position++] ?? 0) << count
        const slot = entryOf(distances, bits)
        if (slot === 0) throw new InflateError('no such code')
        bits >>>= slot & 15
        count -= slot & 15
        for (; count < ENOUGH_BITS; count += 8) bits |= (input[position++] ?? 0) << count
        const distanceExtra = DISTANCE_EXTRA[slot >>> 4] ?? 0
        const distance = (DISTANCE_BASE[slot >>> 4] ?? Number.NaN) + (bits & ((1 << distanceExtra) - 1))
        bits >>>= distanceExtra
        count -= distanceExtra
        this.#copy(length, distance)
      }
      return false
    } finally {
      this.#position = position
      this.#bits = bits
      this.#bitCount = count
    }
  }

  #copy(length: number, distance: number): void {
    if (!(length > 0) || !(distance <= this.#written)) throw new InflateError('match out of range')
    for (let i = 0; i < length; i++) this.#put(this.#window[(this.#written - distance) % (WINDOW * 2)] ?? 0)
  }

  #put(byte: number): void {
    this.#window[this.#written % (WINDOW * 2)] = byte
    this.#written++
    if (this.#written - this.#flushed === WINDOW) this.#flush()
  }

  #flush(): void {
    const start = this.#flushed % (WINDOW * 2)
    const length = this.#written - this.#flushed
    this.#flushed = this.#written
    if (length === 0) return
    const end = start + length
    this.#onData(this.#window.subarray(start, Math.min(end, WINDOW * 2)))
    if (end > WINDOW * 2) this.#onData(this.#window.subarray(0, end - WINDOW * 2))
  }
}
