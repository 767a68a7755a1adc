/** Takes one object of a retrieval into the cache as it streams in, byte for byte, when it belongs to the study that was asked for. */
import type { Cache } from '../../cache/cache.ts'
import { isUID } from '../../dicom/uid.ts'
import { identifyReceived, openReceived } from '../received-object.ts'
import { type Received, toReceived } from './received.ts'

export interface ReceiveContext {
  cache: Pick<Cache, 'ingest'>
  StudyInstanceUID: string
  /** What the archive is called, and its host. */
  peer: { AETitle: string; address: string }
  /** Its id. */
  archive: string
  onBytes(count: number): void
}

/**
 * Takes all bytes of one object; what comes of it is known when it is durable, which need not be waited for before the next one. Throws
 * `ArchiveError` when it did not come whole or was no object; the outcome rejects with one when it could not be kept.
 */
export const receiveObject = async (
  file: AsyncIterable<Uint8Array>,
  context: ReceiveContext,
): Promise<{ outcome: Promise<Received> }> => {
  const received = await openReceived(file)
  const { identifiers, bytes } = await identifyReceived(received)
  const SOPInstanceUID = identifiers.SOPInstanceUID || received.meta.SOPInstanceUID
  const refuse = (reason: string) => ({
    outcome: Promise.resolve({ kind: 'refused', reason, SOPInstanceUID } as const),
  })
  if (identifiers.StudyInstanceUID !== context.StudyInstanceUID) return refuse('another-study')
  if (!isUID(SOPInstanceUID)) return refuse('missing-identifiers')
  const writer = context.cache.ingest({
    origin: 'retrieved',
    peer: context.peer,
    archive: context.archive,
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
  return { outcome: writer.end().then((outcome) => toReceived(outcome, SOPInstanceUID)) }
}
