/** Whether instances are safe here: in the index, which holds only what was synced, and really readable (PS3.4 §J.3.2.1). */
import type { Cache, StoredObject } from '../../cache/cache.ts'
import { DimseStatus, hasPixelsElsewhere } from '../../dicom/index.ts'
import type { CommitmentReport, InstanceReference } from './transaction.ts'

export type CheckedCache = Pick<Cache, 'findInstance' | 'open' | 'listInstances'>

/** Whether an object was found damaged, asked once for each study: who is told that it is safe here may let go of theirs. */
const damageIn = (cache: Pick<CheckedCache, 'listInstances'>) => {
  const studies = new Map<string, Promise<ReadonlySet<number>>>()
  const damagedOf = async (StudyInstanceUID: string): Promise<ReadonlySet<number>> => {
    const instances = await cache.listInstances(StudyInstanceUID, '')
    return new Set(instances.flatMap(({ instanceKey, isDamaged }) => (isDamaged ? [instanceKey] : [])))
  }
  return async ({ StudyInstanceUID, instanceKey }: StoredObject): Promise<boolean> => {
    const damaged = studies.get(StudyInstanceUID) ?? damagedOf(StudyInstanceUID)
    studies.set(StudyInstanceUID, damaged)
    return (await damaged).has(instanceKey)
  }
}

/** Why we do not commit to an instance; null when we do. */
async function reasonAgainst(
  cache: CheckedCache,
  isDamaged: (object: StoredObject) => Promise<boolean>,
  { SOPClassUID, SOPInstanceUID }: InstanceReference,
): Promise<number | null> {
  const key = await cache.findInstance({ SOPInstanceUID })
  if (key === null) return DimseStatus.NoSuchObjectInstance
  try {
    const object = await cache.open(key)
    if (object.SOPClassUID !== SOPClassUID) return DimseStatus.ClassInstanceConflict
    // Whoever is told that it is safe here may delete the pixels that it only refers to (PS3.5 §10.8).
    if (hasPixelsElsewhere(object.TransferSyntaxUID)) return DimseStatus.ProcessingFailure
    // Its first chunk is authenticated: the pack and its key are there.
    await object.read(0, Math.min(1, object.length))
    return (await isDamaged(object)) ? DimseStatus.ProcessingFailure : null
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
  const isDamaged = damageIn(cache)
  for (const { SOPClassUID, SOPInstanceUID } of instances) {
    const FailureReason = await reasonAgainst(cache, isDamaged, { SOPClassUID, SOPInstanceUID })
    if (FailureReason === null) report.committed.push({ SOPClassUID, SOPInstanceUID })
    else report.failed.push({ SOPClassUID, SOPInstanceUID, FailureReason })
  }
  return report
}
