/**
 * Records that are durable in their packs, each with its index row, and not yet in the index. They are indexed together: after a moment, when
 * there are many, or as soon as somebody asks; what a crash leaves here is indexed from the packs when the store is opened.
 */
import type { StoredChange } from '../cache.ts'
import type { IndexEntry, IndexWriter } from '../index-database/index-writer.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'

/** Longest that a record waits, in milliseconds. */
const PATIENCE = 25
/** The same after the index could not be written. */
const PATIENCE_AFTER_FAILURE = 1000
/** Records that wait at most. */
const MAX_WAITING = 64

export interface IndexBacklogOptions<Entry extends IndexEntry> {
  index: Pick<IndexWriter, 'insert'>
  /** These are in the index now, with what each changed there. */
  onIndexed(entries: readonly Entry[], changes: StoredChange[]): void
  /** The index could not be written; what waits goes on waiting. */
  onFailed(error: unknown): void
}

export class IndexBacklog<Entry extends IndexEntry> {
  readonly #options: IndexBacklogOptions<Entry>
  #waiting: Entry[] = []
  #timer: NodeJS.Timeout | null = null
  #failure: unknown = null

  constructor(options: IndexBacklogOptions<Entry>) {
    this.#options = options
  }

  /** How many records wait. */
  get length(): number {
    return this.#waiting.length
  }

  /** Why the index could not be written when it was last tried; null when it could. */
  get failure(): unknown {
    return this.#failure
  }

  /**
   * Takes durable records, and gives those back that it cannot take: while the index cannot be written nothing more is promised. With
   * `isUrgent` the others are in the index when this returns.
   */
  add(entries: readonly Entry[], isUrgent: boolean): Entry[] {
    const mustIndex = isUrgent || this.#failure !== null
    this.#waiting.push(...entries)
    if (mustIndex) {
      this.flush()
      const refused = entries.filter((entry) => this.#waiting.includes(entry))
      this.#waiting = this.#waiting.filter((entry) => !refused.includes(entry))
      return refused
    }
    if (this.#waiting.length >= MAX_WAITING) this.flush()
    this.#wake(PATIENCE)
    return []
  }

  /** Indexes all that waits and can be. */
  flush(): void {
    if (this.#waiting.length === 0) return
    const entries = this.#waiting
    this.#waiting = []
    try {
      this.#insert(entries)
      this.#failure = null
    } catch (error) {
      this.#failure = error
      // One record that the index does not take must not keep the others out.
      const failed = isOutOfSpace(error) ? entries : entries.filter((entry) => !this.#insertAlone(entry))
      if (failed.length < entries.length) this.#failure = null
      this.#waiting = failed
      this.#options.onFailed(error)
      this.#wake(PATIENCE_AFTER_FAILURE)
    }
  }

  /** Indexes what waits, and waits for nothing more. */
  close(): void {
    this.flush()
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #insert(entries: readonly Entry[]): void {
    const changes = this.#options.index.insert(entries)
    this.#options.onIndexed(entries, changes)
  }

  #insertAlone(entry: Entry): boolean {
    try {
      this.#insert([entry])
      return true
    } catch {
      return false
    }
  }

  #wake(after: number): void {
    if (this.#timer !== null || this.#waiting.length === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.flush()
      if (this.#waiting.length > 0) this.#wake(PATIENCE_AFTER_FAILURE)
    }, after)
  }
}
