/** The instances that exist in several versions, and the versions of each. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { StoredVersion, VersionedInstance } from '../../contract/versions.ts'
import { parsePersonName } from '../../dicom/person-name.ts'
import { isDamage } from '../index-database/notes-writer.ts'

/** Instances that are told at most. */
const MOST = 500

type InstanceRow = Omit<VersionedInstance, 'PatientName' | 'choice' | 'versions'> & {
  instanceId: number
  PatientName: string
  chosenAt: string | null
  chosenBy: string | null
}

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
export const versionedInstances = (database: Database): { total: number; instances: VersionedInstance[] } => {
  const total = database.prepare('SELECT count(*) FROM instance WHERE isConflicting = 1').pluck().get() as number
  const rows = database
    .prepare(`
      SELECT instance.instanceId, SOPInstanceUID, SOPClassUID, InstanceNumber, SeriesInstanceUID, SeriesNumber,
        SeriesDescription, Modality, StudyInstanceUID, PatientName, StudyDate, StudyDescription, chosenAt, chosenBy
      FROM instance JOIN series USING (seriesKey)
        JOIN (SELECT studyKey, StudyInstanceUID, PatientName, StudyDate, StudyDescription, lastReceivedAt FROM study) USING (studyKey)
        LEFT JOIN version_choice ON choiceId =
          (SELECT max(choiceId) FROM version_choice AS choice WHERE choice.instanceId = instance.instanceId)
      WHERE isConflicting = 1
      ORDER BY lastReceivedAt DESC, studyKey, SeriesNumber, InstanceNumber, instance.instanceId LIMIT ${MOST}`)
    .all() as InstanceRow[]
  return {
    total,
    instances: rows.map(({ instanceId, PatientName, chosenAt, chosenBy, ...row }) => ({
      ...row,
      PatientName: parsePersonName(PatientName),
      choice: chosenAt === null ? null : { at: chosenAt, by: chosenBy ?? '' },
      versions: versionsOf(database, instanceId, row.SOPInstanceUID),
    })),
  }
}
