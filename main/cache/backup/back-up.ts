/**
 * Copies a data folder while its station runs, into a folder of its own under `to`: built under a name that ends in `.partial`, with the vault
 * as its last files, without which no key opens it; renamed when every byte is durable. The records are copied before the index and the index
 * before the packs, so that whatever the copy mentions is in it.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, syncFile, syncFolder } from '../../security/durable-file.ts'
import { readVaultFile, writeVaultFile } from '../../security/vault-file.ts'
import { CacheError } from '../cache.ts'
import { type DataFolder, dataFolderAt } from '../data-folder.ts'
import { lockDataFolder } from '../folder-lock.ts'
import { copyDatabase } from '../index-database/copy-database.ts'
import { IndexWriter } from '../index-database/index-writer.ts'
import { indexKey, openIndexForReading } from '../index-database/open-index.ts'
import { isOutOfSpace } from '../packs/pack-files.ts'
import { decodePackHeader, PACK_HEADER_LENGTH } from '../packs/pack-format.ts'
import { StudyKeys } from '../packs/study-keys.ts'
import { recordsKey } from '../records/records-file.ts'
import { type KnownPack, PackCopies } from './copy-packs.ts'
import { packsToCopy } from './packs-to-copy.ts'
import { type PackBehind, waitForIndex } from './wait-for-index.ts'

export interface BackupRequest {
  dataFolder: string
  /** 32 bytes; see `main/security`. */
  stationKey: Uint8Array
  /** The folder that takes the backup's folder; made when absent. */
  to: string
  now?: () => Date
  /** Called after each pack: bytes of packs copied, and to be copied in all. */
  onProgress?: (progress: { bytes: number; total: number }) => void
}

export interface Backup {
  /** Path of the backup's folder. */
  folder: string
  /** Bytes of packs in it; and of these, in packs that an earlier backup in the same folder has too, and that take no room of their own. */
  bytes: number
  sharedBytes: number
  packs: number
  /** Packs that the index knows and the data folder does not have, or not with their key: they were missing before. */
  missingPacks: number
}

const PARTIAL = '.partial'
const NAME = 'astreinte-backup-'
/** What was set aside as unreadable: it may still be of use to somebody. */
const SET_ASIDE = /^(records|records-copy|index)-(damaged|later-version|missing)-.+\.sqlite(-wal|-shm|-journal)?$/
/** Bytes that a backup leaves free. */
const RESERVE = 16 * 1024 * 1024

const nameAt = (time: Date): string => NAME + time.toISOString().replace(/[-:]|\.\d+/g, '')

/** A backup that was cut off is worth nothing: what it had is copied again. */
const removeLeftovers = (to: string): void => {
  for (const name of readdirSync(to)) {
    if (name.startsWith(NAME) && name.endsWith(PARTIAL)) rmSync(join(to, name), { recursive: true, force: true })
  }
}

/** The last whole backup in the same folder; whose it is, its packs tell. */
const lastBackupBeside = (partial: string): DataFolder | null => {
  const whole = (name: string): boolean => name.startsWith(NAME) && !name.endsWith(PARTIAL)
  const last = readdirSync(dirname(partial)).filter(whole).sort().at(-1)
  return last === undefined ? null : dataFolderAt(join(dirname(partial), last))
}

const copyFileDurably = (from: string, to: string): void => {
  copyFileSync(from, to)
  syncFile(to)
}

/** Templates of the site and what was set aside. */
const copyPlainFiles = (from: DataFolder, to: DataFolder): void => {
  for (const name of readdirSync(from.root).filter((each) => SET_ASIDE.test(each))) {
    copyFileDurably(join(from.root, name), join(to.root, name))
  }
  const templates = join(from.root, 'templates')
  if (!existsSync(templates)) return
  for (const entry of readdirSync(templates, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const folder = join(to.root, entry.parentPath.slice(from.root.length))
    makeFolder(folder)
    copyFileDurably(join(entry.parentPath, entry.name), join(folder, entry.name))
    syncFolder(folder)
  }
}

/** Copies the index; gives the packs to be copied with it. */
const copyIndex = (
  from: DataFolder,
  to: DataFolder,
  stationKey: Uint8Array,
  behind: readonly PackBehind[],
): KnownPack[] => {
  copyDatabase(from.index, indexKey(stationKey), to.index)
  const database = openIndexForReading(to.index, stationKey)
  try {
    const index = new IndexWriter(database)
    const dead = new Set(index.tombstones().map(({ packId }) => packId))
    return packsToCopy(index.packs(), dead, behind, (packId) => keyIdOf(from.packFile(packId)))
  } finally {
    database.close()
  }
}

/** The study key of a pack that the index does not know; null when it is gone or cannot be read. */
const keyIdOf = (path: string): string | null => {
  try {
    const descriptor = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(PACK_HEADER_LENGTH)
      readSync(descriptor, bytes, 0, PACK_HEADER_LENGTH, 0)
      return decodePackHeader(bytes)?.keyId ?? null
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return null
  }
}

const refuseWithoutRoom = (to: string, needed: number): void => {
  const { bavail, bsize } = statfsSync(to)
  if (bavail * bsize < needed + RESERVE) throw new CacheError('disk-full', 'There is no room for the backup.')
}

/** A study removed meanwhile takes its packs with it: then the index is copied again, until nothing it names is gone. */
const copyObjects = async (
  from: DataFolder,
  to: DataFolder,
  { stationKey, onProgress }: BackupRequest,
): Promise<Omit<Backup, 'folder'>> => {
  const copies = new PackCopies(from, to, lastBackupBeside(to.root))
  const behind = await waitForIndex(from, stationKey)
  let goneBefore = ''
  for (;;) {
    const packs = copyIndex(from, to, stationKey, behind)
    await copies.share(packs)
    refuseWithoutRoom(to.root, copies.missing(packs))
    const total = packs.reduce((sum, { copiedEnd }) => sum + copiedEnd, 0)
    const gone: string[] = []
    for (const pack of packs) {
      if (!(await copies.copy(pack))) gone.push(pack.packId)
      onProgress?.({ bytes: copies.bytes, total })
    }
    // Gone in two rounds: not removed, but lost before.
    if (gone.length === 0 || gone.join() === goneBefore) {
      copies.keepOnly(packs, new StudyKeys(to, stationKey).list())
      return {
        bytes: copies.bytes,
        sharedBytes: copies.sharedBytes,
        packs: packs.length - gone.length,
        missingPacks: gone.length,
      }
    }
    goneBefore = gone.join()
  }
}

const fill = async (request: BackupRequest, partial: string): Promise<Omit<Backup, 'folder'>> => {
  const [from, to] = [dataFolderAt(request.dataFolder), dataFolderAt(partial)]
  const vault = readVaultFile(request.dataFolder)
  if (!vault) throw new CacheError('index-damaged', 'The data folder has no vault that can be read.')
  makeFolder(partial)
  refuseWithoutRoom(
    partial,
    [from.records, from.index].reduce((sum, path) => sum + statSync(path).size, 0),
  )
  // Before the log that it is the head of: a head may be behind, never ahead.
  if (existsSync(from.auditHead)) copyFileDurably(from.auditHead, to.auditHead)
  copyDatabase(from.records, recordsKey(request.stationKey), to.records)
  const copied = await copyObjects(from, to, request)
  // Behind the index: it may be ahead of it, never behind.
  if (existsSync(from.instanceKeys)) copyFileDurably(from.instanceKeys, to.instanceKeys)
  copyPlainFiles(from, to)
  new StudyKeys(to, request.stationKey).verify()
  // Makes the names beside it durable too; those below are.
  writeVaultFile(partial, vault)
  return copied
}

/**
 * Makes a backup of a data folder. Throws {@link CacheError} `disk-full`, `folder-in-use` (another backup is being written to `to`), and the
 * errors of file system and SQLite; what was written is then removed.
 */
export const backUp = async (request: BackupRequest): Promise<Backup> => {
  const { to, now = () => new Date() } = request
  const lock = lockDataFolder(to)
  const folder = join(to, nameAt(now()))
  const partial = folder + PARTIAL
  try {
    removeLeftovers(to)
    if (existsSync(folder)) throw new CacheError('folder-in-use', 'There is a backup of this second.')
    const copied = await fill(request, partial)
    renameSync(partial, folder)
    syncFolder(dirname(folder))
    return { folder, ...copied }
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (!isOutOfSpace(error)) throw error
    throw new CacheError('disk-full', 'There is no room for the backup.', { cause: error })
  } finally {
    lock.release()
  }
}
