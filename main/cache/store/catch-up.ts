/**
 * Brings the index up to the packs that were behind when the cache was opened, while the station works: a slice of a pack at a time, with pauses.
 * What the index does not take is tried again every second at first, then less often, and at once when there is room on the disk again.
 */
import type { StoredChange } from '../cache.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import type { PackRecovery } from './pack-recovery.ts'
import type { PacksBehind, WaitingPack } from './packs-behind.ts'

/** ms between two slices. */
const PAUSE = 5
/** ms after the index did not take something, and how far they grow: each try reads a slice. */
const PAUSE_AFTER_FAILURE = 1000
const LONGEST_PAUSE = 30_000

export interface CatchUpOptions {
  behind: PacksBehind
  recovery: Pick<PackRecovery, 'goOn'>
  index: Pick<IndexWriter, 'proveWritable'>
  /** Other work on the index that could not be done; done first. */
  chores: (() => void)[]
  onIndexed(changes: StoredChange[]): void
  /** How much waits, or why, may have changed. */
  onState(): void
}

export class CatchUp {
  readonly #options: CatchUpOptions
  readonly #retryAt = new Map<WaitingPack, { at: number; pause: number }>()
  #timer: NodeJS.Timeout | null = null
  #failure: unknown = null
  #isClosed = false

  constructor(options: CatchUpOptions) {
    this.#options = options
  }

  /** Whether anything waits. */
  get isBehind(): boolean {
    return this.#options.chores.length + this.#options.behind.waiting.length > 0
  }

  /** Whether something else than objects waits: what a person chose to be shown may not be. */
  get hasChores(): boolean {
    return this.#options.chores.length > 0
  }

  /** Why the index did not take what waits; null while nothing was tried. */
  get failure(): unknown {
    return this.#failure ?? this.#options.behind.waiting.find(({ error }) => error !== null)?.error ?? null
  }

  /** Begins, or tries again at once: something has changed. */
  begin(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#retryAt.clear()
    this.#wake(PAUSE)
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #slice(): void {
    const now = performance.now()
    const pack = this.#options.behind.waiting.find((each) => (this.#retryAt.get(each)?.at ?? 0) <= now) ?? null
    const isDue = pack !== null || this.#options.chores.length > 0
    const pause = isDue && this.#isWritable() ? this.#goOn(pack) : PAUSE_AFTER_FAILURE
    if (isDue) this.#options.onState()
    this.#wake(pause)
  }

  /** Cheaper than reading a pack for nothing. */
  #isWritable(): boolean {
    try {
      this.#options.index.proveWritable()
      for (let chore = this.#options.chores[0]; chore; chore = this.#options.chores[0]) {
        chore()
        this.#options.chores.shift()
      }
      this.#failure = null
      return true
    } catch (error) {
      this.#failure = error
      return false
    }
  }

  /** Indexes a slice of a pack; gives the ms until the next. */
  #goOn(pack: WaitingPack | null): number {
    if (pack === null) return PAUSE
    const { behind, recovery, onIndexed } = this.#options
    let changes: StoredChange[] = []
    try {
      const slice = recovery.goOn(pack)
      changes = slice.changes
      if (slice.isDone) behind.settle(pack.packId)
    } catch (error) {
      pack.error = error
    }
    const pause = this.#noteTry(pack)
    if (changes.length > 0) onIndexed(changes)
    return pause
  }

  /** What one pack lacks is tried less and less often; room is what the others lack too. */
  #noteTry(pack: WaitingPack): number {
    if (pack.error === null) {
      this.#retryAt.delete(pack)
      return PAUSE
    }
    const before = this.#retryAt.get(pack)?.pause ?? PAUSE_AFTER_FAILURE / 2
    const pause = Math.min(LONGEST_PAUSE, 2 * before)
    this.#retryAt.set(pack, { at: performance.now() + pause, pause })
    return isOutOfSpace(pack.error) ? pause : PAUSE
  }

  #wake(after: number): void {
    if (this.#isClosed || this.#timer !== null || !this.isBehind) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#slice()
    }, after)
  }
}
