/** Reading at any place of a file that is only had by ranges, such as one of a window: in blocks, of which the last few are kept. */
import { Readable } from 'node:stream'
import { RandomAccessReader } from 'yauzl'

/** Bytes of a block, and blocks that are kept: what lies side by side in an archive is mostly read one after the other. */
const BLOCK = 1024 * 1024
const KEPT = 8

export type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>

async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}

/** Reads a file of `bytes` bytes by `readRange`. */
export class RangeReader extends RandomAccessReader {
  readonly #readRange: ReadRange
  readonly #bytes: number
  /** By number; the one that was used last stands last. */
  readonly #blocks = new Map<number, Promise<Buffer>>()

  constructor(readRange: ReadRange, bytes: number) {
    super()
    this.#readRange = readRange
    this.#bytes = bytes
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false })
  }

  async *#range(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const number = Math.floor(at / BLOCK)
      const block = await this.#block(number)
      const piece = block.subarray(at - number * BLOCK, end - number * BLOCK)
      if (piece.length === 0) return
      yield piece
      at += piece.length
    }
  }

  #block(number: number): Promise<Buffer> {
    const start = number * BLOCK
    const block = this.#blocks.get(number) ?? gathered(this.#readRange(start, Math.min(this.#bytes, start + BLOCK)))
    this.#blocks.delete(number)
    this.#blocks.set(number, block)
    // What could not be read is asked for again the next time.
    block.catch(() => this.#blocks.delete(number))
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= KEPT) break
      this.#blocks.delete(oldest)
    }
    return block
  }
}
