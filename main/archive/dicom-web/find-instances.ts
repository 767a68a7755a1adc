/**
 * Whether an archive has instances, each asked for by name (PS3.18 §10.6). What it has is easily believed; that it lacks something only where
 * it answers such questions: a search that is not offered, or takes no notice of what is asked, proves nothing.
 */
import { ArchiveError } from '../archive-error.ts'
import type { NamedInstance } from '../study-source.ts'
import type { ArchiveTarget } from './archive-target.ts'
import { jsonUID } from './json-values.ts'
import { describeRemoteStudy } from './remote-instances.ts'
import { searchArchive } from './search.ts'

async function isThere(
  target: ArchiveTarget,
  StudyInstanceUID: string,
  { SOPInstanceUID }: NamedInstance,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `studies/${StudyInstanceUID}/instances`
  const request = { path, match: { SOPInstanceUID }, include: [], limit: 2, offset: 0 }
  const { dataSets } = await searchArchive(target, request, signal)
  if (dataSets.some((dataSet) => jsonUID(dataSet, 'SOPInstanceUID') === SOPInstanceUID)) return true
  if (dataSets.length > 0) throw new ArchiveError('nonsense', 'QIDO-RS: other instances than were asked for')
  return false
}

/** Those that the archive has, by SOPInstanceUID. Throws {@link ArchiveError} where it does not say. */
export async function findRemoteInstances(
  target: ArchiveTarget,
  StudyInstanceUID: string,
  instances: readonly NamedInstance[],
  signal: AbortSignal,
): Promise<string[]> {
  const found: string[] = []
  try {
    for (const instance of instances) {
      if (await isThere(target, StudyInstanceUID, instance, signal)) found.push(instance.SOPInstanceUID)
    }
  } catch (error) {
    if (!(error instanceof ArchiveError) || error.fault !== 'not-here') throw error
    // 404 may mean that there is no such study, or no such search.
    if (await describeRemoteStudy(target, StudyInstanceUID, signal)) throw error
    return []
  }
  return found
}
