/** WADO-RS metadata (PS3.18 §10.4.1.1.2): every attribute of the instances as DICOM JSON, pixels by reference. */
import type { Cache, StoredObject } from '../../cache/cache.ts'
import { readAttributes } from '../stored-attributes.ts'
import { WebError } from './web-error.ts'

/**
 * The JSON array of `keys`' instances, written one by one so that a long series needs no memory; the first is read before this
 * resolves, so that damage is answered by its status.
 */
export async function metadataOf(
  cache: Cache,
  keys: number[],
  bulkData: (object: StoredObject) => string,
): Promise<AsyncIterable<string>> {
  const read = async (key: number) => {
    const object = await cache.open(key)
    return JSON.stringify(await readAttributes(object, (path) => `${bulkData(object)}/${path}`))
  }
  const [firstKey = 0, ...others] = keys
  const first = await read(firstKey)
  async function* write(): AsyncGenerator<string, void> {
    yield `[${first}`
    for (const key of others) yield `,${await read(key)}`
    yield ']'
  }
  return write()
}

/** Throws {@link WebError} 406 unless the client takes DICOM JSON. */
export function checkJsonAccepted(takes: (type: string) => boolean): void {
  if (!takes('application/dicom+json') && !takes('application/json')) throw new WebError(406, 'not-acceptable')
}
