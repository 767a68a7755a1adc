/** What an index of before kept of a person's word comes into the records, once. */
import { writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { migrate } from '../../../../main/cache/migrations/migration.ts'
import { carryOver } from '../../../../main/cache/records/carry-over.ts'
import { openStores } from '../../../../main/cache/records/record-stores.ts'
import { openRecordsFile } from '../../../../main/cache/records/records-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY, testCache } from '../test-cache.ts'
import { testRecords } from './test-records.ts'

const uids = { StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.1', SOPInstanceUID: '1.2.1.1' }

/** An index as the last program but one made it, with everything that a person could set. */
const olderIndex = (version: number): string => {
  const dataFolder = temporaryFolder()
  const index = openIndexForWriting(dataFolderAt(dataFolder).index, STATION_KEY)
  migrate(index, migrations.slice(0, version))
  index.exec(`
    INSERT INTO setting VALUES ('aeTitle', '"GARDE"'), ('dicomPort', '104');
    INSERT INTO document VALUES ('workspace main', '{}');`)
  if (version >= 5) {
    index.exec(`
      INSERT INTO study (studyKey, StudyInstanceUID, PatientName, PatientBirthName, PatientID, IssuerOfPatientID,
        PatientBirthDate, PatientSex, StudyDate, StudyTime, StudyID, AccessionNumber, StudyDescription,
        ReferringPhysicianName, InstitutionName, BodyPartExamined, patientNameOrder, firstReceivedAt, lastReceivedAt,
        openedAt, origin, sender, words, attributes)
      VALUES (1, '1.2', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '2026', '2026', '2027', 'received', '', '', '{}');
      INSERT INTO series (seriesKey, studyKey, SeriesInstanceUID, Modality, SeriesDescription, BodyPartExamined,
        ProtocolName, SeriesDate, SeriesTime, FrameOfReferenceUID, attributes)
      VALUES (1, 1, '1.2.1', '', '', '', '', '', '', '', '{}');
      INSERT INTO instance (instanceId, seriesKey, SOPInstanceUID, SOPClassUID, currentKey) VALUES (3, 1, '1.2.1.1', '1', 8);
      INSERT INTO pack VALUES (1, 'p', 'k', '1.2', 9);
      INSERT INTO version VALUES
        (7, 3, 'first', 'ts', 1, 1, 0, 9, 0, 0, 'received', '', '', '2026', 1, NULL, 1, NULL, '{}', '{}'),
        (8, 3, 'second', 'ts', 1, 1, 0, 9, 0, 0, 'received', '', '', '2026', 1, NULL, 1, NULL, '{}', '{}');
      INSERT INTO version_choice VALUES (1, 3, 8, 7, '2026-01', 'A'), (2, 3, 7, 8, '2026-02', 'A'), (3, 3, 8, 7, '2026-03', 'B');`)
  }
  index.close()
  return dataFolder
}

it('takes settings, documents, choices and what was opened, and leaves what the records have', () => {
  const dataFolder = olderIndex(5)
  const folder = dataFolderAt(dataFolder)
  const { database } = openRecordsFile(folder, STATION_KEY)
  const { notes, choices, studyNotes } = openStores(database)
  notes.saveSettings({ dicomPort: 11112 })
  // A power cut before the cache was opened has it done again.
  expect([carryOver(database, folder, STATION_KEY), carryOver(database, folder, STATION_KEY)]).toEqual([6, 0])
  expect(notes.loadSettings()).toEqual({ aeTitle: 'GARDE', dicomPort: 11112 })
  expect(notes.loadDocument('workspace main')).toBe('{}')
  expect(choices.chosen()).toEqual([{ ...uids, sha256: 'second', TransferSyntaxUID: 'ts' }])
  expect(choices.of(['1.2.1.1'])).toMatchObject([{ insteadOf: 'first', chosenAt: '2026-03', chosenBy: 'B' }])
  expect(database.prepare('SELECT count(*) FROM version_choice').pluck().get()).toBe(3)
  expect(studyNotes.list('', 9)).toEqual([{ StudyInstanceUID: '1.2', openedAt: '2027', expectedInstances: null }])
  database.close()
})

it('is done once: what was carried over and changed does not come back when the cache was opened', async () => {
  const dataFolder = olderIndex(2)
  const records = await testRecords(dataFolder)
  const cache = await testCache({ dataFolder, chosen: await records.choices.chosen() })
  expect(await records.notes.loadSettings()).toEqual({ aeTitle: 'GARDE', dicomPort: 104 })
  await records.close()
  await cache.close()
  const { database } = openRecordsFile(dataFolderAt(dataFolder), STATION_KEY)
  database.exec('DELETE FROM setting')
  expect(carryOver(database, dataFolderAt(dataFolder), STATION_KEY)).toBe(0)
  expect(openStores(database).notes.loadSettings()).toEqual({})
  database.close()
})

it('has nothing to take without an index, or of one that cannot be read', () => {
  const dataFolder = temporaryFolder()
  const folder = dataFolderAt(dataFolder)
  const { database } = openRecordsFile(folder, STATION_KEY)
  expect(carryOver(database, folder, STATION_KEY)).toBe(0)
  writeFileSync(folder.index, Buffer.alloc(8192, 1))
  expect(carryOver(database, folder, STATION_KEY)).toBe(0)
  database.close()
})
