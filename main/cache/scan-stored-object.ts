/** The elements of a stored object, without its long values. */
import { HeaderScan, type HeaderScanOptions, type HeaderScanResult, scanStored } from '../dataset/index.ts'
import { TransferSyntaxUIDs, transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import type { StoredObject } from './cache.ts'
import { inflatedObject } from './inflated-object.ts'

/** Bytes that are inflated at a time. */
const STEP = 256 * 1024

/** All of a deflated data set has to be inflated to be found whole: beside this thread, which others wait for. */
async function scanDeflated(object: StoredObject, options?: HeaderScanOptions): Promise<HeaderScanResult> {
  const { read } = inflatedObject(object)
  const scan = new HeaderScan(TransferSyntaxUIDs.ExplicitVRLittleEndian, options)
  for (let at = 0; ; at += STEP) {
    const bytes = await read(at, at + STEP)
    scan.push(bytes)
    if (bytes.length < STEP) return scan.end()
  }
}

/** Scans a stored object; of a deflated one offsets and lengths are those in its inflated data set. The cache's errors are passed on. */
export const scanStoredObject = (object: StoredObject, options?: HeaderScanOptions): Promise<HeaderScanResult> =>
  transferSyntaxes.get(object.TransferSyntaxUID)?.deflated ? scanDeflated(object, options) : scanStored(object, options)
