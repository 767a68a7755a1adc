/**
 * Removes what the index has named as dead: first the packs, then, when all packs of a study are durably gone, its key, and last the
 * tombstones. Each step may be cut off anywhere and is done again at the next removal or start.
 */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncFolder } from '../../security/durable-file.ts'
import type { DataFolder } from '../data-folder.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import type { Tombstone } from '../index-database/study-removal.ts'
import type { PackFiles } from '../packs/pack-files.ts'
import type { StudyKeys } from '../packs/study-keys.ts'

interface RemovalContext {
  folder: DataFolder
  files: Pick<PackFiles, 'remove'>
  keys: Pick<StudyKeys, 'destroy'>
  index: Pick<IndexWriter, 'tombstones' | 'forgetTombstones'>
  /** Whether no pack that stays may be under this key; one that may is kept, with its tombstones, until that is known. */
  mayDestroy: (keyId: string) => boolean
}

/** Removes the packs durably; tells which are gone, and calls `onFailed` for each that is not. */
export const removePacks = (
  { folder, files }: Pick<RemovalContext, 'folder' | 'files'>,
  tombstones: readonly Tombstone[],
  onFailed: (error: unknown) => void,
): Tombstone[] => {
  const unlinked = tombstones.filter(({ packId }) => {
    try {
      files.remove(folder.packFile(packId))
      return true
    } catch (error) {
      onFailed(error)
      return false
    }
  })
  const folders = new Set(unlinked.map(({ packId }) => dirname(folder.packFile(packId))))
  for (const each of folders) if (existsSync(each)) syncFolder(each)
  return unlinked
}

/**
 * Finishes all removals; tells how many are not done. Throws the file system's or SQLite's error when it could not go on: what was
 * not done is done the next time.
 */
export const finishRemovals = (context: RemovalContext, onFailed: (error: unknown) => void): number => {
  const tombstones = context.index.tombstones()
  if (tombstones.length === 0) return 0
  const gone = removePacks(context, tombstones, onFailed)
  const left = new Set(tombstones.filter((each) => !gone.includes(each)).map(({ keyId }) => keyId))
  const mayGo = (keyId: string | null): boolean => keyId === null || context.mayDestroy(keyId)
  const done = gone.filter(({ keyId }) => !left.has(keyId) && mayGo(keyId))
  // The last step: from here on nothing that may still lie on the disk can be read again.
  for (const keyId of new Set(done.map((each) => each.keyId))) {
    if (keyId !== null) context.keys.destroy(keyId)
  }
  context.index.forgetTombstones(done.map(({ packId }) => packId))
  return tombstones.length - done.length
}
