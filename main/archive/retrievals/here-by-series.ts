/** What is here of each series of a study, beside what an archive lists and announces of it. */
import type { RemoteInstance, RemoteSeries } from '../study-source.ts'

/** Nobody knows how much there is of it. */
export const isUnlisted = ({ instances, announced }: RemoteSeries): boolean =>
  instances.length === 0 && announced === null

export class HereBySeries {
  readonly #series = new Map<string, Set<string>>()

  /** True when it was not here before. */
  add({ SeriesInstanceUID, SOPInstanceUID }: Pick<RemoteInstance, 'SeriesInstanceUID' | 'SOPInstanceUID'>): boolean {
    const here = this.#series.get(SeriesInstanceUID) ?? new Set()
    this.#series.set(SeriesInstanceUID, here)
    const { size } = here
    return here.add(SOPInstanceUID).size > size
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

  isWhole(series: RemoteSeries): boolean {
    return !isUnlisted(series) && this.receivedOf(series) === this.expectedOf(series)
  }

  #countOf(SeriesInstanceUID: string): number {
    return this.#series.get(SeriesInstanceUID)?.size ?? 0
  }
}
