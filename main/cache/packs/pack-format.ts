/**
 * Bytes of a pack file: header, run blocks, records, chunks (described byte by byte in the README of this folder's parent).
 * All integers are little-endian. Nothing here reads or writes a file.
 */

/** Plain bytes of a full chunk. */
export const CHUNK_LENGTH = 65_536
export const CHUNK_HEAD_LENGTH = 8
export const TAG_LENGTH = 16
export const PACK_HEADER_LENGTH = 64
export const RUN_BLOCK_LENGTH = 96
export const RECORD_HEADER_LENGTH = 32
/** Limit of the last chunk's plain bytes: an index row with the headers of some 100,000 frames. */
export const MAX_ROW_LENGTH = 64 * 1024 * 1024
/** Each magic ends in a version byte. */
export const PACK_MAGIC = Buffer.from('ASTRPAK\x01', 'latin1')
export const RUN_MAGIC = Buffer.from('ASTRRUN\x01', 'latin1')
export const RECORD_MAGIC = Buffer.from('ASTRREC\x01', 'latin1')
/** Record kinds; readers skip, and keep, those that they do not know. */
export const OBJECT_RECORD = 1

export interface PackHeader {
  /** 16 random bytes in hexadecimal, also the file's name. */
  packId: string
  /** The study key that wraps the pack's run keys, in hexadecimal. */
  keyId: string
}

/** The 64 bytes at the start of a pack. */
export const encodePackHeader = ({ packId, keyId }: PackHeader): Buffer => {
  const bytes = Buffer.alloc(PACK_HEADER_LENGTH)
  PACK_MAGIC.copy(bytes)
  bytes.write(packId, 16, 'hex')
  bytes.write(keyId, 32, 'hex')
  return bytes
}

/** Null when the bytes are not the header of a pack of a known version. */
export const decodePackHeader = (bytes: Buffer): PackHeader | null => {
  if (bytes.length < PACK_HEADER_LENGTH || !bytes.subarray(0, 8).equals(PACK_MAGIC)) return null
  return { packId: bytes.toString('hex', 16, 32), keyId: bytes.toString('hex', 32, 48) }
}

/** What the wrapped run key is bound to: its block's own place, the pack and the study key. */
export const runContext = (pack: PackHeader, offset: number): Buffer => {
  const bytes = Buffer.alloc(48)
  RUN_MAGIC.copy(bytes)
  bytes.writeBigUInt64LE(BigInt(offset), 8)
  bytes.write(pack.packId, 16, 'hex')
  bytes.write(pack.keyId, 32, 'hex')
  return bytes
}

/** A run block: magic, own offset, wrapped run key (60 bytes), zeros. */
export const encodeRunBlock = (offset: number, wrappedKey: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(RUN_BLOCK_LENGTH)
  RUN_MAGIC.copy(bytes)
  bytes.writeBigUInt64LE(BigInt(offset), 8)
  bytes.set(wrappedKey, 16)
  return bytes
}

/** The wrapped run key of a run block; null when these bytes are not the run block of `offset`. */
export const decodeRunBlock = (bytes: Buffer, offset: number): Buffer | null => {
  if (bytes.length < RUN_BLOCK_LENGTH || !bytes.subarray(0, 8).equals(RUN_MAGIC)) return null
  return bytes.readBigUInt64LE(8) === BigInt(offset) ? bytes.subarray(16, 76) : null
}

export interface RecordHeader {
  /** File offset of the run block whose key encrypts this record. */
  runOffset: number
  /** Counts within the run, from 0; never used twice, not even after an abort. */
  recordNumber: number
  chunkLength: number
  kind: number
}

export const encodeRecordHeader = (header: RecordHeader): Buffer => {
  const bytes = Buffer.alloc(RECORD_HEADER_LENGTH)
  RECORD_MAGIC.copy(bytes)
  bytes.writeBigUInt64LE(BigInt(header.runOffset), 8)
  bytes.writeUInt32LE(header.recordNumber, 16)
  bytes.writeUInt32LE(header.chunkLength, 20)
  bytes.writeUInt8(header.kind, 24)
  return bytes
}

/** Null when the bytes are not a record header of a known version. */
export const decodeRecordHeader = (bytes: Buffer): RecordHeader | null => {
  if (bytes.length < RECORD_HEADER_LENGTH || !bytes.subarray(0, 8).equals(RECORD_MAGIC)) return null
  const chunkLength = bytes.readUInt32LE(20)
  if (chunkLength === 0 || chunkLength > MAX_ROW_LENGTH) return null
  return {
    runOffset: Number(bytes.readBigUInt64LE(8)),
    recordNumber: bytes.readUInt32LE(16),
    chunkLength,
    kind: bytes.readUInt8(24),
  }
}

export interface ChunkHead {
  length: number
  last: boolean
}

export const encodeChunkHead = ({ length, last }: ChunkHead): Buffer => {
  const bytes = Buffer.alloc(CHUNK_HEAD_LENGTH)
  bytes.writeUInt32LE(length, 0)
  bytes.writeUInt8(last ? 1 : 0, 4)
  return bytes
}

/** Null when the length is beyond what the record allows. */
export const decodeChunkHead = (bytes: Buffer, offset: number, chunkLength: number): ChunkHead | null => {
  const length = bytes.readUInt32LE(offset)
  const last = (bytes.readUInt8(offset + 4) & 1) === 1
  return length > (last ? MAX_ROW_LENGTH : chunkLength) ? null : { length, last }
}

/** What a chunk is bound to: pack, record header, index of the chunk, its length and whether it is the last. */
export const chunkContext = (packId: string, recordHeader: Buffer): Buffer => {
  const bytes = Buffer.alloc(16 + RECORD_HEADER_LENGTH + 4 + CHUNK_HEAD_LENGTH)
  bytes.write(packId, 0, 'hex')
  recordHeader.copy(bytes, 16)
  return bytes
}

/** Sets the part of a {@link chunkContext} that changes from chunk to chunk. */
export const setChunkContext = (context: Buffer, chunkIndex: number, head: Uint8Array): Buffer => {
  context.writeUInt32LE(chunkIndex, 16 + RECORD_HEADER_LENGTH)
  context.set(head, 20 + RECORD_HEADER_LENGTH)
  return context
}

/** The nonce of a chunk: record number and chunk index, unique under a run key. */
export const chunkNonce = (recordNumber: number, chunkIndex: number): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(recordNumber, 0)
  bytes.writeUInt32LE(chunkIndex, 4)
  return bytes
}

/** File offset of a record's chunk; all chunks before it are full. */
export const chunkOffset = (recordOffset: number, chunkIndex: number, chunkLength = CHUNK_LENGTH): number =>
  recordOffset + RECORD_HEADER_LENGTH + chunkIndex * (CHUNK_HEAD_LENGTH + chunkLength + TAG_LENGTH)
