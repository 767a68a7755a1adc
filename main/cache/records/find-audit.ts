/** Finds entries of the audit log, by patient part by part, so that nothing else waits long for the thread of the records. */
import type { AuditEntry, AuditFilter } from '../../contract/audit.ts'
import { foldText } from '../index-database/fold-text.ts'
import type { AuditStore } from './audit-store.ts'

/** Entries looked through at once: some ten milliseconds. */
const STEP = 1_000

type Awaitable<T> = T | Promise<T>

/** The calls that finding needs, of the store itself or of its thread. */
export interface SearchableAudit {
  entries(...filter: Parameters<AuditStore['entries']>): Awaitable<ReturnType<AuditStore['entries']>>
  entriesAbout(...filter: Parameters<AuditStore['entriesAbout']>): Awaitable<ReturnType<AuditStore['entriesAbout']>>
}

/** What `filter` asks for, newest first, one more than its limit when there are more. */
export const findAudit = async (audit: SearchableAudit, filter: AuditFilter, step = STEP): Promise<AuditEntry[]> => {
  const { patient, ...others } = filter
  const words = foldText(patient ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length === 0) return audit.entries(others)
  const found: AuditEntry[] = []
  let before = others.before
  do {
    const { entries, next } = await audit.entriesAbout({ ...others, before, limit: step }, words)
    found.push(...entries)
    before = next
  } while (before !== null && found.length <= others.limit)
  return found.slice(0, others.limit + 1)
}
