/**
 * Takes a study out of the index and names its packs as dead, in one short, durable transaction: before it the study is whole, after it the
 * study is gone, whatever is still on the disk. `store/removals.ts` then removes the files; the rows of its instances, which nothing finds any
 * more, are swept up a few at a time, so that receiving does not wait for them.
 */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { ProvenWithin } from '../cache.ts'
import { durably } from './open-index.ts'

/** A pack that is dead and may still be on the disk. */
export interface Tombstone {
  packId: string
  keyId: string | null
}

export type StudyRemoval =
  | { kind: 'removed'; bytes: number }
  /** `not-archived`: a version of it has no proof of the archive. */
  /** `busy`: something came for it meanwhile. */
  | { kind: 'not-archived' | 'unknown' | 'busy' }

interface StudyTotals {
  studyKey: number
  bytes: number
}

const VERSIONS =
  'FROM series JOIN instance USING (seriesKey) JOIN version USING (instanceId) WHERE series.studyKey = @studyKey'

/** Whenever something was proven. */
export const ANY_TIME: ProvenWithin = { since: '', until: '~' }

/**
 * 1 when `archive` is proven to hold every version of a study, current or not; `@studyKey`, `@archive` and the time `@since` `@until`, only
 * proofs of which count, are its values.
 */
export const IS_PROVEN = `SELECT NOT EXISTS (SELECT 1 ${VERSIONS} AND NOT EXISTS (
  SELECT 1 FROM archive_proof AS proof WHERE proof.SOPInstanceUID = instance.SOPInstanceUID
    AND proof.sha256 = version.sha256 AND proof.archive = @archive AND proof.archivedAt BETWEEN @since AND @until))`

/** Instances of other studies that existed in several versions only because of those removed are no longer in conflict. */
const settleConflicts = (database: Database, SOPInstanceUIDs: readonly string[]): void => {
  const others = database.prepare(`
    SELECT instanceId, studyKey, isConflicting, count(*) OVER () AS versions
    FROM instance JOIN version USING (instanceId) JOIN series USING (seriesKey) WHERE SOPInstanceUID = ? AND studyKey > 0`)
  const settle = database.prepare('UPDATE instance SET isConflicting = 0 WHERE instanceId = ?')
  const count = database.prepare('UPDATE study SET conflictingInstances = conflictingInstances - 1 WHERE studyKey = ?')
  for (const SOPInstanceUID of SOPInstanceUIDs) {
    const [only, more] = others.all(SOPInstanceUID) as { instanceId: number; studyKey: number; isConflicting: number }[]
    if (!only || more || only.isConflicting === 0) continue
    settle.run(only.instanceId)
    count.run(only.studyKey)
  }
}

/** The same, whatever refers to it: what is left without it is swept up later. */
const withoutReferences = <T>(database: Database, work: () => T): T => {
  database.pragma('foreign_keys = OFF')
  try {
    return work()
  } finally {
    database.pragma('foreign_keys = ON')
  }
}

/** Takes the series out of every query, with all that hangs on them: no study has their key, nobody asks for their names. */
const setSeriesAside = (database: Database, studyKey: number): void => {
  database
    .prepare(`
      UPDATE series SET SeriesInstanceUID = 'removed ' || seriesKey,
        studyKey = (SELECT min(0, min(studyKey)) - 1 FROM series) WHERE studyKey = ?`)
    .run(studyKey)
}

const removeRows = (database: Database, { studyKey, bytes }: StudyTotals, StudyInstanceUID: string): void => {
  const conflicting = database
    .prepare(`
      UPDATE instance SET isConflicting = 0
      WHERE isConflicting = 1 AND seriesKey IN (SELECT seriesKey FROM series WHERE studyKey = ?) RETURNING SOPInstanceUID`)
    .pluck()
    .all(studyKey) as string[]
  const instances = database
    .prepare('SELECT coalesce(sum(NumberOfSeriesRelatedInstances), 0) FROM series WHERE studyKey = ?')
    .pluck()
    .get(studyKey) as number
  const run = (sql: string): void => void database.prepare(sql).run({ studyKey })
  run(`UPDATE total SET firstRevision =
    (SELECT max(firstRevision, coalesce(max(revision), 0)) FROM series WHERE studyKey = @studyKey)`)
  setSeriesAside(database, studyKey)
  run('DELETE FROM study_modality WHERE studyKey = @studyKey')
  run('DELETE FROM study_search WHERE rowid = @studyKey')
  database.prepare('DELETE FROM pack WHERE StudyInstanceUID = ?').run(StudyInstanceUID)
  run('DELETE FROM study WHERE studyKey = @studyKey')
  database
    .prepare('UPDATE total SET studies = studies - 1, instances = instances - ?, bytes = bytes - ?')
    .run(instances, bytes)
  settleConflicts(database, conflicting)
}

/** Removes up to `most` instances of what was set aside, and the series that have none left; tells how many instances it removed. */
export const sweepRemoved = (database: Database, most: number): number =>
  database
    .transaction(() => {
      const doomed = database
        .prepare('SELECT instanceId FROM series JOIN instance USING (seriesKey) WHERE studyKey < 0 LIMIT ?')
        .pluck()
        .all(most) as number[]
      const removeVersions = database.prepare('DELETE FROM version WHERE instanceId = ?')
      const removeInstance = database.prepare('DELETE FROM instance WHERE instanceId = ?')
      for (const instanceId of doomed) {
        removeVersions.run(instanceId)
        removeInstance.run(instanceId)
      }
      if (doomed.length < most) database.prepare('DELETE FROM series WHERE studyKey < 0').run()
      return doomed.length
    })
    .immediate()

/**
 * Removes a study from the index. With `archive` only when that archive is proven to hold every version of it; with `bytes` only when it still
 * takes these, which every version that comes adds to. `strays` are packs of it that
 * the index does not know. Throws SQLite's error and then changes nothing.
 */
export const removeStudy = (
  database: Database,
  request: {
    StudyInstanceUID: string
    archive: string | null
    bytes?: number
    strays: readonly Tombstone[]
    at: string
  },
): StudyRemoval => {
  const { StudyInstanceUID, archive, bytes, strays, at } = request
  const remove = database.transaction((): StudyRemoval => {
    const study = database
      .prepare('SELECT studyKey, bytes FROM study WHERE StudyInstanceUID = ?')
      .get(StudyInstanceUID) as StudyTotals | undefined
    if (!study) return { kind: 'unknown' }
    if (bytes !== undefined && study.bytes !== bytes) return { kind: 'busy' }
    if (archive !== null) {
      const values = { studyKey: study.studyKey, archive, ...ANY_TIME }
      if (database.prepare(IS_PROVEN).pluck().get(values) !== 1) return { kind: 'not-archived' }
    }
    const packs = database
      .prepare('SELECT packId, keyId FROM pack WHERE StudyInstanceUID = ?')
      .all(StudyInstanceUID) as Tombstone[]
    const bury = database.prepare('INSERT OR IGNORE INTO tombstone (packId, keyId, removedAt) VALUES (?, ?, ?)')
    const settle = database.prepare('DELETE FROM damaged_place WHERE packId = ?')
    for (const { packId, keyId } of [...packs, ...strays]) {
      bury.run(packId, keyId, at)
      settle.run(packId)
    }
    removeRows(database, study, StudyInstanceUID)
    return { kind: 'removed', bytes: study.bytes }
  })
  return withoutReferences(database, () => durably(database, () => remove.immediate()))
}
