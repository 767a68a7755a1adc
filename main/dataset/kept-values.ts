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

  /** A copy of `bytes` that stays. */
  copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length > 2048) return bytes.slice()
    if (this.#used + bytes.length > this.#block.length) {
      this.#block = new Uint8Array(Math.min(65_536, Math.max(4096, this.#block.length * 2)))
      this.#used = 0
    }
    const copy = this.#block.subarray(this.#used, this.#used + bytes.length)
    copy.set(bytes)
    this.#used += bytes.length
    return copy
  }
}
