/**
 * Opens the records' database. What cannot be read, or comes from a later program, is set aside under another name, never removed, and the
 * last copy takes its place; without one they begin anew. Every page is authenticated when it is read (SQLCipher scheme); all of them are
 * read at once where that takes about a second at most, or after an end that was not orderly.
 */
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { syncFolder } from '../../security/durable-file.ts'
import { deriveKey } from '../../security/key-wrap.ts'
import type { DataFolder } from '../data-folder.ts'
import { openForWriting } from '../index-database/open-index.ts'
import { indexVersion, migrate } from '../migrations/migration.ts'
import { recordMigrations } from './migrations/index.ts'
import type { RecordsRecovery } from './records.ts'

/** Bytes up to which all pages are checked at each opening: about a second on a slow disk. */
const CHECKED_WHOLE = 64 * 1024 * 1024

/** The records' own key. */
export const recordsKey = (stationKey: Uint8Array): Buffer => deriveKey(stationKey, 'astreinte records 1')

const DAMAGE: readonly string[] = ['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_IOERR_SHORT_READ']

/** Whether SQLite says that the file itself is not what it should be. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Unreadable || DAMAGE.some((code) => String((error as { code?: string }).code).startsWith(code))

class Unreadable extends Error {
  readonly reason: 'damaged' | 'later-version'
  constructor(reason: Unreadable['reason']) {
    super(reason)
    this.reason = reason
  }
}

const SUFFIXES = ['', '-wal', '-shm'] as const

const openChecked = (path: string, key: Buffer): Database => {
  const mustCheck = existsSync(`${path}-wal`) || (existsSync(path) && statSync(path).size <= CHECKED_WHOLE)
  const database = openForWriting(path, key)
  try {
    // Nothing else holds what is in here: each commit is synced.
    database.pragma('synchronous = FULL')
    if (indexVersion(database) > recordMigrations.length) throw new Unreadable('later-version')
    if (mustCheck && database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Unreadable('damaged')
    migrate(database, recordMigrations)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Durable as soon as SQLite makes the journal of what is opened next, before anything takes the old name. */
const setAside = (path: string, reason: string, now: Date): void => {
  const aside = path.replace(/\.sqlite$/, `-${reason}-${now.getTime()}.sqlite`)
  for (const suffix of SUFFIXES) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
}

/** Whether there were records before, also where whoever set them aside was killed before anything took their place. */
const wereSetAside = ({ records }: DataFolder): boolean =>
  readdirSync(dirname(records)).some((name) => /^records-.*(damaged|later-version|missing)-/.test(name))

/** Puts the copy in the records' place when it can be read, and leaves it where it is; one that cannot is set aside too. */
const restore = (
  { records, recordsCopy }: DataFolder,
  key: Buffer,
  now: Date,
): { database: Database; madeAt: string } | null => {
  if (!existsSync(recordsCopy)) return null
  const beside = `${records}.new`
  for (const suffix of SUFFIXES) rmSync(beside + suffix, { force: true })
  copyFileSync(recordsCopy, beside)
  try {
    // Also makes its bytes durable: a copy is not in WAL mode, and SQLite syncs when it changes that.
    openChecked(beside, key).close()
  } catch (error) {
    if (!isDamage(error)) throw error
    for (const suffix of SUFFIXES) rmSync(beside + suffix, { force: true })
    setAside(recordsCopy, 'damaged', now)
    return null
  }
  renameSync(beside, records)
  syncFolder(dirname(records))
  return { database: openChecked(records, key), madeAt: statSync(recordsCopy).mtime.toISOString() }
}

/** Opens or creates the records of a data folder. Throws the error of the disk or of SQLite when that is no matter of the file. */
export const openRecordsFile = (
  folder: DataFolder,
  stationKey: Uint8Array,
  now: () => Date = () => new Date(),
): { database: Database; recovery: RecordsRecovery } => {
  const key = recordsKey(stationKey)
  const { records, recordsCopy } = folder
  if (!existsSync(records)) {
    // Who was killed while setting damaged records aside left their log, and in it what was written last.
    setAside(records, 'missing', now())
    if (!existsSync(recordsCopy) && !wereSetAside(folder))
      return { database: openChecked(records, key), recovery: { kind: 'new' } }
    return begin(folder, key, 'missing', now())
  }
  try {
    return { database: openChecked(records, key), recovery: { kind: 'opened' } }
  } catch (error) {
    if (!isDamage(error)) throw error
    const reason = error instanceof Unreadable ? error.reason : 'damaged'
    setAside(records, reason, now())
    return begin(folder, key, reason, now())
  }
}

const begin = (
  folder: DataFolder,
  key: Buffer,
  reason: 'damaged' | 'later-version' | 'missing',
  now: Date,
): { database: Database; recovery: RecordsRecovery } => {
  const restored = restore(folder, key, now)
  return {
    database: restored?.database ?? openChecked(folder.records, key),
    recovery: { kind: 'set-aside', reason, restoredFrom: restored?.madeAt ?? null },
  }
}
