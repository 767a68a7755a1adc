/** Attributes of a file, as the station gives them to a window. */
import { readFileSync } from 'node:fs'
import { parsePart10, scanStored, toDicomJson } from '../../../../main/dataset/index.ts'

export async function attributesOf(path: string): Promise<Record<string, unknown>> {
  const bytes = new Uint8Array(readFileSync(path))
  const head = parsePart10(bytes)
  if (!('dataSetOffset' in head)) throw new Error(head.kind)
  const dataSet = bytes.subarray(head.dataSetOffset)
  const scan = await scanStored({
    TransferSyntaxUID: head.TransferSyntaxUID,
    length: dataSet.length,
    read: async (start, end) => dataSet.subarray(start, end),
  })
  if (scan.kind !== 'complete') throw new Error(scan.kind)
  return toDicomJson(scan.attributes)
}
