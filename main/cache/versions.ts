/** The versions of instances: the index knows which there are and which is shown, the records what a person chose. */
import type { VersionedInstance } from '../contract/versions.ts'
import type { Cache, VersionChange, VersionChoiceOutcome } from './cache.ts'
import type { Records } from './records/records.ts'

export interface Versions {
  /** Instances in several versions, at most 500, and how many there are. */
  list(): Promise<{ total: number; instances: VersionedInstance[] }>
  /** Keeps a person's choice, durably, and shows it. One after the other. */
  choose(change: VersionChange & { chosenAt: string; chosenBy: string }): Promise<VersionChoiceOutcome>
}

export interface VersionsOptions {
  cache: Pick<Cache, 'open' | 'findInstance' | 'versionedInstances' | 'showVersion'>
  records: { choices: Pick<Records['choices'], 'add' | 'of'> }
}

export const createVersions = ({ cache, records }: VersionsOptions): Versions => {
  let turn: Promise<unknown> = Promise.resolve()
  const open = (instanceKey: number) => cache.open(instanceKey).catch(toNull)

  /** The choice comes first: what is shown follows it, after a cut at the next start. */
  const choose: Versions['choose'] = async ({ instanceKey, insteadOf, chosenAt, chosenBy }) => {
    const [version, former] = [await open(instanceKey), await open(insteadOf)]
    if (!version) return { kind: 'gone' }
    const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, sha256, TransferSyntaxUID } = version
    const uids = { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }
    if (!former || (await cache.findInstance(uids)) !== insteadOf) return { kind: 'changed' }
    const content = { sha256, TransferSyntaxUID }
    await records.choices.add({ ...uids, ...content, insteadOf: former.sha256, chosenAt, chosenBy })
    return cache.showVersion({ instanceKey, insteadOf })
  }

  return {
    async list() {
      const { total, instances } = await cache.versionedInstances()
      const choices = await records.choices.of(instances.map(({ SOPInstanceUID }) => SOPInstanceUID))
      return {
        total,
        instances: instances.map(({ shown, ...instance }) => {
          const choice = choices.find(
            (each) =>
              each.SOPInstanceUID === instance.SOPInstanceUID &&
              each.SeriesInstanceUID === instance.SeriesInstanceUID &&
              each.StudyInstanceUID === instance.StudyInstanceUID &&
              each.sha256 === shown.sha256 &&
              each.TransferSyntaxUID === shown.TransferSyntaxUID,
          )
          return { ...instance, choice: choice ? { at: choice.chosenAt, by: choice.chosenBy } : null }
        }),
      }
    },
    choose(change) {
      const chosen = turn.then(() => choose(change))
      turn = chosen.catch(() => undefined)
      return chosen
    },
  }
}

/** Not here, or no longer: the cache throws that alone before anything is read. */
const toNull = (error: unknown): null => {
  if ((error as { code?: unknown }).code === 'object-missing') return null
  throw error
}
