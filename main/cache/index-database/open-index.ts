/** Opens the index: SQLite whose pages, WAL included, are encrypted under a key derived from the station key (SQLCipher scheme). */
import Database, { type Database as DatabaseType } from 'better-sqlite3-multiple-ciphers'
import { deriveKey } from '../../security/key-wrap.ts'
import { makePrivateFile } from '../data-folder.ts'

const DAMAGE: readonly string[] = ['SQLITE_NOTADB', 'SQLITE_CORRUPT', 'SQLITE_IOERR_SHORT_READ']

/** Whether SQLite says that the file itself is not what it should be. */
export const isIndexDamage = (error: unknown): boolean =>
  DAMAGE.some((code) => String((error as { code?: string } | null)?.code).startsWith(code))

/** The index's own key. */
export const indexKey = (stationKey: Uint8Array): Buffer => deriveKey(stationKey, 'astreinte index 1')

const unlock = (database: DatabaseType, key: Buffer): void => {
  database.pragma("cipher = 'sqlcipher'")
  database.pragma(`key = "x'${key.toString('hex')}'"`)
  // The first read proves the key.
  database.prepare('SELECT count(*) FROM sqlite_schema').get()
  database.pragma('temp_store = MEMORY')
  database.pragma('cache_size = -32768')
}

/** The one writing connection of an encrypted database; creates the file. Throws SQLite's error when the key or the file is wrong. */
export const openForWriting = (path: string, key: Buffer): DatabaseType => {
  makePrivateFile(path)
  const database = new Database(path)
  try {
    unlock(database, key)
    database.pragma('journal_mode = WAL')
    // What an object's commit loses in a power cut, its pack brings back: the pack was synced before, and holds the row.
    database.pragma('synchronous = NORMAL')
    // macOS syncs to the disk's platter only when asked to; elsewhere these change nothing.
    database.pragma('fullfsync = ON')
    database.pragma('checkpoint_fullfsync = ON')
    database.pragma('foreign_keys = ON')
    database.pragma('wal_autocheckpoint = 2000')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Runs `work`, whose commit is durable when this returns: for what the packs could not bring back. */
export const durably = <T>(database: DatabaseType, work: () => T): T => {
  database.pragma('synchronous = FULL')
  try {
    return work()
  } finally {
    database.pragma('synchronous = NORMAL')
  }
}

/** A connection of an encrypted database that reads only. */
export const openForReading = (path: string, key: Buffer): DatabaseType => {
  const database = new Database(path, { fileMustExist: true })
  try {
    unlock(database, key)
    database.pragma('query_only = ON')
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** The writing connection of the index. */
export const openIndexForWriting = (path: string, stationKey: Uint8Array): DatabaseType =>
  openForWriting(path, indexKey(stationKey))

/** A connection to the index that reads only. */
export const openIndexForReading = (path: string, stationKey: Uint8Array): DatabaseType =>
  openForReading(path, indexKey(stationKey))
