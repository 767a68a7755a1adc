/** What a study's row says of the moment. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openIndexForReading } from '../../../../main/cache/index-database/open-index.ts'
import { StudyQueries } from '../../../../main/cache/queries/study-list.ts'
import { ctImage } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { put, STATION_KEY, testStore } from '../test-cache.ts'

it.each([
  ['was received into now, by a clock that was a moment ahead', 2_000, true],
  ['was received into long ago', -3_600_000, false],
  ['is dated ahead since the clock was set back', 3_600_000, false],
])('tells whether a study is being received that %s', async (_, ahead, receiving) => {
  const dataFolder = temporaryFolder()
  const store = testStore({ dataFolder, now: () => new Date(Date.now() + ahead) })
  await put(store, ctImage({ rows: 8 }))
  const database = openIndexForReading(join(dataFolder, 'index.sqlite'), STATION_KEY)
  const [row] = new StudyQueries(database).rowsOf(['1.2.826.0.1.77.1'])
  database.close()
  await store.close()
  expect(row?.receiving).toBe(receiving)
})
