/** Collects a data set that must be whole before it means something: identifiers, action and event information. */
export class WholeDataSet {
  readonly #most: number
  readonly #parts: Buffer[] = []
  #length = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Copies the next bytes; false when they would be too many, and then everything is dropped. */
  add(bytes: Uint8Array): boolean {
    this.#length += bytes.length
    if (this.#length > this.#most) {
      this.#parts.length = 0
      return false
    }
    this.#parts.push(Buffer.from(bytes))
    return true
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.#parts)
  }
}
