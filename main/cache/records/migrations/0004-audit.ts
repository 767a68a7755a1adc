/** The audit log: entries as they were hashed, which are only ever added; what is searched for is read out of them, so that it cannot differ. */
import type { Migration } from '../../migrations/migration.ts'

export const audit: Migration = {
  version: 4,
  name: 'audit',
  up: `
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  kind TEXT GENERATED ALWAYS AS (entry ->> '$.kind') VIRTUAL,
  at TEXT GENERATED ALWAYS AS (entry ->> '$.EventDateTime') VIRTUAL,
  person TEXT GENERATED ALWAYS AS (entry ->> '$.ActiveParticipant[0].UserID') VIRTUAL
) STRICT;
CREATE INDEX audit_by_kind ON audit (kind, seq);
CREATE INDEX audit_by_at ON audit (at, seq);
CREATE INDEX audit_by_person ON audit (person, seq);
CREATE TRIGGER audit_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER audit_never_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append-only'); END;
`,
}
