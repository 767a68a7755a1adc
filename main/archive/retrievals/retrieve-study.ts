/**
 * Brings a study here: lists it, leaves out what is here, asks for whole series of which nothing is here and for single instances of the
 * others, and keeps what comes. Run again after a cut it goes on with the first instance that is missing.
 */
import type { Cache, InstancePlace } from '../../cache/cache.ts'
import type { ArchiveFault } from '../../contract/archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { mayHeal } from '../backoff.ts'
import type { RemoteInstance, RemoteSeries, StudySource, Wish } from '../study-source.ts'
import { HereBySeries, isUnlisted } from './here-by-series.ts'
import type { Received } from './received.ts'

export interface RetrieveContext {
  cache: Pick<Cache, 'ingest' | 'listInstances' | 'saveArchiveProofs' | 'expectInstances'>
  source: StudySource
  /** How many instances the archive says the study has, which may be more than it lists; null where it does not say. */
  announced: number | null
  now(): Date
  signal: AbortSignal
  /** `expected` null: not known before all has come. */
  onExpected(expected: number | null, received: number): void
  /** One more is here. */
  onReceived(): void
  onBytes(count: number): void
}

/** How it ended: everything is here (`detail` tells what came beside it and was refused), or some of it cannot be had. */
export type RetrieveOutcome =
  | { kind: 'done'; detail: string }
  | { kind: 'incomplete'; fault: ArchiveFault; detail: string }

/** Instances that a study may be said to have; whoever counts more counts something else. */
const MAX_COUNTED = 200_000
/** Proofs that are noted together. */
const PROOFS_AT_ONCE = 64

class Run {
  readonly #context: RetrieveContext
  readonly #StudyInstanceUID: string
  readonly #here = new HereBySeries()
  /** Why something did not come, with how often. */
  readonly #troubles = new Map<string, number>()
  #fault: ArchiveFault = 'not-here'
  /** Something of a series did not come of which nobody knows how much there is. */
  #isUncertain = false
  /** How many there must be; null where nobody knows, and once the study says so. */
  #untold: number | null = null
  /** How many the study is said to have beside those of its series. */
  #uncounted = 0
  /** Series that were asked for as a whole. */
  readonly #askedWhole = new Set<RemoteSeries>()
  /** What is here already and was retrieved again. */
  #proven: number[] = []

  constructor(context: RetrieveContext, StudyInstanceUID: string) {
    this.#context = context
    this.#StudyInstanceUID = StudyInstanceUID
  }

  async run(): Promise<RetrieveOutcome> {
    const { source, signal } = this.#context
    const all = await source.list(this.#StudyInstanceUID, signal)
    for (const instance of await this.#soundHere()) this.#here.add(instance, instance.isArchived)
    this.#uncounted = this.#expected(all) - this.#listed(all)
    const isKnown = all.every((series) => !isUnlisted(series))
    this.#context.onExpected(isKnown ? this.#expected(all) : null, this.#received(all))
    if (isKnown) this.#untold = this.#expected(all)
    if (this.#received(all) > 0) await this.#tellExpected()
    try {
      await inParallel(all, source.seriesAtOnce, (series) => this.#retrieveSeries(series))
      await inParallel(this.#maybeCut(all), source.seriesAtOnce, (series) => this.#retrieveWhole(series))
    } finally {
      await this.#saveProofs()
      if (isKnown) await this.#expect(this.#expected(all))
    }
    const expected = this.#expected(all)
    const received = this.#received(all)
    const missing = expected - received
    if (!isKnown && !this.#isUncertain) {
      this.#context.onExpected(expected, received)
      await this.#expect(expected)
    }
    const troubles = [...this.#troubles].map(([trouble, count]) => `${trouble} ×${count}`)
    if (missing === 0 && !this.#isUncertain) return { kind: 'done', detail: troubles.join('; ') }
    const what = missing > 0 ? `${missing} of ${expected} instances missing` : 'a series that the archive does not list'
    return { kind: 'incomplete', fault: this.#fault, detail: [what, ...troubles].join('; ') }
  }

  /** As soon as something of the study is here: whatever cuts this off, it is not taken for whole. */
  async #tellExpected(): Promise<void> {
    const count = this.#untold
    this.#untold = null
    if (count !== null) await this.#expect(count)
  }

  async #expect(count: number): Promise<void> {
    await this.#context.cache.expectInstances(this.#StudyInstanceUID, count)
  }

  async #soundHere(): Promise<InstancePlace[]> {
    const { cache, source } = this.#context
    const instances = await cache.listInstances(this.#StudyInstanceUID, source.id)
    return instances.filter(({ isDamaged }) => !isDamaged)
  }

  /** What a C-MOVE brings need not say whom it is for (PS3.7 §9.1.1.1): it then comes as if nobody had asked, and is here all the same. */
  async #lookAgain(): Promise<void> {
    for (const instance of await this.#soundHere()) {
      if (this.#here.add(instance, instance.isArchived)) this.#context.onReceived()
    }
  }

  /** What is counted and not listed is expected as well: an archive may cut its lists without a word. */
  #expected(all: readonly RemoteSeries[]): number {
    const announced = this.#context.announced ?? 0
    return Math.max(this.#listed(all), announced <= MAX_COUNTED ? announced : 0)
  }

  #listed(all: readonly RemoteSeries[]): number {
    return all.reduce((sum, series) => sum + this.#here.expectedOf(series), 0)
  }

  #received(all: readonly RemoteSeries[]): number {
    const listed = all.reduce((sum, series) => sum + this.#here.receivedOf(series), 0)
    return listed + Math.min(this.#here.beyond(all), this.#expected(all) - this.#listed(all))
  }

  /** Series that may hold what is missing of the study and listed nowhere: nobody counts them, and they were asked for by their lists alone. */
  #maybeCut(all: readonly RemoteSeries[]): RemoteSeries[] {
    const isCut = this.#uncounted > 0 && this.#received(all) < this.#expected(all)
    return isCut ? all.filter((series) => series.announced === null && !this.#askedWhole.has(series)) : []
  }

  async #retrieveWhole(series: RemoteSeries): Promise<void> {
    this.#askedWhole.add(series)
    const { announced, instances } = series
    // As many may come of it.
    const isCut = announced === null && instances.length > 0 && this.#uncounted > 0
    const counted = isCut ? { ...series, announced: instances.length + this.#uncounted } : series
    await this.#retrieve({ StudyInstanceUID: this.#StudyInstanceUID, series: counted, instances: null })
  }

  async #retrieveSeries(series: RemoteSeries): Promise<void> {
    const { instances } = series
    const missing = this.#here.missingOf(series)
    const isListed = (series.announced ?? 1) <= instances.length
    const isWanted = isListed ? missing.length === instances.length && missing.length > 1 : !this.#here.isWhole(series)
    if (isWanted) await this.#retrieveWhole(series)
    if (isWanted && !this.#here.isWhole(series)) await this.#lookAgain()
    // What the archive left out of the series, or what a cut left over.
    const left = this.#here.missingOf(series)
    await this.#retrieveSome(series, left)
    if (left.length > 0 && !this.#here.isWhole(series)) await this.#lookAgain()
  }

  async #retrieveSome(series: RemoteSeries, instances: readonly RemoteInstance[]): Promise<void> {
    const { instancesAtOnce, requestsAtOnce } = this.#context.source
    await inParallel(inGroups(instances, instancesAtOnce), requestsAtOnce, (group) =>
      this.#retrieve({ StudyInstanceUID: this.#StudyInstanceUID, series, instances: group }),
    )
  }

  /** Asks once. What can be mended by asking again ends the run; the rest is noted. */
  async #retrieve(wish: Wish): Promise<void> {
    const { source, cache, signal, onBytes } = this.#context
    try {
      await source.bring(wish, {
        ...{ cache, signal, onBytes },
        onReceived: (received) => this.#note(received),
        onRemark: (detail) => this.#remark(detail),
      })
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      const isFinal = error.fault === 'nonsense' || error.fault === 'too-large' || !mayHeal(error.fault)
      if (!isFinal) throw error
      // A series that cannot be had as a whole is asked for instance by instance, where they are known.
      if (wish.instances !== null || wish.series.instances.length === 0) this.#trouble(error.fault, error.message)
      this.#isUncertain ||= isUnlisted(wish.series)
    }
  }

  async #note(received: Received): Promise<void> {
    if (received.kind === 'refused') return this.#trouble('nonsense', `refused: ${received.reason}`)
    await this.#tellExpected()
    // What was written says itself where it came from.
    if (received.isKnown) this.#proven.push(received.instanceKey)
    if (this.#here.add(received, true)) this.#context.onReceived()
    if (this.#proven.length >= PROOFS_AT_ONCE) await this.#saveProofs()
  }

  #trouble(fault: ArchiveFault, detail: string): void {
    this.#fault = fault
    this.#remark(detail)
  }

  #remark(detail: string): void {
    this.#troubles.set(detail, (this.#troubles.get(detail) ?? 0) + 1)
  }

  async #saveProofs(): Promise<void> {
    const { cache, source, now } = this.#context
    const at = now().toISOString()
    const proofs = this.#proven.map((instanceKey) => ({
      instanceKey,
      archive: source.id,
      sentAt: null,
      archivedAt: at,
      proof: 'retrieved' as const,
    }))
    this.#proven = []
    if (proofs.length > 0) await cache.saveArchiveProofs(proofs)
  }
}

/** So many at a time; the first that fails, which should be tried again later, ends them all. */
async function inParallel<T>(values: Iterable<T>, atOnce: number, work: (value: T) => Promise<void>): Promise<void> {
  const left = values[Symbol.iterator]()
  const failures: unknown[] = []
  const next = async (): Promise<void> => {
    for (let value = left.next(); !value.done && failures.length === 0; value = left.next()) {
      await work(value.value).catch((error: unknown) => void failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (failures.length > 0) throw failures[0]
}

function* inGroups<T>(values: readonly T[], length: number): Generator<T[]> {
  for (let at = 0; at < values.length; at += length) yield values.slice(at, at + length)
}

/**
 * Retrieves a study as far as it goes. Throws {@link ArchiveError} when it should be tried again (cut, busy, full disk …) or when the study
 * cannot be listed.
 */
export const retrieveStudy = (context: RetrieveContext, StudyInstanceUID: string): Promise<RetrieveOutcome> =>
  new Run(context, StudyInstanceUID).run()
