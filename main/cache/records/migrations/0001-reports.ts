/** Reports as logs of changes, what was given out of them, measurements by revision, the reader and the PIN. */
import type { Migration } from '../../migrations/migration.ts'

export const reports: Migration = {
  version: 1,
  name: 'reports',
  up: `
CREATE TABLE report (
  reportId TEXT PRIMARY KEY,
  StudyInstanceUID TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('report', 'addendum')),
  predecessorReportId TEXT REFERENCES report,
  state TEXT NOT NULL CHECK (state IN ('draft', 'preliminary', 'final', 'cancelled')),
  templateId TEXT NOT NULL,
  documentTitle TEXT NOT NULL,
  language TEXT NOT NULL,
  author TEXT,
  subject TEXT NOT NULL,
  createdAt TEXT NOT NULL,
  changedAt TEXT NOT NULL,
  seq INTEGER NOT NULL
) STRICT;
CREATE INDEX report_by_StudyInstanceUID ON report (StudyInstanceUID, createdAt);

CREATE TABLE report_event (
  reportId TEXT NOT NULL REFERENCES report,
  seq INTEGER NOT NULL,
  changeId TEXT NOT NULL,
  at TEXT NOT NULL,
  shared INTEGER NOT NULL,
  sharedEnd INTEGER NOT NULL,
  own BLOB NOT NULL,
  PRIMARY KEY (reportId, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX report_event_by_changeId ON report_event (changeId);

CREATE TABLE report_snapshot (
  reportId TEXT PRIMARY KEY REFERENCES report,
  seq INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;

CREATE TABLE report_issue (
  reportId TEXT NOT NULL REFERENCES report,
  number INTEGER NOT NULL,
  issuedAs TEXT NOT NULL CHECK (issuedAs IN ('preliminary', 'final')),
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  signer TEXT NOT NULL,
  deliveredAt TEXT,
  PRIMARY KEY (reportId, number),
  UNIQUE (reportId, issuedAs, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX report_issue_final_once ON report_issue (reportId) WHERE issuedAs = 'final';
CREATE INDEX report_issue_undelivered ON report_issue (at) WHERE deliveredAt IS NULL;

CREATE TABLE report_document (
  SOPInstanceUID TEXT PRIMARY KEY,
  reportId TEXT NOT NULL,
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  SOPClassUID TEXT NOT NULL,
  SeriesInstanceUID TEXT NOT NULL,
  TransferSyntaxUID TEXT NOT NULL,
  dataSet BLOB,
  FOREIGN KEY (reportId, number) REFERENCES report_issue
) STRICT;
CREATE UNIQUE INDEX report_document_by_issue ON report_document (reportId, number, position);

CREATE TABLE measurement (
  measurementId TEXT PRIMARY KEY,
  StudyInstanceUID TEXT NOT NULL,
  revision INTEGER NOT NULL,
  createdAt TEXT NOT NULL,
  removedAt TEXT
) STRICT;
CREATE INDEX measurement_by_StudyInstanceUID ON measurement (StudyInstanceUID, createdAt);

CREATE TABLE measurement_revision (
  measurementId TEXT NOT NULL REFERENCES measurement,
  revision INTEGER NOT NULL,
  changedAt TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (measurementId, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE reader (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  profile TEXT,
  pin TEXT
) STRICT;
INSERT INTO reader (id) VALUES (1);
`,
}
