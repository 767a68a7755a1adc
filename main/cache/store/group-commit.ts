/**
 * Commits finished records in groups: a group is everything that was finished while the group before was being synced. One sync of each
 * pack touched, one transaction of the index, then the answers. There is no timer.
 */
import type { IngestOutcome, RefusalReason, StoredChange } from '../cache.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import type { ObjectRow, RecordPlace } from '../object-row.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import type { PackWriter } from '../packs/pack-writer.ts'
import type { PackLeases } from './pack-leases.ts'

/** A complete record that is not yet durable. */
export interface PendingObject {
  row: ObjectRow
  place: RecordPlace
  writer: PackWriter
  answer(outcome: IngestOutcome): void
  /** Equal objects that came meanwhile: they are answered with it. */
  duplicates: ((outcome: IngestOutcome) => void)[]
}

export interface GroupCommitOptions {
  index: IndexWriter
  leases: PackLeases
  onCommitted(changes: StoredChange[]): void
  onFailed(error: unknown, reason: RefusalReason): void
}

export class GroupCommit {
  readonly #options: GroupCommitOptions
  #next: PendingObject[] = []
  #running: Promise<void> | null = null
  readonly #pending = new Map<string, PendingObject[]>()

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  /** Objects with this SOPInstanceUID that wait to be durable. */
  pending(SOPInstanceUID: string): readonly PendingObject[] {
    return this.#pending.get(SOPInstanceUID) ?? []
  }

  add(object: PendingObject): void {
    this.#options.leases.pin(object.writer)
    this.#pending.set(object.row.SOPInstanceUID, [...this.pending(object.row.SOPInstanceUID), object])
    this.#next.push(object)
    this.#running ??= this.#run()
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
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
      const changes = await this.#makeDurable(group)
      this.#forget(group)
      this.#answer(group, changes)
      this.#options.onCommitted(changes)
    } catch (error) {
      this.#forget(group)
      this.#refuse(group, error)
    }
    for (const object of group) this.#options.leases.unpin(object.writer)
  }

  async #makeDurable(group: readonly PendingObject[]): Promise<StoredChange[]> {
    const writers = [...new Set(group.map((object) => object.writer))]
    const results = await Promise.allSettled(writers.map((writer) => writer.sync()))
    const failed = results.find((result) => result.status === 'rejected')
    if (!failed) return this.#options.index.insert(group)
    // After a failed sync the pages may be marked clean: nothing more may be trusted to these packs.
    for (const writer of writers) this.#options.leases.distrust(writer)
    throw failed.reason
  }

  #answer(group: readonly PendingObject[], changes: readonly StoredChange[]): void {
    group.forEach((object, position) => {
      const { kind = 'stored', instanceKey = object.row.instanceKey } = changes[position] ?? {}
      const { StudyInstanceUID, SeriesInstanceUID } = object.row
      object.answer({ kind, instanceKey, StudyInstanceUID, SeriesInstanceUID })
      for (const answer of object.duplicates) {
        answer({ kind: 'duplicate', instanceKey, StudyInstanceUID, SeriesInstanceUID })
      }
    })
  }

  #refuse(group: readonly PendingObject[], error: unknown): void {
    const reason: RefusalReason = isOutOfSpace(error) ? 'disk-full' : 'storage-failed'
    this.#options.onFailed(error, reason)
    for (const object of [...group].reverse()) {
      this.#takeBack(object)
      object.answer({ kind: 'refused', reason })
      for (const answer of object.duplicates) answer({ kind: 'refused', reason })
    }
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
    }
  }
}
