import { randomBytes } from 'node:crypto'
import { appendFileSync, closeSync, openSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataFolderAt } from '../../../../main/cache/data-folder.ts'
import { nodePackFiles } from '../../../../main/cache/packs/pack-files.ts'
import { PACK_HEADER_LENGTH, RUN_BLOCK_LENGTH } from '../../../../main/cache/packs/pack-format.ts'
import { type PackScan, scanPack } from '../../../../main/cache/packs/pack-scan.ts'
import { createPack, type PackWriter, reopenPack } from '../../../../main/cache/packs/pack-writer.ts'
import { beginRecord } from '../../../../main/cache/packs/record-writer.ts'
import { pixels } from '../data-sets.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const KEY = { keyId: randomBytes(16).toString('hex'), key: randomBytes(32) }

const addRecord = (pack: PackWriter, length: number, row: string): void => {
  const record = beginRecord(pack)
  record.write(pixels(length))
  record.finish(Buffer.from(row))
}

/** A pack of records with the given lengths; row texts are `row 0`, `row 1` … */
const packWith = (lengths: readonly number[], root = temporaryFolder()) => {
  const folder = dataFolderAt(root)
  const pack = createPack(nodePackFiles, folder, KEY)
  const starts = lengths.map((length, index) => {
    const start = pack.end()
    addRecord(pack, length, `row ${index}`)
    return start
  })
  const end = pack.end()
  pack.close()
  return { folder, path: folder.packFile(pack.packId), packId: pack.packId, starts, end }
}

const scan = (path: string, packId: string, start = PACK_HEADER_LENGTH, key = KEY.key): PackScan => {
  const descriptor = openSync(path, 'r')
  try {
    return scanPack(nodePackFiles, descriptor, { packId, keyId: KEY.keyId }, key, start)
  } finally {
    closeSync(descriptor)
  }
}
const rows = ({ records }: PackScan): string[] => records.map(({ row }) => row.toString())

const flip = (path: string, offset: number): void => {
  const bytes = readFileSync(path)
  bytes[offset] = (bytes[offset] ?? 0) ^ 1
  writeFileSync(path, bytes)
}

describe('scanning a pack', () => {
  it('finds every record of every run, from any record on', () => {
    const { folder, path, packId, starts } = packWith([0, 1, 65_535, 65_536, 65_537, 300_000])
    const again = reopenPack(nodePackFiles, folder, { packId, indexedEnd: 0 }, KEY)
    if (!again) throw new Error('not reopened')
    addRecord(again, 70_000, 'row of the second run')
    const end = again.end()
    again.close()
    const all = ['row 0', 'row 1', 'row 2', 'row 3', 'row 4', 'row 5', 'row of the second run']
    expect(rows(scan(path, packId))).toEqual(all)
    expect(scan(path, packId)).toMatchObject({ damaged: [], end })
    expect(rows(scan(path, packId, starts[3]))).toEqual(all.slice(3))
  })

  it('takes a record that was cut anywhere for unfinished, and keeps those before it', () => {
    const { path, packId, starts, end } = packWith([1000, 140_000])
    const whole = readFileSync(path)
    const second = starts[1] ?? 0
    fc.assert(
      fc.property(fc.integer({ min: second, max: end - 1 }), (length) => {
        writeFileSync(path, whole.subarray(0, length))
        expect(scan(path, packId)).toMatchObject({
          records: [{ offset: starts[0], end: second }],
          damaged: [],
          end: second,
        })
      }),
      { numRuns: 60 },
    )
  })

  it('takes zeros behind the last record for nothing', () => {
    const { path, packId, end } = packWith([1000])
    appendFileSync(path, Buffer.alloc(5000))
    expect(scan(path, packId)).toMatchObject({ damaged: [], end })
  })

  it('notices any changed byte, and still finds the records behind it', () => {
    const { path, packId, starts } = packWith([1000, 140_000, 2000])
    const whole = readFileSync(path)
    const [first = 0, second = 0, third = 0] = starts
    fc.assert(
      fc.property(fc.integer({ min: second, max: third - 1 }), fc.integer({ min: 1, max: 255 }), (offset, change) => {
        const bytes = Buffer.from(whole)
        bytes[offset] = (bytes[offset] ?? 0) ^ change
        // Three bytes of each chunk head and seven of the header are reserved; they are authenticated all the same.
        writeFileSync(path, bytes)
        const result = scan(path, packId)
        expect(result.records.map((record) => record.offset)).toEqual([first, third])
        expect(result.damaged).toEqual([{ offset: second, length: third - second }])
        expect(result.end).toBe(whole.length)
      }),
      { numRuns: 150 },
    )
  })

  it('keeps a damaged last record instead of cutting it', () => {
    const { path, packId, starts, end } = packWith([1000, 5000])
    flip(path, (starts[1] ?? 0) + 500)
    expect(scan(path, packId)).toMatchObject({
      records: [{ offset: starts[0] }],
      damaged: [{ offset: starts[1], length: end - (starts[1] ?? 0) }],
      end,
    })
  })

  it('keeps the last record whichever of its bytes is changed, also where an unfinished one lies behind it', () => {
    const { path, packId, starts, end } = packWith([1000, 70_000, 3000])
    const whole = readFileSync(path)
    const [, second = 0, third = 0] = starts
    const framing = 32 + 8
    const cases = fc.record({
      // Half of them in the header, a chunk's head, or the last chunk.
      at: fc.oneof(
        fc.integer({ min: 0, max: framing - 1 }),
        fc.integer({ min: 32 + 8 + 65_536 + 16, max: third - second - 1 }),
        fc.integer({ min: 0, max: third - second - 1 }),
      ),
      change: fc.integer({ min: 1, max: 255 }),
      behind: fc.integer({ min: 0, max: end - third - 1 }),
    })
    fc.assert(
      fc.property(cases, ({ at, change, behind }) => {
        const bytes = Buffer.from(whole.subarray(0, third + behind))
        bytes[second + at] = (bytes[second + at] ?? 0) ^ change
        writeFileSync(path, bytes)
        const { records, damaged, end: scannedEnd } = scan(path, packId)
        expect(records.map((record) => record.offset)).toEqual([starts[0]])
        expect(damaged).toEqual([{ offset: second, length: bytes.length - second }])
        expect(scannedEnd).toBe(bytes.length)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the last record also where a length in it is damaged and a few bytes of the next one lie behind it', () => {
    const { path, packId, starts } = packWith([1000, 70_000, 3000])
    const whole = readFileSync(path)
    const [, second = 0, third = 0] = starts
    // Of the chunk that is not full, and of the last one: both say more than there is.
    const partHead = second + 32 + 8 + 65_536 + 16
    const lastHead = partHead + 8 + (70_000 - 65_536) + 16
    for (const at of [partHead, lastHead]) {
      for (let behind = 0; behind < 20; behind += 1) {
        const bytes = Buffer.from(whole.subarray(0, third + behind))
        bytes[at] = (bytes[at] ?? 0) ^ 0x80
        writeFileSync(path, bytes)
        const result = scan(path, packId)
        expect(result.damaged).toEqual([{ offset: second, length: bytes.length - second }])
        expect(result.end).toBe(bytes.length)
      }
    }
  })

  it('keeps a last record of which a sector is nothing but zeros, or anything', () => {
    const { path, packId, starts, end } = packWith([1000, 70_000])
    const whole = readFileSync(path)
    const second = starts[1] ?? 0
    const sectors = fc.record({
      at: fc.oneof(fc.integer({ min: second - 400, max: end - 1 }), fc.integer({ min: end - 5000, max: end - 1 })),
      content: fc.oneof(fc.constant(Buffer.alloc(512)), fc.uint8Array({ minLength: 512, maxLength: 512 })),
    })
    fc.assert(
      fc.property(sectors, ({ at, content }) => {
        const bytes = Buffer.from(whole)
        bytes.set(Buffer.from(content).subarray(0, end - at), at)
        writeFileSync(path, bytes)
        expect(scan(path, packId).end).toBe(end)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps an unfinished record of which zeros are the end, and tells of no damage: a power cut may leave them', () => {
    const { path, packId, starts, end } = packWith([1000, 140_000])
    const whole = readFileSync(path)
    const second = starts[1] ?? 0
    const cuts = fc.oneof(
      fc.integer({ min: second + 1, max: second + 40 }),
      fc.integer({ min: second, max: end - 100 }),
    )
    fc.assert(
      fc.property(cuts, (length) => {
        // Nothing of it is left.
        fc.pre(whole.subarray(second, length).some((byte) => byte !== 0))
        writeFileSync(path, Buffer.concat([whole.subarray(0, length), Buffer.alloc(end - length)]))
        expect(scan(path, packId)).toMatchObject({ records: [{ offset: starts[0] }], damaged: [], end })
      }),
      { numRuns: 60 },
    )
  })

  it('notices records that were exchanged, moved or brought from another pack', () => {
    const { path, packId, starts, end } = packWith([5000, 5000])
    const other = packWith([5000, 5000], join(path, '..', '..', '..', 'other'))
    const bytes = readFileSync(path)
    const [first = 0, second = 0] = starts
    const one = bytes.subarray(first, second)
    const two = bytes.subarray(second, end)
    const exchanged = Buffer.concat([bytes.subarray(0, first), two, one])
    // Moved within their run, records stay what they say they are: each is whole, and its place is found anew.
    writeFileSync(path, exchanged)
    expect(rows(scan(path, packId))).toEqual(['row 1', 'row 0'])
    const foreign = readFileSync(other.path).subarray(other.starts[0], other.starts[1])
    writeFileSync(path, Buffer.concat([bytes.subarray(0, first), foreign, two]))
    expect(rows(scan(path, packId))).toEqual(['row 1'])
  })

  it('notices chunks that were exchanged or left out', () => {
    const { path, packId, starts } = packWith([200_000])
    const bytes = readFileSync(path)
    const chunk = 8 + 65_536 + 16
    const at = (index: number): number => (starts[0] ?? 0) + 32 + index * chunk
    const [head, first, second, rest] = [
      bytes.subarray(0, at(0)),
      bytes.subarray(at(0), at(1)),
      bytes.subarray(at(1), at(2)),
      bytes.subarray(at(2)),
    ] as const
    writeFileSync(path, Buffer.concat([head, second, first, rest]))
    expect(scan(path, packId).records).toEqual([])
    writeFileSync(path, Buffer.concat([head, first, rest]))
    expect(scan(path, packId).records).toEqual([])
  })

  it('reads nothing under another study key', () => {
    const { path, packId } = packWith([1000])
    expect(scan(path, packId, PACK_HEADER_LENGTH, randomBytes(32)).records).toEqual([])
  })

  it('never uses a record number twice, not even after an abort', () => {
    const folder = dataFolderAt(temporaryFolder())
    const pack = createPack(nodePackFiles, folder, KEY)
    const aborted = beginRecord(pack)
    aborted.write(pixels(100_000))
    aborted.drop()
    addRecord(pack, 1000, 'kept')
    pack.close()
    const result = scan(folder.packFile(pack.packId), pack.packId)
    expect(result.records).toMatchObject([{ offset: PACK_HEADER_LENGTH + RUN_BLOCK_LENGTH, recordNumber: 1 }])
  })

  it('finds nothing in a pack that lost its run block', () => {
    const { path, packId } = packWith([1000])
    flip(path, PACK_HEADER_LENGTH + 20)
    const result = scan(path, packId)
    expect(result.records).toEqual([])
    expect(result.damaged).toHaveLength(1)
  })

  it('has an end of its own when the file is shorter than its header', () => {
    const { path, packId } = packWith([1000])
    truncateSync(path, PACK_HEADER_LENGTH + 3)
    expect(scan(path, packId)).toEqual({ records: [], damaged: [], end: PACK_HEADER_LENGTH })
  })
})
