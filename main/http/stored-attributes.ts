/** Attributes of stored objects as DICOM JSON (PS3.18 Annex F), read without their pixels. */
import { CacheError, type StoredObject } from '../cache/cache.ts'
import { type DataElement, type DataSet, type DicomJson, scanStored, toDicomJson } from '../dataset/index.ts'
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { vrInfo } from '../dicom/vr.ts'
import { inflatedObject } from './inflated-object.ts'

/** The data set of a stored object, without its long values. */
export async function dataSetOf(object: StoredObject): Promise<DataSet> {
  const scan = await scanStored(object)
  if (scan.kind === 'complete') return scan.attributes
  throw new CacheError('object-damaged', 'The stored data set cannot be read')
}

/** Every attribute; long binary values by the address that `bulkDataURI` gives for their path, or without value. */
export async function readAttributes(object: StoredObject, bulkDataURI?: (path: string) => string): Promise<DicomJson> {
  return toDicomJson(await dataSetOf(object), bulkDataURI ? { bulkDataURI } : {})
}

/** The element at `path`, `tag/item/tag` as in {@link readAttributes}; null when there is none. */
function elementAt(dataSet: DataSet, path: string[]): DataElement | null {
  const [tag = '', item, ...rest] = path
  const element = dataSet.elements.get(Number.parseInt(tag, 16))
  if (!element || item === undefined) return element ?? null
  const inner = element.items?.[Number(item)]
  return inner ? elementAt(inner, rest) : null
}

/** The bytes of one element's value in little endian; null when there is no such element, or it is a sequence. */
export async function readElementValue(object: StoredObject, path: string): Promise<Uint8Array | null> {
  const element = elementAt(await dataSetOf(object), path.split('/'))
  if (!element || element.items) return null
  const syntax = transferSyntaxes.get(object.TransferSyntaxUID)
  const source = syntax?.deflated ? await inflatedObject(object) : object
  const bytes = Buffer.from(await source.read(element.offset, element.offset + element.length))
  return syntax?.littleEndian === false ? littleEndian(bytes, vrInfo(element.VR).unit) : bytes
}

function littleEndian(bytes: Buffer, unit: 1 | 2 | 4 | 8): Buffer {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % unit))
  if (unit === 2) whole.swap16()
  if (unit === 4) whole.swap32()
  if (unit === 8) whole.swap64()
  return bytes
}
