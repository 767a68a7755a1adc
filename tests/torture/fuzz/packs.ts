/**
 * Changed pack files through the scan that recovery, rebuilding and reading back are made of: every record whose bytes are still there is
 * found, and nothing is found that was not written.
 */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { dataFolderAt } from '../../../main/cache/data-folder.ts'
import { nodePackFiles, type PackFiles } from '../../../main/cache/packs/pack-files.ts'
import { PACK_HEADER_LENGTH, RUN_BLOCK_LENGTH } from '../../../main/cache/packs/pack-format.ts'
import { scanPack } from '../../../main/cache/packs/pack-scan.ts'
import { createPack, type PackWriter, reopenPack } from '../../../main/cache/packs/pack-writer.ts'
import { beginRecord } from '../../../main/cache/packs/record-writer.ts'
import { pixels } from '../../main/cache/data-sets.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

const KEY = { keyId: '5'.repeat(32), key: Buffer.alloc(32, 5) }

/** Bytes that lie together in a pack. */
interface Stretch {
  bytes: Buffer
  offset: number
}

/** A record, and the run whose key it needs: that one is only read where it was written. */
interface WrittenRecord {
  record: Buffer
  row: string
  run: Stretch
}

/** What stands in a pack. */
export interface WrittenPack {
  packId: string
  bytes: Buffer
  records: WrittenRecord[]
}

/** The records of `pack` whose bytes, and whose run's, are still there in `bytes`. */
export const recordsLeft = ({ records }: WrittenPack, bytes: Buffer): WrittenRecord[] =>
  records.filter(({ record, run }) => {
    const found = bytes.subarray(run.offset, run.offset + run.bytes.length)
    return found.equals(run.bytes) && bytes.includes(record)
  })

const write = (pack: PackWriter, length: number, row: string): Omit<WrittenRecord, 'record'> & { start: number } => {
  const start = pack.end()
  const record = beginRecord(pack)
  record.write(pixels(length))
  record.finish(Buffer.from(row))
  return { start, row, run: { offset: pack.runOffset, bytes: Buffer.alloc(0) } }
}

/** A pack of two runs with records of these lengths. */
function writtenPack(root: string, first: readonly number[], second: readonly number[]): WrittenPack {
  const folder = dataFolderAt(root)
  const pack = createPack(nodePackFiles, folder, KEY)
  const { packId } = pack
  const written = first.map((length, index) => write(pack, length, `row ${index}`))
  pack.close()
  const again = reopenPack(nodePackFiles, folder, { packId, indexedEnd: 0 }, KEY)
  if (!again) throw new Error('the pack was not opened again')
  written.push(...second.map((length, index) => write(again, length, `row ${first.length + index}`)))
  again.close()
  const bytes = readFileSync(folder.packFile(packId))
  const runAt = (offset: number): Stretch => ({ offset, bytes: bytes.subarray(offset, offset + RUN_BLOCK_LENGTH) })
  const records = written.map(({ start, row, run }, index) => {
    const next = written[index + 1]
    const end = next ? (next.run.offset > start ? next.run.offset : next.start) : bytes.length
    return { record: bytes.subarray(start, end), row, run: runAt(run.offset) }
  })
  return { packId, bytes, records }
}

/** One file, in memory, for reading. */
const fileOf = (bytes: Buffer): PackFiles => ({
  ...nodePackFiles,
  size: () => bytes.length,
  read: (_, buffer, position) => (buffer.length > 0 ? bytes.copy(buffer, 0, position, position + buffer.length) : 0),
})

export const packs: FuzzKind = {
  name: 'packs',
  share: 100,
  begin: (folder) => {
    const written = [
      writtenPack(folder, [0, 300, 2000], [900, 10]),
      writtenPack(folder, [500], []),
      writtenPack(folder, [0, 66_000], [900]),
    ]
    const outcomes = new Tally()
    const all = written.map(({ bytes }) => bytes)
    const cases = fc.nat({ max: 8 }).chain((number) => {
      // One in nine is long.
      const index = number === 8 ? 2 : number % 2
      return changedBytes([all[index] ?? Buffer.alloc(0)]).map((bytes) => ({ index, bytes }))
    })
    return {
      property: fc.property(cases, ({ index, bytes }) => {
        const pack = written[index]
        if (!pack) throw new Error('no such pack')
        const { packId } = pack
        const header = { packId, keyId: KEY.keyId }
        const { records, damaged, end } = scanPack(fileOf(bytes), 0, header, KEY.key, PACK_HEADER_LENGTH)
        const found = new Set(records.map(({ row }) => row.toString()))
        for (const { row } of recordsLeft(pack, bytes)) if (!found.has(row)) throw new Error(`${row} is not found`)
        for (const { row, offset, end: recordEnd } of records) {
          const original = pack.records.find((each) => each.row === row.toString())
          if (!original?.record.equals(bytes.subarray(offset, recordEnd))) throw new Error('found what was not written')
          if (recordEnd > end) throw new Error('a record behind the end')
        }
        outcomes.add(damaged.length > 0 ? 'damaged' : records.length < pack.records.length ? 'cut' : 'whole')
      }),
      end: async () => ({ problems: [], figures: outcomes.counts }),
    }
  },
}
