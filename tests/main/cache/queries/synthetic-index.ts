/** An index with many studies, without any pack: for the speed and the plans of queries. */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type IndexEntry, IndexWriter } from '../../../../main/cache/index-database/index-writer.ts'
import { openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { migrate } from '../../../../main/cache/migrations/migration.ts'
import { scanObject } from '../../../../main/cache/store/object-scan.ts'
import { ctImage, STATION_KEY } from '../data-sets.ts'

const FAMILY_NAMES = [
  'MARTIN',
  'BERNARD',
  'DUBOIS',
  'THOMAS',
  'ROBERT',
  'LEFÈVRE',
  'MÜLLER',
  'GARCÍA',
  "L'HERMITE",
  'DE LA TOUR',
]
const GIVEN_NAMES = ['Élise', 'Jean-Pierre', 'Zoé', 'Anaïs', 'Luc', 'Chloé', 'Noël']
const MODALITIES = ['CT', 'CT', 'CT', 'MR', 'MR', 'CR', 'US', 'DX', 'PT']

const template = () => {
  const { request, bytes } = ctImage({ rows: 8 })
  const scan = scanObject(request)
  scan.push(bytes)
  const scanned = scan.finish()
  if (scanned.kind === 'refused') throw new Error(scanned.detail)
  return scanned
}

/** The `number`-th study with one instance; one in 5,000 is an ES study. */
const entryOf = (number: number, { kind: _, ...scanned }: ReturnType<typeof template>): IndexEntry => {
  const uids = {
    StudyInstanceUID: `1.9.${number}`,
    SeriesInstanceUID: `1.9.${number}.1`,
    SOPInstanceUID: `1.9.${number}.1.1`,
  }
  const name = `${FAMILY_NAMES[number % FAMILY_NAMES.length]}${number % 1000}^${GIVEN_NAMES[number % GIVEN_NAMES.length]}`
  const day = new Date(Date.UTC(2015, 0, 1 + (number % 4000)))
  return {
    row: {
      ...scanned,
      ...uids,
      instanceKey: number,
      origin: 'received',
      peer: { AETitle: 'MODALITY', address: '' },
      receivedAt: new Date(Date.UTC(2026, 0, 1) + number * 60_000).toISOString(),
      length: 1000,
      sha256: String(number),
      attributes: {
        ...scanned.attributes,
        ...uids,
        PatientName: { Alphabetic: name },
        PatientID: `P${number % 15_000}`,
        AccessionNumber: `A${number}`,
        StudyDate: day.toISOString().slice(0, 10).replaceAll('-', ''),
        Modality: number % 5000 === 7 ? 'ES' : (MODALITIES[number % MODALITIES.length] ?? 'CT'),
      },
    },
    place: { packId: `p${number}`, keyId: 'k', recordOffset: 160, recordEnd: 1400, runOffset: 64, recordNumber: 0 },
  }
}

/** Makes the index in `folder` and gives its writing connection. */
export const syntheticIndex = (folder: string, studies: number): Database => {
  const database = openIndexForWriting(join(folder, 'index.sqlite'), STATION_KEY)
  migrate(database, migrations)
  database.pragma('synchronous = OFF')
  const writer = new IndexWriter(database)
  const scanned = template()
  for (let first = 1; first <= studies; first += 1000) {
    const count = Math.min(1000, studies - first + 1)
    writer.insert(Array.from({ length: count }, (_, index) => entryOf(first + index, scanned)))
  }
  return database
}

/** Gives each study of a synthetic index `count` instances in its one series, keyed study after study. */
export const addInstances = (database: Database, count: number): void => {
  const studies = database.prepare('SELECT max(instanceId) FROM instance').pluck().get() as number
  const values = { studies, more: count - 1 }
  // The first of each study is there; @more further ones follow behind all of them.
  const key = (column: string) => `@studies + (${column} - 1) * @more + k`
  const numbers = 'WITH RECURSIVE numbers(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM numbers WHERE k < @more)'
  if (count > 1) {
    database.transaction(() => {
      database
        .prepare(`
          INSERT INTO instance ${numbers}
          SELECT ${key('instanceId')}, seriesKey, SOPInstanceUID || '.' || k, SOPClassUID, k + 1, ${key('instanceId')}, 0
          FROM (SELECT * FROM instance WHERE instanceId <= @studies) CROSS JOIN numbers`)
        .run(values)
      database
        .prepare(`
          INSERT INTO version ${numbers}
          SELECT ${key('instanceKey')}, ${key('instanceId')}, sha256 || k, TransferSyntaxUID, length, packKey, recordOffset + k * 2000,
            recordEnd + k * 2000, runOffset, k, origin, sender, senderAddress, receivedAt, NumberOfFrames, notDisplayable,
            isImage, pixelData, attributes, header
          FROM (SELECT * FROM version WHERE instanceKey <= @studies) CROSS JOIN numbers`)
        .run(values)
    })()
  }
  database.prepare('UPDATE study SET NumberOfStudyRelatedInstances = ?, displayable = ?').run(count, count)
  database.prepare('UPDATE series SET NumberOfSeriesRelatedInstances = ?, displayable = ?').run(count, count)
  database.prepare('UPDATE total SET instances = @all, nextInstanceKey = @all + 1').run({ all: studies * count })
}
