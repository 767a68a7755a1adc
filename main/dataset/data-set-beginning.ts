/** The first elements of a data set, of which only the first bytes are at hand. */
import { transferSyntaxes } from '../dicom/transfer-syntaxes.ts'
import type { DataSet } from './data-set.ts'
import { ElementParser } from './element-parser.ts'
import { Inflate, InflateError } from './inflate.ts'

/** Bytes that are inflated at most: a few may stand for gigabytes. */
const MOST_INFLATED = 16 * 1024 * 1024

/** The elements as far as `bytes` go, and of a deflated data set at most 16 MiB of what they inflate to. Never throws. */
export function readBeginning(TransferSyntaxUID: string, bytes: Uint8Array, maxBufferedBytes: number): DataSet {
  const { deflated = false, implicit = false, littleEndian = true } = transferSyntaxes.get(TransferSyntaxUID) ?? {}
  const parser = new ElementParser({ implicit, littleEndian, maxBufferedBytes })
  if (!deflated) {
    parser.push(bytes)
    return parser.root
  }
  let length = 0
  const inflate = new Inflate((inflated) => {
    parser.push(inflated)
    length += inflated.length
    if (length >= MOST_INFLATED) throw new InflateError('enough')
  })
  try {
    inflate.push(bytes)
  } catch (error) {
    if (!(error instanceof InflateError)) throw error
  }
  return parser.root
}
