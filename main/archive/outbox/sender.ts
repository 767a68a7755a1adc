/**
 * Sends what is due: a few items at a time, documents before images, one alone while it is unknown whether the archive answers, and none while
 * it does not. It is woken by whatever may have changed and looks at the records for what to do.
 */
import { type Cache, CacheError } from '../../cache/cache.ts'
import type { OutboxStore, OutboxWork } from '../../cache/records/outbox-store.ts'
import type { AsyncStore } from '../../cache/records/records.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchiveLog } from '../archive-log.ts'
import { type Backoff, longestDelay } from '../backoff.ts'
import type { ArchiveTarget } from '../dicom-web/archive-target.ts'
import type { Reachability } from '../reachability.ts'
import { workOn } from './work.ts'

export interface SenderOptions {
  cache: Pick<Cache, 'open' | 'findVersion' | 'saveArchiveProofs'>
  outbox: Pick<AsyncStore<OutboxStore>, 'sending' | 'sent' | 'archived' | 'failed' | 'due' | 'recover'>
  target: ArchiveTarget
  reachability: Reachability
  backoff: Backoff
  log: ArchiveLog
  now(): Date
  /** Items of a study changed. */
  onChange(StudyInstanceUID: string): void
  /** The archive accepted an object of a study. */
  onAccepted(StudyInstanceUID: string): void
}

export interface Sender {
  /** Something may have become due. */
  wake(): void
  /** Ends what is under way, leaving it as it was noted. */
  stop(): Promise<void>
}

/** Items under way at a time. */
const MAX_ITEMS = 4
/** Of those, images: a document never waits for one. */
const MAX_IMAGES = 3
/** ms without looking; clocks are set, and machines sleep. */
const MAX_SLEEP = 60_000

export const createSender = (options: SenderOptions): Sender => {
  const { cache, outbox, target, reachability, backoff, log, now, onChange, onAccepted } = options
  const ending = new AbortController()
  const running = new Map<number, { isDocument: boolean; done: Promise<void> }>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | null = null
  let isWanted = false
  /** Noting a step failed: what is noted is put right before anything else is begun. */
  let isAstray = false
  /** ms since 1970: a fault of ours is not met again and again without a pause. */
  let pausedUntil = 0

  const lookAt = (time: number): void => {
    clearTimeout(timer)
    if (ending.signal.aborted) return
    timer = setTimeout(wake, Math.max(10, Math.min(time - now().getTime(), MAX_SLEEP)))
  }

  const run = async (work: OutboxWork): Promise<void> => {
    const tell = () => onChange(work.StudyInstanceUID)
    const { signal } = ending
    const accepted = () => onAccepted(work.StudyInstanceUID)
    const context = { cache, outbox, target, reachability, backoff, now, signal, onStep: tell, onAccepted: accepted }
    try {
      await workOn(context, work)
    } catch (error) {
      if (error instanceof ArchiveError && error.fault === 'cancelled') return
      isAstray = true
      pausedUntil = now().getTime() + backoff.first
      if (!signal.aborted) log.error({ code: error instanceof CacheError ? error.code : 'unknown' }, 'the outbox')
    } finally {
      running.delete(work.itemId)
      tell()
      wake()
    }
  }

  const start = (work: OutboxWork): void => {
    running.set(work.itemId, { isDocument: work.isDocument, done: run(work) })
  }

  const imagesRunning = (): number => [...running.values()].filter(({ isDocument }) => !isDocument).length

  /** Starts what is due and has room; tells when the next is due. */
  const fill = async (isDocument: boolean): Promise<string | null> => {
    const { items, nextAt } = await outbox.due(isDocument, {
      now: now().toISOString(),
      latest: new Date(now().getTime() + longestDelay(backoff)).toISOString(),
      limit: MAX_ITEMS + running.size,
    })
    for (const item of items) {
      const room = reachability.failures > 0 ? 1 : MAX_ITEMS
      if (ending.signal.aborted || running.size >= room || (!isDocument && imagesRunning() >= MAX_IMAGES)) break
      if (!running.has(item.itemId)) start(item)
    }
    return nextAt
  }

  const putRight = async (): Promise<boolean> => {
    if (!isAstray) return true
    if (running.size > 0) return false
    await outbox.recover(now().toISOString())
    isAstray = false
    return true
  }

  const look = async (): Promise<void> => {
    const time = now().getTime()
    // A clock that was set back must not make the pause longer.
    if (pausedUntil - time > backoff.first) pausedUntil = time + backoff.first
    const closedUntil = Math.max(reachability.closedUntil, pausedUntil)
    if (closedUntil > time) return lookAt(closedUntil)
    if (!(await putRight())) return
    const nextAt = [await fill(true), await fill(false)].filter((at) => at !== null).sort()[0]
    if (nextAt !== undefined) lookAt(Date.parse(nextAt))
  }

  const lookWhileWanted = async (): Promise<void> => {
    while (isWanted && !ending.signal.aborted) {
      isWanted = false
      await look()
    }
  }

  function wake(): void {
    if (ending.signal.aborted) return
    isWanted = true
    looking ??= lookWhileWanted()
      .catch((error: unknown) => {
        isAstray = true
        if (!ending.signal.aborted)
          log.error({ code: error instanceof CacheError ? error.code : 'unknown' }, 'the outbox cannot be read')
        lookAt(now().getTime() + backoff.first)
      })
      .finally(() => {
        looking = null
        if (isWanted && !isAstray) wake()
      })
  }

  return {
    wake,
    async stop() {
      clearTimeout(timer)
      ending.abort()
      await looking
      await Promise.all([...running.values()].map(({ done }) => done))
    },
  }
}
