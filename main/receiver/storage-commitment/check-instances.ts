/**
 * Whether instances are safe here: in the index, which holds only what was synced, and really readable (PS3.4 §J.3.2.1). A request tells
 * instances apart, not their contents: which of several versions the other side has, nobody knows, so that each of them has to be safe.
 */
import type { Cache } from '../../cache/cache.ts'
import { DimseStatus, hasPixelsElsewhere } from '../../dicom/index.ts'
import type { CommitmentReport, InstanceReference } from './transaction.ts'

export type CheckedCache = Pick<Cache, 'listVersions' | 'open'>

/** Why we do not commit to an instance; null when we do. */
async function reasonAgainst(
  cache: CheckedCache,
  { SOPClassUID, SOPInstanceUID }: InstanceReference,
): Promise<number | null> {
  try {
    const versions = await cache.listVersions(SOPInstanceUID)
    if (versions.length === 0) return DimseStatus.NoSuchObjectInstance
    const objects = await Promise.all(versions.map(({ instanceKey }) => cache.open(instanceKey)))
    if (objects.some((object) => object.SOPClassUID !== SOPClassUID)) return DimseStatus.ClassInstanceConflict
    // Who is told that it is safe here may let go of theirs, also of the pixels that an object only refers to (PS3.5 §10.8).
    const isUnsafe = versions.some(({ isDamaged }) => isDamaged)
    if (isUnsafe || objects.some(({ TransferSyntaxUID }) => hasPixelsElsewhere(TransferSyntaxUID))) {
      return DimseStatus.ProcessingFailure
    }
    // The first chunk is authenticated: the pack and its key are there.
    for (const object of objects) await object.read(0, Math.min(1, object.length))
    return null
  } catch {
    return DimseStatus.ProcessingFailure
  }
}

/** What can be reported of a transaction now. */
export async function checkInstances(
  cache: CheckedCache,
  TransactionUID: string,
  instances: readonly InstanceReference[],
): Promise<CommitmentReport> {
  const report: CommitmentReport = { TransactionUID, committed: [], failed: [] }
  for (const { SOPClassUID, SOPInstanceUID } of instances) {
    const FailureReason = await reasonAgainst(cache, { SOPClassUID, SOPInstanceUID })
    if (FailureReason === null) report.committed.push({ SOPClassUID, SOPInstanceUID })
    else report.failed.push({ SOPClassUID, SOPInstanceUID, FailureReason })
  }
  return report
}
