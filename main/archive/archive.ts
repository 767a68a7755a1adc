/**
 * The territory's archive: what goes there, what comes back, and how far each is. One archive is set up at a time; its sender, its retriever
 * and its connections live as long as that.
 */
import type { ArchiveWord } from '../cache/cache.ts'
import type {
  ArchiveConfiguration,
  ArchiveStatus,
  ArchiveTest,
  OutboxCounts,
  OutboxItem,
  Retrieval,
} from '../contract/archive.ts'
import { ArchiveError, asArchiveError } from './archive-error.ts'
import type { Archive, ArchiveOptions, TransferStates } from './archive-service.ts'
import { type Backoff, defaultBackoff, isOfArchive } from './backoff.ts'
import {
  completeConfiguration,
  isDicomWeb,
  isSameAccess,
  parseConfiguration,
  publicConfiguration,
} from './configuration.ts'
import { type Connection, connectArchive, idOfArchive } from './connection.ts'
import { testPeer } from './dimse/test-peer.ts'
import { askHoldings } from './holdings.ts'
import { describeItems, entriesOf } from './outbox/entries.ts'
import { createReachability } from './reachability.ts'
import { withReceived } from './search-studies.ts'
import type { StudySearch } from './study-source.ts'
import { testConnection } from './test-connection.ts'

/** ms in which changes of the outbox are gathered. */
const GATHER = 200
/** Attempts in a row after which an archive counts as unreachable. */
const TRIES = 3
/** Instances that are put into the outbox together. */
const ENQUEUED_AT_ONCE = 500
/** ms for which an archive is asked whether it still holds a study. */
const ASKED_FOR = 30_000
/** Studies of which it no longer holds all that are counted. */
const MOST_LOST = 100

class OneArchive implements Archive {
  readonly #options: ArchiveOptions
  readonly #now: () => Date
  readonly #backoff: Backoff
  readonly #reachability
  readonly #changedStudies = new Set<string>()
  #gathering: NodeJS.Timeout | undefined
  #configuration: ArchiveConfiguration | null = null
  #connected: Connection | null = null
  /** What was last tried and answered: it need not be asked again when it is set up. */
  #answering: ArchiveConfiguration | null = null
  #turn: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(options: ArchiveOptions) {
    this.#options = options
    this.#now = options.now ?? (() => new Date())
    this.#backoff = options.backoff ?? defaultBackoff
    this.#reachability = createReachability({
      backoff: this.#backoff,
      now: this.#now,
      onChange: () => {
        const { state, fault, detail, failures } = this.#reachability
        if (state === 'no' && failures === 1) options.log.warn({ fault, detail }, 'the archive does not answer')
        options.onChange({ kind: 'statusChanged' })
      },
      onBack: () => {
        options.log.info({}, 'the archive answers again')
        void this.#archiveIsBack()
      },
    })
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      const { outbox } = this.#options.records
      const kept = await outbox.archive()
      this.#configuration = parseConfiguration(kept.configuration)
      await outbox.recover(this.#at())
      await this.#connect()
    })
  }

  configuration(): ArchiveConfiguration | null {
    return publicConfiguration(this.#configuration)
  }

  configure(wanted: ArchiveConfiguration | null): Promise<void> {
    return this.#inTurn(async () => {
      const { outbox, retrievals } = this.#options.records
      const configuration = wanted && completeConfiguration(wanted, this.#configuration)
      const archive = configuration ? idOfArchive(configuration) : ''
      await this.#disconnect()
      try {
        await outbox.recover(this.#at())
        await outbox.setArchive({ archive, configuration: configuration && JSON.stringify(configuration) }, this.#at())
        await retrievals.giveUpOthers(archive)
        this.#configuration = configuration
        this.#reachability.reset()
        if (isSameAccess(configuration, this.#answering)) this.#reachability.succeeded()
      } finally {
        await this.#connect()
      }
      this.#options.onChange({ kind: 'archiveConfigured' })
      this.#options.onChange({ kind: 'statusChanged' })
    })
  }

  async test(configuration: ArchiveConfiguration): Promise<ArchiveTest> {
    const tried = completeConfiguration(configuration, this.#configuration)
    const { limits, peers } = this.#options
    const outcome = await (isDicomWeb(tried) ? testConnection(tried, limits) : testPeer(tried, peers))
    this.#answering = outcome.fault === null ? tried : null
    if (isSameAccess(this.#configuration, this.#answering)) this.#reachability.succeeded()
    return outcome
  }

  async status(): Promise<ArchiveStatus> {
    const { state, fault } = this.#reachability
    return {
      name: this.#configuration?.name ?? null,
      reachable: state,
      fault,
      outbox: await this.#options.records.outbox.counts(),
      retrieving: this.#connected?.retriever.count ?? 0,
    }
  }

  async problems(): ReturnType<Archive['problems']> {
    const { failures, fault, detail } = this.#reachability
    const stuck = await this.#options.records.outbox.stuck()
    const needsPerson =
      fault === 'unauthorised' || fault === 'forbidden' || fault === 'tls-not-trusted' || fault === 'peer-unknown'
    const isAway = failures >= TRIES || (failures > 0 && needsPerson)
    const lost = await this.#countLost()
    return {
      unreachable: isAway ? `${fault}: ${detail}` : null,
      refused: stuck > 0 ? String(stuck) : null,
      lost: lost > 0 ? String(lost) : null,
    }
  }

  /** Until they are proven again, or gone from here. */
  async #countLost(): Promise<number> {
    const { cache, records } = this.#options
    const archive = this.#connected?.id
    if (archive === undefined) return 0
    const studies = await records.withdrawals.studies(archive, MOST_LOST)
    const uses = await Promise.all(studies.map((StudyInstanceUID) => cache.studyUse({ StudyInstanceUID, archive })))
    return uses.filter((use) => use && !use.isProven).length
  }

  async confirm(StudyInstanceUID: string, signal: AbortSignal): Promise<ArchiveWord> {
    const { cache, records, log, onChange } = this.#options
    const source = this.#connected?.source
    if (!source || this.#reachability.closedUntil > this.#now().getTime()) return 'away'
    const limit = AbortSignal.timeout(ASKED_FOR)
    const context = { cache, withdrawals: records.withdrawals, source, now: this.#now }
    try {
      const word = await askHoldings({ ...context, signal: AbortSignal.any([signal, limit]) }, StudyInstanceUID)
      if (this.#connected?.source !== source) return 'away'
      this.#reachability.succeeded()
      if (word !== 'lost') return word
      log.warn({}, 'the archive no longer holds all of a study')
      this.#outboxChanged(StudyInstanceUID)
      this.#connected?.sender.wake()
      onChange({ kind: 'statusChanged' })
      return word
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      // That it took longer than we wait says nothing of the others that wait for it.
      if (signal.aborted || this.#connected?.source !== source) return 'away'
      if (limit.aborted) return 'unclear'
      this.#reachability.failed(error)
      return isOfArchive(error) ? 'away' : 'unclear'
    }
  }

  async outbox(request: Parameters<Archive['outbox']>[0]): Promise<{ total: number; items: OutboxItem[] }> {
    const { total, items } = await this.#options.records.outbox.list(request)
    return { total, items: await describeItems(this.#options.cache, items) }
  }

  async enqueue(instanceKeys: readonly number[]): Promise<number> {
    const { records, cache } = this.#options
    let added = 0
    for (let at = 0; at < instanceKeys.length; at += ENQUEUED_AT_ONCE) {
      const entries = await entriesOf(cache, instanceKeys.slice(at, at + ENQUEUED_AT_ONCE))
      added += await records.outbox.enqueue(entries, this.#at())
      for (const { StudyInstanceUID } of entries) this.#outboxChanged(StudyInstanceUID)
    }
    this.#connected?.sender.wake()
    return added
  }

  async send(StudyInstanceUID: string): Promise<number> {
    const archive = this.#connected?.id ?? ''
    const instances = await this.#options.cache.listInstances(StudyInstanceUID, archive)
    return this.enqueue(instances.filter(({ isArchived }) => !isArchived).map(({ instanceKey }) => instanceKey))
  }

  async retry(itemId: number | null): Promise<number> {
    const { outbox } = this.#options.records
    const studies = await outbox.retry(itemId, this.#at())
    this.#reachability.tryNow()
    for (const StudyInstanceUID of studies) this.#outboxChanged(StudyInstanceUID)
    this.#connected?.sender.wake()
    this.#connected?.retriever.wake()
    return studies.length
  }

  transferOf(SOPInstanceUIDs: readonly string[]): Promise<TransferStates> {
    return this.#options.records.outbox.transferOf(SOPInstanceUIDs)
  }

  countsOf(StudyInstanceUIDs: readonly string[]): Promise<Readonly<Record<string, OutboxCounts>>> {
    return this.#options.records.outbox.countsOf(StudyInstanceUIDs)
  }

  async search(search: StudySearch, signal = new AbortController().signal): ReturnType<Archive['search']> {
    const source = this.#connected?.source
    if (!source) return { fault: 'not-configured', detail: '', studies: [], more: false }
    const isStillSetUp = () => this.#connected?.source === source
    try {
      const found = await source.search(search, signal)
      if (isStillSetUp()) this.#reachability.succeeded()
      return { ...found, studies: await withReceived(this.#options.cache, found.studies) }
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      if (isStillSetUp()) this.#reachability.unanswered(error)
      const { fault, message } = asArchiveError(error)
      return { fault, detail: message, studies: [], more: false }
    }
  }

  async retrieve(StudyInstanceUID: string): Promise<number> {
    if (!this.#connected) throw new ArchiveError('not-configured', 'no archive is set up')
    return this.#connected.retriever.add(StudyInstanceUID)
  }

  givesBack(): string {
    return this.#connected?.id ?? ''
  }

  async cancelRetrieval(retrievalId: number): Promise<void> {
    // Nobody may be left who would find out whether the archive is back.
    if (await this.#connected?.retriever.cancel(retrievalId)) this.#reachability.tryNow()
  }

  async retrievals(): Promise<Retrieval[]> {
    const kept = await this.#options.records.retrievals.list()
    const retriever = this.#connected?.retriever
    const still = { rate: 0, brought: { objects: 0, bytes: 0 } }
    return kept.map((retrieval) => ({ ...retrieval, ...(retriever?.paceOf(retrieval.retrievalId) ?? still) }))
  }

  diskHasRoom(): void {
    this.#connected?.retriever.wake()
  }

  stop(): Promise<void> {
    this.#isStopped = true
    return this.#inTurn(async () => {
      clearTimeout(this.#gathering)
      await this.#disconnect()
    })
  }

  #at(): string {
    return this.#now().toISOString()
  }

  /** One change of what is set up after the other. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const working = this.#turn.then(work)
    this.#turn = working.catch(() => undefined)
    return working
  }

  async #connect(): Promise<void> {
    if (!this.#configuration || this.#isStopped) return
    const { limits, onChange } = this.#options
    this.#connected = connectArchive(this.#configuration, {
      ...this.#options,
      limits,
      reachability: this.#reachability,
      backoff: this.#backoff,
      now: this.#now,
      onOutboxChange: (StudyInstanceUID) => this.#outboxChanged(StudyInstanceUID),
      onRetrievalChange: (retrieval) => onChange({ kind: 'retrievalChanged', retrieval }),
      onAccepted: (StudyInstanceUID, how) =>
        this.#options.onAccepted?.(StudyInstanceUID, this.#configuration?.name ?? '', how),
    })
    this.#connected.sender.wake()
    await this.#connected.retriever.start()
  }

  async #disconnect(): Promise<void> {
    const connected = this.#connected
    this.#connected = null
    await connected?.close()
  }

  /** Everything that waits for a time to come goes on. */
  async #archiveIsBack(): Promise<void> {
    const { records, log } = this.#options
    await records.outbox.wake(this.#at()).catch(() => log.warn({}, 'the outbox cannot be woken'))
    this.#connected?.sender.wake()
    this.#connected?.retriever.wake()
  }

  #outboxChanged(StudyInstanceUID: string): void {
    this.#changedStudies.add(StudyInstanceUID)
    if (this.#isStopped) return
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined
      const StudyInstanceUIDs = [...this.#changedStudies]
      this.#changedStudies.clear()
      this.#options.onChange({ kind: 'outboxChanged', StudyInstanceUIDs })
    }, GATHER)
  }
}

/** An archive service that does nothing until it is started. */
export const createArchive = (options: ArchiveOptions): Archive => new OneArchive(options)
