/** One object of a C-STORE into the cache, and what its sender is told: Success only when it is durable. */
import type { Cache, IngestOutcome, IngestRequest } from '../cache/cache.ts'
import type { StoreRequest, StoreSink } from '../dimse/index.ts'
import { answerTo } from './store-answers.ts'

/** Who is told what became of the object; one of both, once. */
export interface IngestListener {
  onOutcome(outcome: IngestOutcome): void
  onAbort(reason: Parameters<StoreSink['abort']>[0]): void
  /** The cache broke its promise; told beside a refusal. */
  onFault(error: unknown): void
}

/** The sink of `request`, whose bytes come from `peer`. */
export function ingestSink(
  cache: Pick<Cache, 'ingest'>,
  { AffectedSOPClassUID, AffectedSOPInstanceUID, TransferSyntaxUID }: StoreRequest,
  { origin, peer }: Pick<IngestRequest, 'origin' | 'peer'>,
  listener: IngestListener,
): StoreSink {
  const writer = cache.ingest({
    origin,
    peer,
    SOPClassUID: AffectedSOPClassUID,
    SOPInstanceUID: AffectedSOPInstanceUID,
    TransferSyntaxUID,
  })
  return {
    write: (chunk) => writer.write(chunk),
    end: async () => {
      // A cache that throws has broken its promise: the sender hears of it, and the count too.
      const outcome = await writer.end().catch((error): IngestOutcome => {
        listener.onFault(error)
        return { kind: 'refused', reason: 'storage-failed' }
      })
      listener.onOutcome(outcome)
      return answerTo(outcome)
    },
    abort: (reason) => {
      writer.abort()
      listener.onAbort(reason)
    },
  }
}
