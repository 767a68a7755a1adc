/** Headers of the study that the person has chosen but not opened yet: asked for ahead, so that opening it need not wait for them. */
import type { ImageHeader } from '../../main/contract/image.ts'
import type { SeriesRow } from '../../main/contract/studies.ts'
import { stationClient } from './client.ts'

export type AskInstances = (input: {
  StudyInstanceUID: string
  SeriesInstanceUID: string
  afterInstanceKey?: number
}) => Promise<{ revision: number; instances: readonly ImageHeader[] }>

/** Of larger studies only the first series, up to so many instances: the list must stay quick. */
const MOST_INSTANCES = 2000

const nameOf = ({ StudyInstanceUID, SeriesInstanceUID }: Pick<SeriesRow, 'StudyInstanceUID' | 'SeriesInstanceUID'>) =>
  `${StudyInstanceUID} ${SeriesInstanceUID}`

/** What was asked ahead, by study and series, and of which revision; `answer` is null once the series has changed since: opening it then asks for all of it. */
const ahead = new Map<string, { revision: number; answer: ReturnType<AskInstances> | null }>()

/** Asks for the headers of these series, and forgets those of others and those that are outdated: a series that still arrives is left alone. */
export function readAhead(series: readonly SeriesRow[], ask: AskInstances = askStation): void {
  let room = MOST_INSTANCES
  const wanted = series.filter(({ NumberOfSeriesRelatedInstances }) => {
    room -= NumberOfSeriesRelatedInstances
    return room >= 0
  })
  for (const known of ahead.keys()) if (!wanted.some((each) => nameOf(each) === known)) ahead.delete(known)
  for (const { StudyInstanceUID, SeriesInstanceUID, revision } of wanted) {
    const name = nameOf({ StudyInstanceUID, SeriesInstanceUID })
    const known = ahead.get(name)
    if (known && known.revision !== revision) known.answer = null
    if (known) continue
    const answer = ask({ StudyInstanceUID, SeriesInstanceUID })
    ahead.set(name, { revision, answer })
    answer.catch(() => ahead.delete(name))
  }
}

const askStation: AskInstances = (input) => stationClient.viewer.instances.query(input)

/** The headers of a series: those asked ahead when they are still of its present revision, else the station's answer. */
export function askInstances(input: Parameters<AskInstances>[0], ask: AskInstances = askStation) {
  const known = input.afterInstanceKey === undefined ? ahead.get(nameOf(input))?.answer : undefined
  ahead.delete(nameOf(input))
  return known ?? ask(input)
}
