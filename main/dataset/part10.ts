/** The head of a DICOM file: preamble and file meta information (PS3.10 §7.1). */
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/implementation.ts'
import { TransferSyntaxUIDs } from '../dicom/transfer-syntaxes.ts'
import { DataSet } from './data-set.ts'
import { looksExplicit, readElementHeader, readTag, readUint32 } from './element-header.ts'
import { writeDataSet } from './write.ts'

/** What the first bytes of a file are. */
export type Part10Head =
  /** A file with meta information; the data set starts at `dataSetOffset`. */
  | { kind: 'part-10'; meta: DataSet; dataSetOffset: number; TransferSyntaxUID: string }
  /** A bare data set, or one after a preamble alone: the syntax is guessed from its first element. */
  | { kind: 'data-set'; dataSetOffset: number; TransferSyntaxUID: string }
  /** Meta information that goes on after the bytes given. */
  | { kind: 'incomplete' }
  | { kind: 'not-dicom' }

const PREAMBLE_LENGTH = 132
/** Longer meta information is nothing that a person could want. */
const MAX_META_LENGTH = 1024 * 1024

/** Reads the head of a file from its first bytes; 64 KiB are nearly always enough. Missing preambles and lengths are tolerated. */
export const parsePart10 = (bytes: Uint8Array): Part10Head => {
  const isMarked = String.fromCharCode(...bytes.subarray(128, PREAMBLE_LENGTH)) === 'DICM'
  const start = isMarked ? PREAMBLE_LENGTH : 0
  if (bytes.length - start < 8) return { kind: isMarked ? 'incomplete' : 'not-dicom' }
  if (!isMeta(bytes, start)) {
    const guessed = guessTransferSyntax(bytes.subarray(start), isMarked)
    return guessed ? { kind: 'data-set', dataSetOffset: start, TransferSyntaxUID: guessed } : { kind: 'not-dicom' }
  }
  const meta = new DataSet(null, true)
  const end = parseMeta(bytes, start, meta)
  if (end === null) return { kind: bytes.length > MAX_META_LENGTH ? 'not-dicom' : 'incomplete' }
  const TransferSyntaxUID =
    meta.text('TransferSyntaxUID') ||
    guessTransferSyntax(bytes.subarray(end), true) ||
    TransferSyntaxUIDs.ImplicitVRLittleEndian
  return { kind: 'part-10', meta, dataSetOffset: end, TransferSyntaxUID }
}

const isMeta = (bytes: Uint8Array, at: number): boolean => bytes[at] === 2 && bytes[at + 1] === 0

/** Parses group 0002 up to where its length says, or to the first element of another group; null when bytes are missing. */
const parseMeta = (bytes: Uint8Array, start: number, meta: DataSet): number | null => {
  let at = start
  let end = Number.POSITIVE_INFINITY
  while (at < end) {
    if (at + 8 > bytes.length) return at === bytes.length && end === Number.POSITIVE_INFINITY ? at : null
    if (readTag(bytes, at, true) >>> 16 !== 2) return at
    const header = readElementHeader(bytes, at, false, true, null, () => 'OB')
    const long = header.length === undefined
    if (long && at + 12 > bytes.length) return null
    const length = header.length ?? readUint32(bytes, at + 8, true)
    const offset = at + (long ? 12 : 8)
    if (offset + length > bytes.length) return null
    const value = bytes.slice(offset, offset + length)
    meta.elements.set(header.tag, { tag: header.tag, VR: header.VR, offset, length, items: null, bytes: value })
    at = offset + length
    if (header.tag === 0x00020000 && length === 4) end = metaEnd(bytes, at, readUint32(value, 0, true))
  }
  return at
}

/** Where group 0002 ends by its length; not believed when something of the group follows there, or it points nowhere. */
const metaEnd = (bytes: Uint8Array, at: number, length: number): number => {
  const end = at + length
  return end > bytes.length - 8 || isMeta(bytes, end) ? Number.POSITIVE_INFINITY : end
}

/** The syntax of a data set by its first element, which is of a low group; undefined when it looks like none. */
const guessTransferSyntax = (bytes: Uint8Array, surely: boolean): string | undefined => {
  const little = readTag(bytes, 0, true) >>> 16
  const big = readTag(bytes, 0, false) >>> 16
  const isLow = (group: number): boolean => group >= 4 && group <= 0x20
  if (isLow(little) && looksExplicit(bytes)) return TransferSyntaxUIDs.ExplicitVRLittleEndian
  if (isLow(big) && looksExplicit(bytes)) return TransferSyntaxUIDs.ExplicitVRBigEndian
  if (isLow(little) && readUint32(bytes, 4, true) <= 0x400) return TransferSyntaxUIDs.ImplicitVRLittleEndian
  return surely ? TransferSyntaxUIDs.ImplicitVRLittleEndian : undefined
}

export interface Part10Meta {
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  /** AE title of the one who sent it here. */
  SourceApplicationEntityTitle?: string
}

/** Preamble and file meta information to put before a stored data set. */
export const part10Header = (object: Part10Meta): Uint8Array => {
  const source = object.SourceApplicationEntityTitle
  const elements = writeDataSet({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: object.SOPClassUID,
    MediaStorageSOPInstanceUID: object.SOPInstanceUID,
    TransferSyntaxUID: object.TransferSyntaxUID,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    ...(source ? { SourceApplicationEntityTitle: source } : {}),
  })
  const groupLength = writeDataSet({ FileMetaInformationGroupLength: elements.length })
  const header = new Uint8Array(PREAMBLE_LENGTH + groupLength.length + elements.length)
  header.set([0x44, 0x49, 0x43, 0x4d], 128)
  header.set(groupLength, PREAMBLE_LENGTH)
  header.set(elements, PREAMBLE_LENGTH + groupLength.length)
  return header
}
