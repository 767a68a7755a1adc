import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { readSeries } from '../../../renderer/viewer/use-study-contents.ts'
import { header, seriesRow } from './study-fixtures.ts'

/** A station with these instances, and what it was asked. */
function station(instances: ImageHeader[]) {
  const asked: (number | undefined)[] = []
  const ask = ({ afterInstanceKey }: { SeriesInstanceUID: string; afterInstanceKey?: number }) => {
    asked.push(afterInstanceKey)
    return Promise.resolve({
      revision: 9,
      instances: instances.filter(({ instanceKey }) => instanceKey > (afterInstanceKey ?? 0)),
    })
  }
  return { asked, ask }
}

test('a series that grew is read from what is known on', async () => {
  const { asked, ask } = station([header(1), header(2), header(3)])
  const before = { revision: 1, headers: [header(1), header(2)] }
  const read = await readSeries(seriesRow({ revision: 2 }), before, ask)
  expect([asked, read.revision, read.headers.map(({ instanceKey }) => instanceKey)]).toEqual([[2], 2, [1, 2, 3]])
})

test('a series in which an instance was replaced is read as a whole', async () => {
  const replaced = header(4, { SOPInstanceUID: header(1).SOPInstanceUID })
  const { asked, ask } = station([header(2), header(3), replaced])
  const before = { revision: 1, headers: [header(1), header(2), header(3)] }
  const read = await readSeries(seriesRow({ revision: 2 }), before, ask)
  expect([asked, read.headers.map(({ instanceKey }) => instanceKey)]).toEqual([
    [3, undefined],
    [2, 3, 4],
  ])
})

test('a series whose revision moved without growth is read as a whole', async () => {
  const { asked, ask } = station([header(2)])
  const read = await readSeries(seriesRow({ revision: 3 }), { revision: 1, headers: [header(1), header(2)] }, ask)
  expect([asked, read.headers.map(({ instanceKey }) => instanceKey)]).toEqual([[2, undefined], [2]])
})
