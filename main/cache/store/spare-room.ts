/**
 * A file that takes a little room as long as there is plenty, and gives it back when the disk is full to the last byte: one half so that what
 * was answered can be indexed, the other so that databases can be opened and everything stored can still be read.
 */
import { randomFillSync } from 'node:crypto'
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from '../data-folder.ts'
import { isOutOfSpace, type PackFiles } from '../packs/pack-files.ts'

const HALF = 1024 * 1024
const WHOLE = 2 * HALF

export class SpareRoom {
  readonly #path: string
  readonly #isPlenty: () => boolean
  #length: number

  constructor(folder: DataFolder, files: Pick<PackFiles, 'space'>) {
    this.#path = join(folder.root, 'spare-room')
    // Also out of the reserve: what is indexed, and opened, from here on is what that is for.
    this.#isPlenty = () => files.space(folder.root).free >= 2 * WHOLE
    this.#length = lengthOf(this.#path)
  }

  /** Whether there is room for what is promised next. */
  get isWhole(): boolean {
    return this.#length === WHOLE
  }

  /** Takes the room where there is plenty. */
  keep(): void {
    try {
      this.#length = lengthOf(this.#path)
      if (this.#length < WHOLE && this.#isPlenty()) this.#fill()
    } catch {
      // Another time.
    } finally {
      this.#length = lengthOf(this.#path)
    }
  }

  /** Gives room for what was promised, and leaves the half for opening; false when it is gone already. */
  giveHalf(): boolean {
    return this.#length > HALF && this.#shrinkTo(HALF)
  }

  /** Runs `open`; again with more room as long as that is what it lacks. */
  opening<T>(open: () => T): T {
    for (;;) {
      try {
        return open()
      } catch (error) {
        if (!isOutOfSpace(error) || !(this.giveHalf() || this.#shrinkTo(0))) throw error
      }
    }
  }

  #fill(): void {
    const before = this.#length
    try {
      const descriptor = openSync(this.#path, 'a', 0o600)
      try {
        // Not zeros: some file systems would store nothing.
        writeSync(descriptor, randomFillSync(new Uint8Array(WHOLE - before)))
      } finally {
        closeSync(descriptor)
      }
    } catch {
      this.#shrinkTo(before)
    }
  }

  #shrinkTo(length: number): boolean {
    const before = lengthOf(this.#path)
    try {
      if (length === 0) rmSync(this.#path, { force: true })
      else if (before > length) truncateSync(this.#path, length)
    } catch {
      // It stays where it cannot be touched.
    }
    this.#length = lengthOf(this.#path)
    return this.#length < before
  }
}

const lengthOf = (path: string): number => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size ?? 0
  } catch {
    return 0
  }
}
