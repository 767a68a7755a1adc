/** Documents that were made here make no study more complete, and are not being received. */
import { expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import type { StudyRow } from '../../../../main/contract/studies.ts'
import { BASIC_TEXT_SR, ctImage, dataSet, EXPLICIT_LITTLE_ENDIAN, type TestObject } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { put, STATION_KEY, testStore } from '../test-cache.ts'

const studyIn = (dataFolder: string): StudyRow | undefined => {
  const database = openIndexForReading(dataFolderAt(dataFolder).index, STATION_KEY)
  const study = new StudyQueries(database).getStudy('1.2.826.0.1.77.1')?.study
  database.close()
  return study
}

/** A report of the same patient, made here. */
const report: TestObject = {
  request: {
    origin: 'created',
    peer: { AETitle: '', address: '' },
    SOPClassUID: BASIC_TEXT_SR,
    SOPInstanceUID: '1.2.826.0.1.77.1.9.1',
    TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
  },
  bytes: dataSet({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: BASIC_TEXT_SR,
    SOPInstanceUID: '1.2.826.0.1.77.1.9.1',
    Modality: 'SR',
    PatientName: 'MÜLLERSON^Élise',
    PatientID: 'PAT1',
    StudyInstanceUID: '1.2.826.0.1.77.1',
    SeriesInstanceUID: '1.2.826.0.1.77.1.9',
  }),
}

for (const [name, announcement] of [
  ['the study', { NumberOfStudyRelatedInstances: 3 }],
  ['its series', { NumberOfSeriesRelatedInstances: 3 }],
] as const) {
  it(`leaves what was announced for ${name} and what was received as they are`, async () => {
    const dataFolder = temporaryFolder()
    let now = new Date('2026-01-15T10:00:00Z')
    const store = testStore({ dataFolder, now: () => now })
    await put(store, ctImage({ instance: 1 }, announcement))
    await put(store, ctImage({ instance: 2 }, announcement))
    const before = studyIn(dataFolder)
    expect(before?.completeness).toMatchObject({ expected: 3, received: 2, displayable: 2 })
    now = new Date('2026-01-15T11:00:00Z')
    await put(store, report)
    expect(studyIn(dataFolder)).toMatchObject({
      completeness: before?.completeness,
      lastReceivedAt: before?.lastReceivedAt,
      sender: before?.sender,
      NumberOfStudyRelatedInstances: 3,
    })
    store.close()
  })
}
