/** Writes the DICOMDIR of an export: the Basic Directory of its files (PS3.3 Annex F, PS3.10 §8). */
import { type DataSet, part10Header } from '../../dataset/index.ts'
import { SOPClassUIDs } from '../../dicom/sop-classes.ts'
import { lookUpKeyword } from '../../dicom/standard-dictionary.ts'
import { TransferSyntaxUIDs } from '../../dicom/transfer-syntaxes.ts'
import {
  elementHeader,
  encodeElement,
  itemHeader,
  type RawElement,
  rawElements,
  sequenceElement,
  textElement,
} from '../writing/explicit-elements.ts'
import { recordTypeOf } from './record-types.ts'

/** A file of the export, by the attributes that were written into it. */
export interface DirectoryFile {
  /** Components of its File ID, the second of which stands for its patient: up to eight, of up to eight capital letters, digits and underscores each (PS3.10 §8.2). */
  fileId: readonly string[]
  attributes: DataSet
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
}

/** A record that is still to be linked with others. */
interface RecordNode {
  /** What stands behind the links: its type, the file that it names, and its keys. */
  content: Buffer
  children: Map<string, RecordNode>
}

const tagOf = (keyword: string): number => {
  const entry = lookUpKeyword(keyword)
  if (!entry) throw new Error(`${keyword} is no keyword`)
  return entry.tag
}

/** The element as it stands in the object; empty where there is none, or not at all for `optional` ones. */
function keyOf(attributes: DataSet, keyword: string, instead = ''): RawElement {
  const tag = tagOf(keyword)
  const VR = lookUpKeyword(keyword)?.VRs[0] ?? 'UN'
  const element = attributes.elements.get(tag)
  if (element?.items) return sequenceElement(tag, element.items.map(rawElements))
  if (element?.bytes?.length) return { tag, VR: element.VR === 'UN' ? VR : element.VR, bytes: element.bytes }
  return textElement(tag, VR, instead)
}

/** Keys that are written only where they have a value: they are conditional. */
const conditional = new Set([
  'VerificationDateTime',
  'HL7InstanceIdentifier',
  'ReferencedSeriesSequence',
  'DoseComment',
  'ReferencedImageEvidenceSequence',
  'SpecificCharacterSet',
  'UserContentLabel',
  'UserContentLongLabel',
])

const keysOf = (
  attributes: DataSet,
  keywords: readonly string[],
  instead: Readonly<Record<string, string>>,
): RawElement[] =>
  ['SpecificCharacterSet', ...keywords]
    .map((keyword) => ({ keyword, element: keyOf(attributes, keyword, instead[keyword]) }))
    .filter(({ keyword, element }) => element.bytes.length > 0 || !conditional.has(keyword))
    .map(({ element }) => element)

const childOf = (parent: RecordNode, id: string, make: () => RecordNode): RecordNode => {
  const child = parent.children.get(id) ?? make()
  parent.children.set(id, child)
  return child
}

const encoded = (elements: readonly RawElement[]): Buffer =>
  Buffer.concat([...elements].sort((a, b) => a.tag - b.tag).map(encodeElement))

const node = (type: string, keys: readonly RawElement[], file: DirectoryFile | null = null): RecordNode => ({
  content: encoded([textElement(tagOf('DirectoryRecordType'), 'CS', type), ...(file ? fileKeys(file) : []), ...keys]),
  children: new Map(),
})

/** Adds the records of a file, and of its patient, study and series where they are new. */
function addFile(root: RecordNode, file: DirectoryFile): void {
  const { attributes, fileId } = file
  // What a record must have and the object does not is named as the files are; dates are never made up (main/README.md).
  const [patientFolder = '', studyFolder = '', seriesFolder = '', name = ''] = fileId.slice(1)
  const numberOf = (id: string): string => String(Number(id.replace(/\D/g, '')))
  const patient = childOf(root, patientFolder, () =>
    node('PATIENT', keysOf(attributes, ['PatientName', 'PatientID'], { PatientID: patientFolder })),
  )
  const study = childOf(patient, attributes.text('StudyInstanceUID'), () =>
    node(
      'STUDY',
      keysOf(
        attributes,
        ['StudyDate', 'StudyTime', 'AccessionNumber', 'StudyDescription', 'StudyInstanceUID', 'StudyID'],
        { StudyID: numberOf(studyFolder) },
      ),
    ),
  )
  const series = childOf(study, attributes.text('SeriesInstanceUID'), () =>
    node(
      'SERIES',
      keysOf(attributes, ['Modality', 'SeriesInstanceUID', 'SeriesNumber'], {
        Modality: 'OT',
        SeriesNumber: numberOf(seriesFolder),
      }),
    ),
  )
  const { type, keywords } = recordTypeOf(file.SOPClassUID)
  const keys = keysOf(attributes, keywords, { InstanceNumber: numberOf(name) })
  series.children.set(fileId.join('/'), node(type, keys, file))
}

/** Parents before children, siblings in order. */
const inOrder = (parent: RecordNode): RecordNode[] =>
  [...parent.children.values()].flatMap((child) => [child, ...inOrder(child)])

const unsigned = (tag: number, value: number, VR: 'UL' | 'US'): RawElement => {
  const bytes = Buffer.alloc(VR === 'UL' ? 4 : 2)
  if (VR === 'UL') bytes.writeUInt32LE(value)
  else bytes.writeUInt16LE(value)
  return { tag, VR, bytes }
}

const fileKeys = (file: DirectoryFile): RawElement[] => [
  textElement(tagOf('ReferencedFileID'), 'CS', file.fileId.join('\\')),
  textElement(tagOf('ReferencedSOPClassUIDInFile'), 'UI', file.SOPClassUID),
  textElement(tagOf('ReferencedSOPInstanceUIDInFile'), 'UI', file.SOPInstanceUID),
  textElement(tagOf('ReferencedTransferSyntaxUIDInFile'), 'UI', file.TransferSyntaxUID),
]

const encodeRecord = ({ content }: RecordNode, next: number, lower: number): Buffer => {
  const links = encoded([
    unsigned(tagOf('OffsetOfTheNextDirectoryRecord'), next, 'UL'),
    unsigned(tagOf('RecordInUseFlag'), 0xffff, 'US'),
    unsigned(tagOf('OffsetOfReferencedLowerLevelDirectoryEntity'), lower, 'UL'),
  ])
  return Buffer.concat([itemHeader(links.length + content.length), links, content])
}

/** The head of the directory up to its records. */
const directoryHead = (first: number, last: number): Buffer =>
  Buffer.concat(
    [
      textElement(tagOf('FileSetID'), 'CS', ''),
      unsigned(tagOf('OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity'), first, 'UL'),
      unsigned(tagOf('OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity'), last, 'UL'),
      unsigned(tagOf('FileSetConsistencyFlag'), 0, 'US'),
    ].map(encodeElement),
  )

/** The records of the patients below `root` as the bytes of the file. */
function directoryOf(root: RecordNode, SOPInstanceUID: string): Buffer {
  const records = inOrder(root)
  const head = part10Header({
    SOPClassUID: SOPClassUIDs.MediaStorageDirectoryStorage,
    SOPInstanceUID,
    TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
  })
  let at = head.length + directoryHead(0, 0).length + elementHeader(tagOf('DirectoryRecordSequence'), 'SQ', 0).length
  const offsets = new Map<RecordNode, number>()
  for (const record of records) {
    offsets.set(record, at)
    at += encodeRecord(record, 0, 0).length
  }
  const offsetOf = (record: RecordNode | undefined): number => (record && offsets.get(record)) ?? 0
  const nextOf = new Map<RecordNode, RecordNode>()
  for (const parent of [root, ...records]) {
    const siblings = [...parent.children.values()]
    siblings.forEach((record, index) => {
      const next = siblings[index + 1]
      if (next) nextOf.set(record, next)
    })
  }
  const sequence = Buffer.concat(
    records.map((record) =>
      encodeRecord(record, offsetOf(nextOf.get(record)), offsetOf(record.children.values().next().value)),
    ),
  )
  const patients = [...root.children.values()]
  return Buffer.concat([
    head,
    directoryHead(offsetOf(patients[0]), offsetOf(patients.at(-1))),
    elementHeader(tagOf('DirectoryRecordSequence'), 'SQ', sequence.length),
    sequence,
  ])
}

/** A directory in the making. It keeps what its records say of the files, and nothing else of them: there may be 100,000. */
export class Dicomdir {
  readonly #root: RecordNode = { content: Buffer.alloc(0), children: new Map() }
  #files = 0

  /** How many files it names. */
  get files(): number {
    return this.#files
  }

  /** Names another file. */
  add(file: DirectoryFile): void {
    addFile(this.#root, file)
    this.#files += 1
  }

  /** The bytes of the file DICOMDIR. */
  bytes(SOPInstanceUID: string): Buffer {
    return directoryOf(this.#root, SOPInstanceUID)
  }
}
