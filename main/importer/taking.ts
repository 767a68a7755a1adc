/** Taking the objects of an intake into the cache, a few at once. What could not be finished, or found no room, waits for another run. */
import type { Cache } from '../cache/cache.ts'
import type { ImportOutcome, Intake } from '../contract/importer.ts'
import { importFile } from './import-file.ts'
import { createRate } from './rate.ts'
import type { Refusals } from './refusals.ts'
import { ArchiveDamage, type FoundFile } from './sources/found-file.ts'

/** Objects on their way into the cache at once. */
const PARALLEL = 4

type Progress = Intake['progress']

/** Before anything is taken. */
export const nothingTaken: Progress = {
  finished: 0,
  total: 0,
  bytes: 0,
  rate: 0,
  counts: { stored: 0, duplicate: 0, version: 0, refused: 0 },
}

export interface TakingOptions {
  cache: Pick<Cache, 'ingest'>
  files: readonly FoundFile[]
  refusals: Refusals
  /** Another file was taken, or refused. */
  onTaken(): void
  /** There is no room for more. */
  onFull(): void
}

export class Taking {
  readonly #options: TakingOptions
  readonly #rate = createRate()
  readonly #total: number
  readonly #counts = { ...nothingTaken.counts }
  #waiting: FoundFile[]
  #next = 0
  #finished = 0
  #bytes = 0

  constructor(options: TakingOptions) {
    this.#options = options
    this.#waiting = [...options.files]
    this.#total = options.files.length
  }

  get progress(): Progress {
    const [finished, total, bytes] = [this.#finished, this.#total, this.#bytes]
    return { finished, total, bytes, rate: this.#rate.rate, counts: { ...this.#counts } }
  }

  /** Takes what waits, until it is stopped. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: PARALLEL }, () => this.#takeNext(signal)))
  }

  /** Nothing more of it will be taken. */
  close(): void {
    this.#waiting = []
  }

  async #takeNext(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const file = this.#waiting[this.#next]
      if (!file) return
      this.#next += 1
      const outcome = await this.#takeFile(file, signal)
      // What was cut off goes back to those that wait.
      if (outcome === null || outcome.reason === 'disk-full') this.#waiting.push(file)
      if (outcome === null) return
      if (outcome.reason === 'disk-full') return signal.aborted ? undefined : this.#options.onFull()
      this.#note(file, outcome)
    }
  }

  /** Null when it was stopped in mid-file. */
  async #takeFile(file: FoundFile, signal: AbortSignal): Promise<ImportOutcome | null> {
    try {
      return await importFile(this.#options.cache, this.#counted(file, signal))
    } catch (error) {
      if (signal.aborted) return null
      return { outcome: 'refused', reason: error instanceof ArchiveDamage ? error.code : 'unreadable-file' }
    }
  }

  async *#counted(file: FoundFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const piece of file.read()) {
      signal.throwIfAborted()
      this.#bytes += piece.length
      this.#rate.note(piece.length)
      yield piece
    }
    signal.throwIfAborted()
  }

  #note(file: FoundFile, { outcome, reason }: ImportOutcome): void {
    this.#finished += 1
    this.#counts[outcome] += 1
    if (outcome === 'refused') this.#options.refusals.add(file.name, reason ?? 'not-dicom')
    this.#options.onTaken()
  }
}
