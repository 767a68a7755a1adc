/** Brings the bytes that a parser asks for together from chunks of any size, and passes over those that it does not want to see. */

/** What a parser waits for. */
export type Need =
  /** So many bytes at once; they are valid until it asks again. */
  | { take: number }
  /** So many to be passed over. */
  | { skip: number }
  /** Nothing but zeros from here on. */
  | { zeros: true }

const NOTHING = new Uint8Array(0)

/** Drives the generator `steps`. What it throws comes out of `push` and `skip`. */
export class ByteFeed {
  /** Offset behind the last byte that was given or passed over. */
  position: number
  readonly #steps: Generator<Need, void, Uint8Array>
  #need: Need = { skip: 0 }
  /** The start of what is asked for, from chunks that are gone. */
  #carry = new Uint8Array(64)
  #carried = 0
  #nonZero = false

  constructor(steps: Generator<Need, void, Uint8Array>, position: number) {
    this.position = position
    this.#steps = steps
  }

  /** Runs the parser up to its first need. */
  start(): void {
    this.#resume(NOTHING)
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) at += this.#use(chunk, at)
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
    if (left === 0 && length > 0) this.#resume(NOTHING)
  }

  /** Bytes that came for a need that is not yet filled. */
  get pending(): Uint8Array {
    return this.#carry.subarray(0, this.#carried)
  }

  /** True when something else than the zeros that were expected came. */
  get isNotZero(): boolean {
    return this.#nonZero
  }

  /** Uses bytes of `chunk` from `at`; returns how many. */
  #use(chunk: Uint8Array, at: number): number {
    const available = chunk.length - at
    if ('zeros' in this.#need) {
      this.#nonZero ||= chunk.subarray(at).some((byte) => byte !== 0)
      this.position += available
      return available
    }
    if ('skip' in this.#need) {
      const passed = Math.min(this.#need.skip, available)
      this.skip(passed)
      return passed
    }
    return this.#give(chunk, at, this.#need.take)
  }

  #give(chunk: Uint8Array, at: number, wanted: number): number {
    const available = chunk.length - at
    if (this.#carried === 0 && available >= wanted) {
      this.position += wanted
      this.#resume(chunk.subarray(at, at + wanted))
      return wanted
    }
    const added = Math.min(wanted - this.#carried, available)
    this.#carryOver(chunk.subarray(at, at + added), wanted)
    if (this.#carried === wanted) {
      const bytes = this.pending
      this.position += wanted
      this.#carried = 0
      this.#resume(bytes)
    }
    return added
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

  #resume(bytes: Uint8Array): void {
    const { value } = this.#steps.next(bytes)
    if (value) this.#need = value
  }
}
