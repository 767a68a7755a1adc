/**
 * What writes the audit log: events are gathered for a moment and kept as one batch, so that nothing waits for them. A batch that cannot be
 * written stays in memory and is tried again, which is told (problem `audit-not-written`) and hinders nobody.
 */
import type { AuditEvent } from '../contract/audit.ts'

/** ms that events are gathered before they are written. */
const GATHER = 1_000
/** ms until another try after one that failed. */
const RETRY = 10_000
/** Events of a batch, and those that wait at most. */
const BATCH = 500
const MOST_WAITING = 10_000

/** An event, without the moment at which it is noted. */
export type Noted = Omit<AuditEvent, 'EventDateTime'>

export interface JournalOptions {
  /** Rejects when nothing was kept. `isHeadKept` false: all was, but not how far the log goes, which is told and not tried again. */
  append(events: readonly AuditEvent[]): Promise<{ isHeadKept: boolean }>
  /** Writing fails, or works again; `lost`: events that were given up because too many waited. */
  onFailing(isFailing: boolean, lost: number): void
  now(): Date
  gatherMs?: number
  retryMs?: number
}

export interface Journal {
  /** Takes note; never throws and never waits. */
  note(event: Noted): void
  /** Writes what waits; resolves when it is durable or could not be. */
  flush(): Promise<void>
  /** Writes what waits, once; what is noted from then on is not kept. */
  close(): Promise<void>
}

class BatchedJournal implements Journal {
  readonly #options: JournalOptions
  #waiting: AuditEvent[] = []
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> | null = null
  #lost = 0
  #isFailing = false
  #isClosed = false

  constructor(options: JournalOptions) {
    this.#options = options
  }

  note(event: Noted): void {
    if (this.#isClosed) return
    if (this.#waiting.length >= MOST_WAITING) {
      this.#lost += 1
      this.#options.onFailing(true, this.#lost)
      return
    }
    this.#waiting.push({ ...event, EventDateTime: this.#options.now().toISOString() })
    if (!this.#isFailing) this.#flushIn(this.#options.gatherMs ?? GATHER)
  }

  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    // One batch after the other: their order is that of the chain.
    while (this.#writing) await this.#writing
    if (this.#waiting.length === 0) return
    this.#writing = this.#write().finally(() => {
      this.#writing = null
    })
    await this.#writing
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
    if (this.#timer) clearTimeout(this.#timer)
  }

  #flushIn(ms: number): void {
    if (this.#timer) return
    this.#timer = setTimeout(() => void this.flush(), ms)
    this.#timer.unref()
  }

  async #write(): Promise<void> {
    const { append, onFailing, retryMs = RETRY } = this.#options
    try {
      let isWhole = true
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, BATCH)
        const { isHeadKept } = await append(batch)
        this.#waiting.splice(0, batch.length)
        isWhole = isHeadKept
      }
      this.#isFailing = false
      onFailing(!isWhole || this.#lost > 0, this.#lost)
    } catch {
      this.#isFailing = true
      onFailing(true, this.#lost)
      if (!this.#isClosed) this.#flushIn(retryMs)
    }
  }
}

/** A journal that writes through `append`. */
export const createJournal = (options: JournalOptions): Journal => new BatchedJournal(options)
