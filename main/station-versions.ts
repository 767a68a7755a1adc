/** The versions of objects within the station: the contract's calls, and a choice told to every window. */
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import { compareObjects, type Feed } from './http/index.ts'
import type { StationServices } from './station-services.ts'

/** Who is at this station, as far as it knows. */
const readerName = async ({ reader }: Pick<StationServices, 'reader'>): Promise<string> => {
  const { profile } = await reader.state()
  return profile ? [profile.prefix, profile.givenName, profile.familyName].filter(Boolean).join(' ') : ''
}

/** Handlers of the calls that concern versions. */
export const versionCalls = (
  open: () => Pick<StationServices, 'cache' | 'reader' | 'versions'>,
  feed: Pick<Feed, 'publish' | 'studyChanged'>,
  onChosen: (StudyInstanceUID: string) => void = () => undefined,
): HandlersOf<StationContract>['versions'] => ({
  list: () => open().versions.list(),
  compare: async ({ instanceKeys: [first, second] }) => {
    const { cache } = open()
    return compareObjects(await cache.open(first), await cache.open(second))
  },
  choose: async ({ instanceKey, insteadOf }) => {
    const services = open()
    const chosenBy = await readerName(services)
    const chosenAt = new Date().toISOString()
    const outcome = await services.versions.choose({ instanceKey, insteadOf, chosenAt, chosenBy })
    if (outcome.kind === 'chosen' && instanceKey !== insteadOf) {
      const { StudyInstanceUID, SeriesInstanceUID } = outcome
      feed.studyChanged(StudyInstanceUID, [SeriesInstanceUID], false)
      feed.publish({ kind: 'versionChosen', StudyInstanceUID, SeriesInstanceUID })
      onChosen(StudyInstanceUID)
    }
    return { outcome: outcome.kind }
  },
})
