/** Runs retrievals, two at a time, in the order in which they were asked for; an interrupted one goes on by itself. */
import { type Cache, CacheError } from '../../cache/cache.ts'
import type { AsyncStore } from '../../cache/records/records.ts'
import type { KeptRetrieval, RetrievalChange, RetrievalStore } from '../../cache/records/retrieval-store.ts'
import type { Retrieval } from '../../contract/archive.ts'
import { ArchiveError } from '../archive-error.ts'
import type { ArchiveLog } from '../archive-log.ts'
import { type Backoff, delayAfter, longestDelay, mayHeal } from '../backoff.ts'
import type { Reachability } from '../reachability.ts'
import type { StudySource } from '../study-source.ts'
import { retrieveStudy } from './retrieve-study.ts'
import { createTransferRate, type TransferRate } from './transfer-rate.ts'

export interface RetrieverOptions {
  cache: Pick<Cache, 'ingest' | 'listInstances' | 'saveArchiveProofs' | 'expectInstances' | 'disk'>
  retrievals: Pick<AsyncStore<RetrievalStore>, 'add' | 'change' | 'underWay'>
  source: StudySource
  reachability: Reachability
  backoff: Backoff
  log: ArchiveLog
  now(): Date
  onChange(retrieval: Retrieval): void
}

export interface Retriever {
  /** Begins with what was under way when the station ended. */
  start(): Promise<void>
  add(StudyInstanceUID: string): Promise<number>
  /** False when it is not under way. */
  cancel(retrievalId: number): Promise<boolean>
  /** What hinders may be gone: interrupted ones are tried now. */
  wake(): void
  /** Waiting and running. */
  readonly count: number
  /** How fast one runs, and what came since it began; nothing of one that does not. */
  paceOf(retrievalId: number): Pace
  /** Interrupts what runs; it goes on at the next start. */
  stop(): Promise<void>
}

const MAX_RUNNING = 2
/** ms between two tellings of one that runs. */
const TELL_EVERY = 500

/** What only a run knows of itself. */
type Pace = Pick<Retrieval, 'rate' | 'brought'>

interface Job {
  kept: KeptRetrieval
  rate: TransferRate
  brought: Retrieval['brought']
  failures: number
  dueAt: number
  ending: AbortController
  running: Promise<void> | null
  isCancelled: boolean
}

export const createRetriever = (options: RetrieverOptions): Retriever => {
  const { cache, retrievals, source, reachability, backoff, log, now, onChange } = options
  const jobs = new Map<number, Job>()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const paceOf = (job: Job | undefined): Pace =>
    job?.kept.state === 'running'
      ? { rate: job.rate.rate, brought: { ...job.brought } }
      : { rate: 0, brought: { objects: 0, bytes: 0 } }

  const tell = (job: Job): void => onChange({ ...job.kept, ...paceOf(job) })

  const change = async (job: Job, values: RetrievalChange): Promise<void> => {
    job.kept = { ...job.kept, ...values }
    await retrievals.change(job.kept.retrievalId, values)
    tell(job)
  }

  const work = async (job: Job): Promise<void> => {
    const { signal } = job.ending
    const { StudyInstanceUID } = job.kept
    job.brought = { objects: 0, bytes: 0 }
    await change(job, { state: 'running', fault: null, detail: '' })
    const study = await source.describe(StudyInstanceUID, signal)
    reachability.succeeded()
    const { NumberOfStudyRelatedInstances: announced = null, ...names } = study ?? {}
    if (study) await change(job, names)
    const telling = setInterval(() => {
      const { received, bytes } = job.kept
      change(job, { received, bytes }).catch(() => undefined)
    }, TELL_EVERY)
    try {
      const outcome = await retrieveStudy(
        {
          cache,
          source,
          announced,
          now,
          signal,
          onExpected: (expected, received) => {
            job.kept = { ...job.kept, expected, received }
            change(job, { expected, received }).catch(() => undefined)
          },
          onReceived: () => {
            job.failures = 0
            job.kept.received += 1
            job.brought.objects += 1
          },
          onBytes: (count) => {
            job.kept.bytes += count
            job.brought.bytes += count
            job.rate.add(count)
          },
        },
        StudyInstanceUID,
      )
      const { kind, detail } = outcome
      const fault = kind === 'done' ? null : outcome.fault
      await finish(job, kind === 'done' ? 'done' : 'failed', { fault, detail })
    } finally {
      clearInterval(telling)
    }
  }

  const finish = async (
    job: Job,
    state: 'done' | 'failed' | 'cancelled',
    values: Pick<RetrievalChange, 'fault' | 'detail'>,
  ): Promise<void> => {
    jobs.delete(job.kept.retrievalId)
    const { received, bytes } = job.kept
    await change(job, { state, received, bytes, ...values })
  }

  const interrupted = async (job: Job, error: ArchiveError): Promise<void> => {
    const values = { fault: error.fault, detail: error.message }
    const isFinal = !mayHeal(error.fault) || error.fault === 'nonsense'
    if (isFinal) return finish(job, 'failed', values)
    job.failures += 1
    job.dueAt = now().getTime() + delayAfter(error, job.failures, backoff)
    const { received, bytes } = job.kept
    await change(job, { state: 'interrupted', received, bytes, ...values })
  }

  const run = async (job: Job): Promise<void> => {
    try {
      if ((await cache.disk()).full) throw new ArchiveError('disk-full', 'no room')
      await work(job)
    } catch (error) {
      if (job.isCancelled) await finish(job, 'cancelled', { fault: null, detail: '' })
      else if (isStopped) return
      else if (error instanceof ArchiveError) {
        reachability.failed(error)
        await interrupted(job, error)
      } else {
        log.error({ code: error instanceof CacheError ? error.code : 'unknown' }, 'a retrieval')
        const code = error instanceof CacheError ? error.code : 'unknown'
        await interrupted(job, new ArchiveError(code === 'disk-full' ? 'disk-full' : 'cut', code))
      }
    }
  }

  const begin = (job: Job): void => {
    job.ending = new AbortController()
    job.running = run(job)
      // What could not be noted is tried again.
      .catch(() => {
        job.dueAt = now().getTime() + backoff.first
      })
      .finally(() => {
        job.running = null
        look()
      })
  }

  function look(): void {
    clearTimeout(timer)
    if (isStopped) return
    const time = now().getTime()
    const waiting = [...jobs.values()].filter(({ running }) => !running)
    // No pause leads that far: the clock was set back.
    for (const job of waiting) if (job.dueAt > time + longestDelay(backoff)) job.dueAt = time
    const openAt = (job: Job): number => Math.max(job.dueAt, reachability.closedUntil)
    let room = (reachability.failures > 0 ? 1 : MAX_RUNNING) - (jobs.size - waiting.length)
    for (const job of waiting) {
      if (room <= 0) return
      if (openAt(job) > time) continue
      begin(job)
      room -= 1
    }
    const next = Math.min(...waiting.filter(({ running }) => !running).map(openAt))
    if (Number.isFinite(next)) timer = setTimeout(look, Math.max(10, Math.min(next - time, 60_000)))
  }

  const take = (kept: KeptRetrieval): Job => {
    const job: Job = {
      kept,
      rate: createTransferRate(),
      brought: { objects: 0, bytes: 0 },
      failures: 0,
      dueAt: 0,
      ending: new AbortController(),
      running: null,
      isCancelled: false,
    }
    jobs.set(kept.retrievalId, job)
    return job
  }

  return {
    async start() {
      for (const kept of await retrievals.underWay(source.id)) take({ ...kept, state: 'waiting' })
      look()
    },
    async add(StudyInstanceUID) {
      const kept = await retrievals.add(source.id, StudyInstanceUID, now().toISOString())
      const known = jobs.get(kept.retrievalId)
      if (known) known.dueAt = 0
      else tell(take(kept))
      look()
      return kept.retrievalId
    },
    async cancel(retrievalId) {
      const job = jobs.get(retrievalId)
      if (!job) return false
      job.isCancelled = true
      job.ending.abort()
      if (job.running) await job.running
      else await finish(job, 'cancelled', { fault: null, detail: '' })
      return true
    },
    wake() {
      for (const job of jobs.values()) job.dueAt = 0
      look()
    },
    get count() {
      return jobs.size
    },
    paceOf: (retrievalId) => paceOf(jobs.get(retrievalId)),
    async stop() {
      isStopped = true
      clearTimeout(timer)
      for (const job of jobs.values()) job.ending.abort()
      await Promise.all([...jobs.values()].map(({ running }) => running))
    },
  }
}
