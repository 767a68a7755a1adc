/**
 * A stored object in Deflated Explicit VR Little Endian, read as its inflated data set (PS3.5 Annex A.5). A few bytes may inflate to gigabytes,
 * and many may ask at once: what is read is inflated on the way, and nothing of it kept.
 */
import { pipeline, Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { CacheError, type StoredObject } from './cache.ts'

/** Bytes that a deflated data set may grow to: what lengths of 32 bits can tell. */
const MAX_INFLATED = 4 * 1024 * 1024 * 1024
/** Bytes read from the cache, and inflated, at a time. */
const PIECE = 256 * 1024

type Deflated = Pick<StoredObject, 'read' | 'length'>

async function* deflatedPieces({ read, length }: Deflated): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length; at += PIECE) yield await read(at, Math.min(at + PIECE, length))
}

function inflatedPieces(stored: Deflated): AsyncIterator<Uint8Array> {
  const inflate = createInflateRaw({ chunkSize: PIECE })
  // What goes wrong on either side is thrown by the iterator.
  pipeline(Readable.from(deflatedPieces(stored), { highWaterMark: 1 }), inflate, () => undefined)
  return inflate[Symbol.asyncIterator]()
}

/** Reads on from where it stands, and from the beginning where it has passed. */
class InflatedReader {
  readonly #stored: Deflated
  #pieces: AsyncIterator<Uint8Array>
  #piece: Uint8Array = new Uint8Array(0)
  /** Where `#piece` begins in the inflated data set. */
  #at = 0

  constructor(stored: Deflated) {
    this.#stored = stored
    this.#pieces = inflatedPieces(stored)
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (end > MAX_INFLATED) throw new CacheError('object-damaged', 'The deflated data set is too long')
    if (start < this.#at) await this.#rewind()
    const target = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer)
    let filled = 0
    while (filled < target.length) {
      const taken = this.#piece.subarray(start + filled - this.#at, end - this.#at)
      target.set(taken, filled)
      filled += taken.length
      if (filled < target.length && !(await this.#next())) break
    }
    return target.subarray(0, filled)
  }

  async #next(): Promise<boolean> {
    const next = await this.#pieces.next()
    if (next.done) return false
    this.#at += this.#piece.length
    this.#piece = next.value
    return true
  }

  async #rewind(): Promise<void> {
    await this.#pieces.return?.()
    this.#pieces = inflatedPieces(this.#stored)
    this.#piece = new Uint8Array(0)
    this.#at = 0
  }
}

/** The object with its bytes inflated; offsets, also of `pixelData`, count in the inflated data set, whose length is not known before its end. */
export function inflatedObject(stored: StoredObject): Omit<StoredObject, 'length'> {
  const { length: _, ...inflated } = stored
  let reader: InflatedReader | null = null
  let turn: Promise<unknown> = Promise.resolve()
  const readNow = async (start: number, end: number): Promise<Uint8Array> => {
    reader ??= new InflatedReader(stored)
    try {
      return await reader.read(start, end)
    } catch (cause) {
      reader = null
      if (cause instanceof CacheError) throw cause
      throw new CacheError('object-damaged', 'The deflated data set cannot be inflated', { cause })
    }
  }
  const read = (start: number, end: number): Promise<Uint8Array> => {
    const bytes = turn.then(() => readNow(start, end))
    turn = bytes.catch(() => undefined)
    return bytes
  }
  return { ...inflated, read }
}
