/** A stored object in Deflated Explicit VR Little Endian, read as its inflated data set (PS3.5 Annex A.5). */
import { promisify } from 'node:util'
import { inflateRaw } from 'node:zlib'
import { CacheError, type StoredObject } from '../cache/cache.ts'

const inflate = promisify(inflateRaw)
/** Bytes that a deflated data set may grow to: what one pixel data element can hold. */
const MAX_INFLATED = 1024 * 1024 * 1024

/** The object with its bytes inflated; offsets, also of `pixelData`, count in the inflated data set. */
export async function inflatedObject(stored: StoredObject): Promise<StoredObject> {
  const deflated = await stored.read(0, stored.length)
  const bytes = await inflate(deflated, { maxOutputLength: MAX_INFLATED }).catch((cause: unknown) => {
    throw new CacheError('object-damaged', 'The deflated data set cannot be inflated', { cause })
  })
  return { ...stored, length: bytes.length, read: async (start, end) => bytes.subarray(start, end) }
}
