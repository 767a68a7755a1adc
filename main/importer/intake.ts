/**
 * One intake (contract/importer.ts): what a person gave to import is walked and looked at, and taken into the cache when a person says so.
 * What was stored stays, whatever happens to the rest.
 */
import { randomUUID } from 'node:crypto'
import type { Cache } from '../cache/cache.ts'
import type { Intake as IntakeState } from '../contract/importer.ts'
import { Looking, type Waiting } from './looking.ts'
import { MAX_NAMED, Refusals } from './refusals.ts'
import type { Found } from './sources/found-file.ts'
import { nothingTaken, Taking } from './taking.ts'

export type IntakeCache = Pick<Cache, 'ingest' | 'listInstances' | 'getStudy' | 'searchAttributes'>

/** Where the files of an intake are. */
export interface IntakeSource {
  /** What a person gave: paths on this computer, or names. */
  readonly given: readonly string[]
  /** All files below it, once. */
  found(): AsyncIterable<Found>
  /** Nothing more of it is read; what is being read fails. */
  close(): void
}

export interface IntakeOptions {
  cache: IntakeCache
  source: IntakeSource
  /** `isState`: its state changed, not only how far it is. */
  onChange(isState: boolean): void
}

export class Intake {
  readonly intakeId = randomUUID()
  readonly #options: IntakeOptions
  readonly #refusals = new Refusals()
  readonly #looking: Looking
  /** Null until a person says so. */
  #taking: Taking | null = null
  #state: IntakeState['state'] = 'looking'
  #interruption: IntakeState['interruption'] = null
  #ending = new AbortController()
  #work: Promise<unknown>

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#looking = new Looking({
      cache: options.cache,
      refusals: this.#refusals,
      onSeen: () => options.onChange(false),
      signal: this.#ending.signal,
    })
    this.#work = this.#look()
  }

  get isOver(): boolean {
    return this.#state !== 'looking' && this.#state !== 'running'
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  get state(): IntakeState {
    const missing = this.isOver || this.isRunning ? this.#looking.missing : []
    const progress = this.#taking?.progress ?? nothingTaken
    return {
      intakeId: this.intakeId,
      given: [...this.#options.source.given],
      state: this.#state,
      interruption: this.#state === 'interrupted' ? this.#interruption : null,
      ...this.#looking.seen,
      missing: missing.slice(0, MAX_NAMED),
      missingTotal: missing.length,
      refused: this.#refusals.listed,
      refusedTotal: this.#refusals.total,
      progress: { ...progress, rate: this.isRunning ? progress.rate : 0 },
    }
  }

  /** Takes what was seen, or goes on; false when it looks still, runs, or is over. */
  take(StudyInstanceUIDs?: readonly string[]): boolean {
    const canGoOn = this.#state === 'interrupted' && this.#interruption === 'disk-full'
    if (this.#state !== 'ready' && !canGoOn) return false
    this.#taking ??= this.#choose(StudyInstanceUIDs)
    this.#ending = new AbortController()
    this.#change('running')
    this.#work = this.#takeAll(this.#taking, this.#work)
    return true
  }

  #choose(StudyInstanceUIDs: readonly string[] | undefined): Taking {
    const { cache, onChange } = this.#options
    const chosen = StudyInstanceUIDs && new Set(StudyInstanceUIDs)
    const isChosen = ({ StudyInstanceUID }: Waiting): boolean =>
      !chosen || (StudyInstanceUID !== null && chosen.has(StudyInstanceUID))
    return new Taking({
      cache,
      files: this.#looking
        .handOver()
        .filter(isChosen)
        .map(({ file }) => file),
      refusals: this.#refusals,
      onTaken: () => onChange(false),
      onFull: () => this.#interrupt('disk-full'),
    })
  }

  /** Stops looking or taking, and waits until nothing of it moves any more. */
  async cancel(): Promise<void> {
    if (this.#state === 'done') return
    this.#ending.abort()
    this.#change('cancelled')
    this.#options.source.close()
    await this.#work
    this.#close()
  }

  /** The window that held the files is gone: what was stored stays, nothing more can be read. */
  loseSource(): void {
    if (this.#state === 'done' || this.#state === 'cancelled') return
    this.#interrupt('window-gone')
  }

  #change(state: IntakeState['state']): void {
    this.#state = state
    this.#options.onChange(true)
  }

  async #look(): Promise<void> {
    const { signal } = this.#ending
    await this.#looking.lookAt(this.#options.source.found())
    if (!signal.aborted) this.#change('ready')
  }

  /** `before`: what was begun earlier; files of it that found no room may come back while this goes on. */
  async #takeAll(taking: Taking, before: Promise<unknown>): Promise<void> {
    const { signal } = this.#ending
    await taking.run(signal)
    await before
    await taking.run(signal)
    if (signal.aborted) return
    this.#close()
    this.#change('done')
  }

  /** No room, or no files: nothing more is begun. */
  #interrupt(reason: NonNullable<IntakeState['interruption']>): void {
    this.#interruption = reason
    this.#ending.abort()
    this.#change('interrupted')
  }

  #close(): void {
    this.#options.source.close()
    this.#looking.close()
    this.#taking?.close()
  }
}
