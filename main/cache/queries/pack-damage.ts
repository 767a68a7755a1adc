/** What lies in packs and cannot be read, and how many packs are not there, as far as nobody took note of it. */
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DamagedPlace, PackDamage } from '../../contract/integrity.ts'
import { parsePersonName } from '../../dicom/person-name.ts'

/** Places that are listed at most. */
const MOST = 500

interface Row {
  packId: string
  beginsAt: number
  bytes: number
  foundAt: string
  StudyInstanceUID: string | null
  PatientName: string
  PatientID: string
  StudyDate: string
  StudyDescription: string
}

/** The places that were found last, these first, with the study that lies around each. */
export const packDamage = (database: Database): PackDamage => {
  const countOf = (table: string): number =>
    database.prepare(`SELECT count(*) FROM ${table} WHERE dismissedAt IS NULL`).pluck().get() as number
  const rows = database
    .prepare(`
      SELECT packId, beginsAt, length AS bytes, foundAt, study.StudyInstanceUID, PatientName, PatientID, StudyDate,
        StudyDescription
      FROM damaged_place LEFT JOIN pack USING (packId) LEFT JOIN study ON study.StudyInstanceUID = pack.StudyInstanceUID
      WHERE dismissedAt IS NULL ORDER BY foundAt DESC, packId, beginsAt LIMIT ${MOST}`)
    .all() as Row[]
  const places = rows.map((row): DamagedPlace => {
    const { StudyInstanceUID, PatientName, PatientID, StudyDate, StudyDescription, ...place } = row
    if (StudyInstanceUID === null) return { ...place, study: null }
    const study = {
      StudyInstanceUID,
      PatientName: parsePersonName(PatientName),
      PatientID,
      StudyDate,
      StudyDescription,
    }
    return { ...place, study }
  })
  return { total: countOf('damaged_place'), places, missedPacks: countOf('missed_key') }
}
