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
  expect(await askInstances(small)).toEqual({ revision: 7, instances: [] })
  readAhead([small], ask)
  expect(asked).toEqual(['1.1', '1.1'])
})

test('headers of a series that changed since are asked again when it is opened, and not while it still arrives', async () => {
  const asked: string[] = []
  const answer = (name: string) => (input: { SeriesInstanceUID: string }) => {
    asked.push(`${name} ${input.SeriesInstanceUID}`)
    return Promise.resolve({ revision: asked.length, instances: [] })
  }
  for (const revision of [1, 2, 3]) readAhead([seriesRow({ SeriesInstanceUID: '2.1', revision })], answer('ahead'))
  expect(asked).toEqual(['ahead 2.1'])
  expect(await askInstances(seriesRow({ SeriesInstanceUID: '2.1' }), answer('opening'))).toEqual({
    revision: 2,
    instances: [],
  })
  expect(asked).toEqual(['ahead 2.1', 'opening 2.1'])
})
