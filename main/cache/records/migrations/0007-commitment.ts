/** Storage commitments that were asked for, whose reports may come at any time, also after a restart (PS3.4 Annex J). */
import type { Migration } from '../../migrations/migration.ts'

export const commitment: Migration = {
  version: 7,
  name: 'commitment',
  up: `
CREATE TABLE commitment (
  TransactionUID TEXT PRIMARY KEY,
  archive TEXT NOT NULL,
  aeTitle TEXT NOT NULL,
  askedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
