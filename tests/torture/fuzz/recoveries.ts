/**
 * Changed packs behind an index that knows a part of them, or nothing, as a crash or a bad disk leaves them: recovery ends, finds every record
 * whose bytes are there, takes up nothing else, keeps what was indexed, has nothing to do the second time, and the next object can be stored.
 */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import fc from 'fast-check'
import { type DataFolder, dataFolderAt } from '../../../main/cache/data-folder.ts'
import { IndexWriter } from '../../../main/cache/index-database/index-writer.ts'
import { openIndexForWriting } from '../../../main/cache/index-database/open-index.ts'
import { nodePackFiles } from '../../../main/cache/packs/pack-files.ts'
import { RUN_BLOCK_LENGTH } from '../../../main/cache/packs/pack-format.ts'
import { scanPack } from '../../../main/cache/packs/pack-scan.ts'
import { reopenPack } from '../../../main/cache/packs/pack-writer.ts'
import { beginRecord } from '../../../main/cache/packs/record-writer.ts'
import { StudyKeys } from '../../../main/cache/packs/study-keys.ts'
import { recover } from '../../../main/cache/store/recovery.ts'
import { Store } from '../../../main/cache/store/store.ts'
import { ctImage } from '../../main/cache/data-sets.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'
import { recordsLeft, type WrittenPack } from './packs.ts'

const STATION_KEY = Buffer.alloc(32, 6)
const nothing = (): void => undefined

/** Opens the store, stores objects one after the other, and closes it in order. */
async function storeObjects(dataFolder: string, instances: readonly number[]): Promise<void> {
  const store = new Store({
    ...{ dataFolder, stationKey: STATION_KEY, reserve: 0, packLimit: 1024 ** 3 },
    ...{ onIndexed: nothing, onDiskFull: nothing, onProblem: nothing },
  })
  for (const instance of instances) {
    const { request, bytes } = ctImage({ instance, rows: 4 })
    const session = store.begin(request)
    session.write(bytes)
    const { kind } = await store.end(session)
    if (kind !== 'stored') throw new Error(`an object was ${kind}`)
  }
  await store.close()
}

interface Row {
  packId: string
  keyId: string
  recordOffset: number
  recordEnd: number
  runOffset: number
}

const rowsOf = (database: Database): Row[] =>
  database
    .prepare('SELECT packId, keyId, recordOffset, recordEnd, runOffset FROM version JOIN pack USING (packKey)')
    .all() as Row[]

/** The one pack of the folder as its index describes it. */
function packOf(folder: DataFolder, database: Database): WrittenPack & { keyId: string } {
  const rows = rowsOf(database)
  const [{ packId, keyId } = { packId: '', keyId: '' }] = rows
  const bytes = readFileSync(folder.packFile(packId))
  const records = rows.map(({ recordOffset, recordEnd, runOffset }) => ({
    record: bytes.subarray(recordOffset, recordEnd),
    row: `${recordOffset}`,
    run: { offset: runOffset, bytes: bytes.subarray(runOffset, runOffset + RUN_BLOCK_LENGTH) },
  }))
  return { packId, keyId, bytes, records }
}

/** A data folder whose index lags behind its pack, to be brought together again and again. */
class Lagging {
  readonly pack: WrittenPack & { keyId: string }
  readonly indexedEnd: number
  readonly outcomes = new Tally()
  readonly #folder: DataFolder
  readonly #keys: StudyKeys
  readonly #database: Database
  readonly #index: IndexWriter
  readonly #before: Row[]

  private constructor(root: string, indexed: Database, pack: Lagging['pack']) {
    this.#folder = dataFolderAt(root)
    this.#keys = new StudyKeys(this.#folder, STATION_KEY)
    this.#database = indexed
    this.#index = new IndexWriter(indexed)
    this.#before = rowsOf(indexed)
    this.pack = pack
    this.indexedEnd = Math.max(0, ...this.#before.map(({ recordEnd }) => recordEnd))
  }

  /** An index of `indexed` objects for a pack of those and of others behind them. */
  static async make(root: string, indexed: readonly number[], others: readonly number[]): Promise<Lagging> {
    const folder = dataFolderAt(root)
    await storeObjects(root, indexed)
    const lagging = join(root, 'lagging.sqlite')
    cpSync(folder.index, lagging)
    await storeObjects(root, others)
    const whole = openIndexForWriting(folder.index, STATION_KEY)
    const pack = packOf(folder, whole)
    whole.close()
    return new Lagging(root, openIndexForWriting(lagging, STATION_KEY), pack)
  }

  #recover(): ReturnType<typeof recover> {
    return recover({
      ...{ folder: this.#folder, files: nodePackFiles, keys: this.#keys, index: this.#index },
      indexRebuilt: 'no',
    })
  }

  /** Brings the index together with a pack of these bytes; afterwards all is as before. */
  play(bytes: Buffer): void {
    const path = this.#folder.packFile(this.pack.packId)
    const keyPath = this.#folder.keyFile(this.pack.keyId)
    const key = readFileSync(keyPath)
    writeFileSync(path, bytes)
    this.#database.exec('BEGIN')
    try {
      const { recoveredObjects, cutBytes, unreadablePacks, damagedStretches } = this.#recover()
      this.#check(bytes)
      const again = this.#recover()
      if (again.recoveredObjects > 0 || again.cutBytes > 0) throw new Error('the second recovery found something')
      if (unreadablePacks === 0 && existsSync(path)) this.#storeNext()
      const found =
        unreadablePacks > 0 ? 'unreadable' : damagedStretches > 0 ? 'damaged' : cutBytes > 0 ? 'cut' : 'whole'
      this.outcomes.add(recoveredObjects > 0 ? `${found}, recovered` : found)
    } finally {
      this.#database.exec('ROLLBACK')
      writeFileSync(keyPath, key)
    }
  }

  #check(bytes: Buffer): void {
    const path = this.#folder.packFile(this.pack.packId)
    const after = rowsOf(this.#database)
    const isNew = (row: Row) => !this.#before.some(({ recordOffset }) => recordOffset === row.recordOffset)
    const added = after.filter(isNew).map(({ recordOffset, recordEnd }) => bytes.subarray(recordOffset, recordEnd))
    if (after.length - added.length < this.#before.length) throw new Error('what was indexed is gone')
    for (const each of added)
      if (!this.pack.records.some(({ record }) => record.equals(each))) throw new Error('indexed what was not written')
    const header = bytes.subarray(0, 64).equals(this.pack.bytes.subarray(0, 64))
    // What lies before was looked at when it was indexed.
    const unseen = Buffer.concat([Buffer.alloc(this.indexedEnd), bytes.subarray(this.indexedEnd)])
    const left = recordsLeft({ ...this.pack, bytes }, bytes).filter(({ record }) => unseen.includes(record))
    for (const { record, row } of header ? left : []) {
      if (!added.some((each) => each.equals(record))) throw new Error(`the record from ${row} on was not recovered`)
      if (!existsSync(path)) throw new Error('a pack with records was removed')
    }
    if (existsSync(path) && !existsSync(this.#folder.keyFile(this.pack.keyId))) throw new Error('the key was destroyed')
  }

  /** Another record behind what was recovered is found again. */
  #storeNext(): void {
    const { packId, keyId } = this.pack
    const studyKey = this.#keys.load(keyId)
    const indexedEnd = Math.max(0, ...this.#index.packs().map((pack) => pack.indexedEnd))
    const writer = studyKey && reopenPack(nodePackFiles, this.#folder, { packId, indexedEnd }, studyKey)
    // A pack that lost what the index knows takes nothing more.
    if (!writer) return
    const start = writer.end()
    const record = beginRecord(writer)
    record.write(Buffer.alloc(100))
    record.finish(Buffer.from([2]))
    writer.close()
    const descriptor = nodePackFiles.open(this.#folder.packFile(packId))
    const { records } = scanPack(nodePackFiles, descriptor, { packId, keyId }, studyKey.key, start)
    nodePackFiles.close(descriptor)
    if (records.length !== 1) throw new Error('the next record is not found')
  }

  close(): void {
    this.#database.close()
  }
}

export const recoveries: FuzzKind = {
  name: 'recoveries',
  share: 20,
  begin: async (folder) => {
    const lagging = await Lagging.make(join(folder, 'lagging'), [1, 2], [3, 4, 5])
    const rebuilt = await Lagging.make(join(folder, 'rebuilt'), [], [1, 2, 3])
    const tail = lagging.pack.bytes.subarray(lagging.indexedEnd)
    const head = lagging.pack.bytes.subarray(0, lagging.indexedEnd)
    const cases = fc.oneof(
      changedBytes([tail]).map((bytes) => ({ target: lagging, bytes: Buffer.concat([head, bytes]) })),
      changedBytes([lagging.pack.bytes]).map((bytes) => ({ target: lagging, bytes })),
      changedBytes([rebuilt.pack.bytes]).map((bytes) => ({ target: rebuilt, bytes })),
    )
    return {
      property: fc.property(cases, ({ target, bytes }) => target.play(bytes)),
      end: async () => {
        lagging.close()
        rebuilt.close()
        const problems = readdirSync(folder).length === 2 ? [] : ['something was written beside the data folders']
        return { problems, figures: { lagging: lagging.outcomes.counts, rebuilt: rebuilt.outcomes.counts } }
      },
    }
  },
}
