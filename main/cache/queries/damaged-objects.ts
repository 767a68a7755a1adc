/** The objects that were found damaged and not mended since. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DamagedObject } from '../../contract/integrity.ts'
import { parsePersonName } from '../../dicom/person-name.ts'

/** Objects that are listed at most. */
const MOST = 500

/** What belongs to a study; what was removed and is not swept up yet is no longer here. */
const DAMAGED = `damaged_object JOIN version USING (instanceKey) JOIN instance USING (instanceId)
        JOIN (SELECT seriesKey, studyKey FROM series) USING (seriesKey)
        JOIN (SELECT studyKey, StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription FROM study) USING (studyKey)`
/** The proof that an archive, the parameter, holds the version. */
const PROOF = `archive_proof AS proof ON proof.SOPInstanceUID = instance.SOPInstanceUID
          AND proof.sha256 = version.sha256 AND proof.archive = ?`

type Row = Omit<DamagedObject, 'PatientName' | 'isArchived'> & { PatientName: string; isArchived: number }

/** The 500 that were found last, these first, and whether `archive` is proven to hold each. */
export const damagedObjects = (database: Database, archive: string): DamagedObject[] => {
  const rows = database
    .prepare(`
      SELECT version.instanceKey, StudyInstanceUID, instance.SOPInstanceUID, SOPClassUID, PatientName, PatientID, StudyDate,
        StudyDescription, foundAt, notDisplayable AS reason, proof.archivedAt IS NOT NULL AS isArchived
      FROM ${DAMAGED}
        LEFT JOIN ${PROOF}
      ORDER BY foundAt DESC, version.instanceKey DESC LIMIT ${MOST}`)
    .all(archive) as Row[]
  return rows.map(({ PatientName, isArchived, ...row }) => ({
    ...row,
    PatientName: parsePersonName(PatientName),
    isArchived: isArchived === 1,
  }))
}

/** How many there are, however many are listed: asked for every second, so that each is looked up only while something removed is not swept up. */
export const countDamagedObjects = (database: Database): number => {
  const isSwept = database.prepare('SELECT 1 FROM series WHERE studyKey < 0 LIMIT 1').get() === undefined
  return database
    .prepare(`SELECT count(*) FROM ${isSwept ? 'damaged_object' : DAMAGED}`)
    .pluck()
    .get() as number
}

/** The studies with damaged objects that `archive` is proven to hold. */
export const mendableStudies = (database: Database, archive: string): string[] =>
  database
    .prepare(`
      SELECT DISTINCT StudyInstanceUID FROM ${DAMAGED}
        JOIN ${PROOF}
      WHERE proof.archivedAt IS NOT NULL ORDER BY StudyInstanceUID`)
    .pluck()
    .all(archive) as string[]
