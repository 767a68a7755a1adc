/**
 * Makes finished records durable in groups: a group is everything that was finished while the group before was being synced. One sync of each
 * pack touched, then the answers; the index follows in larger groups (`index-backlog.ts`). There is no timer before an answer.
 */
import type { IngestOutcome, RefusalReason, StoredChange } from '../cache.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import type { ObjectRow, RecordPlace } from '../object-row.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import { IndexBacklog } from './index-backlog.ts'
import type { PackLeases } from './pack-leases.ts'
import type { SpareRoom } from './spare-room.ts'

/** A complete record that is not yet in the index. */
export interface PendingObject {
  row: ObjectRow
  place: RecordPlace
  writer: PackWriter
  /** What it is beside what was here before. */
  kind: 'stored' | 'version'
  /** It stands in for a damaged record of the same content: nobody may find that one any more. */
  isReplacement: boolean
  /** Its pack is synced. */
  isDurable: boolean
  answer(outcome: IngestOutcome): void
  /** Equal objects that came meanwhile: they are answered with it. */
  duplicates: ((outcome: IngestOutcome) => void)[]
}

export interface GroupCommitOptions {
  index: IndexWriter
  room: Pick<SpareRoom, 'isWhole' | 'giveHalf'>
  leases: PackLeases
  /** Whether no object is on its way in: nobody waits for this thread. */
  isIdle(): boolean
  onIndexed(changes: StoredChange[]): void
  onFailed(error: unknown, reason: RefusalReason): void
  /** What {@link GroupCommit.failure} tells may have changed. */
  onState(): void
}

export class GroupCommit {
  readonly #options: GroupCommitOptions
  readonly #backlog: IndexBacklog<PendingObject>
  #next: PendingObject[] = []
  #running: Promise<void> | null = null
  readonly #pending = new Map<string, PendingObject[]>()

  constructor(options: GroupCommitOptions) {
    this.#options = options
    this.#backlog = new IndexBacklog({
      index: options.index,
      room: options.room,
      onState: options.onState,
      isIdle: options.isIdle,
      onIndexed: (objects, changes) => {
        this.#forget(objects)
        options.onIndexed(changes)
      },
      onFailed: (error) => options.onFailed(error, reasonOf(error)),
    })
  }

  /** Objects that were answered and are not in the index yet. */
  get unindexed(): number {
    return this.#backlog.length
  }

  /** The studies of these. */
  get unindexedStudies(): string[] {
    return this.#backlog.studies
  }

  /** Why the index cannot be written; null when it can. */
  get failure(): unknown {
    return this.#backlog.failure
  }

  /** Objects with this SOPInstanceUID that the index does not know yet. */
  pending(SOPInstanceUID: string): readonly PendingObject[] {
    return this.#pending.get(SOPInstanceUID) ?? []
  }

  add(object: PendingObject): void {
    this.#options.leases.pin(object.writer)
    this.#pending.set(object.row.SOPInstanceUID, [...this.pending(object.row.SOPInstanceUID), object])
    this.#next.push(object)
    this.#running ??= this.#run()
  }

  /** Brings the index up to what was answered, if it can be written. */
  index(): void {
    this.#backlog.flush()
  }

  /** Answers all that waits, brings the index up to it, and ends. */
  async close(): Promise<void> {
    while (this.#running) await this.#running
    this.#backlog.close()
  }

  async #run(): Promise<void> {
    while (this.#next.length > 0) {
      const group = this.#next
      this.#next = []
      await this.#commit(group)
    }
    this.#running = null
  }

  async #commit(group: readonly PendingObject[]): Promise<void> {
    try {
      await this.#makeDurable(group)
    } catch (error) {
      this.#refuse(group, error)
      return
    }
    const isUrgent = group.some(({ isReplacement }) => isReplacement)
    const refused = this.#backlog.add(group, isUrgent)
    this.#answer(group.filter((object) => !refused.includes(object)))
    if (refused.length === 0) return
    // What comes next must not lie behind a record that the index does not take.
    for (const { writer } of refused) if (this.#backlog.waitsIn(writer.packId)) this.#options.leases.retire(writer)
    this.#refuse(refused, this.#backlog.lastError)
  }

  async #makeDurable(group: readonly PendingObject[]): Promise<void> {
    const writers = [...new Set(group.map((object) => object.writer))]
    const isIdle = writers.length === 1 && this.#options.isIdle()
    const results = await Promise.allSettled(writers.map((writer) => writer.sync(isIdle)))
    const failed = results.find((result) => result.status === 'rejected')
    if (!failed) {
      for (const object of group) object.isDurable = true
      return
    }
    // After a failed sync the pages may be marked clean: nothing more may be trusted to these packs.
    for (const writer of writers) this.#options.leases.distrust(writer)
    throw failed.reason
  }

  #answer(group: readonly PendingObject[]): void {
    for (const { row, kind, answer, duplicates } of group) {
      const { instanceKey, StudyInstanceUID, SeriesInstanceUID } = row
      answer({ kind, instanceKey, StudyInstanceUID, SeriesInstanceUID })
      for (const equal of duplicates) equal({ kind: 'duplicate', instanceKey, StudyInstanceUID, SeriesInstanceUID })
    }
  }

  #refuse(group: readonly PendingObject[], error: unknown): void {
    const reason = reasonOf(error)
    this.#options.onFailed(error, reason)
    for (const object of [...group].reverse()) {
      this.#takeBack(object)
      object.answer({ kind: 'refused', reason })
      for (const answer of object.duplicates) answer({ kind: 'refused', reason })
    }
    this.#forget(group)
  }

  /** Gives the room back where nothing was written behind it; elsewhere the record stays, never answered as stored. */
  #takeBack({ writer, place }: PendingObject): void {
    if (this.#options.leases.isLeased(writer) || writer.end() !== place.recordEnd) return
    try {
      writer.truncate(place.recordOffset)
    } catch {
      this.#options.leases.retire(writer)
    }
  }

  #forget(group: readonly PendingObject[]): void {
    for (const object of group) {
      const others = this.pending(object.row.SOPInstanceUID).filter((other) => other !== object)
      if (others.length > 0) this.#pending.set(object.row.SOPInstanceUID, others)
      else this.#pending.delete(object.row.SOPInstanceUID)
      this.#options.leases.unpin(object.writer)
    }
  }
}

const reasonOf = (error: unknown): RefusalReason => (isOutOfSpace(error) ? 'disk-full' : 'storage-failed')
