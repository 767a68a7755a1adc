/** What no pack could bring back and was kept in the index before: settings, documents, choices of versions, and what is known of studies. */
import type { Migration } from '../../migrations/migration.ts'

export const keptBesideTheIndex: Migration = {
  version: 8,
  name: 'kept-beside-the-index',
  up: `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE document (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;

CREATE TABLE version_choice (
  choiceId INTEGER PRIMARY KEY AUTOINCREMENT,
  StudyInstanceUID TEXT NOT NULL,
  SeriesInstanceUID TEXT NOT NULL,
  SOPInstanceUID TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  TransferSyntaxUID TEXT NOT NULL,
  insteadOf TEXT NOT NULL,
  chosenAt TEXT NOT NULL,
  chosenBy TEXT NOT NULL,
  UNIQUE (SOPInstanceUID, SeriesInstanceUID, StudyInstanceUID, chosenAt, sha256)
) STRICT;

CREATE TABLE study_note (
  StudyInstanceUID TEXT PRIMARY KEY,
  openedAt TEXT,
  expectedInstances INTEGER
) STRICT, WITHOUT ROWID;
`,
}
