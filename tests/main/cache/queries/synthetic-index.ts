/**
 * An index with many studies, without any pack: for the speed and the plans of queries. The writer of the station writes the first image of each
 * series; the others are copies of its rows made by SQL, which is many times faster and gives the same rows.
 */
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import { type IndexEntry, IndexWriter } from '../../../../main/cache/index-database/index-writer.ts'
import { openIndexForWriting } from '../../../../main/cache/index-database/open-index.ts'
import { migrations } from '../../../../main/cache/migrations/index.ts'
import { migrate } from '../../../../main/cache/migrations/migration.ts'
import { STATION_KEY } from '../data-sets.ts'
import { RECORD, syntheticEntry } from './synthetic-studies.ts'

/** Studies whose rows lie together: the first images of their series before the others. */
const BLOCK = 200

/** Memory for pages while it is made: each is written about once. */
const PAGES_KB = 512 * 1024

export interface SyntheticSize {
  studies: number
  /** Of each study; 1 when not given. */
  series?: number
  /** Of each series; 1 when not given. */
  images?: number
}

/** An empty index in `folder`; nothing of it is synced. */
export const emptyIndex = (folder: string): Database => {
  const database = openIndexForWriting(join(folder, 'index.sqlite'), STATION_KEY)
  migrate(database, migrations)
  database.pragma('synchronous = OFF')
  return database
}

/** Entries of the first images of a block, in the order of their keys, and what their copies are made from. */
interface Block {
  firsts: IndexEntry[]
  /** First and last key of these. */
  first: number
  last: number
  /** Copies of each. */
  more: number
}

function* blocksOf({ studies, series = 1, images = 1 }: SyntheticSize): Generator<Block> {
  for (let done = 0; done < studies; done += BLOCK) {
    const count = Math.min(BLOCK, studies - done) * series
    const first = 1 + done * series * images
    const firsts = Array.from({ length: count }, (_, at) =>
      syntheticEntry(1 + done + Math.floor(at / series), 1 + (at % series), 1, first + at),
    )
    yield { firsts, first, last: first + count - 1, more: images - 1 }
  }
}

/** All entries of an index in the order of their keys: what {@link syntheticIndex} makes, as the station would be told of it. */
export function* syntheticEntries(size: SyntheticSize): Generator<IndexEntry> {
  for (const { firsts, last, more } of blocksOf(size)) {
    yield* firsts
    for (const [at, { row }] of firsts.entries()) {
      const [study, series] = [row.StudyInstanceUID, row.SeriesInstanceUID].map((uid) => Number(uid.split('.').at(-1)))
      for (let k = 1; k <= more; k += 1)
        yield syntheticEntry((study ?? 0) - 1_000_000, series ?? 0, k + 1, last + at * more + k)
    }
  }
}

/** SQL for the key of the k-th copy of a row. */
const copyKey = (column: string): string => `(@last + (first.${column} - @first) * @more + k)`
/** SQL for a UID that ends in the number of an image. */
const copyUID = (uid: string): string => `substr(${uid}, 1, length(${uid}) - 1) || (k + 1)`

const INSTANCE_COPY: Record<string, string> = {
  instanceId: copyKey('instanceId'),
  SOPInstanceUID: copyUID('first.SOPInstanceUID'),
  InstanceNumber: 'k + 1',
  currentKey: copyKey('currentKey'),
}
const behind = `(${copyKey('instanceKey')} - first.instanceKey)`
const VERSION_COPY: Record<string, string> = {
  instanceKey: copyKey('instanceKey'),
  instanceId: copyKey('instanceId'),
  sha256: `printf('%064x', ${copyKey('instanceKey')})`,
  recordOffset: `first.recordOffset + ${behind} * ${RECORD}`,
  recordEnd: `first.recordEnd + ${behind} * ${RECORD}`,
  recordNumber: `first.recordNumber + ${behind}`,
  header: `json_set(first.header,
    '$.SOPInstanceUID', ${copyUID(`(first.header ->> '$.SOPInstanceUID')`)}, '$.InstanceNumber', k + 1)`,
}

/** Copies the rows of a block; `others` are the columns that differ, as SQL. */
const copyRows = (
  database: Database,
  table: string,
  key: string,
  others: Record<string, string>,
  { first, last, more }: Block,
): void => {
  const columns = database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]
  database
    .prepare(`CREATE TEMP TABLE first AS SELECT * FROM ${table} WHERE ${key} BETWEEN @first AND @last`)
    .run({ first, last })
  database
    .prepare(`
      WITH RECURSIVE numbers(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM numbers WHERE k < @more)
      INSERT INTO ${table} (${columns.join(', ')})
      SELECT ${columns.map((column) => others[column] ?? `first.${column}`).join(', ')} FROM temp.first CROSS JOIN numbers`)
    .run({ first, last, more })
  database.exec('DROP TABLE temp.first')
}

/** What the writer counts with each image. */
const countCopies = (database: Database, images: number): void => {
  const more = { more: images - 1, bytes: (images - 1) * RECORD }
  const run = (sql: string): void => void database.prepare(sql).run(more)
  run(`
    UPDATE series SET NumberOfSeriesRelatedInstances = 1 + @more, numberOfFrames = 1 + @more, displayable = 1 + @more,
      revision = 1 + @more`)
  run(`
    UPDATE study SET NumberOfStudyRelatedInstances = NumberOfStudyRelatedInstances * (1 + @more),
      displayable = displayable * (1 + @more), bytes = bytes + NumberOfStudyRelatedSeries * @bytes`)
  run('UPDATE total SET bytes = bytes + instances * @bytes, instances = instances * (1 + @more)')
  run('UPDATE total SET nextInstanceKey = instances + 1')
  run('UPDATE pack SET indexedEnd = (SELECT max(recordEnd) FROM version WHERE version.packKey = pack.packKey)')
}

/** Makes the index in `folder` and gives its writing connection; `progress` is told how many studies are there. */
export const syntheticIndex = (
  folder: string,
  size: SyntheticSize,
  progress: (studies: number) => void = () => undefined,
): Database => {
  const database = emptyIndex(folder)
  // Without a log each page is written once. From WAL the way to any other mode is by this one.
  database.pragma('journal_mode = DELETE')
  database.pragma('journal_mode = MEMORY')
  database.pragma(`cache_size = -${PAGES_KB}`)
  const writer = new IndexWriter(database)
  database.exec('BEGIN')
  let done = 0
  for (const block of blocksOf(size)) {
    writer.insert(block.firsts)
    if (block.more > 0) {
      copyRows(database, 'instance', 'instanceId', INSTANCE_COPY, block)
      copyRows(database, 'version', 'instanceKey', VERSION_COPY, block)
    }
    done = Math.min(done + BLOCK, size.studies)
    progress(done)
  }
  if ((size.images ?? 1) > 1) countCopies(database, size.images ?? 1)
  database.exec('COMMIT')
  database.pragma('journal_mode = WAL')
  return database
}
