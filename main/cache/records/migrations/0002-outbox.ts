/** The archive as it is set up, what is on its way there, and what is being brought back from it. */
import type { Migration } from '../../migrations/migration.ts'

export const outbox: Migration = {
  version: 2,
  name: 'outbox',
  up: `
CREATE TABLE archive (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  archive TEXT NOT NULL,
  configuration TEXT
) STRICT;
INSERT INTO archive (id, archive) VALUES (1, '');

CREATE TABLE outbox (
  itemId INTEGER PRIMARY KEY AUTOINCREMENT,
  archive TEXT NOT NULL,
  SOPInstanceUID TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  instanceKey INTEGER NOT NULL,
  StudyInstanceUID TEXT NOT NULL,
  SOPClassUID TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  isDocument INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'archived', 'failed')),
  isUncertain INTEGER NOT NULL DEFAULT 0,
  fault TEXT,
  detail TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  queuedAt TEXT NOT NULL,
  dueAt TEXT,
  sentAt TEXT,
  archivedAt TEXT,
  UNIQUE (archive, SOPInstanceUID, sha256)
) STRICT;
CREATE INDEX outbox_due ON outbox (archive, isDocument, dueAt, itemId) WHERE dueAt IS NOT NULL;
CREATE INDEX outbox_by_state ON outbox (state, itemId);
CREATE INDEX outbox_by_StudyInstanceUID ON outbox (StudyInstanceUID, state);
CREATE INDEX outbox_by_SOPInstanceUID ON outbox (SOPInstanceUID);

CREATE TABLE outbox_count (state TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO outbox_count VALUES ('waiting', 0), ('sending', 0), ('sent', 0), ('archived', 0), ('failed', 0);
CREATE TRIGGER outbox_inserted AFTER INSERT ON outbox BEGIN
  UPDATE outbox_count SET count = count + 1 WHERE state = new.state;
END;
CREATE TRIGGER outbox_changed AFTER UPDATE OF state ON outbox WHEN old.state <> new.state BEGIN
  UPDATE outbox_count SET count = count - 1 WHERE state = old.state;
  UPDATE outbox_count SET count = count + 1 WHERE state = new.state;
END;
CREATE TRIGGER outbox_deleted AFTER DELETE ON outbox BEGIN
  UPDATE outbox_count SET count = count - 1 WHERE state = old.state;
END;

CREATE TABLE retrieval (
  retrievalId INTEGER PRIMARY KEY AUTOINCREMENT,
  archive TEXT NOT NULL,
  StudyInstanceUID TEXT NOT NULL,
  PatientName TEXT NOT NULL,
  StudyDescription TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'interrupted', 'done', 'failed', 'cancelled')),
  fault TEXT,
  detail TEXT NOT NULL DEFAULT '',
  expected INTEGER,
  received INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  startedAt TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX retrieval_under_way ON retrieval (archive, StudyInstanceUID)
  WHERE state IN ('waiting', 'running', 'interrupted');
`,
}
