/**
 * What a pack's last bytes may be when they are no whole record. A program that was killed leaves a record cut off: whole chunks, then a part of
 * one, and nothing behind it. Only that may be cut away; anything else may be what is left of an object that was answered, and is kept.
 */
import { CHUNK_HEAD_LENGTH, encodeChunkHead, TAG_LENGTH } from './pack-format.ts'

/** Zeros that are taken for what a power cut leaves of a file's end: encrypted bytes may end in a few. */
export const LEAST_ZEROS = 32

/** Gives the plain bytes of the chunk with this head; null when it is not authentic. */
type Decrypt = (head: Uint8Array, sealed: Uint8Array) => Buffer | null

/**
 * Whether `bytes`, a pack's last from a chunk's head on, are a chunk that was never finished: its head says that there is more to come, and
 * nothing says that the record ends where the pack does.
 */
export const isCutChunk = (bytes: Buffer, decrypt: Decrypt): boolean => {
  if (bytes.length < CHUNK_HEAD_LENGTH) return true
  if (!isHead(bytes, 0)) return false
  const sealed = bytes.subarray(CHUNK_HEAD_LENGTH)
  if (sealed.length < TAG_LENGTH) return true
  // The head alone may be damaged: the length and the flag that it should have then are known.
  const repaired = encodeChunkHead({ length: sealed.length - TAG_LENGTH, last: true })
  return !holdsLastHead(bytes) && decrypt(repaired, sealed) === null
}

/** Whether the reserved bytes of a chunk's head are what they always are. */
const isHead = (bytes: Buffer, at: number): boolean => (bytes[at + 4] ?? 0) <= 1 && bytes.readUIntLE(at + 5, 3) === 0

/** Whether a last chunk begins in these bytes that ends where they end. */
const holdsLastHead = (bytes: Buffer): boolean => {
  const most = bytes.length - CHUNK_HEAD_LENGTH - TAG_LENGTH
  for (let at = bytes.indexOf(1, 4) - 4; at >= 0 && at <= most; at = bytes.indexOf(1, at + 5) - 4) {
    if (isHead(bytes, at) && bytes.readUInt32LE(at) === most - at) return true
  }
  return false
}
