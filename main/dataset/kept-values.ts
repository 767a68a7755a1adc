/** Memory for the values that a header scan keeps: copied out of the receiver's buffers, and bounded. */

/** Rough bytes of memory that an element or item costs beside its value. */
const OVERHEAD = 200

/** Values are copied into blocks, so that hundreds of small ones cost few allocations. */
export class KeptValues {
  #block = new Uint8Array(0)
  #used = 0
  #budget: number

  constructor(maxBytes: number) {
    this.#budget = maxBytes
  }

  /** Accounts for an element of `length` bytes; false when it no longer fits. */
  reserve(length: number): boolean {
    if (this.#budget < length + OVERHEAD) return false
    this.#budget -= length + OVERHEAD
    return true
  }

  /** A copy of `length` bytes from `at`, which stays. */
  copy(bytes: Uint8Array, at: number, length: number): Uint8Array {
    if (length > 2048) return bytes.slice(at, at + length)
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(Math.min(65_536, Math.max(4096, this.#block.length * 2)))
      this.#used = 0
    }
    const start = this.#used
    for (let i = 0; i < length; i++) this.#block[start + i] = bytes[at + i] ?? 0
    this.#used += length
    return this.#block.subarray(start, start + length)
  }
}
