/** The instances that exist in several versions, and the versions of each. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { StoredVersion } from '../../contract/versions.ts'
import { parsePersonName } from '../../dicom/person-name.ts'
import type { ShownInstance } from '../cache.ts'
import { isDamage } from '../index-database/notes-writer.ts'

/** Instances that are told at most. */
const MOST = 500

type InstanceRow = Omit<ShownInstance, 'PatientName' | 'shown' | 'versions'> &
  ShownInstance['shown'] & { instanceId: number; PatientName: string }

type VersionRow = Omit<StoredVersion, 'isShown' | 'isElsewhere' | 'isDamaged' | 'hasPixels'> & {
  instanceId: number
  currentKey: number
  notDisplayable: string | null
  hasPixels: number
}

const versionsOf = (database: Database, instanceId: number, SOPInstanceUID: string): StoredVersion[] => {
  const rows = database
    .prepare(`
      SELECT version.instanceKey, version.instanceId, currentKey, StudyInstanceUID, SeriesInstanceUID, revision,
        version.origin, version.sender, senderAddress, receivedAt, TransferSyntaxUID, length, notDisplayable,
        pixelData IS NOT NULL AS hasPixels
      FROM instance JOIN version USING (instanceId) JOIN series USING (seriesKey)
        JOIN (SELECT studyKey, StudyInstanceUID FROM study) USING (studyKey)
      WHERE SOPInstanceUID = ? ORDER BY version.instanceKey`)
    .all(SOPInstanceUID) as VersionRow[]
  return rows.map(({ instanceId: of, currentKey, notDisplayable, hasPixels, ...version }) => ({
    ...version,
    isShown: currentKey === version.instanceKey,
    isElsewhere: of !== instanceId,
    isDamaged: isDamage(notDisplayable),
    hasPixels: hasPixels === 1,
  }))
}

/** Those received last first, at most 500, and how many there are in all. */
export const versionedInstances = (database: Database): { total: number; instances: ShownInstance[] } => {
  const total = database.prepare('SELECT count(*) FROM instance WHERE isConflicting = 1').pluck().get() as number
  const rows = database
    .prepare(`
      SELECT instance.instanceId, SOPInstanceUID, SOPClassUID, InstanceNumber, SeriesInstanceUID, SeriesNumber,
        SeriesDescription, Modality, StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, sha256,
        TransferSyntaxUID
      FROM instance JOIN series USING (seriesKey)
        JOIN (
          SELECT studyKey, StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, lastReceivedAt FROM study
        ) USING (studyKey)
        JOIN version ON version.instanceKey = instance.currentKey
      WHERE isConflicting = 1
      ORDER BY lastReceivedAt DESC, studyKey, SeriesNumber, InstanceNumber, instance.instanceId LIMIT ${MOST}`)
    .all() as InstanceRow[]
  return {
    total,
    instances: rows.map(({ instanceId, PatientName, sha256, TransferSyntaxUID, ...row }) => ({
      ...row,
      PatientName: parsePersonName(PatientName),
      shown: { sha256, TransferSyntaxUID },
      versions: versionsOf(database, instanceId, row.SOPInstanceUID),
    })),
  }
}
