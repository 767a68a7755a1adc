/**
 * WADO-RS instances (PS3.18 §10.4): stored data sets as DICOM files (PS3.10), every byte of the data set as it was received, unless a client
 * names explicit VR little endian and it is kept in another transfer syntax.
 */
import { type Cache, CacheError, type StoredObject } from '../../cache/cache.ts'
import { part10Header } from '../../dataset/part10.ts'
import { TransferSyntaxUIDs } from '../../dicom/transfer-syntaxes.ts'
import { type MediaRange, rangeTakes, rangeTakesParts, rangeTakesSyntax } from './accept.ts'
import { type Multipart, multipart, onePart, type Part } from './multipart.ts'
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

/** Another transfer syntax that an object can be had in; what cannot be made after all is thrown before the first piece. */
export interface OtherEncoding {
  TransferSyntaxUID: string
  dataSet(): Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}
export type OtherEncodings = (object: StoredObject) => readonly OtherEncoding[]

/** An object in the transfer syntax that it goes out in. */
export interface GivenObject {
  object: StoredObject
  TransferSyntaxUID: string
  /** Null: as it is stored. */
  encoding: OtherEncoding | null
}

function givenTo(ranges: MediaRange[], object: StoredObject, otherEncodings: OtherEncodings): GivenObject | null {
  for (const range of ranges) {
    const { TransferSyntaxUID } = object
    if (rangeTakesSyntax(range, TransferSyntaxUID)) return { object, TransferSyntaxUID, encoding: null }
    const wanted = range.parameters['transfer-syntax']
    if (wanted !== TransferSyntaxUIDs.ExplicitVRLittleEndian) continue
    const encoding = otherEncodings(object).find((each) => each.TransferSyntaxUID === wanted)
    if (encoding) return { object, TransferSyntaxUID: wanted, encoding }
  }
  return null
}

/** The objects that a client takes: in the syntax they are stored in, or in the one that every server is to have (§8.7.3.4). */
export function acceptableObjects(
  objects: StoredObject[],
  ranges: MediaRange[],
  otherEncodings: OtherEncodings,
): GivenObject[] {
  const fitting = ranges.filter((range) => rangeTakesParts(range, DICOM) || rangeTakes(range, DICOM))
  return objects.map((object) => givenTo(fitting, object, otherEncodings)).filter((given) => given !== null)
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

async function* storedPieces(object: StoredObject): AsyncGenerator<Uint8Array, void> {
  for (let start = 0; start < object.length; start += PIECE) {
    yield await object.read(start, Math.min(start + PIECE, object.length))
  }
}

async function* piecesOf({ object, encoding }: GivenObject): AsyncGenerator<Uint8Array, void> {
  yield* encoding ? encoding.dataSet() : storedPieces(object)
}

/** The same pieces, the first of which is there when this resolves, so that damage is answered by its status. Throws {@link WebError} 406. */
async function begun(given: GivenObject): Promise<AsyncIterable<Uint8Array>> {
  const pieces = piecesOf(given)
  const first = await pieces.next().catch((error: unknown) => {
    if (given.encoding && !(error instanceof CacheError)) throw new WebError(406, 'transfer-syntax-not-available')
    throw error
  })
  async function* all(): AsyncGenerator<Uint8Array, void> {
    for (let next = first; !next.done; next = await pieces.next()) yield next.value
  }
  return all()
}

const headerOf = ({ object: { SOPClassUID, SOPInstanceUID }, TransferSyntaxUID }: GivenObject): Uint8Array =>
  part10Header({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID })

/** Preamble, file meta information and data set of one object. */
async function* fileOf(
  given: GivenObject,
  dataSet: AsyncIterable<Uint8Array> = piecesOf(given),
): AsyncGenerator<Uint8Array, void> {
  yield headerOf(given)
  yield* dataSet
}

/** One file alone. */
export async function singleFile(given: GivenObject): Promise<AsyncIterable<Uint8Array>> {
  return fileOf(given, await begun(given))
}

/** Files in one message. */
export async function fileParts(all: GivenObject[], location: (object: StoredObject) => string): Promise<Multipart> {
  const [head] = all
  const first = head && (await begun(head))
  const partOf = (given: GivenObject): Part => ({
    headers: {
      'Content-Type': `${DICOM}; transfer-syntax=${given.TransferSyntaxUID}`,
      'Content-Location': location(given.object),
    },
    ...(given.encoding ? {} : { length: headerOf(given).length + given.object.length }),
    body: fileOf(given, given === head ? first : undefined),
  })
  if (head && all.length === 1) return onePart(DICOM, partOf(head))
  async function* parts(): AsyncGenerator<Part, void> {
    for (const given of all) yield partOf(given)
  }
  return multipart(DICOM, parts())
}
