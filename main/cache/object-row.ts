/**
 * The index row that a record carries in its last chunk: everything the index knows of a stored object, so that the index can be
 * rebuilt from packs and keys alone. One format byte (1 = JSON in UTF-8), then the row.
 */
import type { ImageHeaderWithoutKey, IndexedAttributes, PixelDataLayout } from '../dataset/index.ts'
import type { IngestRequest } from './cache.ts'

const JSON_ROW = 1

export interface ObjectRow {
  /** Drawn by the store, never twice; kept here so that a rebuilt index gives the same keys. */
  instanceKey: number
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  SOPClassUID: string
  TransferSyntaxUID: string
  origin: IngestRequest['origin']
  peer: IngestRequest['peer']
  /** Proof of it, for an index that is made anew; only of what was retrieved. */
  archive?: string
  /** ISO 8601 UTC. */
  receivedAt: string
  /** Bytes of the data set. */
  length: number
  sha256: string
  attributes: IndexedAttributes
  header: ImageHeaderWithoutKey
  pixelData: PixelDataLayout | null
}

/** Where a record lies. */
export interface RecordPlace {
  packId: string
  keyId: string
  recordOffset: number
  /** First byte behind the record. */
  recordEnd: number
  runOffset: number
  recordNumber: number
}

export const encodeObjectRow = (row: ObjectRow): Buffer => {
  const text = JSON.stringify(row)
  const bytes = Buffer.allocUnsafe(1 + Buffer.byteLength(text))
  bytes.writeUInt8(JSON_ROW, 0)
  bytes.write(text, 1)
  return bytes
}

/** Null when the row is of a format that this version does not know. */
export const decodeObjectRow = (bytes: Buffer): ObjectRow | null =>
  bytes[0] === JSON_ROW ? (JSON.parse(bytes.toString('utf8', 1)) as ObjectRow) : null
