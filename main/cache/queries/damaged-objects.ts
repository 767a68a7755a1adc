/** The objects that were found damaged and not mended since. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DamagedObject } from '../../contract/integrity.ts'
import { parsePersonName } from '../../dicom/person-name.ts'

/** Objects that are told at most. */
const MOST = 500

type Row = Omit<DamagedObject, 'PatientName' | 'isArchived'> & { PatientName: string; isArchived: number }

/** Those found last first, and whether `archive` is proven to hold each. */
export const damagedObjects = (database: Database, archive: string): DamagedObject[] => {
  const rows = database
    .prepare(`
      SELECT version.instanceKey, StudyInstanceUID, instance.SOPInstanceUID, SOPClassUID, PatientName, StudyDate, StudyDescription, foundAt,
        notDisplayable AS reason, proof.archivedAt IS NOT NULL AS isArchived
      FROM damaged_object JOIN version USING (instanceKey) JOIN instance USING (instanceId)
        JOIN (SELECT seriesKey, studyKey FROM series) USING (seriesKey)
        JOIN (SELECT studyKey, StudyInstanceUID, PatientName, StudyDate, StudyDescription FROM study) USING (studyKey)
        LEFT JOIN archive_proof AS proof ON proof.SOPInstanceUID = instance.SOPInstanceUID
          AND proof.sha256 = version.sha256 AND proof.archive = ?
      ORDER BY foundAt DESC, version.instanceKey DESC LIMIT ${MOST}`)
    .all(archive) as Row[]
  return rows.map(({ PatientName, isArchived, ...row }) => ({
    ...row,
    PatientName: parsePersonName(PatientName),
    isArchived: isArchived === 1,
  }))
}
