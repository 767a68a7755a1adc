/** Takes one object of a retrieval into the cache as it streams in, byte for byte, when it belongs to the study that was asked for. */
import type { Cache, IngestOutcome } from '../../cache/cache.ts'
import { isUID } from '../../dicom/uid.ts'
import { ArchiveError } from '../archive-error.ts'
import { identifyReceived, openReceived } from '../received-object.ts'

export interface ReceiveContext {
  cache: Pick<Cache, 'ingest'>
  StudyInstanceUID: string
  /** What the archive is called, and its host. */
  peer: { AETitle: string; address: string }
  onBytes(count: number): void
}

/** What became of an object. */
export type Received =
  | { kind: 'kept'; instanceKey: number; SeriesInstanceUID: string; SOPInstanceUID: string }
  | { kind: 'refused'; reason: string; SOPInstanceUID: string }

const toReceived = (outcome: IngestOutcome, SOPInstanceUID: string): Received => {
  if (outcome.kind !== 'refused') {
    const { instanceKey, SeriesInstanceUID } = outcome
    return { kind: 'kept', instanceKey, SeriesInstanceUID, SOPInstanceUID }
  }
  const { reason } = outcome
  if (reason === 'disk-full' || reason === 'storage-failed') throw new ArchiveError('disk-full', reason)
  return { kind: 'refused', reason, SOPInstanceUID }
}

/** Receives one object. Throws {@link ArchiveError} when it did not come whole, was no object, or could not be kept. */
export const receiveObject = async (file: AsyncIterable<Uint8Array>, context: ReceiveContext): Promise<Received> => {
  const received = await openReceived(file)
  const { identifiers, bytes } = await identifyReceived(received)
  const SOPInstanceUID = identifiers.SOPInstanceUID || received.meta.SOPInstanceUID
  if (identifiers.StudyInstanceUID !== context.StudyInstanceUID)
    return { kind: 'refused', reason: 'another-study', SOPInstanceUID }
  if (!isUID(SOPInstanceUID)) return { kind: 'refused', reason: 'missing-identifiers', SOPInstanceUID }
  const writer = context.cache.ingest({
    origin: 'retrieved',
    peer: context.peer,
    SOPClassUID: identifiers.SOPClassUID || received.meta.SOPClassUID,
    SOPInstanceUID,
    TransferSyntaxUID: received.TransferSyntaxUID,
  })
  try {
    for await (const piece of bytes) {
      context.onBytes(piece.length)
      await writer.write(piece)
    }
  } catch (error) {
    writer.abort()
    throw error
  }
  return toReceived(await writer.end(), SOPInstanceUID)
}
