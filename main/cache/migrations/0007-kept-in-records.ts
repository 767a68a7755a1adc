/**
 * Settings, documents and choices of versions are kept in the records, which are opened first and take them over (`records/carry-over.ts`).
 * An index lacks what the records know of its content until that was brought back (`complete-index.ts`).
 */
import type { Migration } from './migration.ts'

export const keptInRecords: Migration = {
  version: 7,
  name: 'kept-in-records',
  up: `
DROP TABLE version_choice;
DROP TABLE setting;
DROP TABLE document;
ALTER TABLE total ADD COLUMN isLacking INTEGER NOT NULL DEFAULT 1;
`,
}
