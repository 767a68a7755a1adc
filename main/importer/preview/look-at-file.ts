/** What a file is, from its first bytes: whose object, an archive, a picture or document, or nothing to import. */
import { readBeginning } from '../../dataset/data-set-beginning.ts'
import { type DataSet, type IndexedAttributes, indexedAttributes, parsePart10 } from '../../dataset/index.ts'
import { elements } from '../../dicom/elements.ts'
import { SOPClassUIDs } from '../../dicom/sop-classes.ts'
import type { FoundFile } from '../sources/found-file.ts'
import { looksLikeZip } from '../sources/zip-files.ts'

/** Bytes that are looked at first, and at most: nearly every head fits the first. */
const FIRST = 64 * 1024
const MOST = 1024 * 1024

export type Seen =
  /** `attributes` are null when they do not stand within the first mebibyte. */
  | { kind: 'object'; attributes: IndexedAttributes | null }
  | { kind: 'dicomdir' }
  | { kind: 'zip' }
  | { kind: 'not-dicom' }

/** The last element that a preview needs stands before group 0028. */
const tells = (dataSet: DataSet): boolean =>
  dataSet.has('SeriesInstanceUID') && [...dataSet.elements.keys()].some((tag) => tag > elements.SeriesInstanceUID.tag)

/** What the bytes are; null when more are needed to say so. */
function recognise(bytes: Uint8Array, isAll: boolean): Seen | null {
  if (looksLikeZip(bytes)) return { kind: 'zip' }
  const head = parsePart10(bytes)
  if (head.kind === 'not-dicom') return { kind: 'not-dicom' }
  if (head.kind === 'incomplete') return isAll ? { kind: 'not-dicom' } : null
  const isDirectory =
    head.kind === 'part-10' && head.meta.text('MediaStorageSOPClassUID') === SOPClassUIDs.MediaStorageDirectoryStorage
  if (isDirectory) return { kind: 'dicomdir' }
  const dataSet = readBeginning(head.TransferSyntaxUID, bytes.subarray(head.dataSetOffset), MOST)
  if (!isAll && !tells(dataSet)) return null
  if (head.kind === 'data-set' && dataSet.text('SOPInstanceUID') === '') return { kind: 'not-dicom' }
  const attributes = indexedAttributes(dataSet)
  return { kind: 'object', attributes: attributes.StudyInstanceUID === '' ? null : attributes }
}

/** Looks at the first bytes of a file; what its reading throws is passed on. */
export async function lookAtFile(file: Pick<FoundFile, 'read'>): Promise<Seen> {
  let gathered: Uint8Array = new Uint8Array(0)
  let wanted = FIRST
  for await (const piece of file.read()) {
    gathered = gathered.length === 0 ? piece : Buffer.concat([gathered, piece])
    if (gathered.length < wanted) continue
    const seen = recognise(gathered, gathered.length >= MOST)
    if (seen) return seen
    wanted = gathered.length * 2
  }
  return recognise(gathered, true) ?? { kind: 'not-dicom' }
}
