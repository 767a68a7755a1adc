/** All migrations in order. */
import { objects } from './0001-objects.ts'
import { settingsAndDocuments } from './0002-settings-and-documents.ts'
import { archiveProofs } from './0003-archive-proofs.ts'
import { removalAndDamage } from './0004-removal-and-damage.ts'
import { versionChoices } from './0005-version-choices.ts'
import { proofsByContent } from './0006-proofs-by-content.ts'
import { keptInRecords } from './0007-kept-in-records.ts'
import { studyReports } from './0008-study-reports.ts'
import { damagedPlaces } from './0009-damaged-places.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [
  objects,
  settingsAndDocuments,
  archiveProofs,
  removalAndDamage,
  versionChoices,
  proofsByContent,
  keptInRecords,
  studyReports,
  damagedPlaces,
]
