/** An index that is made anew says the same of studies whose objects contradict each other as the one before. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { packFiles, put, STATION_KEY, testStore } from '../test-cache.ts'

const studiesIn = (dataFolder: string): unknown[] => {
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const columns = 'StudyInstanceUID, PatientName, PatientID, origin, sender, conflictingAttributes'
  const studies = database.prepare(`SELECT ${columns} FROM study ORDER BY StudyInstanceUID`).all()
  database.close()
  return studies
}

it('shows the patient of the object that came first, in whatever order the packs are found', async () => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder, packLimit: 3_000 })
  for (const study of [1, 2, 3, 4]) {
    for (const instance of [1, 2, 3, 4, 5]) {
      const first = { PatientName: 'FIRST^Patient', PatientID: 'P1' }
      const others = { PatientName: 'OTHER^Patient', PatientID: 'P2' }
      await put(store, ctImage({ study, instance, rows: 256 }, instance === 1 ? first : others))
    }
  }
  await store.close()
  expect(packFiles(dataFolder)).toHaveLength(20)
  const before = studiesIn(dataFolder)
  expect(before[0]).toMatchObject({ PatientName: 'FIRST^Patient', conflictingAttributes: 'PatientID\\PatientName' })
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataFolder, `index.sqlite${suffix}`), { force: true })
  const again = testStore({ dataFolder })
  expect(again.recovery).toMatchObject({ indexRebuilt: 'missing', recoveredObjects: 20 })
  await again.close()
  expect(studiesIn(dataFolder)).toEqual(before)
})
