/** Scans a data set that can be read by ranges: long values, above all the pixel data, are not read at all. */
import { HeaderScan, type HeaderScanOptions, type HeaderScanResult } from './header-scan.ts'

/** Anything with bytes by range, as the cache's stored objects. */
export interface ReadableDataSet {
  readonly TransferSyntaxUID: string
  readonly length: number
  read(start: number, end: number): Promise<Uint8Array>
}

const STEP = 65_536

/** The scan of a stored data set; errors of `read` are passed on. */
export const scanStored = async (stored: ReadableDataSet, options?: HeaderScanOptions): Promise<HeaderScanResult> => {
  const scan = new HeaderScan(stored.TransferSyntaxUID, options)
  for (let at = 0; at < stored.length; ) {
    const skipped = Math.min(scan.skippable, stored.length - at)
    if (skipped > 0) {
      scan.skip(skipped)
      at += skipped
    } else {
      const bytes = await stored.read(at, Math.min(at + STEP, stored.length))
      scan.push(bytes)
      at += bytes.length
    }
  }
  return scan.end()
}
