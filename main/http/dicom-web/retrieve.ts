/** WADO-RS instances (PS3.18 §10.4): stored data sets as DICOM files (PS3.10), every byte of the data set as it was received. */
import type { Cache, StoredObject } from '../../cache/cache.ts'
import { part10Header } from '../../dataset/part10.ts'
import { type MediaRange, rangeTakes, rangeTakesParts, rangeTakesSyntax } from './accept.ts'
import { type Multipart, multipart, type Part } from './multipart.ts'
import { WebError } from './web-error.ts'

const DICOM = 'application/dicom'
/** Bytes read from the cache at a time. */
const PIECE = 1024 * 1024

/** How instances go out: files one by one in a multipart, or one file alone. */
export type InstanceForm = 'multipart' | 'single'

/** The form a client takes, or null; a single file only where the address names one instance. */
export function instanceForm(ranges: MediaRange[], isOneInstance: boolean): InstanceForm | null {
  for (const range of ranges) {
    if (rangeTakesParts(range, DICOM)) return 'multipart'
    if (isOneInstance && rangeTakes(range, DICOM)) return 'single'
  }
  return null
}

/** The stored objects that a client takes in the syntax they are stored in. Nothing is transcoded here. */
export function acceptableObjects(objects: StoredObject[], ranges: MediaRange[]): StoredObject[] {
  const fitting = ranges.filter((range) => rangeTakesParts(range, DICOM) || rangeTakes(range, DICOM))
  return objects.filter((object) => fitting.some((range) => rangeTakesSyntax(range, object.TransferSyntaxUID)))
}

/** Instances opened at a time: each is a question to the index. */
const OPENED_AT_ONCE = 64

/** Opens every instance of the keys; throws {@link WebError} 404 without any. */
export async function openAll(cache: Cache, keys: number[]): Promise<StoredObject[]> {
  if (keys.length === 0) throw new WebError(404, 'not-found')
  const objects: StoredObject[] = []
  for (let at = 0; at < keys.length; at += OPENED_AT_ONCE) {
    objects.push(...(await Promise.all(keys.slice(at, at + OPENED_AT_ONCE).map((key) => cache.open(key)))))
  }
  return objects
}

/** Preamble, file meta information and data set of one object; `first`, when given, is the data set's first piece, read before. */
async function* fileOf(object: StoredObject, first?: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield part10Header(object)
  if (first) yield first
  for (let start = first?.length ?? 0; start < object.length; start += PIECE) {
    yield await object.read(start, Math.min(start + PIECE, object.length))
  }
}

/** One file alone; its first piece is read before this resolves, so that damage is answered by its status. */
export async function singleFile(object: StoredObject): Promise<AsyncIterable<Uint8Array>> {
  return fileOf(object, await object.read(0, Math.min(PIECE, object.length)))
}

/** Files in one message. */
export async function fileParts(
  objects: StoredObject[],
  location: (object: StoredObject) => string,
): Promise<Multipart> {
  const [head] = objects
  const first = head && (await head.read(0, Math.min(PIECE, head.length)))
  async function* parts(): AsyncGenerator<Part, void> {
    for (const object of objects) {
      const headers = {
        'Content-Type': `${DICOM}; transfer-syntax=${object.TransferSyntaxUID}`,
        'Content-Location': location(object),
      }
      yield { headers, body: fileOf(object, object === head ? first : undefined) }
    }
  }
  return multipart(DICOM, parts())
}
