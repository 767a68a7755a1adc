/** Headers of the study that the person has chosen but not opened yet: asked for ahead, so that opening it need not wait for them. */
import type { ImageHeader } from '../../main/contract/image.ts'
import type { SeriesRow } from '../../main/contract/studies.ts'
import { stationClient } from './client.ts'

export type AskInstances = (input: {
  SeriesInstanceUID: string
  afterInstanceKey?: number
}) => Promise<{ revision: number; instances: readonly ImageHeader[] }>

/** Of larger studies only the first series, up to so many instances: the list must stay quick. */
const MOST_INSTANCES = 2000

const ahead = new Map<string, ReturnType<AskInstances>>()

/** Asks for the headers of these series, and forgets those of others. */
export function readAhead(series: readonly SeriesRow[], ask: AskInstances = askStation): void {
  let room = MOST_INSTANCES
  const wanted = series.filter(({ NumberOfSeriesRelatedInstances }) => {
    room -= NumberOfSeriesRelatedInstances
    return room >= 0
  })
  for (const known of ahead.keys())
    if (!wanted.some(({ SeriesInstanceUID }) => SeriesInstanceUID === known)) ahead.delete(known)
  for (const { SeriesInstanceUID } of wanted) {
    if (ahead.has(SeriesInstanceUID)) continue
    const answer = ask({ SeriesInstanceUID })
    ahead.set(SeriesInstanceUID, answer)
    answer.catch(() => ahead.delete(SeriesInstanceUID))
  }
}

const askStation: AskInstances = (input) => stationClient.viewer.instances.query(input)

/** The headers of a series: those asked ahead (as of then; their revision tells), else the station's answer. */
export const askInstances: AskInstances = (input) => {
  const known = input.afterInstanceKey === undefined ? ahead.get(input.SeriesInstanceUID) : undefined
  ahead.delete(input.SeriesInstanceUID)
  return known ?? askStation(input)
}
