/** Opens the index: SQLite whose pages, WAL included, are encrypted under a key derived from the station key (SQLCipher scheme). */
import Database, { type Database as DatabaseType } from 'better-sqlite3-multiple-ciphers'
import { deriveKey } from '../../security/key-wrap.ts'
import { makePrivateFile } from '../data-folder.ts'

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

/** The one writing connection; creates the file. Throws SQLite's error when the key or the file is wrong. */
export const openIndexForWriting = (path: string, stationKey: Uint8Array): DatabaseType => {
  makePrivateFile(path)
  const database = new Database(path)
  try {
    unlock(database, indexKey(stationKey))
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
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

/** A connection that reads only. */
export const openIndexForReading = (path: string, stationKey: Uint8Array): DatabaseType => {
  const database = new Database(path, { fileMustExist: true })
  unlock(database, indexKey(stationKey))
  database.pragma('query_only = ON')
  return database
}
