/**
 * Data sets that this program itself sends and reads beside objects: identifiers of queries, action and event information. In explicit
 * or implicit VR little endian, as the presentation context says (PS3.5 §A.1, §A.2).
 */
import { type DataSet, type DataSetContent, HeaderScan, writeDataSet } from '../dataset/index.ts'
import { isVR, TransferSyntaxUIDs, vrInfo } from '../dicom/index.ts'

const ITEM_HEADER_LENGTH = 8

/** What explicit VR little endian bytes of `writeDataSet` are in implicit VR: the same elements, sequences and items of defined length. */
export function toImplicitVR(explicit: Uint8Array): Uint8Array {
  const view = Buffer.from(explicit.buffer, explicit.byteOffset, explicit.length)
  const parts: Uint8Array[] = []
  for (let at = 0; at < view.length; ) {
    const VR = view.toString('latin1', at + 4, at + 6)
    const isLong = isVR(VR) && vrInfo(VR).long
    const start = at + (isLong ? 12 : 8)
    const end = start + (isLong ? view.readUInt32LE(at + 8) : view.readUInt16LE(at + 6))
    const value = view.subarray(start, end)
    const content = VR === 'SQ' ? itemsToImplicitVR(value) : value
    const header = Buffer.alloc(ITEM_HEADER_LENGTH)
    view.copy(header, 0, at, at + 4)
    header.writeUInt32LE(content.length, 4)
    parts.push(header, content)
    at = end
  }
  return Buffer.concat(parts)
}

function itemsToImplicitVR(items: Buffer): Buffer {
  const parts: Uint8Array[] = []
  for (let at = 0; at < items.length; ) {
    const end = at + ITEM_HEADER_LENGTH + items.readUInt32LE(at + 4)
    const content = toImplicitVR(items.subarray(at + ITEM_HEADER_LENGTH, end))
    const header = Buffer.from(items.subarray(at, at + ITEM_HEADER_LENGTH))
    header.writeUInt32LE(content.length, 4)
    parts.push(header, content)
    at = end
  }
  return Buffer.concat(parts)
}

/** The bytes of `content` in the transfer syntax of a presentation context for operations. Throws `WriteError`. */
export function encodeIdentifier(content: DataSetContent, TransferSyntaxUID: string): Uint8Array {
  const explicit = writeDataSet(content)
  return TransferSyntaxUID === TransferSyntaxUIDs.ImplicitVRLittleEndian ? toImplicitVR(explicit) : explicit
}

/** The data set of a request or response; null when it cannot be read. */
export function decodeIdentifier(bytes: Uint8Array, TransferSyntaxUID: string): DataSet | null {
  const scan = new HeaderScan(TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  return result.kind === 'complete' && result.attributes.complete ? result.attributes : null
}
