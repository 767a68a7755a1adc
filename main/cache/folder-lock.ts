/**
 * The lock of a data folder: held by the operating system for this process (through SQLite's file locks, which Windows, macOS and Linux
 * all have), gone when the process dies in whatever way. A host may take it early and hand it to `openCache`.
 */
import Database from 'better-sqlite3-multiple-ciphers'
import { CacheError } from './cache.ts'
import { dataFolderAt, makeFolder, makePrivateFile } from './data-folder.ts'

export interface FolderLock {
  readonly dataFolder: string
  release(): void
}

/** Takes the lock; creates the folder if need be. Throws {@link CacheError} `folder-in-use`. */
export const lockDataFolder = (dataFolder: string): FolderLock => {
  makeFolder(dataFolder)
  const { lock } = dataFolderAt(dataFolder)
  makePrivateFile(lock)
  const database = new Database(lock, { timeout: 0 })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    // Nothing is ever written, also not a journal: a full disk must not look like a folder in use.
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY')) throw error
    throw new CacheError('folder-in-use', 'Another station holds this data folder.', { cause: error })
  }
  return { dataFolder, release: () => database.close() }
}
