/** The stores of the records. One more is two lines here: its import and its name; its tables are a migration. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { AuditHead } from './audit-head.ts'
import { AuditStore } from './audit-store.ts'
import { ChoiceStore } from './choice-store.ts'
import { CommitmentStore } from './commitment-store.ts'
import { MeasurementStore } from './measurement-store.ts'
import { NoteStore } from './note-store.ts'
import { OutboxStore } from './outbox-store.ts'
import { ProfileStore } from './profile-store.ts'
import { ReportStore } from './report-store.ts'
import { RetentionStore } from './retention-store.ts'
import { RetrievalStore } from './retrieval-store.ts'
import { SmartListStore } from './smart-list-store.ts'
import { StudyNoteStore } from './study-note-store.ts'
import { WithdrawalStore } from './withdrawal-store.ts'

/** Synchronous, for the records' own thread; `auditHead` keeps how far the audit log went, where it is to be kept. */
export const openStores = (database: Database, auditHead: AuditHead | null = null) => {
  const reports = new ReportStore(database)
  return {
    reports,
    measurements: new MeasurementStore(database),
    profile: new ProfileStore(database),
    outbox: new OutboxStore(database),
    commitments: new CommitmentStore(database),
    retention: new RetentionStore(database, reports),
    retrievals: new RetrievalStore(database),
    audit: new AuditStore(database, auditHead),
    smartLists: new SmartListStore(database),
    notes: new NoteStore(database),
    choices: new ChoiceStore(database),
    studyNotes: new StudyNoteStore(database),
    withdrawals: new WithdrawalStore(database),
  }
}

export type RecordStores = ReturnType<typeof openStores>
