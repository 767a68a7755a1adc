/**
 * The feed of everything that changes (`station.feed`): one numbering for all windows, without gaps within an epoch. Bursts are
 * coalesced; a window that cannot keep up loses events, sees the gap in the numbers and refetches.
 */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AbortSignalLike } from '../contract/define.ts'
import type { StationEvent, StationStatus } from '../contract/station.ts'

type Numbered = { id: string; data: StationEvent }
type StudyChange = { SeriesInstanceUIDs: Set<string>; receiving: boolean }

/** Where services tell what changed, and windows hear it. */
export interface Feed {
  readonly epoch: string
  publish(event: Exclude<StationEvent, { kind: 'hello' | 'studyChanged' | 'statusChanged' }>): void
  /** Told at most ten times a second for one study. */
  studyChanged(StudyInstanceUID: string, SeriesInstanceUIDs: Iterable<string>, receiving: boolean): void
  /** Told when it differs from the last one; the caller asks at most once a second. */
  statusChanged(status: StationStatus): void
  subscribe(signal: AbortSignalLike): AsyncIterable<Numbered>
  close(): void
}

/** Events waiting for one slow window before the oldest are dropped. */
const MAX_WAITING = 1_000
/** ms between two tellings of one study. */
const STUDY_INTERVAL = 100

/** One window's queue, ended by its signal or by the feed. */
class Subscriber {
  readonly #waiting: Numbered[] = []
  #wake: (() => void) | null = null
  #ended = false

  push(event: Numbered): void {
    this.#waiting.push(event)
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#wake?.()
  }

  async *events(): AsyncGenerator<Numbered, void> {
    while (true) {
      const next = this.#waiting.shift()
      if (next) yield next
      else if (this.#ended) return
      else await this.#arrival()
    }
  }

  async #arrival(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = null
  }
}

/** Tells each study's changes at once, then at most every {@link STUDY_INTERVAL} ms with all that came between. */
class StudyCoalescer {
  readonly #changes = new Map<string, StudyChange>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #tell: (StudyInstanceUID: string, change: StudyChange) => void

  constructor(tell: (StudyInstanceUID: string, change: StudyChange) => void) {
    this.#tell = tell
  }

  add(StudyInstanceUID: string, SeriesInstanceUIDs: Iterable<string>, receiving: boolean): void {
    const change = this.#changes.get(StudyInstanceUID) ?? { SeriesInstanceUIDs: new Set<string>(), receiving }
    for (const uid of SeriesInstanceUIDs) change.SeriesInstanceUIDs.add(uid)
    change.receiving = receiving
    this.#changes.set(StudyInstanceUID, change)
    if (!this.#timers.has(StudyInstanceUID)) this.#flush(StudyInstanceUID)
  }

  #flush(StudyInstanceUID: string): void {
    this.#timers.delete(StudyInstanceUID)
    const change = this.#changes.get(StudyInstanceUID)
    if (!change) return
    this.#changes.delete(StudyInstanceUID)
    this.#timers.set(
      StudyInstanceUID,
      setTimeout(() => this.#flush(StudyInstanceUID), STUDY_INTERVAL),
    )
    this.#tell(StudyInstanceUID, change)
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}

/** A feed with a new epoch. */
export function createFeed(): Feed {
  const epoch = randomUUID()
  const subscribers = new Set<Subscriber>()
  let sequence = 0
  let lastStatus: StationStatus | null = null
  const tell = (data: StationEvent) => {
    sequence += 1
    for (const subscriber of subscribers) subscriber.push({ id: String(sequence), data })
  }
  const studies = new StudyCoalescer((StudyInstanceUID, change) =>
    tell({
      kind: 'studyChanged',
      StudyInstanceUID,
      SeriesInstanceUIDs: [...change.SeriesInstanceUIDs],
      receiving: change.receiving,
    }),
  )
  return {
    epoch,
    publish: tell,
    studyChanged: (uid, series, receiving) => studies.add(uid, series, receiving),
    statusChanged(status) {
      if (isDeepStrictEqual(status, lastStatus)) return
      lastStatus = status
      tell({ kind: 'statusChanged', status })
    },
    async *subscribe(signal) {
      if (signal.aborted) return
      const subscriber = new Subscriber()
      const end = () => subscriber.end()
      signal.addEventListener('abort', end)
      subscribers.add(subscriber)
      subscriber.push({ id: String(sequence), data: { kind: 'hello', epoch } })
      try {
        yield* subscriber.events()
      } finally {
        subscribers.delete(subscriber)
        signal.removeEventListener('abort', end)
      }
    },
    close() {
      studies.close()
      for (const subscriber of subscribers) subscriber.end()
    },
  }
}
