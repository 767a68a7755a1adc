/**
 * Brings index and packs together when the cache is opened: records behind a pack's last indexed place are authenticated, synced and then
 * indexed; an unfinished tail is cut; packs named by a tombstone are removed for good. With an empty index this rebuilds it.
 */
import { existsSync, fdatasyncSync, readdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from '../../security/durable-file.ts'
import type { DataFolder } from '../data-folder.ts'
import type { IndexEntry, IndexWriter } from '../index-database/index-writer.ts'
import type { Tombstone } from '../index-database/study-removal.ts'
import { decodeObjectRow } from '../object-row.ts'
import type { PackFiles } from '../packs/pack-files.ts'
import { decodePackHeader, OBJECT_RECORD, PACK_HEADER_LENGTH, type PackHeader } from '../packs/pack-format.ts'
import { type PackScan, type ScannedRecord, scanPack } from '../packs/pack-scan.ts'
import { PACK_OVERHEAD } from '../packs/pack-writer.ts'
import type { StudyKeys } from '../packs/study-keys.ts'
import { finishRemovals } from './removals.ts'

/** What was found when the cache was opened: counts only. */
export interface RecoveryReport {
  /** The index was made new: it was not there, or it was damaged and moved aside. */
  indexRebuilt: 'no' | 'missing' | 'damaged'
  packs: number
  /** Records that were whole but not yet indexed. */
  recoveredObjects: number
  /** Bytes of unfinished records that were cut off. */
  cutBytes: number
  /** Stretches of packs that are not authentic; kept. */
  damagedStretches: number
  /** Packs that cannot be opened, or whose header or key cannot be read; kept. */
  unreadablePacks: number
  /** Packs that the index knows and the disk does not have. */
  missingPacks: number
  /** Packs without a record, and keys without a pack: removed. */
  removedEmptyPacks: number
  removedKeys: number
}

const BATCH = 500
/** Errors of a file that say nothing of the others. */
const UNREADABLE: ReadonlySet<string> = new Set(['EIO', 'EACCES', 'EPERM', 'EISDIR', 'ELOOP'])

interface RecoveryOptions {
  folder: DataFolder
  files: PackFiles
  keys: StudyKeys
  index: IndexWriter
  indexRebuilt: RecoveryReport['indexRebuilt']
}

const packIdsOnDisk = (folder: DataFolder): string[] =>
  existsSync(folder.packs)
    ? readdirSync(folder.packs, { recursive: true, encoding: 'utf8' })
        .map((name) => /([0-9a-f]{32})\.pack$/.exec(name)?.[1] ?? '')
        .filter((packId) => packId !== '')
    : []

/** Runs the recovery; see the file's head. */
export const recover = ({ folder, files, keys, index, indexRebuilt }: RecoveryOptions): RecoveryReport => {
  const report: RecoveryReport = {
    indexRebuilt,
    packs: 0,
    recoveredObjects: 0,
    cutBytes: 0,
    damagedStretches: 0,
    unreadablePacks: 0,
    missingPacks: 0,
    removedEmptyPacks: 0,
    removedKeys: 0,
  }
  keys.removeUnfinished()
  const dead = tombstonesLeft()
  const indexed = new Map(index.packs().map((pack) => [pack.packId, pack]))
  const onDisk = packIdsOnDisk(folder).filter((packId) => !dead.some((each) => each.packId === packId))
  const usedKeys = new Set([...indexed.values(), ...dead].map((pack) => pack.keyId))
  report.packs = onDisk.length
  for (const packId of onDisk) {
    const known = indexed.get(packId)
    indexed.delete(packId)
    if (known && statSync(folder.packFile(packId)).size === known.indexedEnd) continue
    try {
      recoverPack(packId, known?.indexedEnd ?? null)
    } catch (error) {
      // One bad file must not keep everything else closed.
      if (!UNREADABLE.has(String((error as { code?: string }).code))) throw error
      report.unreadablePacks += 1
    }
  }
  report.missingPacks = indexed.size
  if (report.unreadablePacks === 0) removeUnusedKeys()
  return report

  /** What cannot be removed now is dead all the same, and no reason to keep the others closed. */
  function tombstonesLeft(): Tombstone[] {
    try {
      finishRemovals({ folder, files, keys, index }, () => undefined)
    } catch {
      // Done the next time.
    }
    return index.tombstones()
  }

  function recoverPack(packId: string, indexedEnd: number | null): void {
    const path = folder.packFile(packId)
    const descriptor = files.open(path)
    let isEmpty = false
    try {
      const header = readHeader(descriptor, packId)
      const studyKey = header && keys.load(header.keyId)
      if (!header || !studyKey) {
        // Shorter than any record: the power went while it was being made.
        isEmpty = !header && indexedEnd === null && files.size(descriptor) <= PACK_OVERHEAD
        report.unreadablePacks += isEmpty ? 0 : 1
        return
      }
      const scan = scanPack(files, descriptor, header, studyKey.key, indexedEnd ?? PACK_HEADER_LENGTH)
      isEmpty = indexedEnd === null && scan.records.length === 0 && scan.damaged.length === 0
      if (isEmpty) return
      usedKeys.add(header.keyId)
      adopt(descriptor, header, scan)
    } finally {
      files.close(descriptor)
      if (isEmpty) {
        files.remove(path)
        syncFolder(dirname(path))
        report.removedEmptyPacks += 1
      }
    }
  }

  function readHeader(descriptor: number, packId: string): PackHeader | null {
    const bytes = Buffer.alloc(PACK_HEADER_LENGTH)
    const header = files.read(descriptor, bytes, 0) === PACK_HEADER_LENGTH ? decodePackHeader(bytes) : null
    return header?.packId === packId ? header : null
  }

  /** Cut, sync, and only then index. */
  function adopt(descriptor: number, header: PackHeader, scan: PackScan): void {
    const size = files.size(descriptor)
    if (scan.end < size) {
      files.truncate(descriptor, scan.end)
      report.cutBytes += size - scan.end
    }
    report.damagedStretches += scan.damaged.length + Number(size < scan.end)
    fdatasyncSync(descriptor)
    const entries = scan.records.flatMap((record) => entryOf(header, record))
    for (let at = 0; at < entries.length; at += BATCH) {
      const changes = index.insert(entries.slice(at, at + BATCH))
      report.recoveredObjects += changes.filter(({ kind }) => kind !== 'duplicate').length
    }
  }

  function entryOf(header: PackHeader, record: ScannedRecord): IndexEntry[] {
    const row = record.kind === OBJECT_RECORD ? decodeObjectRow(record.row) : null
    if (!row) return []
    const place = {
      packId: header.packId,
      keyId: header.keyId,
      recordOffset: record.offset,
      recordEnd: record.end,
      runOffset: record.runOffset,
      recordNumber: record.recordNumber,
    }
    return [{ row, place }]
  }

  function removeUnusedKeys(): void {
    for (const keyId of keys.list()) {
      if (usedKeys.has(keyId)) continue
      keys.destroy(keyId)
      report.removedKeys += 1
    }
  }
}
