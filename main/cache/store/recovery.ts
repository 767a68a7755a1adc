/**
 * Brings index and packs together when the cache is opened: records behind a pack's last indexed place are authenticated, synced and then
 * indexed; an unfinished tail is cut; packs named by a tombstone are removed for good. With an empty index this rebuilds it. Whatever cannot be
 * done now, for want of room or because of one bad file or record, waits (`packs-behind.ts`) and keeps nothing else closed.
 */
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { syncFolder } from '../../security/durable-file.ts'
import type { DataFolder } from '../data-folder.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import { isIndexDamage } from '../index-database/open-index.ts'
import type { PackFiles } from '../packs/pack-files.ts'
import type { StudyKeys } from '../packs/study-keys.ts'
import { PackRecovery } from './pack-recovery.ts'
import { PacksBehind } from './packs-behind.ts'
import { finishRemovals, removePacks } from './removals.ts'
import type { SpareRoom } from './spare-room.ts'

/** What was found when the cache was opened: counts only. */
export interface RecoveryReport {
  /** The index was made new: it was not there, or it was damaged and moved aside. */
  indexRebuilt: 'no' | 'missing' | 'damaged'
  packs: number
  /** Records that were whole but not yet indexed. */
  recoveredObjects: number
  /** Whole records that could not be indexed now: they are tried again while the cache is open. */
  waitingObjects: number
  /** Bytes of unfinished records that were cut off. */
  cutBytes: number
  /** Stretches of packs that are not authentic; kept. */
  damagedStretches: number
  /** Packs that cannot be opened, or whose header or key cannot be read; kept. */
  unreadablePacks: number
  /** Packs that the index knows and the disk does not have, and those that keys tell of when the index is new. */
  missingPacks: number
  /** Packs without a record, and the keys that were made for them: removed. */
  removedEmptyPacks: number
  removedKeys: number
}

/**
 * Keys without a pack always stay, they are small: they may be of packs that are not there now, such as on a disk that is not mounted, and with
 * the index lost nothing else knows of these. Up to so many are of kills, where a pack was to be made; more tell of packs that are missing.
 */
const MOST_UNUSED = 4

interface RecoveryOptions {
  folder: DataFolder
  files: PackFiles
  keys: StudyKeys
  index: IndexWriter
  indexRebuilt: RecoveryReport['indexRebuilt']
  /** Takes what has to wait. */
  behind?: PacksBehind
  room?: Pick<SpareRoom, 'giveHalf'>
}

/** The packs on the disk, and how many of their folders cannot be read. */
const packsOnDisk = (folder: DataFolder): { packIds: string[]; unreadable: number } => {
  const found = { packIds: [] as string[], unreadable: 0 }
  for (const entry of namesIn(folder.packs)) {
    try {
      for (const name of namesIn(join(folder.packs, entry))) {
        const packId = /^([0-9a-f]{32})\.pack$/.exec(name)?.[1]
        if (packId) found.packIds.push(packId)
      }
    } catch {
      found.unreadable += 1
    }
  }
  return found
}

const namesIn = (path: string): string[] => {
  try {
    return readdirSync(path)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

/** Runs the recovery; see the file's head. Throws when the index itself is damaged, or cannot be read. */
export const recover = (options: RecoveryOptions): RecoveryReport => {
  const { folder, files, keys, index, indexRebuilt, behind = new PacksBehind() } = options
  const report: RecoveryReport = {
    indexRebuilt,
    packs: 0,
    recoveredObjects: 0,
    waitingObjects: 0,
    cutBytes: 0,
    damagedStretches: 0,
    unreadablePacks: 0,
    missingPacks: 0,
    removedEmptyPacks: 0,
    removedKeys: 0,
  }
  const recovery = new PackRecovery({ ...options, damage: index.damage })
  attempt(() => keys.removeUnfinished())
  const dead = index.tombstones()
  // They may take the room that the index needs now. Their keys go last.
  attempt(() => removePacks({ folder, files }, dead, () => undefined))
  const indexed = new Map(index.packs().map((pack) => [pack.packId, pack]))
  const deadIds = new Set(dead.map(({ packId }) => packId))
  const living = [...indexed.values()].filter(({ packId }) => !deadIds.has(packId))
  const usedKeys = new Set(living.map(({ keyId }) => keyId))
  /** Of packs that held nothing. */
  const emptied = new Set<string>()
  const { packIds, unreadable } = packsOnDisk(folder)
  const onDisk = packIds.filter((packId) => !deadIds.has(packId))
  const places = Map.groupBy(index.damage.places(), ({ packId }) => packId)
  report.packs = onDisk.length
  report.unreadablePacks = unreadable
  // What the first object says of a study stays: packs that are new to the index come in the order in which they were begun.
  const fresh = recovery.inOrder(onDisk.filter((packId) => !indexed.has(packId)))
  for (const packId of [...onDisk.filter((each) => indexed.has(each)), ...fresh]) {
    const known = indexed.get(packId)
    indexed.delete(packId)
    try {
      const isUpToDate = known && statSync(folder.packFile(packId)).size === known.indexedEnd
      if (isUpToDate && !places.has(packId)) continue
      recoverPack(packId, known)
    } catch (error) {
      if (isIndexDamage(error)) throw error
      // One bad file must not keep everything else closed.
      leaveUnread(packId, known?.keyId ?? null)
    }
  }
  for (const { packId, keyId, isDismissed } of index.damage.places()) {
    if (isDismissed) continue
    report.damagedStretches += 1
    behind.leaveDamaged(packId, keyId)
  }
  const deadKeys = new Set(dead.flatMap(({ keyId }) => (keyId === null || usedKeys.has(keyId) ? [] : [keyId])))
  for (const { packId } of behind.straysUnder(deadKeys)) attempt(() => removeStray(packId))
  for (const { keyId } of behind.strays) usedKeys.add(keyId)
  report.missingPacks = indexed.size
  report.waitingObjects = behind.objects
  if (unreadable > 0) {
    // Some of these may come back, and others that nobody knows.
    for (const { packId, keyId } of indexed.values()) behind.leaveUnread(packId, keyId)
    behind.leaveUnread('', null)
  }
  const mayDestroy = (keyId: string): boolean => !usedKeys.has(keyId) && !behind.needsKey(keyId)
  // What cannot be removed now is dead all the same.
  attempt(() => finishRemovals({ folder, files, keys, index, mayDestroy }, () => undefined))
  if (report.unreadablePacks === 0) attempt(removeUnusedKeys)
  return report

  function recoverPack(packId: string, known: { keyId: string; indexedEnd: number } | undefined): void {
    const found = recovery.recover(packId, known?.indexedEnd ?? null, places.get(packId))
    if (found.kind === 'empty') removeEmpty(packId, found.keyId)
    else if (found.kind === 'unreadable' && found.isKeyLost) {
      // Nothing in it can ever be read: it holds nothing back.
      report.unreadablePacks += 1
    } else if (found.kind === 'unreadable') leaveUnread(packId, found.keyId ?? known?.keyId ?? null)
    else {
      if (found.waiting || index.knowsPack(packId)) usedKeys.add(found.keyId)
      else behind.leaveStray(packId, found.keyId)
      report.cutBytes += found.cutBytes
      report.recoveredObjects += found.changes.filter(({ kind }) => kind !== 'duplicate').length
      if (!found.waiting) return
      if (isIndexDamage(found.waiting.pack.error)) throw found.waiting.pack.error
      behind.wait(found.waiting.pack, found.waiting.instanceKeys)
      // It may not have been noted either.
      if (found.isDamaged) behind.leaveDamaged(packId, found.keyId)
    }
  }

  function leaveUnread(packId: string, keyId: string | null): void {
    report.unreadablePacks += 1
    behind.leaveUnread(packId, keyId)
    if (keyId !== null) usedKeys.add(keyId)
  }

  function removeEmpty(packId: string, keyId: string | null): void {
    removePack(packId)
    report.removedEmptyPacks += 1
    if (keyId !== null) emptied.add(keyId)
  }

  /** Its study was removed, and nobody misses what it holds any more. */
  function removeStray(packId: string): void {
    removePack(packId)
    behind.forget([packId])
  }

  function removePack(packId: string): void {
    const path = folder.packFile(packId)
    files.remove(path)
    syncFolder(dirname(path))
    index.damage.forget(packId)
  }

  function removeUnusedKeys(): void {
    const needed = new Set([...usedKeys, ...index.tombstones().map(({ keyId }) => keyId)])
    const unused = keys.list().filter((keyId) => !needed.has(keyId))
    const missed = unused.filter((keyId) => !emptied.has(keyId))
    if (indexRebuilt !== 'no' && missed.length > MOST_UNUSED) index.damage.miss(missed)
    report.missingPacks += index.damage.stillMissed(unused).length
    // What an index that is new does not know may be under them all the same.
    for (const keyId of indexRebuilt === 'no' ? unused.filter((each) => emptied.has(each)) : []) {
      keys.destroy(keyId)
      report.removedKeys += 1
    }
  }
}

/** Does what can also be done the next time. */
const attempt = (work: () => unknown): void => {
  try {
    work()
  } catch {
    // The next time.
  }
}
