/** The index row of a pack's first record, read without the record's data: which of several packs was begun first. */
import { createSecretKey } from 'node:crypto'
import { unwrapKey } from '../../security/key-wrap.ts'
import { createChunkDecryptor } from './chunk-cipher.ts'
import type { PackFiles } from './pack-files.ts'
import {
  CHUNK_HEAD_LENGTH,
  decodeChunkHead,
  decodeRecordHeader,
  decodeRunBlock,
  PACK_HEADER_LENGTH,
  type PackHeader,
  RECORD_HEADER_LENGTH,
  RUN_BLOCK_LENGTH,
  runContext,
  TAG_LENGTH,
} from './pack-format.ts'

/** Null where the pack does not begin with a whole, authentic row. Throws what reading throws. */
export const readFirstRow = (
  files: Pick<PackFiles, 'read'>,
  descriptor: number,
  pack: PackHeader,
  studyKey: Uint8Array,
): Buffer | null => {
  const readAt = (offset: number, length: number): Buffer => {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, files.read(descriptor, bytes, offset))
  }
  const runOffset = PACK_HEADER_LENGTH
  const wrapped = decodeRunBlock(readAt(runOffset, RUN_BLOCK_LENGTH), runOffset)
  const runKey = wrapped && unwrapKey(studyKey, wrapped, runContext(pack, runOffset))
  const recordHeader = readAt(runOffset + RUN_BLOCK_LENGTH, RECORD_HEADER_LENGTH)
  const header = recordHeader.length === RECORD_HEADER_LENGTH ? decodeRecordHeader(recordHeader) : null
  if (!runKey || header?.runOffset !== runOffset) return null
  let at = runOffset + RUN_BLOCK_LENGTH + RECORD_HEADER_LENGTH
  for (let chunkIndex = 0; ; chunkIndex += 1) {
    const headBytes = readAt(at, CHUNK_HEAD_LENGTH)
    const head = headBytes.length === CHUNK_HEAD_LENGTH ? decodeChunkHead(headBytes, 0, header.chunkLength) : null
    if (!head || (head.length === 0 && !head.last)) return null
    const sealed = at + CHUNK_HEAD_LENGTH
    at = sealed + head.length + TAG_LENGTH
    if (!head.last) continue
    const { recordNumber } = header
    const secret = { runKey: createSecretKey(runKey), packId: pack.packId, recordHeader, recordNumber }
    return createChunkDecryptor(secret)(chunkIndex, headBytes, readAt(sealed, head.length + TAG_LENGTH))
  }
}
