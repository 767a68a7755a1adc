/** Searches of the study list that a person keeps under a name. */
import type { Migration } from '../../migrations/migration.ts'

export const smartLists: Migration = {
  version: 5,
  name: 'smart-lists',
  up: `
CREATE TABLE smart_list (
  listId TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  question TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
