/** An archive that is asked what it has and gives studies back, whichever protocol it speaks. */
import type { Cache } from '../cache/cache.ts'
import type { ArchiveFault, RemoteStudy, StudySearch } from '../contract/archive.ts'
import type { PersonName } from '../contract/studies.ts'
import type { Received } from './retrievals/received.ts'

/** As a window asks, so is an archive asked. */
export type { StudySearch }

/** One page of studies. */
export interface FoundStudies {
  /** `receivedInstances` is 0 in all of them. */
  studies: RemoteStudy[]
  /** The archive has others. */
  more: boolean
  /** Why not all that it has can be shown, page after page; null: it can. */
  fault: ArchiveFault | null
  detail: string
}

export interface RemoteInstance {
  SeriesInstanceUID: string
  SOPInstanceUID: string
  /** Empty where the archive does not say. */
  SOPClassUID: string
}

/** An instance that is asked for by name. */
export type NamedInstance = Pick<RemoteInstance, 'SeriesInstanceUID' | 'SOPInstanceUID'>

/** A series as the archive tells it. */
export interface RemoteSeries {
  SeriesInstanceUID: string
  /** Empty where the archive does not say. */
  Modality: string
  /** Those that it lists. */
  instances: RemoteInstance[]
  /** How many it says that there are, which may be more than it lists; null where it does not say. */
  announced: number | null
}

/** What is asked for: a series as a whole, or some instances of it. */
export interface Wish {
  StudyInstanceUID: string
  series: RemoteSeries
  /** Null: all of the series, those too that are not listed. */
  instances: readonly RemoteInstance[] | null
}

/** Where objects go as they come. */
export interface Arrivals {
  cache: Pick<Cache, 'ingest'>
  /** Ends it: what has come stays. */
  signal: AbortSignal
  onBytes(count: number): void
  /** What became of an object; rejects when nothing more is to come. */
  onReceived(received: Received): Promise<void>
  /** Something to be told that keeps nothing from coming. */
  onRemark(detail: string): void
}

/** What an archive says of a study as a whole. */
export interface DescribedStudy {
  PatientName: PersonName
  StudyDescription: string
  /** Null where the archive does not say. */
  NumberOfStudyRelatedInstances: number | null
}

export interface StudySource {
  /** Of the archive: proofs are kept under it. */
  readonly id: string
  /** Instances that are asked for together, and how many such requests at a time, where a series is not asked for as a whole. */
  readonly instancesAtOnce: number
  readonly requestsAtOnce: number
  /** Series that are brought at a time. */
  readonly seriesAtOnce: number
  /** Throws `ArchiveError`, as do all of these. */
  search(search: StudySearch, signal: AbortSignal): Promise<FoundStudies>
  /** What a study is called; null when the archive does not say. */
  describe(StudyInstanceUID: string, signal: AbortSignal): Promise<DescribedStudy | null>
  /** Every series of a study with every instance, each once; `not-here` when there is none. */
  list(StudyInstanceUID: string, signal: AbortSignal): Promise<RemoteSeries[]>
  /** Which of these instances of a study it has, by SOPInstanceUID: each is asked for by name. Throws where its answers prove nothing. */
  find(StudyInstanceUID: string, instances: readonly NamedInstance[], signal: AbortSignal): Promise<string[]>
  /** Brings what it can of a wish. */
  bring(wish: Wish, arrivals: Arrivals): Promise<void>
  /** Ends its connections. */
  close(): void
}
