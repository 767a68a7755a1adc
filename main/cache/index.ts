/** The cache, for the rest of the station. */
export * from './cache.ts'
export { type FolderLock, lockDataFolder } from './folder-lock.ts'
export { type CacheLog, type OpenedCache, openCache } from './open-cache.ts'
export type { PendingIssue, StoredDocument } from './records/issue-store.ts'
export { openRecords } from './records/open-records.ts'
export type { OpenedRecords, Records, RecordsRecovery } from './records/records.ts'
export type { NewReport, StoredReport, StoredSummary } from './records/report-store.ts'
