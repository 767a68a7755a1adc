/**
 * Places of packs in which something lies that cannot be read, and keys whose packs are not there: what lies before a pack's `indexedEnd` is
 * never looked at again, and an index that is there misses nothing by itself.
 */
import type { Migration } from './migration.ts'

export const damagedPlaces: Migration = {
  version: 9,
  name: 'damaged-places',
  up: `
CREATE TABLE damaged_place (
  packId TEXT NOT NULL,
  keyId TEXT NOT NULL,
  beginsAt INTEGER NOT NULL,
  length INTEGER NOT NULL,
  isGone INTEGER NOT NULL,
  foundAt TEXT NOT NULL,
  dismissedAt TEXT,
  PRIMARY KEY (packId, beginsAt)
) STRICT, WITHOUT ROWID;

CREATE TABLE missed_key (
  keyId TEXT PRIMARY KEY,
  foundAt TEXT NOT NULL,
  dismissedAt TEXT
) STRICT, WITHOUT ROWID;
`,
}
