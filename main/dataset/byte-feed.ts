/**
 * Brings the bytes that a parser asks for together from chunks of any size, and passes over those that it does not want to see.
 * The parser asks with {@link ByteFeed.has} first; only when the chunk at hand is too short does it yield its need and wait.
 */

/** What a parser waits for. */
export type Need =
  /** So many bytes at once. */
  | { take: number }
  /** So many to be passed over. */
  | { skip: number }
  /** Nothing but zeros from here on. */
  | { zeros: true }

const NOTHING = new Uint8Array(0)

/** Drives the generator that `parse` makes. What that throws comes out of `start`, `push` and `skip`. */
export class ByteFeed {
  /** What was asked for stands in `bytes` from `at` on, until the next thing is asked for. */
  bytes: Uint8Array = NOTHING
  at = 0
  /** Offset behind the last byte that was given or passed over. */
  position: number
  /** True when something else than the zeros that were expected came. */
  isNotZero = false
  readonly #steps: Generator<Need, void, void>
  #need: Need = { skip: 0 }
  #chunk: Uint8Array = NOTHING
  #next = 0
  /** The start of what is asked for, from chunks that are gone. */
  #carry = new Uint8Array(64)
  #carried = 0

  constructor(parse: (feed: ByteFeed) => Generator<Need, void, void>, position: number) {
    this.position = position
    this.#steps = parse(this)
  }

  /** Runs the parser up to its first need. */
  start(): void {
    this.#resume()
  }

  push(chunk: Uint8Array): void {
    this.#chunk = chunk
    this.#next = 0
    while (this.#next < chunk.length) this.#serve()
    this.#chunk = NOTHING
    this.#next = 0
  }

  /** Takes `count` bytes if the chunk at hand has them; if not, the parser has to yield that it wants them. */
  has(count: number): boolean {
    if (this.#chunk.length - this.#next < count) return false
    this.#give(this.#chunk, this.#next, count)
    this.#next += count
    return true
  }

  /** Passes over `count` bytes if the chunk at hand has them. */
  passes(count: number): boolean {
    if (this.#chunk.length - this.#next < count) return false
    this.#next += count
    this.position += count
    return true
  }

  /** A view of the `count` bytes that were given last. */
  view(count: number): Uint8Array {
    return this.bytes.subarray(this.at, this.at + count)
  }

  /** Bytes that are to be passed over next. */
  get skippable(): number {
    return 'skip' in this.#need ? this.#need.skip : 0
  }

  /** Passes over `length` bytes, at most {@link skippable}. */
  skip(length: number): void {
    const left = this.skippable - length
    this.position += length
    this.#need = { skip: left }
    if (left === 0 && length > 0) this.#resume()
  }

  /** Bytes that came for a need that is not yet filled. */
  get pending(): Uint8Array {
    return this.#carry.subarray(0, this.#carried)
  }

  #serve(): void {
    const need = this.#need
    const available = this.#chunk.length - this.#next
    if ('take' in need) this.#collect(need.take)
    else if ('skip' in need) {
      const passed = Math.min(need.skip, available)
      this.#next += passed
      this.skip(passed)
    } else {
      this.isNotZero ||= this.#chunk.subarray(this.#next).some((byte) => byte !== 0)
      this.#next += available
      this.position += available
    }
  }

  #collect(wanted: number): void {
    const start = this.#next
    const added = Math.min(wanted - this.#carried, this.#chunk.length - start)
    this.#next += added
    if (added === wanted) {
      this.#give(this.#chunk, start, wanted)
      this.#resume()
      return
    }
    this.#carryOver(this.#chunk.subarray(start, start + added), wanted)
    if (this.#carried < wanted) return
    this.#carried = 0
    this.#give(this.#carry, 0, wanted)
    this.#resume()
  }

  #give(bytes: Uint8Array, at: number, count: number): void {
    this.bytes = bytes
    this.at = at
    this.position += count
  }

  /** Memory grows with what came, not with what a length promised. */
  #carryOver(bytes: Uint8Array, wanted: number): void {
    const needed = this.#carried + bytes.length
    if (needed > this.#carry.length) {
      const larger = new Uint8Array(Math.min(wanted, Math.max(needed, this.#carry.length * 2)))
      larger.set(this.pending)
      this.#carry = larger
    }
    this.#carry.set(bytes, this.#carried)
    this.#carried = needed
  }

  #resume(): void {
    const { value } = this.#steps.next()
    if (value) this.#need = value
  }
}
