/**
 * Brings what an index of before kept of a person's word into the records: settings, documents, choices of versions, and what was noted of
 * studies. The index drops it when the cache is opened, which must be later (its migration 0007): so each is carried over once. What the
 * records have already stays.
 */
import { existsSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DataFolder } from '../data-folder.ts'
import { openIndexForReading } from '../index-database/open-index.ts'
import { indexVersion } from '../migrations/migration.ts'
import { isDamage } from './records-file.ts'

/** Versions of the index that have these tables. */
const HAS_NOTES = { from: 2, to: 6 }
const HAS_CHOICES = { from: 5, to: 6 }

/** What is read of the index, and how the records take it. */
const TABLES: readonly { in: { from: number; to: number }; select: string; insert: string }[] = [
  { in: HAS_NOTES, select: 'SELECT name, value FROM setting', insert: 'setting (name, value)' },
  { in: HAS_NOTES, select: 'SELECT name, text FROM document', insert: 'document (name, text)' },
  {
    in: HAS_CHOICES,
    select: `
      SELECT StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, chosen.sha256, chosen.TransferSyntaxUID,
        coalesce(former.sha256, '') AS insteadOf, chosenAt, chosenBy
      FROM version_choice AS choice JOIN version AS chosen ON chosen.instanceKey = choice.instanceKey
        LEFT JOIN version AS former ON former.instanceKey = choice.insteadOf
        JOIN instance ON instance.instanceId = choice.instanceId JOIN (SELECT seriesKey, studyKey, SeriesInstanceUID FROM series)
        USING (seriesKey) JOIN (SELECT studyKey, StudyInstanceUID FROM study) USING (studyKey)
      ORDER BY choiceId`,
    insert: `version_choice (StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID, insteadOf,
      chosenAt, chosenBy)`,
  },
  {
    in: HAS_NOTES,
    select: 'SELECT StudyInstanceUID, openedAt, NULL FROM study WHERE openedAt IS NOT NULL',
    insert: 'study_note (StudyInstanceUID, openedAt, expectedInstances)',
  },
]

const copyAll = (records: Database, index: Database): number => {
  const version = indexVersion(index)
  const tables = TABLES.filter((table) => table.in.from <= version && version <= table.in.to)
  let count = 0
  for (const { select, insert } of tables) {
    const rows = index.prepare(select).raw()
    const places = rows.columns().map(() => '?')
    const add = records.prepare(`INSERT INTO ${insert} VALUES (${places.join()}) ON CONFLICT DO NOTHING`)
    for (const row of rows.iterate() as IterableIterator<unknown[]>) count += add.run(...row).changes
  }
  return count
}

/**
 * Tells how many rows the records took, in one durable transaction. An index that cannot be read has nothing: it is moved aside when the
 * cache is opened. Throws the error of the disk or of SQLite when that is no matter of the index.
 */
export const carryOver = (records: Database, { index: path }: DataFolder, stationKey: Uint8Array): number => {
  if (!existsSync(path)) return 0
  let index: Database | null = null
  try {
    const opened = openIndexForReading(path, stationKey)
    index = opened
    return records.transaction(() => copyAll(records, opened)).immediate()
  } catch (error) {
    if (isDamage(error)) return 0
    throw error
  } finally {
    index?.close()
  }
}
