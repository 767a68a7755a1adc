/**
 * The cache's door for objects that an archive pushes (C-GET, C-MOVE): those of the study that was asked for go in, others are refused as
 * soon as they tell what they are.
 */
import type { Cache, IngestOutcome, IngestWriter } from '../../cache/cache.ts'
import { HeaderScan } from '../../dataset/index.ts'
import { type Received, toReceived } from './received.ts'

export interface GuardOptions {
  cache: Pick<Cache, 'ingest'>
  StudyInstanceUID: string
  /** Id of the archive. */
  archive: string
  onBytes(count: number): void
  /** What became of an object, before its sender is told; what it rejects with refuses the object and all that follow. */
  onReceived(received: Received): Promise<void>
  /** Nothing more is to come. */
  onFailure(error: unknown): void
}

const stopped: IngestOutcome = { kind: 'refused', reason: 'storage-failed' }
/** To the sender; a person is told which study it was not of. */
const strange: IngestOutcome = { kind: 'refused', reason: 'identifiers-disagree' }

/** The door for one retrieval. */
export const guardedIngest = (options: GuardOptions): Pick<Cache, 'ingest'> => {
  const { cache, StudyInstanceUID, archive, onBytes, onReceived, onFailure } = options
  let isStopped = false
  return {
    ingest(request): IngestWriter {
      const { SOPInstanceUID } = request
      const writer = cache.ingest({ ...request, origin: 'retrieved', archive })
      const scan = new HeaderScan(request.TransferSyntaxUID, { maxBufferedBytes: 8 * 1024 * 1024 })
      let belongs: boolean | null = null
      const look = (chunk: Uint8Array): void => {
        scan.push(chunk)
        if (scan.StudyInstanceUID === undefined) return
        belongs = scan.StudyInstanceUID === StudyInstanceUID
        if (!belongs) writer.abort()
      }
      const outcome = async (): Promise<IngestOutcome> => {
        if (belongs === false) {
          await onReceived({ kind: 'refused', reason: 'another-study', SOPInstanceUID })
          return strange
        }
        if (isStopped || belongs === null) writer.abort()
        if (isStopped) return stopped
        const result: IngestOutcome =
          belongs === null ? { kind: 'refused', reason: 'missing-identifiers' } : await writer.end()
        await onReceived(toReceived(result, SOPInstanceUID))
        return result
      }
      return {
        write(chunk) {
          onBytes(chunk.length)
          if (belongs === null) look(chunk)
          return belongs === false ? undefined : writer.write(chunk)
        },
        end: () =>
          outcome().catch((error: unknown) => {
            isStopped = true
            onFailure(error)
            return stopped
          }),
        abort: () => {
          if (belongs !== false) writer.abort()
        },
      }
    },
  }
}
