/**
 * Reads every stored object again, slowly and only while nothing is received or read, and compares it with its digest. What is damaged is
 * marked, so that completeness tells it, and asked for from the archive where that has it. Goes on where it was after a restart.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { IntegrityState } from '../../contract/integrity.ts'
import type { Cache } from '../cache.ts'
import type { CacheLog } from '../open-cache.ts'
import type { Records } from '../records/records.ts'

/** Bytes read per second at most, on average. */
const RATE = 8 * 1024 * 1024
/** ms that nobody must have read or received before it goes on. */
const QUIET = 2_000
/** ms after the start, when a person wants to read, and after an error. */
const START_AFTER = 60_000
/** ms between two rounds. */
const REST = 7 * 24 * 3_600_000
/** Objects between two notes of the place; fewer are checked twice after a crash. */
const NOTE_EVERY = 200
const BATCH = 100
const DOCUMENT = 'integrity'

interface Place {
  /** The last object that was checked. */
  after: number
  checked: number
  roundStartedAt: string | null
  lastRound: IntegrityState['lastRound']
}

export interface ScrubOptions {
  cache: Pick<
    Cache,
    'listKeys' | 'verify' | 'markNotDisplayable' | 'countDamagedObjects' | 'mendableStudies' | 'idleFor' | 'totals'
  >
  /** The place is kept here. */
  notes: Pick<Records['notes'], 'loadDocument' | 'saveDocument'>
  log: CacheLog
  now(): Date
  /** Whether something is being received, whatever of it has reached the cache. */
  isReceiving(): boolean
  /** The archive's id, empty without one; and asking it for a study's missing and damaged objects. */
  archive(): Promise<string>
  retrieve(StudyInstanceUID: string): Promise<unknown>
  /** Damage was found, or mended. */
  onDamage(count: number): void
  /** Bytes per second; ms of quiet; ms after the start, or an error, in which nothing is checked. */
  rate?: number
  quiet?: number
  startAfter?: number
}

export interface Scrub {
  start(): Promise<void>
  /** Begins a round now. */
  check(): void
  state(): Promise<IntegrityState>
  /** Asks the archive for the damaged objects that it has; tells for how many studies. */
  mend(): Promise<number>
  /** Damaged objects may have been mended, or found by a reader. */
  count(): Promise<void>
  stop(): Promise<void>
}

const readPlace = (text: string | null): Place => {
  const first: Place = { after: 0, checked: 0, roundStartedAt: null, lastRound: null }
  try {
    return text === null ? first : { ...first, ...(JSON.parse(text) as Partial<Place>) }
  } catch {
    return first
  }
}

class OneScrub implements Scrub {
  readonly #options: ScrubOptions
  readonly #ending = new AbortController()
  #place: Place = readPlace(null)
  #isWaiting = false
  /** A person wants a round now. */
  #isAsked = false
  #running: Promise<void> | null = null
  #wake: () => void = () => undefined

  constructor(options: ScrubOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    this.#place = readPlace(await this.#options.notes.loadDocument(DOCUMENT))
    await this.count()
    // Sleeping ends with an error when it is told to end.
    this.#running = this.#run().catch(() => undefined)
  }

  check(): void {
    this.#isAsked = true
    this.#wake()
  }

  async state(): Promise<IntegrityState> {
    const { cache } = this.#options
    const { checked, roundStartedAt, lastRound } = this.#place
    const [{ instances }, damaged] = await Promise.all([cache.totals(), cache.countDamagedObjects()])
    const state = roundStartedAt === null ? 'resting' : this.#isWaiting ? 'waiting' : 'checking'
    return { state, checked, total: Math.max(instances, checked), roundStartedAt, lastRound, damaged }
  }

  async mend(): Promise<number> {
    const { cache, archive, retrieve } = this.#options
    const id = await archive()
    if (id === '') return 0
    const studies = await cache.mendableStudies(id)
    for (const StudyInstanceUID of studies) await retrieve(StudyInstanceUID)
    return studies.length
  }

  async count(): Promise<void> {
    this.#options.onDamage(await this.#options.cache.countDamagedObjects())
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    this.#wake()
    await this.#running
    await this.#note().catch(() => undefined)
  }

  async #run(): Promise<void> {
    const { startAfter = START_AFTER, log } = this.#options
    const { signal } = this.#ending
    while (!signal.aborted) {
      this.#isWaiting = true
      await sleep(startAfter, undefined, { signal })
      try {
        await this.#goOn()
      } catch (error) {
        // Such as a disk that is full: where it is could not be noted.
        if (!signal.aborted) log.warn({ code: codeOf(error) }, 'the check of the cache goes on later')
      }
    }
  }

  async #goOn(): Promise<void> {
    this.#isWaiting = false
    while (!this.#ending.signal.aborted) {
      await this.#untilDue()
      await this.#round()
    }
  }

  async #untilDue(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const { roundStartedAt, lastRound } = this.#place
      const due = lastRound === null ? 0 : Date.parse(lastRound.finishedAt) + REST
      const left = due - this.#options.now().getTime()
      // Longer than the rest: the clock was set back.
      if (roundStartedAt !== null || left <= 0 || left > REST || this.#isAsked) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 3_600_000))
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  async #round(): Promise<void> {
    const { cache, now } = this.#options
    this.#isAsked = false
    this.#place.roundStartedAt ??= now().toISOString()
    let keys = await cache.listKeys(this.#place.after, BATCH)
    while (keys.length > 0 && !this.#ending.signal.aborted) {
      for (const instanceKey of keys) {
        await this.#checkOne(instanceKey)
        if (this.#ending.signal.aborted) return
        this.#place.after = instanceKey
        this.#place.checked += 1
        if (this.#place.checked % NOTE_EVERY === 0) await this.#note()
      }
      keys = await cache.listKeys(this.#place.after, BATCH)
    }
    if (this.#ending.signal.aborted) return
    const lastRound = { finishedAt: now().toISOString(), checked: this.#place.checked }
    this.#place = { after: 0, checked: 0, roundStartedAt: null, lastRound }
    await this.#note()
    await this.count()
    await this.mend().catch((error: unknown) => this.#options.log.warn({ code: codeOf(error) }, 'nothing was mended'))
  }

  /** Checks one object; what says nothing of it, such as too many open files, is tried again in the next round. */
  async #checkOne(instanceKey: number): Promise<void> {
    const { cache, log } = this.#options
    try {
      const found = await cache.verify(instanceKey, (bytes) => this.#pace(bytes))
      if (found === 'intact' || found === 'gone') return
      log.error({ reason: found }, 'a stored object is damaged')
      await cache.markNotDisplayable(instanceKey, found)
      await this.count()
    } catch (error) {
      if (!this.#ending.signal.aborted) log.warn({ code: codeOf(error) }, 'a stored object could not be checked')
    }
  }

  /** Waits as long as the rate asks for, and while others read or receive. */
  async #pace(bytes: number): Promise<void> {
    const { rate = RATE, quiet = QUIET, cache, isReceiving } = this.#options
    const { signal } = this.#ending
    await sleep((bytes * 1000) / rate, undefined, { signal })
    while (isReceiving() || cache.idleFor() < quiet) {
      this.#isWaiting = true
      await sleep(Math.min(quiet, 500), undefined, { signal })
    }
    this.#isWaiting = false
  }

  async #note(): Promise<void> {
    await this.#options.notes.saveDocument(DOCUMENT, JSON.stringify(this.#place))
  }
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code

/** A check of the cache that does nothing until it is started. */
export const createScrub = (options: ScrubOptions): Scrub => new OneScrub(options)
