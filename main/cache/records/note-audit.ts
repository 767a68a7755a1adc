/**
 * One entry into the audit log of a data folder, without its station or beside it while it runs: SQLite lets one write at a time, and each entry
 * takes its place in the chain within its own transaction. The head stays the station's, which makes up for it with its next entry.
 */
import { existsSync } from 'node:fs'
import type { AuditEvent } from '../../contract/audit.ts'
import { dataFolderAt } from '../data-folder.ts'
import { openForWriting } from '../index-database/open-index.ts'
import { indexVersion } from '../migrations/migration.ts'
import { AuditStore } from './audit-store.ts'
import { recordMigrations } from './migrations/index.ts'
import { recordsKey } from './records-file.ts'

/**
 * Durable when it returns true; false, and then nothing was noted, where no station of this version has begun a log. Throws SQLite's error when
 * the records cannot be written.
 */
export const noteAudit = (dataFolder: string, stationKey: Uint8Array, event: AuditEvent): boolean => {
  const { records } = dataFolderAt(dataFolder)
  if (!existsSync(records)) return false
  const database = openForWriting(records, recordsKey(stationKey))
  try {
    database.pragma('synchronous = FULL')
    if (indexVersion(database) !== recordMigrations.length) return false
    const store = new AuditStore(database, null)
    // The station's first entry comes with the head, without which a log counts as broken.
    if (store.isEmpty()) return false
    store.append([event])
    return true
  } finally {
    database.close()
  }
}
