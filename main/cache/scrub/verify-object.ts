/** One stored object read again, in pieces, and compared with its digest. */
import { createHash } from 'node:crypto'
import { CacheError } from '../cache.ts'
import type { ObjectReader } from '../object-reader.ts'
import type { ObjectLocation } from '../queries/instances.ts'

const PIECE = 1024 * 1024

/** Before each piece it waits for `pace`. Throws errors of the file system that say nothing of the object. */
export const verifyObject = async (
  reader: Pick<ObjectReader, 'object' | 'checkFrame'>,
  location: ObjectLocation,
  pace: (bytes: number) => Promise<void>,
): Promise<'intact' | 'object-damaged' | 'object-missing'> => {
  const object = reader.object(location)
  const hash = createHash('sha256')
  try {
    for (let at = 0; at < object.length; at += PIECE) {
      const end = Math.min(at + PIECE, object.length)
      await pace(end - at)
      hash.update(await object.read(at, end))
    }
    await reader.checkFrame(location)
    return hash.digest('hex') === object.sha256 ? 'intact' : 'object-damaged'
  } catch (error) {
    if (error instanceof CacheError && (error.code === 'object-damaged' || error.code === 'object-missing')) {
      return error.code
    }
    throw error
  }
}
