/**
 * What is done for one item of the outbox: asked for where it may be there already, sent, read back. Each step is noted before it is made,
 * so that a cut at any byte leaves an item that is waiting, uncertain, or accepted, and never one that is lost or believed without proof.
 */
import { type Cache, CacheError, type StoredObject } from '../../cache/cache.ts'
import type { OutboxFailure, OutboxStore, OutboxWork } from '../../cache/records/outbox-store.ts'
import type { AsyncStore } from '../../cache/records/records.ts'
import { ArchiveError } from '../archive-error.ts'
import { type Backoff, delayAfter, mayHeal } from '../backoff.ts'
import type { ArchiveTarget } from '../dicom-web/archive-target.ts'
import { isCertainlyNotStored, type StoreOutcome, storeObject } from '../dicom-web/store.ts'
import type { Reachability } from '../reachability.ts'
import { readBack } from './read-back.ts'

export interface WorkContext {
  cache: Pick<Cache, 'open' | 'findVersion' | 'saveArchiveProofs'>
  outbox: Pick<AsyncStore<OutboxStore>, 'sending' | 'sent' | 'archived' | 'failed'>
  target: ArchiveTarget
  reachability: Reachability
  backoff: Backoff
  now(): Date
  signal: AbortSignal
  /** A step was noted. */
  onStep(): void
  /** The archive accepted the item. */
  onAccepted(): void
}

/** Times that an accepted instance may be missing when it is read back, before it is sent again. */
const PATIENCE = 3
/** Times that an instance is sent that the archive accepts and does not have; then a person is told. */
const MAX_UPLOADS = 8

/** The item's object, found by its content: it may have been removed and have come back since. Throws {@link CacheError} `object-missing`. */
const openObject = async ({ cache }: WorkContext, { SOPInstanceUID, sha256 }: OutboxWork): Promise<StoredObject> => {
  const instanceKey = await cache.findVersion({ SOPInstanceUID, sha256 })
  if (instanceKey === null) throw new CacheError('object-missing', 'What is to be sent is not here.')
  return cache.open(instanceKey)
}

/** That the archive cannot be asked now changes nothing of its refusal. */
const toFalse = (error: unknown): false => {
  if (error instanceof ArchiveError && error.fault !== 'cancelled') return false
  throw error
}

const isGone = (error: unknown): boolean =>
  error instanceof CacheError && (error.code === 'object-missing' || error.code === 'object-damaged')

class Item {
  readonly #context: WorkContext
  readonly #work: OutboxWork
  readonly #object: StoredObject
  /** What an error now means for the item. */
  #state: OutboxFailure['state']
  #isUncertain: boolean
  #uploads: number
  /** Times that it was missing since it was accepted. */
  #misses: number

  constructor(context: WorkContext, work: OutboxWork, object: StoredObject) {
    this.#context = context
    this.#work = work
    this.#object = object
    this.#state = work.state === 'sent' ? 'sent' : 'failed'
    this.#isUncertain = work.isUncertain
    this.#uploads = work.attempts
    this.#misses = work.state === 'sent' ? work.failures : 0
  }

  async run(): Promise<void> {
    try {
      if (this.#state === 'sent') await this.#proveAccepted()
      else if (!(this.#isUncertain && (await this.#isThere()))) await this.#send()
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      if (error.fault === 'cancelled') throw error
      this.#context.reachability.failed(error)
      await this.#fail(error, mayHeal(error.fault))
    }
  }

  /** Whether it arrived after all: then everything is done, or it differs. */
  async #isThere(): Promise<boolean> {
    const { kind, ...found } = await this.#readBack()
    if (kind === 'equal') await this.#archived()
    else if (kind === 'differs') await this.#differs('detail' in found ? found.detail : '')
    return kind !== 'absent'
  }

  async #send(): Promise<void> {
    const { outbox, target, signal, onStep } = this.#context
    await outbox.sending(this.#work.itemId)
    this.#isUncertain = true
    this.#uploads += 1
    onStep()
    const outcome = await this.#store(() => storeObject(target, this.#object, signal))
    if (outcome.kind === 'accepted') return this.#accepted()
    if (outcome.kind === 'unclear') {
      if (!(await this.#isThere())) await this.#fail(new ArchiveError('nonsense', outcome.detail), true)
      return
    }
    await this.#refused(outcome)
  }

  /** Some archives refuse what they have already. */
  async #refused({ fault, detail, mayHeal: heals }: Extract<StoreOutcome, { kind: 'refused' }>): Promise<void> {
    const isThere = !heals && (await this.#isThere().catch(toFalse))
    this.#isUncertain = false
    if (!isThere) await this.#fail(new ArchiveError(fault, detail), heals)
  }

  async #store<T>(store: () => Promise<T>): Promise<T> {
    try {
      const outcome = await store()
      this.#context.reachability.succeeded()
      return outcome
    } catch (error) {
      if (error instanceof ArchiveError && isCertainlyNotStored(error)) this.#isUncertain = false
      throw error
    }
  }

  async #accepted(): Promise<void> {
    const { outbox, now, onStep, onAccepted } = this.#context
    await outbox.sent(this.#work.itemId, now().toISOString())
    onAccepted()
    this.#state = 'sent'
    this.#isUncertain = false
    this.#misses = 0
    onStep()
    await this.#proveAccepted()
  }

  async #proveAccepted(): Promise<void> {
    if (await this.#isThere()) return
    // Archives that store in their own time get a few attempts; then it is sent again.
    const isGivenUp = this.#misses >= PATIENCE
    if (isGivenUp) {
      this.#state = 'failed'
      this.#isUncertain = true
    }
    const error = new ArchiveError('not-here', 'accepted, but the archive does not have it')
    const failures = isGivenUp ? this.#uploads : this.#misses + 1
    await this.#fail(error, !isGivenUp || this.#uploads < MAX_UPLOADS, failures)
  }

  async #readBack() {
    const { target, signal, reachability } = this.#context
    const found = await readBack(target, this.#object, signal)
    reachability.succeeded()
    return found
  }

  async #archived(): Promise<void> {
    const { cache, outbox, target, now } = this.#context
    const at = now().toISOString()
    const { instanceKey } = this.#object
    const sentAt = this.#work.sentAt ?? at
    await cache.saveArchiveProofs([{ instanceKey, archive: target.id, sentAt, archivedAt: at, proof: 'read-back' }])
    await outbox.archived(this.#work.itemId, at)
  }

  async #differs(detail: string): Promise<void> {
    this.#state = 'failed'
    await this.#fail(new ArchiveError('differs', detail), false)
  }

  async #fail(error: ArchiveError, heals: boolean, failures = this.#work.failures + 1): Promise<void> {
    const { outbox, backoff, now } = this.#context
    const wait = delayAfter(error, failures, backoff)
    await outbox.failed(this.#work.itemId, {
      state: heals ? this.#state : 'failed',
      fault: error.fault,
      detail: error.message,
      dueAt: heals ? new Date(now().getTime() + wait).toISOString() : null,
      isUncertain: this.#isUncertain,
    })
  }
}

/**
 * Works on one item as far as it goes now. Rejects with `cancelled` when it was ended by the signal, leaving the item as it was noted, and
 * with the errors of the cache and the records.
 */
export const workOn = async (context: WorkContext, work: OutboxWork): Promise<void> => {
  try {
    await new Item(context, work, await openObject(context, work)).run()
  } catch (error) {
    if (!isGone(error)) throw error
    const detail = (error as CacheError).code
    await context.outbox.failed(work.itemId, {
      state: 'failed',
      fault: 'unreadable-here',
      detail,
      dueAt: null,
      isUncertain: work.isUncertain || work.state === 'sending',
    })
  }
}
