/** Collects a data set that must be whole before it means something: identifiers, action and event information. */

const FIRST_LENGTH = 1024

export class WholeDataSet {
  readonly #most: number
  #bytes: Buffer = Buffer.alloc(0)
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Copies the next bytes; false when they would be too many, and then everything is dropped. */
  add(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length
    if (length > this.#most) {
      this.#bytes = Buffer.alloc(0)
      this.#length = 0
      return false
    }
    // One buffer that grows: fragments may be of one byte each.
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.min(this.#most, Math.max(length, 2 * this.#bytes.length, FIRST_LENGTH)))
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(bytes, this.#length)
    this.#length = length
    return true
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}
