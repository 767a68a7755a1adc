/** The archive as the rest of the station knows it: what it is made of, what it is asked, and what it tells. */
import type { ArchiveWord, Cache } from '../cache/cache.ts'
import type { Records } from '../cache/records/records.ts'
import type {
  ArchiveConfiguration,
  ArchiveFault,
  ArchiveStatus,
  ArchiveTest,
  OutboxCounts,
  OutboxItem,
  RemoteStudy,
  Retrieval,
} from '../contract/archive.ts'
import type { ArchiveLog } from './archive-log.ts'
import type { Backoff } from './backoff.ts'
import type { ExchangeLimits } from './dicom-web/archive-target.ts'
import type { PeerLink } from './dimse/peer-link.ts'
import type { StudySearch } from './study-source.ts'

/** What changed. Changes of the outbox are gathered for a moment. */
export type ArchiveChange =
  | { kind: 'outboxChanged'; StudyInstanceUIDs: string[] }
  | { kind: 'retrievalChanged'; retrieval: Retrieval }
  | { kind: 'archiveConfigured' }
  /** The status, and nothing of the others. */
  | { kind: 'statusChanged' }

export interface ArchiveOptions {
  cache: Cache
  records: Pick<Records, 'outbox' | 'retrievals' | 'commitments' | 'withdrawals'>
  /** The DICOM network, for archives by DIMSE. */
  peers: PeerLink
  log: ArchiveLog
  onChange(change: ArchiveChange): void
  /** The archive of this name accepted an object of a study. */
  onAccepted?(StudyInstanceUID: string, archive: string, how: 'STOW-RS' | 'C-STORE'): void
  now?: () => Date
  /** Waiting times after failures. */
  backoff?: Backoff
  limits?: Partial<ExchangeLimits>
}

/** How far an instance is on its way to the archive; one that was never queued is absent. `waiting`: also after failures that may pass. */
export type TransferStates = Readonly<Record<string, 'waiting' | 'sent' | 'archived' | 'failed'>>

export interface Archive {
  /** Takes up what was under way when the station ended. */
  start(): Promise<void>
  configuration(): ArchiveConfiguration | null
  configure(configuration: ArchiveConfiguration | null): Promise<void>
  test(configuration: ArchiveConfiguration): Promise<ArchiveTest>
  status(): Promise<ArchiveStatus>
  /** What a person should know, with technical detail; null: no such problem. `lost`: studies here of which it no longer holds all. */
  problems(): Promise<{ unreachable: string | null; refused: string | null; lost: string | null }>
  /**
   * Asks the archive once more for a study that it is proven to hold; with `lost` the proofs of what it lacks are withdrawn, durably. Waits for
   * half a minute at most.
   */
  confirm(StudyInstanceUID: string, signal: AbortSignal): Promise<ArchiveWord>
  outbox(request: {
    states: OutboxItem['state'][]
    StudyInstanceUID?: string | undefined
    offset: number
    limit: number
  }): Promise<{ total: number; items: OutboxItem[] }>
  /** Puts stored instances into the outbox, each content once; resolves when that is durable, with how many are new there. */
  enqueue(instanceKeys: readonly number[]): Promise<number>
  /** The same for a whole study, without what the archive is proven to have. */
  send(StudyInstanceUID: string): Promise<number>
  retry(itemId: number | null): Promise<number>
  transferOf(SOPInstanceUIDs: readonly string[]): Promise<TransferStates>
  /** By StudyInstanceUID; studies of which nothing was ever queued are absent. */
  countsOf(StudyInstanceUIDs: readonly string[]): Promise<Readonly<Record<string, OutboxCounts>>>
  /** `signal`: whoever asked has left. */
  search(
    search: StudySearch,
    signal?: AbortSignal,
  ): Promise<{ fault: ArchiveFault | null; detail: string; studies: RemoteStudy[]; more: boolean }>
  /** Id of the archive, which studies are brought back from; empty: none is set up. */
  givesBack(): string
  /** Throws {@link ArchiveError} `not-configured`. */
  retrieve(StudyInstanceUID: string): Promise<number>
  cancelRetrieval(retrievalId: number): Promise<void>
  retrievals(): Promise<Retrieval[]>
  /** There is room on the disk again. */
  diskHasRoom(): void
  /** Ends what is under way, to go on at the next start. */
  stop(): Promise<void>
}
