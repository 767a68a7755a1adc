/** Attributes of stored objects as DICOM JSON (PS3.18 Annex F), read without their pixels. */
import { CacheError, type StoredObject } from '../cache/cache.ts'
import { inflatedObject } from '../cache/inflated-object.ts'
import { scanStoredObject } from '../cache/scan-stored-object.ts'
import { type DataElement, type DataSet, type DicomJson, toDicomJson } from '../dataset/index.ts'
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { vrInfo } from '../dicom/vr.ts'

const isDeflated = ({ TransferSyntaxUID }: StoredObject): boolean =>
  transferSyntaxes.get(TransferSyntaxUID)?.deflated ?? false

/** The data set of a stored object, without its long values. */
export async function dataSetOf(object: StoredObject): Promise<DataSet> {
  const scan = await scanStoredObject(object, { pixelData: object.pixelData })
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

/** The value of one element, to be read in little endian. */
export interface ElementValue {
  /** In bytes. */
  length: number
  /** Bytes `[start, end)` of the value. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** Bytes that a number of the element has where it is stored in big endian, else 1; of pixel data, as its own layout says. */
function unitOf(object: StoredObject, element: DataElement): number {
  if (transferSyntaxes.get(object.TransferSyntaxUID)?.littleEndian !== false) return 1
  const { pixelData } = object
  const isPixelData = element.offset === pixelData?.offset && element.length === pixelData.length
  return isPixelData ? (pixelData.bigEndianWord ?? 1) : vrInfo(element.VR).unit
}

/** The value of one element, by the path of {@link readAttributes}; null when there is no such element, or it is a sequence. */
export async function findElementValue(object: StoredObject, path: string): Promise<ElementValue | null> {
  const element = elementAt(await dataSetOf(object), path.split('/'))
  if (!element || element.items) return null
  const { offset, length } = element
  const unit = unitOf(object, element)
  const source = isDeflated(object) ? inflatedObject(object) : object
  return {
    length,
    async read(start, end) {
      // Numbers are turned round whole.
      const from = start - (start % unit)
      const to = Math.min(length, Math.ceil(end / unit) * unit)
      const bytes = Buffer.from(await source.read(offset + from, offset + to))
      return littleEndian(bytes, unit).subarray(start - from, end - from)
    },
  }
}

function littleEndian(bytes: Buffer, unit: number): Buffer {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % unit))
  if (unit === 2) whole.swap16()
  if (unit === 4) whole.swap32()
  if (unit === 8) whole.swap64()
  return bytes
}
