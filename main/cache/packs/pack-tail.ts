/**
 * What a pack's last bytes may be when they are no whole record. A program that was killed leaves a record cut off: whole chunks, then a part of
 * one, and nothing behind it. Only that may be cut away; anything else may be what is left of an object that was answered, and is kept.
 */
import { CHUNK_HEAD_LENGTH, encodeChunkHead, RECORD_MAGIC, RUN_MAGIC, TAG_LENGTH } from './pack-format.ts'

/** Zeros that are taken for what a power cut leaves of a file's end: encrypted bytes may end in a few. */
export const LEAST_ZEROS = 32

/** Gives the plain bytes of the chunk with this head; null when it is not authentic. */
type Decrypt = (head: Uint8Array, sealed: Uint8Array) => Buffer | null

/**
 * Whether `bytes`, a pack's last from a chunk's head on, are a chunk that was never finished: its head says that there is more to come, and
 * nothing says that the record ends before the pack does.
 */
export const isCutChunk = (bytes: Buffer, decrypt: Decrypt): boolean => {
  if (bytes.length < CHUNK_HEAD_LENGTH) return true
  if (!isHead(bytes, 0)) return false
  const sealed = bytes.subarray(CHUNK_HEAD_LENGTH)
  if (sealed.length < TAG_LENGTH) return true
  return !holdsLastChunk(bytes) && !begunBehind(sealed).some((rest) => isLastChunk(sealed, rest, decrypt))
}

/** Whether the reserved bytes of a chunk's head are what they always are. */
const isHead = (bytes: Buffer, at: number): boolean => (bytes[at + 4] ?? 0) <= 1 && bytes.readUIntLE(at + 5, 3) === 0

/** Whether all but the last `rest` bytes are a last chunk of which the head alone is damaged: what it should say then is known. */
const isLastChunk = (sealed: Buffer, rest: number, decrypt: Decrypt): boolean => {
  const length = sealed.length - rest - TAG_LENGTH
  if (length < 0) return false
  return decrypt(encodeChunkHead({ length, last: true }), sealed.subarray(0, sealed.length - rest)) !== null
}

/** How many bytes of what comes next may lie at the end, too few to be found there: none, or as many as look like it. */
const begunBehind = (bytes: Buffer): number[] =>
  Array.from(RECORD_MAGIC, (_, length) => length).filter((length) =>
    [RECORD_MAGIC, RUN_MAGIC].some((magic) => bytes.subarray(bytes.length - length).equals(magic.subarray(0, length))),
  )

/** The flag of a last chunk, and the reserved bytes behind it. */
const LAST = encodeChunkHead({ length: 0, last: true }).subarray(4)

/** Whether a last chunk begins behind this chunk's head that ends within these bytes. */
const holdsLastChunk = (bytes: Buffer): boolean => {
  const most = bytes.length - CHUNK_HEAD_LENGTH - TAG_LENGTH
  for (let flag = bytes.indexOf(LAST, CHUNK_HEAD_LENGTH + 4); flag >= 0; flag = bytes.indexOf(LAST, flag + 1)) {
    const at = flag - 4
    if (at <= most && bytes.readUInt32LE(at) <= most - at) return true
  }
  return false
}
