/**
 * Data sets that this program itself sends and reads beside objects: identifiers of queries, action and event information. In explicit
 * or implicit VR little endian, as the presentation context says (PS3.5 §A.1, §A.2).
 */
import { type DataSet, type DataSetContent, HeaderScan, reEncode, writeDataSet } from '../dataset/index.ts'
import { TransferSyntaxUIDs } from '../dicom/index.ts'

/** The bytes of `content` in the transfer syntax of a presentation context for operations. Throws `WriteError`. */
export function encodeIdentifier(content: DataSetContent, TransferSyntaxUID: string): Uint8Array {
  const explicit = writeDataSet(content)
  return Buffer.concat(reEncode(explicit, TransferSyntaxUIDs.ExplicitVRLittleEndian, TransferSyntaxUID))
}

/** The data set of a request or response; null when it cannot be read. */
export function decodeIdentifier(bytes: Uint8Array, TransferSyntaxUID: string): DataSet | null {
  const scan = new HeaderScan(TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  return result.kind === 'complete' && result.attributes.complete ? result.attributes : null
}
