/** Brings the index up to one pack: its records are authenticated, an unfinished tail is cut, the rest is synced, and only then indexed. */
import { fdatasyncSync } from 'node:fs'
import type { StoredChange } from '../cache.ts'
import type { DataFolder } from '../data-folder.ts'
import type { DamagedPlace, DamageNotes, FoundPlace } from '../index-database/damage-notes.ts'
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
  /** Keeps what is damaged: it is told before what lies behind it is indexed. */
  damage: Pick<DamageNotes, 'note'>
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
      isDamaged: boolean
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

  /**
   * Recovers a pack from `indexedEnd` on; null: the index does not know it. The places before it that were damaged are read again. What a file
   * does not let be read is told, not thrown.
   */
  recover(packId: string, indexedEnd: number | null, damaged: readonly DamagedPlace[] = []): RecoveredPack {
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
      const opened = { descriptor, header, studyKey: studyKey.key }
      const before = damaged.filter(({ beginsAt }) => beginsAt < start)
      const again = before.map((place) => this.#readAgain(opened, place))
      return this.#adopt(descriptor, header, scan, start, again)
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
        const damaged = scan.damaged.filter(({ offset }) => offset < end)
        const { changes, count, error } = this.#noteAndInsert({ packId, keyId }, { start, end }, damaged, entries)
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

  /** What of a damaged place is whole now: a disk, a cable or a network drive may have failed for a moment. */
  #readAgain(
    { descriptor, header, studyKey }: { descriptor: number; header: PackHeader; studyKey: Uint8Array },
    place: DamagedPlace,
  ): PlaceRead {
    const { files } = this.#options
    const read = { start: place.beginsAt, end: place.beginsAt + place.length }
    // The index has what lay where the file was cut off.
    if (place.isGone) return { read, isWhole: files.size(descriptor) >= read.end, entries: [] }
    const { records, damaged } = scanPack(files, descriptor, header, studyKey, read.start, read.end)
    const isWhole = damaged.length === 0 && records.at(-1)?.end === read.end
    return { read, isWhole, entries: records.flatMap((record) => entryOf(header, record)) }
  }

  /** Indexes it; as long as the index does not take it, it is read again at each start. */
  #takeAgain(header: PackHeader, { read, isWhole, entries }: PlaceRead): StoredChange[] {
    const { changes, error } = this.#insertInOrder(entries)
    if (error === null && isWhole) this.#tryNote(header, read, [])
    return changes
  }

  /** Cut, sync, note what is damaged, and only then index. */
  #adopt(
    descriptor: number,
    header: PackHeader,
    scan: PackScan,
    start: number,
    again: readonly PlaceRead[],
  ): RecoveredPack {
    const { files } = this.#options
    const size = files.size(descriptor)
    if (scan.end < size) files.truncate(descriptor, scan.end)
    fdatasyncSync(descriptor)
    const gone = size < scan.end ? [{ offset: size, length: scan.end - size, isGone: true }] : []
    const entries = scan.records.flatMap((record) => entryOf(header, record))
    const read = { start, end: Number.MAX_SAFE_INTEGER }
    const { changes, count, error } = this.#noteAndInsert(header, read, [...gone, ...scan.damaged], entries)
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
      changes: [...changes, ...again.flatMap((place) => this.#takeAgain(header, place))],
      cutBytes: Math.max(0, size - scan.end),
      isDamaged: gone.length + scan.damaged.length > 0,
      waiting: error === null ? null : { pack, instanceKeys: left.flatMap(({ row }) => row?.instanceKey ?? []) },
    }
  }

  #noteAndInsert(
    header: PackHeader,
    read: { start: number; end: number },
    damaged: readonly FoundPlace[],
    entries: readonly ReadEntry[],
  ): Inserted {
    const error = this.#tryNote(header, read, damaged)
    return error === null ? this.#insertInOrder(entries) : { changes: [], count: 0, error }
  }

  /** Null when it was noted, else why not. */
  #tryNote(header: PackHeader, read: { start: number; end: number }, damaged: readonly FoundPlace[]): unknown {
    const note = (): unknown => {
      try {
        this.#options.damage.note(header, read, damaged)
        return null
      } catch (error) {
        return error
      }
    }
    const error = note()
    return isOutOfSpace(error) && this.#options.room?.giveHalf() ? note() : error
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

/** A damaged place that was read again. */
interface PlaceRead {
  read: { start: number; end: number }
  isWhole: boolean
  entries: ReadEntry[]
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
