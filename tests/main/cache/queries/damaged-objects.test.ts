/** More damage than a list shows: the count is of all of it, and so are the studies that the archive can mend. */
import { expect, it, onTestFinished } from 'vitest'
import { countDamagedObjects, damagedObjects, mendableStudies } from '../../../../main/cache/queries/damaged-objects.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { syntheticIndex } from './synthetic-index.ts'

const ARCHIVE = 'archive'

it('lists 500 damaged objects, counts all, and finds the studies behind them that an archive holds', () => {
  const database = syntheticIndex(temporaryFolder(), { studies: 3, images: 200 })
  onTestFinished(() => void database.close())
  const uidOf = database.prepare('SELECT StudyInstanceUID FROM study WHERE studyKey = ?').pluck()
  expect([countDamagedObjects(database), mendableStudies(database, ARCHIVE)]).toEqual([0, []])
  // Those of the first study were found first, and stand behind the 500 that are listed.
  database.exec(`
    INSERT INTO damaged_object (instanceKey, foundAt)
      SELECT instanceKey, printf('2026-01-%02dT00:00:00.000Z', studyKey)
      FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey)`)
  database
    .prepare(`
      INSERT INTO archive_proof (SOPInstanceUID, sha256, archive, sentAt, archivedAt, proof)
        SELECT SOPInstanceUID, sha256, ?, '2026-01-01', iif(studyKey = 1, '2026-01-01', NULL), 'read-back'
        FROM version JOIN instance USING (instanceId) JOIN series USING (seriesKey) WHERE studyKey < 3`)
    .run(ARCHIVE)
  expect(damagedObjects(database, ARCHIVE)).toHaveLength(500)
  const PatientID = database.prepare('SELECT PatientID FROM study WHERE studyKey = 3').pluck().get()
  expect(PatientID).toMatch(/./)
  expect(damagedObjects(database, ARCHIVE)[0]).toMatchObject({ PatientID, StudyInstanceUID: uidOf.get(3) })
  expect(countDamagedObjects(database)).toBe(600)
  expect(mendableStudies(database, ARCHIVE)).toEqual([uidOf.get(1)])
  expect(mendableStudies(database, 'another')).toEqual([])
  // A study as its removal leaves it until it is swept up.
  database.pragma('foreign_keys = OFF')
  database.exec('UPDATE series SET studyKey = -1 WHERE studyKey = 1; DELETE FROM study WHERE studyKey = 1')
  expect(countDamagedObjects(database)).toBe(400)
  expect([damagedObjects(database, ARCHIVE).length, mendableStudies(database, ARCHIVE)]).toEqual([400, []])
})
