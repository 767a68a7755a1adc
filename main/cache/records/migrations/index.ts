/** All migrations of the records in order. */
import type { Migration } from '../../migrations/migration.ts'
import { reports } from './0001-reports.ts'
import { outbox } from './0002-outbox.ts'
import { pins } from './0003-pins.ts'
import { audit } from './0004-audit.ts'
import { smartLists } from './0005-smart-lists.ts'
import { outboxByContent } from './0006-outbox-by-content.ts'
import { commitment } from './0007-commitment.ts'
import { keptBesideTheIndex } from './0008-kept-beside-the-index.ts'
import { withdrawnProofs } from './0009-withdrawn-proofs.ts'

export const recordMigrations: readonly Migration[] = [
  reports,
  outbox,
  pins,
  audit,
  smartLists,
  outboxByContent,
  commitment,
  keptBesideTheIndex,
  withdrawnProofs,
]
