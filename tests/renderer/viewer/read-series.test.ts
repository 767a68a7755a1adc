import { expect, test } from 'vitest'
import type { ImageHeader } from '../../../main/contract/image.ts'
import { readSeries } from '../../../renderer/viewer/use-study-contents.ts'
import { header } from './study-fixtures.ts'

const series = { StudyInstanceUID: '1', SeriesInstanceUID: '1.2' }

/** A station whose series has these instances at this revision, and what it was asked. */
function station(revision: number, instances: ImageHeader[]) {
  const asked: (number | undefined)[] = []
  const ask = ({ afterInstanceKey }: { SeriesInstanceUID: string; afterInstanceKey?: number }) => {
    asked.push(afterInstanceKey)
    return Promise.resolve({
      revision,
      instances: instances.filter(({ instanceKey }) => instanceKey > (afterInstanceKey ?? 0)),
    })
  }
  return { asked, ask }
}
const keys = (headers: readonly ImageHeader[]) => headers.map(({ instanceKey }) => instanceKey)

test('a series that grew is read from what is known on', async () => {
  const { asked, ask } = station(3, [header(1), header(2), header(3)])
  const read = await readSeries(series, { revision: 2, headers: [header(1), header(2)] }, ask)
  expect([asked, read.revision, keys(read.headers)]).toEqual([[2], 3, [1, 2, 3]])
})

test('a series that was read further than its row said is not read again', async () => {
  const { asked, ask } = station(2, [header(1), header(2)])
  const read = await readSeries(series, { revision: 2, headers: [header(1), header(2)] }, ask)
  expect([asked, read.revision, keys(read.headers)]).toEqual([[2], 2, [1, 2]])
})

test('a series in which an instance was replaced is read as a whole', async () => {
  const replaced = header(4, { SOPInstanceUID: header(1).SOPInstanceUID })
  const { asked, ask } = station(4, [header(2), header(3), replaced])
  const read = await readSeries(series, { revision: 3, headers: [header(1), header(2), header(3)] }, ask)
  expect([asked, keys(read.headers)]).toEqual([
    [3, undefined],
    [2, 3, 4],
  ])
})

test('a series in which something known has changed is read as a whole', async () => {
  const damaged = header(1, { notDisplayable: 'object-damaged' })
  const { asked, ask } = station(4, [damaged, header(2), header(3)])
  const read = await readSeries(series, { revision: 2, headers: [header(1), header(2)] }, ask)
  expect([asked, read.headers[0]?.notDisplayable]).toEqual([[2, undefined], 'object-damaged'])
})

test('a series is read of its own study: another one may have a series of the same UID', async () => {
  const asked: object[] = []
  const ask = (input: object) => {
    asked.push(input)
    return Promise.resolve({ revision: 2 + asked.length, instances: [] })
  }
  await readSeries(series, { revision: 1, headers: [header(1)] }, ask)
  expect(asked).toEqual([{ ...series, afterInstanceKey: 1 }, series])
})
