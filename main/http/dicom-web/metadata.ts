/** WADO-RS metadata (PS3.18 §10.4.1.1.2): every attribute of the instances as DICOM JSON, pixels by reference. */
import type { StoredObject } from '../../cache/cache.ts'
import { readAttributes } from '../stored-attributes.ts'

/** Headers that are read ahead of the one that is written: what a disk has to be waited for, while memory stays bounded. */
const READ_AHEAD = 4

/** What `read` gives for each of `items`, in order, with a few of them under way. Each failure is thrown in its turn. */
async function* readAhead<T, R>(items: Iterable<T>, read: (item: T) => Promise<R>): AsyncGenerator<R, void> {
  const underWay: Promise<R>[] = []
  for (const item of items) {
    const reading = read(item)
    // It is told when its turn has come, which it may never.
    reading.catch(() => undefined)
    underWay.push(reading)
    if (underWay.length > READ_AHEAD) yield (await underWay.shift()) as R
  }
  yield* underWay
}

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
    for await (const text of readAhead(others, read)) yield `,${text}`
    yield ']'
  }
  return write()
}
