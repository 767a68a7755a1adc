/**
 * Keeps SQLite's library in memory. Node unloads an addon with the last thread that loaded it, and what V8 still calls of it while that thread
 * ends is gone then: the whole process dies of it, seldom (nodejs/node#63540). A database that is open in no thread costs nothing.
 */
import Database from 'better-sqlite3-multiple-ciphers'

let isKept = false

/** Loads the library in this thread, once; to be called by the thread that lives longest, before it starts others. */
export const keepSQLite = (): void => {
  if (isKept) return
  isKept = true
  new Database(':memory:').close()
}
