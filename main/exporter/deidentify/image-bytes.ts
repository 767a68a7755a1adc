/**
 * The bytes of one compressed image in encapsulated pixel data (PS3.5 §A.4), as if the fragments that it is cut into were one: what is
 * found in it is told by its place in the image, and overwritten by its place in the data set.
 */
import type { Overwriting } from '../writing/rewrite.ts'

export type Read = (start: number, end: number) => Promise<Uint8Array>

/** A fragment's value in the data set. */
export interface FragmentPlace {
  start: number
  end: number
}

/** Bytes that are read at once at least: most is said in the first ones. */
const WINDOW = 64 * 1024

export class ImageBytes {
  readonly #read: Read
  readonly #fragments: FragmentPlace[] = []
  #length = 0
  /** What was read last, and where it begins. */
  #held: Buffer = Buffer.alloc(0)
  #heldFrom = 0

  constructor(read: Read, first: FragmentPlace) {
    this.#read = read
    this.add(first)
  }

  /** Another fragment belongs to it. */
  add(fragment: FragmentPlace): void {
    this.#fragments.push(fragment)
    this.#length += fragment.end - fragment.start
  }

  get length(): number {
    return this.#length
  }

  /** Up to `length` bytes from `start` on, fewer only at the end. */
  async read(start: number, length: number): Promise<Buffer> {
    const end = Math.min(this.#length, start + length)
    if (start >= end) return Buffer.alloc(0)
    if (start < this.#heldFrom || end > this.#heldFrom + this.#held.length) {
      const to = Math.min(this.#length, Math.max(end, start + WINDOW))
      const parts = this.places(start, to).map(({ start: from, end: until }) => this.#read(from, until))
      this.#held = Buffer.concat(await Promise.all(parts))
      this.#heldFrom = start
    }
    return this.#held.subarray(start - this.#heldFrom, end - this.#heldFrom)
  }

  /** Where `[start, end)` of the image lies in the data set. */
  places(start: number, end: number): FragmentPlace[] {
    const places: FragmentPlace[] = []
    let at = 0
    for (const fragment of this.#fragments) {
      const length = fragment.end - fragment.start
      const from = Math.max(start, at) - at + fragment.start
      const to = Math.min(end, at + length) - at + fragment.start
      if (from < to) places.push({ start: from, end: to })
      at += length
    }
    return places
  }

  /** The end of the fragment that holds the byte before `at`. */
  endOfFragment(at: number): number {
    let end = 0
    for (const fragment of this.#fragments) {
      end += fragment.end - fragment.start
      if (end >= at) return end
    }
    return this.#length
  }

  /** A change of this image as changes of the data set. */
  *overwritings({ start, bytes }: Overwriting): Generator<Overwriting> {
    let done = 0
    for (const place of this.places(start, start + bytes.length)) {
      const length = place.end - place.start
      yield { start: place.start, bytes: bytes.subarray(done, done + length) }
      done += length
    }
  }
}

/** Zeros in the place of `[start, end)`. */
export const blank = (start: number, end: number): Overwriting => ({
  start,
  bytes: new Uint8Array(Math.max(0, end - start)),
})
