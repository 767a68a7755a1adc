/** Brings the index up to one pack: its records are authenticated, an unfinished tail is cut, the rest is synced, and only then indexed. */
import { fdatasyncSync } from 'node:fs'
import type { StoredChange } from '../cache.ts'
import type { DataFolder } from '../data-folder.ts'
import type { IndexEntry, IndexWriter } from '../index-database/index-writer.ts'
import { decodeObjectRow, type ObjectRow } from '../object-row.ts'
import { readFirstRow } from '../packs/first-row.ts'
import { isOutOfSpace, type PackFiles } from '../packs/pack-files.ts'
import { decodePackHeader, OBJECT_RECORD, PACK_HEADER_LENGTH, type PackHeader } from '../packs/pack-format.ts'
import { type PackScan, type ScannedRecord, scanPack } from '../packs/pack-scan.ts'
import { PACK_OVERHEAD } from '../packs/pack-writer.ts'
import type { StudyKeys } from '../packs/study-keys.ts'
import type { WaitingPack } from './packs-behind.ts'
import type { SpareRoom } from './spare-room.ts'

const BATCH = 500
/** Bytes of a pack that are read at once while the station works: some 100 ms. */
const SLICE = 32 * 1024 * 1024

export interface PackRecoveryOptions {
  folder: DataFolder
  files: PackFiles
  keys: Pick<StudyKeys, 'load'>
  index: Pick<IndexWriter, 'insert'>
  /** Gives room when the index lacks it. */
  room?: Pick<SpareRoom, 'giveHalf'>
}

export type RecoveredPack =
  /** It holds nothing, and never did: `keyId` as far as the pack tells it. */
  | { kind: 'empty'; keyId: string | null }
  /** Its header or its records cannot be read, or its study key is lost: `keyId` as far as the pack tells it. */
  | { kind: 'unreadable'; keyId: string | null; isKeyLost: boolean }
  | {
      kind: 'read'
      keyId: string
      changes: StoredChange[]
      cutBytes: number
      damagedStretches: number
      /** What the index did not take, with the keys of its records. */
      waiting: { pack: WaitingPack; instanceKeys: number[] } | null
    }

/** What an insertion in order came to. */
interface Inserted {
  changes: StoredChange[]
  /** How many of the entries went in. */
  count: number
  /** Why the next one did not; null when all did. */
  error: unknown
}

export class PackRecovery {
  readonly #options: PackRecoveryOptions

  constructor(options: PackRecoveryOptions) {
    this.#options = options
  }

  /** Recovers a pack from `indexedEnd` on; null: the index does not know it. What a file does not let be read is told, not thrown. */
  recover(packId: string, indexedEnd: number | null): RecoveredPack {
    const { folder, files, keys } = this.#options
    let header: PackHeader | null = null
    let descriptor: number | null = null
    try {
      descriptor = files.open(folder.packFile(packId))
      header = this.#readHeader(descriptor, packId)
      // Shorter than any record: the power went while it was being made.
      const isStub = !header && indexedEnd === null && files.size(descriptor) <= PACK_OVERHEAD
      if (!header)
        return isStub ? { kind: 'empty', keyId: null } : { kind: 'unreadable', keyId: null, isKeyLost: false }
      const studyKey = keys.load(header.keyId)
      if (!studyKey) return { kind: 'unreadable', keyId: header.keyId, isKeyLost: true }
      const start = indexedEnd ?? PACK_HEADER_LENGTH
      const scan = scanPack(files, descriptor, header, studyKey.key, start)
      if (indexedEnd === null && scan.end === start) return { kind: 'empty', keyId: header.keyId }
      return this.#adopt(descriptor, header, scan, start)
    } catch {
      return { kind: 'unreadable', keyId: header?.keyId ?? null, isKeyLost: false }
    } finally {
      if (descriptor !== null) files.close(descriptor)
    }
  }

  /** The packs in the order in which they were begun, by the keys of their first objects; those that do not tell come last. */
  inOrder(packIds: readonly string[]): string[] {
    if (packIds.length < 2) return [...packIds]
    const begun = packIds.map((packId) => ({ packId, key: this.#firstKey(packId) }))
    return begun.sort((a, b) => a.key - b.key).map(({ packId }) => packId)
  }

  #firstKey(packId: string): number {
    const { folder, files, keys } = this.#options
    try {
      const descriptor = files.open(folder.packFile(packId))
      try {
        const header = this.#readHeader(descriptor, packId)
        const studyKey = header && keys.load(header.keyId)
        const row = studyKey && readFirstRow(files, descriptor, header, studyKey.key)
        return (row && readRow(row)?.instanceKey) ?? Number.MAX_SAFE_INTEGER
      } finally {
        files.close(descriptor)
      }
    } catch {
      return Number.MAX_SAFE_INTEGER
    }
  }

  /** Indexes the next of what waits in a pack; tells what the index took. `pack` is brought up to it; `isDone` when nothing is left. */
  goOn(pack: WaitingPack): { changes: StoredChange[]; isDone: boolean } {
    const { folder, files, keys } = this.#options
    const { packId, keyId } = pack
    const descriptor = files.open(folder.packFile(packId))
    try {
      const studyKey = keys.load(keyId)
      if (!studyKey) throw Object.assign(new Error('no key'), { code: 'no-study-key' })
      const size = files.size(descriptor)
      const start = pack.indexedEnd
      for (let length = SLICE; ; length *= 2) {
        const scan = scanPack(files, descriptor, { packId, keyId }, studyKey.key, start, start + length)
        const isLast = start + length >= size
        const end = isLast ? scan.end : (scan.records.at(-1)?.end ?? start)
        // A record that is longer than the slice, or damage: what lies behind it may be cut by the slice, and is no damage.
        if (end === start && !isLast) continue
        const entries = scan.records.flatMap((record) => entryOf({ packId, keyId }, record))
        const { changes, count, error } = this.#insertInOrder(entries)
        pack.error = error
        pack.objects = Math.max(0, pack.objects - count)
        pack.indexedEnd = error === null ? end : (entries[count - 1]?.place.recordEnd ?? start)
        return { changes, isDone: error === null && isLast }
      }
    } finally {
      files.close(descriptor)
    }
  }

  #readHeader(descriptor: number, packId: string): PackHeader | null {
    const bytes = Buffer.alloc(PACK_HEADER_LENGTH)
    const isWhole = this.#options.files.read(descriptor, bytes, 0) === PACK_HEADER_LENGTH
    const header = isWhole ? decodePackHeader(bytes) : null
    return header?.packId === packId ? header : null
  }

  /** Cut, sync, and only then index. */
  #adopt(descriptor: number, header: PackHeader, scan: PackScan, start: number): RecoveredPack {
    const { files } = this.#options
    const size = files.size(descriptor)
    if (scan.end < size) files.truncate(descriptor, scan.end)
    fdatasyncSync(descriptor)
    const entries = scan.records.flatMap((record) => entryOf(header, record))
    const { changes, count, error } = this.#insertInOrder(entries)
    const left = entries.slice(count)
    const pack: WaitingPack = {
      ...header,
      StudyInstanceUID: rowOf(left)?.StudyInstanceUID ?? null,
      indexedEnd: entries[count - 1]?.place.recordEnd ?? start,
      objects: left.length,
      error,
    }
    return {
      kind: 'read',
      keyId: header.keyId,
      changes,
      cutBytes: Math.max(0, size - scan.end),
      damagedStretches: scan.damaged.length + Number(size < scan.end),
      waiting: error === null ? null : { pack, instanceKeys: left.flatMap(({ row }) => row?.instanceKey ?? []) },
    }
  }

  /** One record that the index does not take holds back all behind it in its pack, and none before it. */
  #insertInOrder(entries: readonly ReadEntry[]): Inserted {
    const all: Inserted = { changes: [], count: 0, error: null }
    for (let at = 0; at < entries.length && all.error === null; at += BATCH) {
      const { changes, count, error } = this.#insertMost(entries.slice(at, at + BATCH))
      all.changes.push(...changes)
      all.count += count
      all.error = error
    }
    return all
  }

  #insertMost(entries: readonly ReadEntry[]): Inserted {
    let tried = this.#tryInsert(entries)
    if (isOutOfSpace(tried.error) && this.#options.room?.giveHalf()) tried = this.#tryInsert(entries)
    if (tried.error === null || entries.length === 1) return tried
    const middle = Math.ceil(entries.length / 2)
    const first = this.#insertMost(entries.slice(0, middle))
    if (first.error !== null) return first
    const second = this.#insertMost(entries.slice(middle))
    return { changes: [...first.changes, ...second.changes], count: first.count + second.count, error: second.error }
  }

  #tryInsert(entries: readonly ReadEntry[]): Inserted {
    try {
      return { changes: this.#options.index.insert(entries.map(known)), count: entries.length, error: null }
    } catch (error) {
      return { changes: [], count: 0, error }
    }
  }
}

/** A record; without a row when that cannot be understood. */
interface ReadEntry {
  row: ObjectRow | null
  place: IndexEntry['place']
}

const rowOf = (entries: readonly ReadEntry[]): ObjectRow | null => entries.find(({ row }) => row !== null)?.row ?? null

const known = ({ row, place }: ReadEntry): IndexEntry => {
  if (row === null) throw Object.assign(new Error('unknown row'), { code: 'unknown-row' })
  return { row, place }
}

const readRow = (bytes: Buffer): ObjectRow | null => {
  try {
    return decodeObjectRow(bytes)
  } catch {
    return null
  }
}

const entryOf = ({ packId, keyId }: PackHeader, record: ScannedRecord): ReadEntry[] => {
  if (record.kind !== OBJECT_RECORD) return []
  const place = {
    packId,
    keyId,
    recordOffset: record.offset,
    recordEnd: record.end,
    runOffset: record.runOffset,
    recordNumber: record.recordNumber,
  }
  return [{ row: readRow(record.row), place }]
}
