/** Settings and small named documents of the station. */
import type { Migration } from './migration.ts'

export const settingsAndDocuments: Migration = {
  version: 2,
  name: 'settings-and-documents',
  up: `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE document (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
`,
}
