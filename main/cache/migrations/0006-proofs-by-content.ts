/** Proofs of archives name content, by UID and digest, and outlast it here: what comes again is proven where it is the same. */
import type { Migration } from './migration.ts'

export const proofsByContent: Migration = {
  version: 6,
  name: 'proofs-by-content',
  up: `
CREATE TABLE proof_of_content (
  SOPInstanceUID TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  archive TEXT NOT NULL,
  sentAt TEXT,
  archivedAt TEXT,
  proof TEXT CHECK (proof IN ('storage-commitment', 'read-back', 'retrieved')),
  PRIMARY KEY (SOPInstanceUID, sha256, archive)
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO proof_of_content
  SELECT SOPInstanceUID, sha256, archive, sentAt, archivedAt, proof
  FROM archive_proof JOIN version USING (instanceKey) JOIN instance USING (instanceId) ORDER BY archivedAt IS NULL;
DROP TABLE archive_proof;
ALTER TABLE proof_of_content RENAME TO archive_proof;
`,
}
