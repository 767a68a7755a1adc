/** What differs between two stored objects: attributes by value, long values and pixels by digest, read in pieces. */
import { createHash } from 'node:crypto'
import type { StoredObject } from '../cache/cache.ts'
import { inflatedObject } from '../cache/inflated-object.ts'
import type { AttributeDifference, VersionComparison } from '../contract/versions.ts'
import { type DataElement, type DicomJson, type DicomJsonElement, toDicomJson } from '../dataset/index.ts'
import { lookUpTag } from '../dicom/standard-dictionary.ts'
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import { dataSetOf } from './stored-attributes.ts'

/** Differences that are told. */
const MOST = 300
/** Characters of a value that are told. */
const LONGEST = 200
const PIECE = 1024 * 1024

type Source = Pick<StoredObject, 'read'>
type Ranges = readonly (readonly [offset: number, length: number])[]

const digestOf = async (source: Source, ranges: Ranges): Promise<string> => {
  const hash = createHash('sha256')
  for (const [offset, length] of ranges) {
    for (let at = offset; at < offset + length; at += PIECE) {
      hash.update(await source.read(at, Math.min(at + PIECE, offset + length)))
    }
  }
  return hash.digest('hex')
}

/** A value as it is compared, and as it is told. */
interface Told {
  whole: string
  shown: string
}

const textOf = (value: unknown): string => {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  return Object.values(value as Record<string, unknown>).join(' = ')
}

const shorten = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

interface Content {
  source: Source
  values: Map<string, Told>
  /** Values that were too long to keep. */
  long: Map<string, DataElement>
}

const isPixels = (path: string): boolean => ['7FE00008', '7FE00009', '7FE00010'].includes(path)

const collect = (json: DicomJson, path: string, { values, long }: Content): void => {
  for (const [tag, element] of Object.entries(json)) {
    const place = path + tag
    if (isPixels(place)) continue
    const { vr, Value = [] } = element
    const isSequence = vr === 'SQ'
    const told = isSequence ? String(Value.length) : ownText(element, long.get(place))
    values.set(place, { whole: `${vr} ${told}`, shown: shorten(told) })
    if (isSequence)
      Value.forEach((item, index) => void collect(item as DicomJson, `${place}/${index}/`, { values, long } as Content))
  }
}

const ownText = ({ Value = [], InlineBinary }: DicomJsonElement, long: DataElement | undefined): string => {
  if (long) return `${long.length} bytes`
  return InlineBinary ?? Value.map(textOf).join('\\')
}

const contentOf = async (object: StoredObject): Promise<Content> => {
  const isDeflated = transferSyntaxes.get(object.TransferSyntaxUID)?.deflated ?? false
  const content: Content = {
    source: isDeflated ? inflatedObject(object) : object,
    values: new Map(),
    long: new Map(),
  }
  const bulkDataURI = (path: string, element: DataElement): string => {
    if (!isPixels(path)) content.long.set(path, element)
    return path
  }
  collect(toDicomJson(await dataSetOf(object), { bulkDataURI }), '', content)
  return content
}

const attributeDifferences = async (first: Content, second: Content): Promise<AttributeDifference[]> => {
  const differences: AttributeDifference[] = []
  const paths = [...new Set([...first.values.keys(), ...second.values.keys()])].sort()
  for (const path of paths) {
    const [one, other] = [first.values.get(path), second.values.get(path)]
    if (one?.whole === other?.whole && (await isEqualLong(first, second, path))) continue
    const tag = path.slice(path.lastIndexOf('/') + 1)
    const keyword = lookUpTag(Number.parseInt(tag, 16))?.keyword ?? ''
    differences.push({ path, keyword, values: [one?.shown ?? null, other?.shown ?? null] })
  }
  return differences
}

const isEqualLong = async (first: Content, second: Content, path: string): Promise<boolean> => {
  const [one, other] = [first.long.get(path), second.long.get(path)]
  if (!one || !other) return true
  const digest = ({ source }: Content, { offset, length }: DataElement) => digestOf(source, [[offset, length]])
  return (await digest(first, one)) === (await digest(second, other))
}

/** Bytes can be compared: stored alike, or both unpacked in the same order of bytes. */
const isComparable = (first: StoredObject, second: StoredObject): boolean => {
  if (first.TransferSyntaxUID === second.TransferSyntaxUID) return true
  if (first.pixelData?.encapsulated || second.pixelData?.encapsulated) return false
  const order = (object: StoredObject) => transferSyntaxes.get(object.TransferSyntaxUID)?.littleEndian
  return order(first) === order(second)
}

const pixelRanges = ({ pixelData }: StoredObject): Ranges =>
  pixelData ? (pixelData.frames?.flat() ?? [[pixelData.offset, pixelData.length]]) : []

const comparePixels = async (
  first: StoredObject,
  second: StoredObject,
  sources: readonly [Source, Source],
): Promise<VersionComparison['pixels']> => {
  if (!first.pixelData && !second.pixelData) return 'none'
  if (!first.pixelData || !second.pixelData) return 'different'
  if (!isComparable(first, second)) return 'differently-encoded'
  const [one, other] = [await digestOf(sources[0], pixelRanges(first)), await digestOf(sources[1], pixelRanges(second))]
  return one === other ? 'equal' : 'different'
}

/** Compares two stored objects; group lengths and the name of the character set are not told. Throws the cache's errors. */
export async function compareObjects(first: StoredObject, second: StoredObject): Promise<VersionComparison> {
  const [one, other] = [await contentOf(first), await contentOf(second)]
  const differences = await attributeDifferences(one, other)
  return {
    differences: differences.slice(0, MOST),
    more: Math.max(0, differences.length - MOST),
    pixels: await comparePixels(first, second, [one.source, other.source]),
  }
}
