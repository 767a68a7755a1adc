/** What is here of each series of a study, beside what an archive lists and announces of it. */
import type { NamedInstance, RemoteInstance, RemoteSeries } from '../study-source.ts'

/** Nobody knows how much there is of it. */
export const isUnlisted = ({ instances, announced }: RemoteSeries): boolean =>
  instances.length === 0 && announced === null

const addTo = (all: Map<string, Set<string>>, { SeriesInstanceUID, SOPInstanceUID }: NamedInstance): boolean => {
  const series = all.get(SeriesInstanceUID) ?? new Set()
  all.set(SeriesInstanceUID, series)
  const { size } = series
  return series.add(SOPInstanceUID).size > size
}

export class HereBySeries {
  readonly #series = new Map<string, Set<string>>()
  /** Those of them that the archive is known to have. */
  readonly #proven = new Map<string, Set<string>>()

  /** True when it was not here before. */
  add(instance: NamedInstance, isProven: boolean): boolean {
    if (isProven) addTo(this.#proven, instance)
    return addTo(this.#series, instance)
  }

  /** Those that are listed and not here. */
  missingOf({ SeriesInstanceUID, instances }: RemoteSeries): RemoteInstance[] {
    const here = this.#series.get(SeriesInstanceUID)
    return instances.filter(({ SOPInstanceUID }) => !here?.has(SOPInstanceUID))
  }

  /** How many there must be: as many as are listed or announced, whichever is more; where it is neither, as many as are here. */
  expectedOf({ SeriesInstanceUID, instances, announced }: RemoteSeries): number {
    return Math.max(instances.length, announced ?? 0) || this.#countOf(SeriesInstanceUID)
  }

  /** How many of those are here: each that is listed counts for itself, others for those that are not. */
  receivedOf(series: RemoteSeries): number {
    const listedHere = series.instances.length - this.missingOf(series).length
    const others = this.#countOf(series.SeriesInstanceUID) - listedHere
    return listedHere + Math.min(others, this.expectedOf(series) - series.instances.length)
  }

  /** How many are here that the archive has and neither lists nor announces with a series. */
  beyond(all: readonly RemoteSeries[]): number {
    const known = new Map(all.map((series) => [series.SeriesInstanceUID, series]))
    return [...this.#proven].reduce((sum, [SeriesInstanceUID, proven]) => {
      const series = known.get(SeriesInstanceUID)
      if (!series) return sum + proven.size
      const listed = new Set(series.instances.map(({ SOPInstanceUID }) => SOPInstanceUID))
      const others = [...proven].filter((uid) => !listed.has(uid)).length
      return sum + Math.max(0, others - (this.expectedOf(series) - listed.size))
    }, 0)
  }

  isWhole(series: RemoteSeries): boolean {
    return !isUnlisted(series) && this.receivedOf(series) === this.expectedOf(series)
  }

  #countOf(SeriesInstanceUID: string): number {
    return this.#series.get(SeriesInstanceUID)?.size ?? 0
  }
}
