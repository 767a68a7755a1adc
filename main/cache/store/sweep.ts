/** Sweeps up what removed studies left in the index, a little at a time and with pauses, so that whoever waits for the store goes first. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { sweepRemoved } from '../index-database/study-removal.ts'

/** Instances of one slice: some 20 ms. */
const SLICE = 200
/** ms between two slices. */
const PAUSE = 5

export class Sweep {
  readonly #database: Database
  readonly #onFailed: (error: unknown) => void
  #timer: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(database: Database, onFailed: (error: unknown) => void) {
    this.#database = database
    this.#onFailed = onFailed
  }

  /** Sweeps a first slice at once, unless it is under way; the rest follows. What a crash or an error leaves waits for the next removal or start. */
  begin(): void {
    if (this.#timer === null) this.#slice()
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #slice(): void {
    this.#timer = null
    try {
      const isMore = sweepRemoved(this.#database, SLICE) === SLICE
      if (isMore && !this.#isClosed) this.#timer = setTimeout(() => this.#slice(), PAUSE)
    } catch (error) {
      this.#onFailed(error)
    }
  }
}
