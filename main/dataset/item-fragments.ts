/** Compressed pixel data within an item: one frame, in fragments behind a Basic Offset Table (PS3.5 Annex A.4). */
import { concatenate } from './concatenate.ts'
import { ITEM, readTag, readUint32, UNDEFINED_LENGTH } from './element-header.ts'

/**
 * The fragments that make up the value of `length` bytes at `offset` of a data set in little endian, joined; null when the value is native,
 * that is, of a given length. The data set was scanned before: what is cut ends there.
 */
export function fragmentsIn(bytes: Uint8Array, offset: number, length: number): Uint8Array | null {
  if (offset < 4 || readUint32(bytes, offset - 4, true) !== UNDEFINED_LENGTH) return null
  const end = Math.min(offset + length, bytes.length)
  const fragments: Uint8Array[] = []
  for (let at = offset; at + 8 <= end && readTag(bytes, at, true) === ITEM; ) {
    const size = readUint32(bytes, at + 4, true)
    fragments.push(bytes.subarray(at + 8, Math.min(at + 8 + size, end)))
    at += 8 + size
  }
  return concatenate(fragments.slice(1))
}
