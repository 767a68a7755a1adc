import { deflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { StoredObject } from '../../../main/cache/cache.ts'
import { scanStoredObject } from '../../../main/cache/scan-stored-object.ts'
import { writeDataSet } from '../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../main/dicom/index.ts'

const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian } = TransferSyntaxUIDs

const stored = (bytes: Uint8Array, TransferSyntaxUID: string) =>
  ({
    ...{ TransferSyntaxUID, length: bytes.length, pixelData: null },
    read: async (start: number, end: number) => bytes.subarray(start, end),
  }) as StoredObject

it('finds the same in a deflated object, and lets others go on while a long value is inflated', async () => {
  const length = 32 * 1024 * 1024
  const plain = writeDataSet({ SOPInstanceUID: '1.2.3.4', EncapsulatedDocument: new Uint8Array(length) })
  const one = await scanStoredObject(stored(plain, ExplicitVRLittleEndian))
  let isOver = false
  let turns = 0
  const takeTurn = (): void => {
    turns += 1
    if (!isOver) setImmediate(takeTurn)
  }
  takeTurn()
  const other = await scanStoredObject(stored(deflateRawSync(plain), DeflatedExplicitVRLittleEndian))
  isOver = true
  const found = [one, other].map((scan) => (scan.kind === 'complete' ? scan.attributes : null))
  expect(found[1]).toEqual(found[0])
  expect(found[1]?.element('EncapsulatedDocument')?.length).toBe(length)
  // Nowhere was more than a MiB inflated at once.
  expect(turns).toBeGreaterThan(length / (1024 * 1024))
})
