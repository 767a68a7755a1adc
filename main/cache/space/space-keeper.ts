/**
 * Keeps the cache within its room: when it takes more than it is to, or the disk gets full, the longest unused of the studies that may go
 * are removed, one after the other, until there is room again: each only when the archive, asked once more, still holds it. Also tells what
 * takes the room, keeps pins, and removes by a person's word.
 */
import {
  type KeepReason,
  type RemovalOutcome,
  removableReasons,
  type SpaceSettings,
  type StudyRoom,
} from '../../contract/space.ts'
import type { StudyRow } from '../../contract/studies.ts'
import type { Cache, ProvenWithin, StudyUse } from '../cache.ts'
import type { CacheLog } from '../open-cache.ts'
import type { Records } from '../records/records.ts'
import { ArchiveQuestions, type Confirm, PROOF_STANDS_FOR } from './archive-questions.ts'
import { isLongAgo, isUnused, keepReasons, usedAt } from './keep-reasons.ts'
import { leastRecentlyUsed } from './least-recently-used.ts'
import { excessOf, neededForDisk, roomNeeded } from './room-needed.ts'

/** ms between two looks. */
const LOOK_EVERY = 15_000
/** ms without another pass after one that found nothing; what may have changed that ends it. */
const REST_AFTER_NOTHING = 120_000
/** Studies whose reasons are asked for together. */
const AT_ONCE = 100

export interface SpaceKeeperOptions {
  cache: Pick<Cache, 'listByAge' | 'listBySize' | 'studyUse' | 'removeStudy' | 'totals' | 'disk'>
  records: {
    retention: Pick<Records['retention'], 'reasonsOf' | 'pin' | 'unpin' | 'pinned'>
    outbox: Pick<Records['outbox'], 'archive'>
  }
  log: CacheLog
  confirm: Confirm
  settings(): SpaceSettings
  now(): Date
  /** A study was removed, or its pin changed. */
  onChange(StudyInstanceUID: string): void
  /** The cache takes more than its quota and nothing more goes by itself; or that is over. */
  onExhausted(isExhausted: boolean): void
}

/** What a study can be used for, for a while. */
export type StudyHold = Extract<KeepReason, 'open' | 'exporting'>

export interface SpaceKeeper {
  start(): void
  /** Something may have changed that lets studies go, or more room is needed. */
  wake(): void
  /** A window shows these studies, or they are exported, until the returned function is called. */
  hold(StudyInstanceUIDs: readonly string[], use: StudyHold): () => void
  /** The largest studies first. */
  studies(page: { offset: number; limit: number }): Promise<{ total: number; studies: StudyRoom[] }>
  evictable(): Promise<{ bytes: number; studies: number }>
  pin(StudyInstanceUID: string, pinned: boolean): Promise<void>
  withPins(rows: readonly StudyRow[]): Promise<StudyRow[]>
  remove(request: { StudyInstanceUID: string; evenIfLost: boolean }): Promise<RemovalOutcome>
  /** Ends after the removal under way. */
  stop(): Promise<void>
}

/** A study of which it is being found out whether it goes, and what was begun on it meanwhile that keeps it. */
interface Decision {
  StudyInstanceUID: string
  claims: KeepReason[]
}

class OneSpaceKeeper implements SpaceKeeper {
  readonly #options: SpaceKeeperOptions
  /** What each study is used for, as often as it is. */
  readonly #held = new Map<string, StudyHold[]>()
  /** Until when studies were used lately, ms since 1970. */
  readonly #heldUntil = new Map<string, number>()
  readonly #decisions = new Set<Decision>()
  readonly #questions: ArchiveQuestions
  readonly #ending = new AbortController()
  /** Removals under way. */
  readonly #removals = new Map<string, Promise<unknown>>()
  #timer: NodeJS.Timeout | null = null
  #passing: Promise<void> | null = null
  /** Of a clock that nobody sets. */
  #restUntil = Number.NEGATIVE_INFINITY
  /** Something changed during the pass under way. */
  #isWoken = false

  constructor(options: SpaceKeeperOptions) {
    this.#options = options
    this.#questions = new ArchiveQuestions(options.confirm, options.log)
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY)
    this.#look()
  }

  wake(): void {
    this.#restUntil = Number.NEGATIVE_INFINITY
    this.#isWoken = this.#passing !== null
    this.#look()
  }

  hold(StudyInstanceUIDs: readonly string[], use: StudyHold): () => void {
    const studies = [...new Set(StudyInstanceUIDs)]
    for (const study of studies) {
      this.#held.set(study, [...(this.#held.get(study) ?? []), use])
      this.#claim(study, use)
    }
    return () => {
      for (const study of studies.splice(0)) {
        const uses = this.#held.get(study) ?? []
        const others = uses.toSpliced(uses.indexOf(use), 1)
        if (others.length > 0) this.#held.set(study, others)
        else this.#letGo(study)
      }
    }
  }

  #letGo(StudyInstanceUID: string): void {
    const now = this.#options.now().getTime()
    this.#held.delete(StudyInstanceUID)
    for (const [study, until] of this.#heldUntil) if (isLongAgo(until, now)) this.#heldUntil.delete(study)
    this.#heldUntil.set(StudyInstanceUID, now)
  }

  /** Whether it goes by itself: not used a moment ago for anything. */
  #isUnused(use: StudyUse): boolean {
    const now = this.#options.now().getTime()
    return isUnused(use, now) && isLongAgo(this.#heldUntil.get(use.StudyInstanceUID) ?? Number.NEGATIVE_INFINITY, now)
  }

  async studies(page: { offset: number; limit: number }): Promise<{ total: number; studies: StudyRoom[] }> {
    const { cache } = this.#options
    const archive = await this.#archive()
    const [{ studies: total }, found] = await Promise.all([cache.totals(), cache.listBySize({ ...page, archive })])
    const reasons = await this.#reasonsOf(
      found.map(({ use }) => use),
      archive,
    )
    const studies = found.map(({ row, use }, index): StudyRoom => {
      const why = reasons[index] ?? []
      return {
        StudyInstanceUID: row.StudyInstanceUID,
        PatientName: row.PatientName,
        PatientID: row.PatientID,
        StudyDate: row.StudyDate,
        StudyDescription: row.StudyDescription,
        ModalitiesInStudy: row.ModalitiesInStudy,
        NumberOfStudyRelatedInstances: row.NumberOfStudyRelatedInstances,
        bytes: use.bytes,
        usedAt: usedAt(use),
        isPinned: why.includes('pinned'),
        reasons: why,
      }
    })
    return { total, studies }
  }

  async evictable(): Promise<{ bytes: number; studies: number }> {
    const archive = await this.#archive()
    const sum = { bytes: 0, studies: 0 }
    if (archive === '') return sum
    let batch: StudyUse[] = []
    const count = async (): Promise<void> => {
      const reasons = await this.#reasonsOf(batch, archive)
      batch.forEach(({ bytes }, index) => {
        if (reasons[index]?.length !== 0) return
        sum.bytes += bytes
        sum.studies += 1
      })
      batch = []
    }
    for await (const use of leastRecentlyUsed(this.#options.cache, archive)) {
      if (!use.isProven) continue
      batch.push(use)
      if (batch.length >= AT_ONCE) await count()
    }
    await count()
    return sum
  }

  async pin(StudyInstanceUID: string, pinned: boolean): Promise<void> {
    const { records, now, onChange } = this.#options
    if (pinned) {
      // Nobody is told that a study is kept while it goes: then it is gone first, and the pin is for when it comes again.
      while (this.#removals.has(StudyInstanceUID)) await this.#removals.get(StudyInstanceUID)?.catch(() => undefined)
      this.#claim(StudyInstanceUID, 'pinned')
      await records.retention.pin(StudyInstanceUID, now().toISOString())
    } else await records.retention.unpin(StudyInstanceUID)
    onChange(StudyInstanceUID)
    if (!pinned) this.wake()
  }

  async withPins(rows: readonly StudyRow[]): Promise<StudyRow[]> {
    const pinned = await this.#options.records.retention.pinned(rows.map((row) => row.StudyInstanceUID))
    return rows.map((row) => (pinned.includes(row.StudyInstanceUID) ? { ...row, pinned: true } : row))
  }

  async remove(request: { StudyInstanceUID: string; evenIfLost: boolean }): Promise<RemovalOutcome> {
    const { StudyInstanceUID, evenIfLost } = request
    const archive = await this.#archive()
    const isBarred = (reason: KeepReason): boolean => !evenIfLost || !removableReasons.includes(reason)
    const doubts = evenIfLost ? [] : await this.#doubtsOn(StudyInstanceUID, archive)
    return this.#decide(StudyInstanceUID, async (claims) => {
      const use = await this.#options.cache.studyUse({ StudyInstanceUID, archive })
      if (!use) return { kind: 'gone' }
      const found = (await this.#reasonsOf([use], archive)).flat()
      const reasons = [...new Set([...found, ...doubts, ...claims])].filter(isBarred)
      if (reasons.length > 0) return { kind: 'kept', reasons }
      return this.#removed(use, evenIfLost ? null : archive)
    })
  }

  /** What the archive, asked once more, leaves of its proofs; nothing of a study that has other reasons to stay. */
  async #doubtsOn(StudyInstanceUID: string, archive: string): Promise<KeepReason[]> {
    const { cache } = this.#options
    const use = await cache.studyUse({ StudyInstanceUID, archive })
    if (!use || (await this.#reasonsOf([use], archive)).flat().length > 0) return []
    const word = await this.#questions.once(StudyInstanceUID, this.#ending.signal)
    if (word === 'held') return []
    if (word === 'lost') return ['not-archived']
    const unasked = await cache.studyUse({ StudyInstanceUID, archive, provenWithin: this.#standing() })
    return unasked?.isProven ? [] : ['not-confirmed']
  }

  /** When proofs must be of that do while the archive cannot be asked; those dated ahead are of a time that nobody knows. */
  #standing(): ProvenWithin {
    const now = this.#options.now().getTime()
    return { since: new Date(now - PROOF_STANDS_FOR).toISOString(), until: new Date(now).toISOString() }
  }

  /** Begun on a study: it stays, also where it was just found that nothing keeps it. */
  #claim(StudyInstanceUID: string, reason: KeepReason): void {
    for (const decision of this.#decisions)
      if (decision.StudyInstanceUID === StudyInstanceUID) decision.claims.push(reason)
  }

  /** `claims` is what was begun until now; nothing may be waited for between looking at it and the removal. */
  async #decide<T>(StudyInstanceUID: string, work: (claims: readonly KeepReason[]) => Promise<T>): Promise<T> {
    const decision: Decision = { StudyInstanceUID, claims: [] }
    this.#decisions.add(decision)
    try {
      return await work(decision.claims)
    } finally {
      this.#decisions.delete(decision)
    }
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    if (this.#timer) clearInterval(this.#timer)
    await this.#passing
  }

  /** What came since `use` was read is no part of what was decided. */
  async #removed({ StudyInstanceUID, bytes }: StudyUse, archive: string | null): Promise<RemovalOutcome> {
    const removal = this.#options.cache.removeStudy({ StudyInstanceUID, archive, bytes }).finally(() => {
      if (this.#removals.get(StudyInstanceUID) === removal) this.#removals.delete(StudyInstanceUID)
    })
    this.#removals.set(StudyInstanceUID, removal)
    const outcome = await removal
    if (outcome.kind === 'removed') {
      this.#options.onChange(StudyInstanceUID)
      return outcome
    }
    if (outcome.kind === 'unknown') return { kind: 'gone' }
    return { kind: 'kept', reasons: [outcome.kind === 'busy' ? 'receiving' : 'not-archived'] }
  }

  async #archive(): Promise<string> {
    return (await this.#options.records.outbox.archive()).archive
  }

  async #reasonsOf(uses: readonly StudyUse[], archive: string): Promise<KeepReason[][]> {
    if (uses.length === 0) return []
    const { records, now } = this.#options
    const recorded = await records.retention.reasonsOf(uses.map((use) => use.StudyInstanceUID))
    return uses.map((use) =>
      keepReasons(use, {
        archive,
        uses: [...new Set(this.#held.get(use.StudyInstanceUID))],
        recorded: recorded[use.StudyInstanceUID] ?? [],
        now: now().getTime(),
      }),
    )
  }

  #look(): void {
    if (this.#ending.signal.aborted || this.#passing) return
    this.#passing = this.#pass()
      .catch((error: unknown) => {
        this.#options.log.warn({ code: (error as { code?: unknown }).code }, 'no room could be made')
      })
      .finally(() => {
        this.#passing = null
        if (this.#isWoken) this.wake()
      })
  }

  async #pass(): Promise<void> {
    const { cache, settings, onExhausted, log } = this.#options
    const [totals, disk] = await Promise.all([cache.totals(), cache.disk()])
    const needed = roomNeeded(settings(), { used: totals.bytes, disk })
    if (needed === 0) return onExhausted(false)
    if (performance.now() < this.#restUntil) return
    const { bytes, studies } = settings().evict
      ? await this.#evict(needed, neededForDisk(disk))
      : { bytes: 0, studies: 0 }
    if (studies > 0) log.info({ studies, bytes }, 'archived studies were removed to make room')
    if (bytes < needed) this.#restUntil = performance.now() + REST_AFTER_NOTHING
    onExhausted(bytes < needed && excessOf(settings(), totals.bytes - bytes) > 0)
  }

  /**
   * Removes the longest unused studies that may go until `needed` bytes are free, or there are no more. What the archive cannot be asked about
   * goes by its proof alone, where that is young, and only until `unasked` bytes are free.
   */
  async #evict(needed: number, unasked: number): Promise<{ bytes: number; studies: number }> {
    const { cache } = this.#options
    const archive = await this.#archive()
    const done = { bytes: 0, studies: 0 }
    if (archive === '') return done
    this.#questions.begin()
    for await (const listed of leastRecentlyUsed(cache, archive)) {
      if (this.#ending.signal.aborted) break
      // Those behind were used later, or are dated ahead since the clock was set back. Nobody is asked about what stays.
      if (!listed.isProven || !this.#isUnused(listed)) continue
      if ((await this.#reasonsOf([listed], archive)).flat().length > 0) continue
      const word = await this.#questions.ask(listed.StudyInstanceUID, this.#ending.signal)
      if (this.#ending.signal.aborted || (await this.#archive()) !== archive) break
      if (word === 'lost') continue
      const isDone = word !== 'held' && done.bytes >= unasked
      if (isDone && this.#questions.isAway) break
      if (isDone) continue
      const outcome = await this.#goes(
        listed.StudyInstanceUID,
        archive,
        word === 'held' ? {} : { provenWithin: this.#standing() },
      )
      if (outcome.kind !== 'removed') continue
      done.bytes += outcome.bytes
      done.studies += 1
      if (done.bytes >= needed) break
    }
    return done
  }

  /** Each is looked at again at the last moment: it may be opened meanwhile, or a report be begun. */
  #goes(StudyInstanceUID: string, archive: string, proven: { provenWithin?: ProvenWithin }): Promise<RemovalOutcome> {
    return this.#decide(StudyInstanceUID, async (claims): Promise<RemovalOutcome> => {
      const use = await this.#options.cache.studyUse({ StudyInstanceUID, archive, ...proven })
      if (!use || !this.#isUnused(use)) return { kind: 'kept', reasons: [] }
      const reasons = [...(await this.#reasonsOf([use], archive)).flat(), ...claims]
      return reasons.length > 0 ? { kind: 'kept', reasons } : this.#removed(use, archive)
    })
  }
}

/** A keeper that does nothing until it is started. */
export const createSpaceKeeper = (options: SpaceKeeperOptions): SpaceKeeper => new OneSpaceKeeper(options)
