/** Studies that a person wants kept here. */
import type { Migration } from '../../migrations/migration.ts'

export const pins: Migration = {
  version: 3,
  name: 'pins',
  up: `
CREATE TABLE pin (StudyInstanceUID TEXT PRIMARY KEY, pinnedAt TEXT NOT NULL) STRICT, WITHOUT ROWID;
`,
}
