/** Which version of an instance a person chose to be shown, when and who: every choice, the last one counts. */
import type { Migration } from './migration.ts'

export const versionChoices: Migration = {
  version: 5,
  name: 'version-choices',
  up: `
CREATE TABLE version_choice (
  choiceId INTEGER PRIMARY KEY,
  instanceId INTEGER NOT NULL REFERENCES instance ON DELETE CASCADE,
  instanceKey INTEGER NOT NULL,
  insteadOf INTEGER NOT NULL,
  chosenAt TEXT NOT NULL,
  chosenBy TEXT NOT NULL
) STRICT;
CREATE INDEX version_choice_by_instance ON version_choice (instanceId, choiceId);
CREATE INDEX instance_in_versions ON instance (SOPInstanceUID) WHERE isConflicting = 1;
`,
}
