/** Writes one object into a pack: full chunks as bytes come, then the index row as the last chunk. */
import { createChunkEncryptor } from './chunk-cipher.ts'
import { CHUNK_LENGTH, encodeRecordHeader, OBJECT_RECORD } from './pack-format.ts'
import type { PackWriter } from './pack-writer.ts'

export interface RecordWriter {
  readonly pack: PackWriter
  readonly offset: number
  readonly recordNumber: number
  /** Adds plain bytes. The bytes may be reused when it returns. */
  write(bytes: Uint8Array): void
  /** Writes what is left and the index row; the record is complete, not yet durable. */
  finish(row: Uint8Array): void
  /** Takes the record out of the pack again, which must not have grown since. */
  drop(): void
}

/** Bytes of a buffer that is worth it. */
const LEAST_GIVEN_BACK = 4096

/**
 * Frees the memory of encrypted bytes now: left to the garbage collector it runs for these alone, and the next chunk finds no memory that is
 * still in the processor's cache.
 */
const giveBack = ({ buffer, byteLength }: Uint8Array): void => {
  if (byteLength >= LEAST_GIVEN_BACK && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength)
    buffer.transfer(0)
}

/** Begins a record at the pack's end. */
export const beginRecord = (pack: PackWriter): RecordWriter => {
  const offset = pack.end()
  const recordNumber = pack.drawRecordNumber()
  const recordHeader = encodeRecordHeader({
    runOffset: pack.runOffset,
    recordNumber,
    chunkLength: CHUNK_LENGTH,
    kind: OBJECT_RECORD,
  })
  const encrypt = createChunkEncryptor({ runKey: pack.runKey, packId: pack.packId, recordHeader, recordNumber })
  let carry: Buffer | null = null
  let carried = 0
  let chunkIndex = 0
  let pending: Uint8Array[] = [recordHeader]

  const seal = (plain: Uint8Array, last = false): void => {
    pending.push(...encrypt(chunkIndex, plain, last))
    chunkIndex += 1
  }
  const flush = (): void => {
    const buffers = pending
    pending = []
    if (buffers.length > 0) pack.append(buffers)
    for (const buffer of buffers) giveBack(buffer)
  }
  const fillCarry = (bytes: Uint8Array): number => {
    const count = Math.min(CHUNK_LENGTH - carried, bytes.length)
    carry ??= Buffer.allocUnsafeSlow(CHUNK_LENGTH)
    carry.set(bytes.subarray(0, count), carried)
    carried += count
    if (carried === CHUNK_LENGTH) {
      seal(carry)
      carried = 0
    }
    return count
  }

  return {
    pack,
    offset,
    recordNumber,
    write: (bytes) => {
      let at = carried > 0 ? fillCarry(bytes) : 0
      for (; bytes.length - at >= CHUNK_LENGTH; at += CHUNK_LENGTH) seal(bytes.subarray(at, at + CHUNK_LENGTH))
      if (at < bytes.length) fillCarry(bytes.subarray(at))
      if (pending.length > 3) flush()
    },
    finish: (row) => {
      if (carry && carried > 0) seal(carry.subarray(0, carried))
      seal(row, true)
      flush()
    },
    drop: () => pack.truncate(offset),
  }
}
