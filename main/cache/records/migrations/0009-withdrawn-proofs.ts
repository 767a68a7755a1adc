/** What an archive was proven to hold and no longer does: no proof from before counts, also where the index is made anew from the packs. */
import type { Migration } from '../../migrations/migration.ts'

export const withdrawnProofs: Migration = {
  version: 9,
  name: 'withdrawn-proofs',
  up: `
CREATE TABLE withdrawn_proof (
  withdrawalId INTEGER PRIMARY KEY AUTOINCREMENT,
  archive TEXT NOT NULL,
  SOPInstanceUID TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  StudyInstanceUID TEXT NOT NULL,
  withdrawnAt TEXT NOT NULL,
  UNIQUE (archive, SOPInstanceUID, sha256)
) STRICT;
`,
}
