/** Copies an encrypted database, whole and as of one moment, while others write to it. */
import { rmSync } from 'node:fs'
import { syncFile } from '../../security/durable-file.ts'
import { makePrivateFile } from '../data-folder.ts'
import { openForReading } from './open-index.ts'

/** Writes the copy, encrypted under the same key, to `to` and makes its bytes durable. Throws the error of the disk or of SQLite. */
export const copyDatabase = (from: string, key: Buffer, to: string): void => {
  rmSync(to, { force: true })
  makePrivateFile(to)
  const database = openForReading(from, key)
  try {
    // For SQLite this is a write.
    database.pragma('query_only = OFF')
    // Synced below, once.
    database.pragma('synchronous = OFF')
    database.prepare('VACUUM INTO ?').run(to)
  } finally {
    database.close()
  }
  syncFile(to)
}
