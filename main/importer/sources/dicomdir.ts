/** What a DICOMDIR says of the files beside it (PS3.3 Annex F): who and what each of them is. It is a help, never the truth. */
import { type DataSet, HeaderScan, parsePart10 } from '../../dataset/index.ts'
import { isUID } from '../../dicom/uid.ts'
import type { FoundFile } from './found-file.ts'

/** A DICOMDIR of 100,000 images has about 50 MiB; longer ones, and what does not fit the memory for records, are done without. */
const MAX_BYTES = 64 * 1024 * 1024
const MAX_RECORDS_IN_MEMORY = 256 * 1024 * 1024

/** One file that it names. */
export interface DirectoryEntry {
  /** Path below the folder of the DICOMDIR, in capital letters, with `/`. */
  path: string
  SOPInstanceUID: string
  SOPClassUID: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
}

const readAll = async (file: FoundFile): Promise<Uint8Array | null> => {
  if (file.bytes > MAX_BYTES) return null
  const parts: Uint8Array[] = []
  for await (const part of file.read()) parts.push(part)
  return Buffer.concat(parts)
}

/** Bytes of an item's and of its first element's header: how far before the first value a record begins (explicit VR). */
const RECORD_HEAD = 16

/** A record that was taken out: neither it nor what lies below it is said of the files any more (PS3.3 F.3.2.2). */
const NOT_IN_USE = 0

/** Records by their offset from the start of the file, by which others point at them. */
const recordsByOffset = (root: DataSet, dataSetOffset: number): Map<number, DataSet> => {
  const records = new Map<number, DataSet>()
  for (const record of root.items('DirectoryRecordSequence')) {
    const [first] = record.elements.values()
    if (first) records.set(dataSetOffset + first.offset - RECORD_HEAD, record)
  }
  return records
}

/** The key by which files of a disc are found: case and version numbers (`;1`) do not count, nor does a closing dot. */
export const pathKey = (path: string): string => path.toUpperCase().replace(/;\d+$/, '').replace(/\.$/, '')

interface Place {
  StudyInstanceUID: string
  SeriesInstanceUID: string
}

/** Follows the records from one to the next and down; a circle ends by itself, because each record is taken once. */
function collect(records: Map<number, DataSet>, first: number): DirectoryEntry[] {
  const entries: DirectoryEntry[] = []
  const open: { at: number; place: Place }[] = [{ at: first, place: { StudyInstanceUID: '', SeriesInstanceUID: '' } }]
  for (let next = open.pop(); next; next = open.pop()) {
    const record = records.get(next.at)
    if (!record) continue
    records.delete(next.at)
    open.push({ at: record.number('OffsetOfTheNextDirectoryRecord') ?? 0, place: next.place })
    if (record.number('RecordInUseFlag') === NOT_IN_USE) continue
    const place = placeOf(record, next.place)
    open.push({ at: record.number('OffsetOfReferencedLowerLevelDirectoryEntity') ?? 0, place })
    const entry = entryOf(record, place)
    if (entry) entries.push(entry)
  }
  return entries
}

const placeOf = (record: DataSet, around: Place): Place => {
  const type = record.text('DirectoryRecordType')
  if (type === 'STUDY') return { StudyInstanceUID: record.text('StudyInstanceUID'), SeriesInstanceUID: '' }
  if (type === 'SERIES') return { ...around, SeriesInstanceUID: record.text('SeriesInstanceUID') }
  return around
}

function entryOf(record: DataSet, place: Place): DirectoryEntry | null {
  const path = record.texts('ReferencedFileID').filter(Boolean).join('/')
  if (path === '') return null
  return {
    path: pathKey(path),
    SOPInstanceUID: record.text('ReferencedSOPInstanceUIDInFile'),
    SOPClassUID: record.text('ReferencedSOPClassUIDInFile'),
    ...place,
  }
}

/** Whether an entry tells all that a preview needs. */
export const isTelling = ({ SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID }: DirectoryEntry): boolean =>
  [SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID].every(isUID)

/** The files that a DICOMDIR names; null when it is none, or damaged. */
export async function readDicomdir(file: FoundFile): Promise<DirectoryEntry[] | null> {
  const bytes = await readAll(file).catch(() => null)
  const head = bytes && parsePart10(bytes)
  if (!bytes || !head || head.kind !== 'part-10') return null
  const scan = new HeaderScan(head.TransferSyntaxUID, { maxBufferedBytes: MAX_RECORDS_IN_MEMORY })
  scan.push(bytes.subarray(head.dataSetOffset))
  const result = scan.end()
  if (result.kind !== 'complete' || !result.attributes.complete) return null
  const root = result.attributes
  const first = root.number('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity') ?? 0
  return collect(recordsByOffset(root, head.dataSetOffset), first)
}
