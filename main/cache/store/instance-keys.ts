/**
 * Draws the keys of instances, none of them twice: what outlives the index may name one, also when the index is rebuilt from packs that no
 * longer hold the last of them. How far they may have gone stands in a small file, a block ahead, so that it is written once in a million.
 *
 *   offset 0  8  'ASTRSEQ', version 1
 *   offset 8  8  the first key that was surely never given, little-endian
 */
import { readFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { writeFileDurably } from '../../security/durable-file.ts'

const MAGIC = Buffer.from('ASTRSEQ\x01', 'latin1')
const FILE_LENGTH = 16
/** Keys that are set aside together. */
const BLOCK = 2 ** 20

/** 1 where there is no such file, or none that can be read: the packs then tell what they know. */
const readBound = (path: string): number => {
  const bytes = readIfPossible(path)
  const isOurs = bytes.length === FILE_LENGTH && bytes.subarray(0, MAGIC.length).equals(MAGIC)
  return isOurs ? Number(bytes.readBigUInt64LE(MAGIC.length)) : 1
}

const readIfPossible = (path: string): Buffer => {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}

/** An index that holds nothing yet begins where keys were never given; to be called before anything is put into it. */
export const beginKeys = (database: Database, path: string): void => {
  // What a power cut takes of this, it takes of all that came behind it, and then it is done again.
  database.prepare('UPDATE total SET nextInstanceKey = ? WHERE nextInstanceKey = 1').run(readBound(path))
}

export class InstanceKeys {
  readonly #path: string
  #next: number
  #bound: number

  /** `next` is the first key that the index does not know; with `isSure` false others may have been given as well. */
  constructor(path: string, next: number, isSure = true) {
    this.#path = path
    this.#bound = readBound(path)
    this.#next = isSure ? next : Math.max(next, this.#bound)
    try {
      // A folder that had no such file yet.
      if (next > 1 && this.#bound < this.#next) this.#setAside()
    } catch {
      // A disk that is full is told where something is to be stored.
    }
  }

  /** A key that was never given. Throws the file system's error, and then gives none. */
  draw(): number {
    if (this.#next >= this.#bound) this.#setAside()
    return this.#next++
  }

  #setAside(): void {
    const bytes = Buffer.alloc(FILE_LENGTH)
    MAGIC.copy(bytes)
    const bound = this.#next + BLOCK
    bytes.writeBigUInt64LE(BigInt(bound), MAGIC.length)
    writeFileDurably(this.#path, bytes)
    this.#bound = bound
  }
}
