/**
 * Sends what is due to an archive by DIMSE, many objects on one association, and asks it to commit itself to what it accepted. Each step is
 * noted before it is made; an object that was cut is sent again, which an archive takes as the same one.
 */
import { randomUUID } from 'node:crypto'
import { type Cache, CacheError, type StoredObject } from '../../cache/cache.ts'
import type { CommitmentStore } from '../../cache/records/commitment-store.ts'
import type { OutboxStore, OutboxWork } from '../../cache/records/outbox-store.ts'
import type { AsyncStore } from '../../cache/records/records.ts'
import { DimseStatus, uidFromUUID } from '../../dicom/index.ts'
import type { SendResult } from '../../dimse/index.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchiveLog } from '../archive-log.ts'
import { type Backoff, delayAfter, longestDelay } from '../backoff.ts'
import type { Sender } from '../outbox/sender.ts'
import type { Reachability } from '../reachability.ts'
import { commitmentPatience } from './commitment-patience.ts'
import { faultOfAssociation, faultOfObject, peerUnknown, statusDetail } from './peer-faults.ts'
import type { PeerLink } from './peer-link.ts'

export interface PeerSenderOptions {
  cache: Pick<Cache, 'open' | 'findVersion'>
  outbox: Pick<AsyncStore<OutboxStore>, 'sending' | 'sent' | 'failed' | 'due' | 'recover'>
  commitments: Pick<AsyncStore<CommitmentStore>, 'ask'>
  link: Pick<PeerLink, 'send' | 'ask'>
  archive: { id: string; aeTitle: string; asksCommitment: boolean }
  reachability: Reachability
  backoff: Backoff
  log: ArchiveLog
  now(): Date
  /** Items of a study changed. */
  onChange(StudyInstanceUID: string): void
  /** The archive accepted an object of a study. */
  onAccepted(StudyInstanceUID: string): void
}

/** Items taken up at a time, of documents and of images. */
const BATCH = 250
/** ms without looking; clocks are set, and machines sleep. */
const MAX_SLEEP = 60_000
/** ms after which who does not offer commitment is asked again: it may one day. */
const NOT_OFFERED_FOR = 12 * 3_600_000
/** ms for which a late report still counts. */
const REMEMBERED = 30 * 24 * 3_600_000

/** What a peer answers that performs no storage commitment. */
const notOffered: ReadonlySet<number> = new Set([
  DimseStatus.SOPClassNotSupported,
  DimseStatus.NoSuchSOPClass,
  DimseStatus.NoSuchActionType,
  DimseStatus.UnrecognizedOperation,
  DimseStatus.NoSuchObjectInstance,
])

class PeerSender implements Sender {
  readonly #options: PeerSenderOptions
  readonly #ending = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #working: Promise<void> | null = null
  #isWanted = false
  /** Noting a step failed: what is noted is put right before anything else is begun. */
  #isAstray = false

  constructor(options: PeerSenderOptions) {
    this.#options = options
  }

  wake(): void {
    if (this.#ending.signal.aborted) return
    this.#isWanted = true
    this.#working ??= this.#workWhileWanted()
      .catch((error: unknown) => {
        const { log, backoff } = this.#options
        this.#isAstray = true
        if (!this.#ending.signal.aborted)
          log.error({ code: error instanceof CacheError ? error.code : 'unknown' }, 'the outbox')
        this.#lookIn(backoff.first)
      })
      .finally(() => {
        this.#working = null
        if (this.#isWanted && !this.#isAstray) this.wake()
      })
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#ending.abort()
    await this.#working
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer)
    if (this.#ending.signal.aborted) return
    this.#timer = setTimeout(() => this.wake(), Math.max(10, Math.min(ms, MAX_SLEEP)))
  }

  #after(ms: number): string {
    return new Date(this.#options.now().getTime() + ms).toISOString()
  }

  async #workWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#ending.signal.aborted) {
      this.#isWanted = false
      await this.#work()
    }
  }

  /** Goes on as long as there is something due and the archive answers. */
  async #work(): Promise<void> {
    const { reachability, outbox, backoff, now } = this.#options
    if (this.#isAstray) await outbox.recover(now().toISOString())
    this.#isAstray = false
    while (!this.#ending.signal.aborted) {
      const closedFor = reachability.closedUntil - now().getTime()
      if (closedFor > 0) return this.#lookIn(closedFor)
      const request = { now: this.#after(0), latest: this.#after(longestDelay(backoff)), limit: BATCH }
      const found = [await outbox.due(true, request), await outbox.due(false, request)]
      const items = found.flatMap((due) => due.items)
      const unsent = items.filter(({ state }) => state !== 'sent')
      if (unsent.length > 0) await this.#send(unsent)
      else if (items.length > 0) await this.#prove(items)
      else {
        const nextAt = found.flatMap((due) => due.nextAt ?? []).sort()[0]
        if (nextAt !== undefined) this.#lookIn(Date.parse(nextAt) - now().getTime())
        return
      }
    }
  }

  async #fail(
    { itemId, StudyInstanceUID, failures }: OutboxWork,
    error: ArchiveError,
    mayHeal: boolean,
    isUncertain = false,
    state: 'failed' | 'sent' = 'failed',
  ): Promise<void> {
    const { outbox, backoff, onChange } = this.#options
    const dueAt = mayHeal ? this.#after(delayAfter(error, failures + 1, backoff)) : null
    await outbox.failed(itemId, { state, fault: error.fault, detail: error.message, dueAt, isUncertain })
    onChange(StudyInstanceUID)
  }

  /** The objects that are here, with their items; what is not is noted. */
  async #open(items: readonly OutboxWork[]): Promise<{ work: OutboxWork; object: StoredObject }[]> {
    const { cache } = this.#options
    const opened: { work: OutboxWork; object: StoredObject }[] = []
    for (const work of items) {
      const { SOPInstanceUID, sha256 } = work
      const instanceKey = await cache.findVersion({ SOPInstanceUID, sha256 })
      const object = instanceKey === null ? null : await cache.open(instanceKey).catch(orGone)
      if (object) opened.push({ work, object })
      else await this.#fail(work, gone(), false)
    }
    return opened
  }

  async #send(items: readonly OutboxWork[]): Promise<void> {
    const { link, archive, outbox, reachability, onChange } = this.#options
    const opened = await this.#open(items)
    if (opened.length === 0) return
    const cut = new AbortController()
    const signal = AbortSignal.any([this.#ending.signal, cut.signal])
    let begun: OutboxWork | null = null
    let noting = Promise.resolve()
    let fault: unknown
    const note = (step: () => Promise<void>): Promise<void> => {
      noting = noting.then(step).catch((error: unknown) => {
        fault ??= error
        cut.abort()
      })
      return noting
    }
    const report = await link.send(archive.aeTitle, {
      objects: opened.map(({ object }) => object),
      signal,
      onBegin: (index) =>
        note(async () => {
          const work = opened[index]?.work
          if (!work) return
          await outbox.sending(work.itemId)
          begun = work
          onChange(work.StudyInstanceUID)
        }),
      onResult: (result) => {
        void note(async () => {
          begun = null
          reachability.succeeded()
          const work = opened[result.index]?.work
          if (work) await this.#noteResult(work, result)
        })
      },
    })
    await noting
    if (fault !== undefined) throw fault
    if (report?.kind === 'completed' || this.#ending.signal.aborted) return
    const error = report?.error ? faultOfAssociation(report.error) : peerUnknown()
    reachability.failed(error)
    // What was cut may have arrived: it is sent again.
    if (begun) await this.#fail(begun, error, true, true)
  }

  async #noteResult(work: OutboxWork, result: SendResult): Promise<void> {
    const { outbox, archive, now, onChange, onAccepted } = this.#options
    // Some archives take nothing twice: what may have arrived before a cut has, and the commitment tells.
    const isThere = work.isUncertain && result.status === DimseStatus.DuplicateSOPInstance
    if (result.kind !== 'sent' && !isThere) {
      const { error, mayHeal } = faultOfObject(result, work.failures)
      return this.#fail(work, error, mayHeal)
    }
    await outbox.sent(work.itemId, now().toISOString())
    onAccepted(work.StudyInstanceUID)
    if (!archive.asksCommitment) await this.#unproven(work, 'not asked', null)
    onChange(work.StudyInstanceUID)
  }

  /** Accepted, and nothing proves that it is kept. */
  async #unproven({ itemId, StudyInstanceUID }: OutboxWork, detail: string, dueAt: string | null): Promise<void> {
    const { outbox, onChange } = this.#options
    await outbox.failed(itemId, { state: 'sent', fault: 'no-proof', detail, dueAt, isUncertain: false })
    onChange(StudyInstanceUID)
  }

  /** Asks the archive to commit itself to what it accepted. */
  async #prove(items: readonly OutboxWork[]): Promise<void> {
    const { link, archive, commitments, reachability, onChange } = this.#options
    if (!archive.asksCommitment) {
      for (const work of items) await this.#unproven(work, 'not asked', null)
      return
    }
    const TransactionUID = uidFromUUID(randomUUID())
    const asked = { TransactionUID, archive: archive.id, aeTitle: archive.aeTitle, askedAt: this.#after(0) }
    const dueAt = this.#after(commitmentPatience(Math.max(...items.map(({ failures }) => failures))))
    const itemIds = items.map(({ itemId }) => itemId)
    await commitments.ask(asked, itemIds, dueAt, this.#after(-REMEMBERED))
    for (const { StudyInstanceUID } of items) onChange(StudyInstanceUID)
    const signal = this.#ending.signal
    const answer = await link.ask(archive.aeTitle, { TransactionUID, instances: instancesOf(items), signal })
    if (signal.aborted) return
    if (answer && 'status' in answer) {
      reachability.succeeded()
      if (answer.status !== DimseStatus.Success) await this.#refused(items, answer.status)
      return
    }
    if (answer?.error.code === 'context-not-accepted') return this.#refused(items, DimseStatus.SOPClassNotSupported)
    const error = answer ? faultOfAssociation(answer.error) : peerUnknown()
    reachability.failed(error)
    for (const work of items) await this.#fail(work, error, true, false, 'sent')
  }

  async #refused(items: readonly OutboxWork[], status: number): Promise<void> {
    for (const work of items) {
      const detail = statusDetail(status)
      if (notOffered.has(status)) await this.#unproven(work, detail, this.#after(NOT_OFFERED_FOR))
      else await this.#fail(work, faultOfObject(refusal(work, status), work.failures).error, true, false, 'sent')
    }
  }
}

const gone = (): ArchiveError => new ArchiveError('unreadable-here', 'object-missing')

const orGone = (error: unknown): null => {
  if (error instanceof CacheError && error.code === 'object-missing') return null
  throw error
}

const refusal = ({ SOPInstanceUID }: OutboxWork, status: number): SendResult => ({
  index: 0,
  SOPInstanceUID,
  kind: 'refused',
  status,
})

/** Each instance once: a transaction does not tell contents apart. */
const instancesOf = (items: readonly OutboxWork[]) => [
  ...new Map(
    items.map(({ SOPClassUID, SOPInstanceUID }) => [SOPInstanceUID, { SOPClassUID, SOPInstanceUID }]),
  ).values(),
]

/** A sender to an archive by DIMSE that does nothing until it is woken. */
export const createPeerSender = (options: PeerSenderOptions): Sender => new PeerSender(options)
