/** What removing a study needs to be quick, and the objects whose bytes were found damaged. */
import type { Migration } from './migration.ts'

export const removalAndDamage: Migration = {
  version: 4,
  name: 'removal-and-damage',
  up: `
CREATE INDEX study_modality_by_study ON study_modality (studyKey);

ALTER TABLE total ADD COLUMN firstRevision INTEGER NOT NULL DEFAULT 0;

CREATE TABLE damaged_object (
  instanceKey INTEGER PRIMARY KEY REFERENCES version ON DELETE CASCADE,
  foundAt TEXT NOT NULL
) STRICT;
`,
}
