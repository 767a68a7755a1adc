/** Which archives accepted a stored version (*sent*), and which proved that they hold it (*archived*). */
import type { Migration } from './migration.ts'

export const archiveProofs: Migration = {
  version: 3,
  name: 'archive-proofs',
  up: `
CREATE TABLE archive_proof (
  instanceKey INTEGER NOT NULL REFERENCES version,
  archive TEXT NOT NULL,
  sentAt TEXT,
  archivedAt TEXT,
  proof TEXT CHECK (proof IN ('storage-commitment', 'read-back', 'retrieved')),
  PRIMARY KEY (instanceKey, archive)
) STRICT, WITHOUT ROWID;
`,
}
