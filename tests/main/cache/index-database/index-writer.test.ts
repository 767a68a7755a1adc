/** Whatever the order in which a rebuild finds the records, the index comes out the same. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type IndexEntry, IndexWriter } from '../../../../main/cache/index-database/index-writer.ts'
import { openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { migrate } from '../../../../main/cache/migrations/migration.ts'
import { scanObject } from '../../../../main/cache/store/object-scan.ts'
import { ctImage, pixels, type TestObject, type Values } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { STATION_KEY } from '../test-cache.ts'

const entryOf = (instanceKey: number, { request, bytes }: TestObject): IndexEntry => {
  const scan = scanObject(request)
  scan.push(bytes)
  const { kind, ...scanned } = scan.finish()
  if (kind === 'refused' || !('header' in scanned)) throw new Error('refused')
  return {
    row: {
      ...scanned,
      instanceKey,
      origin: 'received',
      peer: request.peer,
      receivedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, instanceKey)).toISOString(),
      length: bytes.length,
      sha256: String(instanceKey),
    },
    place: {
      packId: `pack ${instanceKey % 3}`,
      keyId: 'key',
      recordOffset: instanceKey * 1000,
      recordEnd: instanceKey * 1000 + 700,
      runOffset: 64,
      recordNumber: instanceKey,
    },
  }
}

const noPixels: Values = { PixelData: new Uint8Array(0) }
const entries = [
  entryOf(1, ctImage({ instance: 1 })),
  entryOf(2, ctImage({ instance: 2 })),
  // Another content of the first, without pixels: it must not become current, nor be counted.
  entryOf(3, ctImage({ instance: 1, rows: 8 }, noPixels)),
  entryOf(4, ctImage({ series: 2, instance: 4 }, { Modality: 'PT', NumberOfFrames: 3, PixelData: pixels(3 * 8192) })),
  entryOf(5, ctImage({ study: 2 }, { SOPInstanceUID: '1.2.826.0.1.77.1.1.2' })),
  entryOf(6, ctImage({ instance: 2, seed: 9 })),
]

const STATE = `
  SELECT StudyInstanceUID, ModalitiesInStudy, NumberOfStudyRelatedSeries, NumberOfStudyRelatedInstances, study.displayable, bytes,
    firstReceivedAt, lastReceivedAt, conflictingInstances, SeriesInstanceUID, NumberOfSeriesRelatedInstances, numberOfFrames,
    series.displayable AS displayableInSeries, revision, SOPInstanceUID, currentKey, isConflicting
  FROM study JOIN series USING (studyKey) JOIN instance USING (seriesKey)
  ORDER BY StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID`

const indexed = (groups: readonly (readonly IndexEntry[])[]) => {
  const database = openIndexForWriting(join(temporaryFolder(), 'index.sqlite'), STATION_KEY)
  try {
    database.pragma('synchronous = OFF')
    migrate(database, migrations)
    const writer = new IndexWriter(database)
    for (const group of groups) writer.insert(group)
    return {
      state: database.prepare(STATE).all(),
      total: database.prepare('SELECT * FROM total').get(),
      packs: writer
        .packs()
        .map(({ packId, indexedEnd }) => [packId, indexedEnd].join(' '))
        .sort(),
      found: database.prepare(`SELECT count(*) FROM study_search WHERE study_search MATCH '"muller"*'`).pluck().get(),
    }
  } finally {
    database.close()
  }
}

it('gives the same index for any order and grouping of the same records', () => {
  const expected = indexed([entries])
  expect(expected).toMatchObject({
    total: { studies: 2, instances: 4, bytes: 4200, nextInstanceKey: 7 },
    packs: ['pack 0 6700', 'pack 1 4700', 'pack 2 5700'],
    found: 2,
  })
  expect(expected.state[0]).toMatchObject({
    NumberOfStudyRelatedInstances: 3,
    displayable: 3,
    conflictingInstances: 2,
    currentKey: 1,
    numberOfFrames: 2,
  })
  const order = fc.shuffledSubarray(entries, { minLength: entries.length })
  fc.assert(
    fc.property(order, fc.nat(entries.length), (shuffled, cut) => {
      expect(indexed([shuffled.slice(0, cut), shuffled.slice(cut)])).toEqual(expected)
    }),
    { numRuns: 30 },
  )
})

it('takes the same records a second time for duplicates and changes nothing', () => {
  expect(indexed([entries, entries])).toEqual(indexed([entries]))
})
