/** The audit log of a data folder, read only and without a station: for the verifier command, also beside a running station. */
import { existsSync } from 'node:fs'
import type { AuditEntry, AuditEvent } from '../../contract/audit.ts'
import { dataFolderAt } from '../data-folder.ts'
import { openForReading } from '../index-database/open-index.ts'
import { indexVersion } from '../migrations/migration.ts'
import { auditHeadAt } from './audit-head.ts'
import { AuditStore } from './audit-store.ts'
import { audit } from './migrations/0004-audit.ts'
import { recordsKey } from './records-file.ts'

/** The log as it lies in a data folder; `entries` begins with the oldest. */
export interface KeptAudit extends Pick<AuditStore, 'headFault' | 'verifyFrom'> {
  entries(): Iterable<AuditEntry>
}

/** Calls `use` with the log; null when there is none. Throws SQLite's error when the records cannot be read. */
export const readAudit = async <T>(
  dataFolder: string,
  stationKey: Uint8Array,
  use: (log: KeptAudit) => Promise<T>,
): Promise<T | null> => {
  const { records, auditHead } = dataFolderAt(dataFolder)
  if (!existsSync(records)) return null
  const database = openForReading(records, recordsKey(stationKey))
  try {
    if (indexVersion(database) < audit.version) return null
    const store = new AuditStore(database, auditHeadAt(auditHead, stationKey))
    return await use({
      headFault: () => store.headFault(),
      verifyFrom: (from, limit) => store.verifyFrom(from, limit),
      *entries() {
        for (const row of database.prepare('SELECT seq, entry FROM audit ORDER BY seq').iterate()) {
          const { seq, entry } = row as { seq: number; entry: string }
          yield { ...(JSON.parse(entry) as AuditEvent), seq }
        }
      },
    })
  } finally {
    database.close()
  }
}
