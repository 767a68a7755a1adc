/** The outbox names what is to be sent by its UID and digest alone: keys are the index's, which may be made anew. */
import type { Migration } from '../../migrations/migration.ts'

export const outboxByContent: Migration = {
  version: 6,
  name: 'outbox-by-content',
  up: 'ALTER TABLE outbox DROP COLUMN instanceKey;',
}
