import { expect, test } from 'vitest'
import { askInstances, readAhead } from '../../../renderer/services/read-ahead.ts'
import { seriesRow } from '../viewer/study-fixtures.ts'

test('headers of the chosen study are asked once, of no more series than fit, and handed over once', async () => {
  const asked: string[] = []
  const ask = ({ SeriesInstanceUID }: { SeriesInstanceUID: string }) => {
    asked.push(SeriesInstanceUID)
    return Promise.resolve({ revision: 7, instances: [] })
  }
  const small = seriesRow({ SeriesInstanceUID: '1.1' })
  const huge = seriesRow({ SeriesInstanceUID: '1.2', NumberOfSeriesRelatedInstances: 5000 })
  readAhead([small, huge], ask)
  readAhead([small, huge], ask)
  expect(asked).toEqual(['1.1'])
  expect(await askInstances({ SeriesInstanceUID: '1.1' })).toEqual({ revision: 7, instances: [] })
  readAhead([small], ask)
  expect(asked).toEqual(['1.1', '1.1'])
})
