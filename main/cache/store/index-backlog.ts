/**
 * Records that are durable in their packs, each with its index row, and not yet in the index. They are indexed together: after a moment, when
 * there are many, or as soon as somebody asks; what a crash leaves here is indexed from the packs when the store is opened.
 */
import type { StoredChange } from '../cache.ts'
import type { IndexEntry, IndexWriter } from '../index-database/index-writer.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import type { SpareRoom } from './spare-room.ts'

/** Longest that a record waits, in milliseconds. */
const PATIENCE = 25
/** The same after the index could not be written. */
const PATIENCE_AFTER_FAILURE = 1000
/** So many are worth a transaction as soon as nobody waits for this thread. */
const BATCH = 8
/** Records that wait at most. */
const MAX_WAITING = 64

export interface IndexBacklogOptions<Entry extends IndexEntry> {
  index: Pick<IndexWriter, 'insert' | 'proveWritable'>
  /** Room for what was promised, when the disk has none. */
  room: Pick<SpareRoom, 'isWhole' | 'giveHalf'>
  /** Whether no object is on its way in: a sender that was answered takes a moment until its next one comes. */
  isIdle(): boolean
  /** These are in the index now, with what each changed there. */
  onIndexed(entries: readonly Entry[], changes: StoredChange[]): void
  /** The index could not be written; what waits goes on waiting. */
  onFailed(error: unknown): void
  /** Whether it can be written, or how much waits since it cannot, may have changed. */
  onState?(): void
}

export class IndexBacklog<Entry extends IndexEntry> {
  readonly #options: IndexBacklogOptions<Entry>
  #waiting: Entry[] = []
  #timer: NodeJS.Timeout | null = null
  #failure: unknown = null
  #lastError: unknown = null

  constructor(options: IndexBacklogOptions<Entry>) {
    this.#options = options
  }

  /** How many records wait. */
  get length(): number {
    return this.#waiting.length
  }

  /** The studies of what waits. */
  get studies(): string[] {
    return this.#waiting.map(({ row }) => row.StudyInstanceUID)
  }

  /** Why the index did not take all that waited when it was last tried, or cannot be written; null when it did. */
  get failure(): unknown {
    return this.#failure
  }

  /** Why the index last did not take something. */
  get lastError(): unknown {
    return this.#lastError
  }

  /** Whether a record of this pack waits. */
  waitsIn(packId: string): boolean {
    return this.#waiting.some(({ place }) => place.packId === packId)
  }

  /**
   * Takes durable records, and gives those back that it cannot take: while the index cannot be written, or has no room to fall back on, nothing
   * is promised that is not in it. With `isUrgent` the others are in the index when this returns.
   */
  add(entries: readonly Entry[], isUrgent: boolean): Entry[] {
    const mustIndex = isUrgent || this.#failure !== null || !this.#options.room.isWhole
    this.#waiting.push(...entries)
    if (mustIndex) {
      this.flush()
      const refused = entries.filter((entry) => this.#waiting.includes(entry))
      this.#waiting = this.#waiting.filter((entry) => !refused.includes(entry))
      if (this.#failure !== null) this.#prove()
      return refused
    }
    if (this.#waiting.length >= MAX_WAITING) this.flush()
    // After the answers, which the caller sends when this returns.
    else if (this.#waiting.length >= BATCH) setImmediate(() => this.#options.isIdle() && this.flush())
    this.#wake(PATIENCE)
    return []
  }

  /** Indexes all that waits and can be. */
  flush(): void {
    if (this.#waiting.length === 0) return
    const entries = this.#waiting
    let error = this.#insert(entries)
    if (isOutOfSpace(error) && this.#options.room.giveHalf()) error = this.#insert(entries)
    if (error !== null && !isOutOfSpace(error)) this.#insertEach(entries)
    this.#setFailure(this.#waiting.length === 0 ? null : error)
    if (error === null) return
    this.#lastError = error
    this.#options.onFailed(error)
    this.#wake(PATIENCE_AFTER_FAILURE)
  }

  /** Indexes what waits, and waits for nothing more: the packs have what the index did not take. */
  close(): void {
    this.flush()
    this.#waiting = []
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Null when the index took these, else why it did not. */
  #insert(entries: readonly Entry[]): unknown {
    let changes: StoredChange[]
    try {
      changes = this.#options.index.insert(entries)
    } catch (error) {
      return error
    }
    const taken = new Set(entries)
    this.#waiting = this.#waiting.filter((entry) => !taken.has(entry))
    this.#options.onIndexed(entries, changes)
    return null
  }

  /**
   * One record that the index does not take must not keep the others out, but for those behind it in its pack: a pack counts as indexed up to
   * the last record that went in, and what lies before that is never looked at again.
   */
  #insertEach(entries: readonly Entry[]): void {
    const held = new Set<string>()
    for (const entry of entries) {
      const { packId } = entry.place
      if (held.has(packId) || this.#insert([entry]) !== null) held.add(packId)
    }
  }

  /** With nothing that waits only writing tells whether it was the index or what it was to take. */
  #prove(): void {
    let failure: unknown = null
    if (this.#waiting.length === 0) {
      try {
        this.#options.index.proveWritable()
      } catch (error) {
        failure = error
      }
    } else failure = this.#failure
    this.#setFailure(failure)
    this.#wake(PATIENCE_AFTER_FAILURE)
  }

  #setFailure(failure: unknown): void {
    const isNew = failure !== null || this.#failure !== null
    this.#failure = failure
    if (isNew) this.#options.onState?.()
  }

  #wake(after: number): void {
    if (this.#timer !== null || (this.#waiting.length === 0 && this.#failure === null)) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      if (this.#waiting.length > 0) this.flush()
      else if (this.#failure !== null) this.#prove()
      this.#wake(PATIENCE_AFTER_FAILURE)
    }, after)
  }
}
