/** A document read back, by keyword: values alone, items of sequences as objects. */
import { type DicomJson, HeaderScan, toDicomJson } from '../../../../main/dataset/index.ts'
import { lookUpTag } from '../../../../main/dicom/standard-dictionary.ts'
import type { MadeDocument } from '../../../../main/reports/documents/index.ts'

export type ReadItem = { [keyword: string]: unknown }

const byKeyword = (json: DicomJson): ReadItem =>
  Object.fromEntries(
    Object.entries(json).map(([tag, element]) => {
      const values = (element.Value ?? []) as unknown[]
      const read = element.vr === 'SQ' ? (values as DicomJson[]).map(byKeyword) : values
      return [
        lookUpTag(Number.parseInt(tag, 16))?.keyword ?? tag,
        element.vr === 'SQ' || read.length > 1 ? read : read[0],
      ]
    }),
  )

/** Throws when the data set is not whole. */
export function readDocument({ dataSet, TransferSyntaxUID }: MadeDocument): ReadItem {
  const scan = new HeaderScan(TransferSyntaxUID)
  scan.push(dataSet)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(`${result.kind}: ${result.detail}`)
  return byKeyword(toDicomJson(result.attributes))
}
