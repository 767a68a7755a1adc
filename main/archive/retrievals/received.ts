/** What became of an object that an archive gave. */
import type { IngestOutcome } from '../../cache/cache.ts'
import { ArchiveError } from '../archive-error.ts'

export type Received =
  /** `isKnown`: it was here already, and nothing was written. */
  | { kind: 'kept'; instanceKey: number; SeriesInstanceUID: string; SOPInstanceUID: string; isKnown: boolean }
  | { kind: 'refused'; reason: string; SOPInstanceUID: string }

/** Throws {@link ArchiveError} `disk-full` when nothing can be kept any more. */
export const toReceived = (outcome: IngestOutcome, SOPInstanceUID: string): Received => {
  if (outcome.kind !== 'refused') {
    const { instanceKey, SeriesInstanceUID } = outcome
    return { kind: 'kept', instanceKey, SeriesInstanceUID, SOPInstanceUID, isKnown: outcome.kind === 'duplicate' }
  }
  const { reason } = outcome
  if (reason === 'disk-full' || reason === 'storage-failed') throw new ArchiveError('disk-full', reason)
  return { kind: 'refused', reason, SOPInstanceUID }
}
