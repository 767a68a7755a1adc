/** An object that comes from the archive as a DICOM file: its head is read while its data set streams on (PS3.10 §7.1). */
import { readBeginning } from '../dataset/data-set-beginning.ts'
import { type Part10Head, parsePart10 } from '../dataset/index.ts'
import { ArchiveError } from './archive-error.ts'

/** Bytes of a file's head that are enough to recognise it. */
const ENOUGH = 64 * 1024
/** Bytes that are gathered at most: longer heads, or data sets that do not tell what they are by then, are nothing to keep. */
const MAX_GATHERED = 8 * 1024 * 1024

export interface ReceivedDataSet {
  TransferSyntaxUID: string
  /** Of the file meta information; empty when it is missing. */
  meta: { SOPClassUID: string; SOPInstanceUID: string }
  /** The data set from its first byte. */
  bytes: AsyncIterable<Uint8Array>
}

const nonsense = (detail: string): ArchiveError => new ArchiveError('nonsense', detail)

/** Gathers pieces until `isEnough`, or to the end. */
const gather = async (
  pieces: AsyncIterator<Uint8Array>,
  first: Uint8Array,
  isEnough: (gathered: Uint8Array) => boolean,
): Promise<Uint8Array> => {
  let gathered = first
  while (!isEnough(gathered)) {
    const { done, value } = await pieces.next()
    if (done) return gathered
    gathered = gathered.length === 0 ? value : Buffer.concat([gathered, value])
    if (gathered.length > MAX_GATHERED) throw nonsense('an object that does not say what it is')
  }
  return gathered
}

async function* continued(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  if (first.length > 0) yield first
  for (let piece = await rest.next(); !piece.done; piece = await rest.next()) yield piece.value
}

const isKnown = (head: Part10Head): head is Extract<Part10Head, { dataSetOffset: number }> => 'dataSetOffset' in head

/** Reads the head of a file. Throws {@link ArchiveError} `nonsense` for what is no DICOM file, and what reading throws. */
export const openReceived = async (file: AsyncIterable<Uint8Array>): Promise<ReceivedDataSet> => {
  const pieces = file[Symbol.asyncIterator]()
  const gathered = await gather(
    pieces,
    new Uint8Array(0),
    (bytes) => bytes.length >= ENOUGH && parsePart10(bytes).kind !== 'incomplete',
  )
  const head = parsePart10(gathered)
  if (!isKnown(head)) throw nonsense('a part that is no DICOM file')
  return {
    TransferSyntaxUID: head.TransferSyntaxUID,
    meta: {
      SOPClassUID: head.kind === 'part-10' ? head.meta.text('MediaStorageSOPClassUID') : '',
      SOPInstanceUID: head.kind === 'part-10' ? head.meta.text('MediaStorageSOPInstanceUID') : '',
    },
    bytes: continued(gathered.subarray(head.dataSetOffset), pieces),
  }
}

export interface ObjectIdentifiers {
  SOPClassUID: string
  SOPInstanceUID: string
  StudyInstanceUID: string
}

/** What a data set says it is; empty where it does not by these bytes. */
const identifiersIn = (TransferSyntaxUID: string, bytes: Uint8Array): ObjectIdentifiers => {
  const root = readBeginning(TransferSyntaxUID, bytes, MAX_GATHERED)
  return {
    SOPClassUID: root.text('SOPClassUID'),
    SOPInstanceUID: root.text('SOPInstanceUID'),
    StudyInstanceUID: root.text('StudyInstanceUID'),
  }
}

/**
 * What the object says it is, found in its data set, with all of its bytes again. Identifiers are empty where the data set has none.
 * Throws {@link ArchiveError} `nonsense` when it does not tell within 8 MiB.
 */
export const identifyReceived = async (
  received: ReceivedDataSet,
): Promise<{ identifiers: ObjectIdentifiers; bytes: AsyncIterable<Uint8Array> }> => {
  const pieces = received.bytes[Symbol.asyncIterator]()
  let identifiers = { SOPClassUID: '', SOPInstanceUID: '', StudyInstanceUID: '' }
  let tried = 0
  const gathered = await gather(pieces, new Uint8Array(0), (bytes) => {
    // Looked at again only when it has doubled, so that a long header does not cost its square.
    if (bytes.length < tried * 2 || bytes.length === 0) return false
    tried = bytes.length
    identifiers = identifiersIn(received.TransferSyntaxUID, bytes)
    return identifiers.StudyInstanceUID !== ''
  })
  if (identifiers.StudyInstanceUID === '') identifiers = identifiersIn(received.TransferSyntaxUID, gathered)
  return { identifiers, bytes: continued(gathered, pieces) }
}
