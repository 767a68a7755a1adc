/** WADO-RS metadata (PS3.18 §10.4.1.1.2): every attribute of the instances as DICOM JSON, pixels by reference. */
import type { StoredObject } from '../../cache/cache.ts'
import { readAttributes } from '../stored-attributes.ts'

/**
 * The JSON array of the instances, written one by one so that a long series needs no memory; the first is read before this
 * resolves, so that damage is answered by its status.
 */
export async function metadataOf(
  objects: StoredObject[],
  bulkData: (object: StoredObject) => string,
): Promise<AsyncIterable<string>> {
  const read = async (object: StoredObject) =>
    JSON.stringify(await readAttributes(object, (path) => `${bulkData(object)}/${path}`))
  const [head, ...others] = objects
  const first = head ? await read(head) : ''
  async function* write(): AsyncGenerator<string, void> {
    yield `[${first}`
    for (const object of others) yield `,${await read(object)}`
    yield ']'
  }
  return write()
}
