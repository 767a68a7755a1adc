/**
 * The cache as the rest of the station sees it: one door in (`ingest`), byte-ranges out, and queries on the index.
 * Everything behind it (packs, crypto, SQLite) lives in worker threads.
 */
import type { ImageHeader, NotDisplayableReason } from '../contract/image.ts'
import type { DamagedObject, PackDamage } from '../contract/integrity.ts'
import type { SeriesRow, StudyFilter, StudyReportState, StudyRow } from '../contract/studies.ts'
import type { VersionedInstance } from '../contract/versions.ts'
import type { PixelDataLayout } from '../dataset/pixel-data-layout.ts'

/** Where an object comes from. */
export interface IngestRequest {
  origin: 'received' | 'imported' | 'retrieved' | 'created'
  /** The sender: its AE title and address, or empty. */
  peer: { AETitle: string; address: string }
  /** Id of the archive that it is retrieved from, which is thereby proven to hold it. */
  archive?: string
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
}

/** Why an object was not taken. */
export type RefusalReason =
  /** The data set ends inside an element, or its sequence and item lengths do not fit. */
  | 'cut-data-set'
  /** No usable StudyInstanceUID, SeriesInstanceUID or SOPInstanceUID. */
  | 'missing-identifiers'
  /** SOPInstanceUID or SOPClassUID differ between command and data set. */
  | 'identifiers-disagree'
  | 'unreadable-data-set'
  | 'too-large'
  | 'disk-full'
  | 'storage-failed'

export type IngestOutcome =
  | { kind: 'stored'; instanceKey: number; StudyInstanceUID: string; SeriesInstanceUID: string }
  /** The same data set is here already. */
  | { kind: 'duplicate'; instanceKey: number; StudyInstanceUID: string; SeriesInstanceUID: string }
  /** The SOPInstanceUID is here with other content: kept beside it; the first stays current. */
  | { kind: 'version'; instanceKey: number; StudyInstanceUID: string; SeriesInstanceUID: string }
  | { kind: 'refused'; reason: RefusalReason }

/** Takes one data set (without preamble and file meta information), in chunks of any size. */
export interface IngestWriter {
  /**
   * Adds bytes; they are copied before it returns, so the caller may reuse its buffer. Returns a promise to wait for when
   * the cache cannot keep up (backpressure), otherwise undefined. Never throws: a failure is told by `end`.
   */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** Resolves when the object is durable and every query finds it, or when it was refused. */
  end(): Promise<IngestOutcome>
  /** Drops what was written so far. */
  abort(): void
}

/** A stored object for reading; byte 0 is the first byte of the data set. */
export interface StoredObject {
  readonly instanceKey: number
  readonly StudyInstanceUID: string
  readonly SeriesInstanceUID: string
  readonly SOPInstanceUID: string
  readonly SOPClassUID: string
  readonly TransferSyntaxUID: string
  /** Length of the data set in bytes. */
  readonly length: number
  readonly sha256: string
  /** Where the pixel data is in the data set; null without. */
  readonly pixelData: PixelDataLayout | null
  /** Decrypts and authenticates `[start, end)`. Throws {@link CacheError} `object-damaged` or `object-missing`. */
  read(start: number, end: number): Promise<Uint8Array>
}

/** A broken promise of the cache. */
export class CacheError extends Error {
  readonly code:
    | 'object-damaged'
    | 'object-missing'
    | 'wrong-key'
    | 'folder-in-use'
    | 'disk-full'
    | 'index-damaged'
    | 'search-too-broad'
    | 'closed'
  constructor(code: CacheError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'CacheError'
    this.code = code
  }
}

/** What DICOMweb's QIDO-RS and the query SCP ask: matching keys by keyword (PS3.4 §C.2.2.2). */
export interface AttributeQuery {
  level: 'study' | 'series' | 'instance'
  /** keyword → value with wildcards `*` `?`, ranges `a-b` on dates, lists of UIDs separated by `\`. */
  match: Record<string, string>
  /** Ranges of a date and of the time that goes with it are one range, from a moment to a moment. */
  combinesDateTime?: boolean
  limit: number
  offset: number
}

/** One match: every attribute that the index keeps for that level and those above, by keyword, as DICOM JSON `Value` content; of sequences the JSON of their items, values by keyword. */
export type AttributeRow = Record<string, string | number | string[] | number[] | null>

export interface CacheTotals {
  bytes: number
  studies: number
  instances: number
}

/** What a committed group changed, for the feed. */
export interface StoredChange {
  kind: 'stored' | 'duplicate' | 'version'
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  instanceKey: number
}

/** What is known of a study has changed although nothing came: an object cannot be shown, or is whole again; another number is expected. */
export interface NotedChange {
  StudyInstanceUID: string
  /** Those whose objects it concerns. */
  SeriesInstanceUIDs: string[]
}

/** What was received and the index does not know, since it cannot be written or does not take it: no query finds it. Nothing of it is lost. */
export interface IndexLag {
  /** How many objects, as far as that is known. */
  objects: number
  /** Technical: SQLite's code. */
  reason: string
}

/** What an archive is known to have of a stored version: `sentAt`: it accepted it; `archivedAt` with `proof`: it holds it. */
export interface ArchiveProof {
  instanceKey: number
  /** The archive's id, the same for as long as its address is. */
  archive: string
  sentAt: string | null
  archivedAt: string | null
  proof: 'storage-commitment' | 'read-back' | 'retrieved' | null
}

/** A content of an instance, whatever becomes of it here. */
export interface InstanceContent {
  SOPInstanceUID: string
  sha256: string
}

/** An archive no longer holds a content that it was proven to hold: proofs until then count no more. */
export interface WithdrawnProof extends InstanceContent {
  archive: string
  /** ISO 8601. */
  withdrawnAt: string
}

/**
 * What the archive says, asked once more, of a study that it is proven to hold. `lost`: not all of it any more, and those proofs are withdrawn;
 * `unclear`: nothing that can be relied on, of this study; `away`: it cannot be asked now.
 */
export type ArchiveWord = 'held' | 'lost' | 'unclear' | 'away'

/** What the records know of what an index holds. */
export interface KnownOfContent {
  proofs: (Omit<ArchiveProof, 'instanceKey'> & InstanceContent)[]
  /** Those of before count no more. */
  withdrawn?: WithdrawnProof[]
  studies: StudyNote[]
  /** There is no more. */
  isAll?: boolean
}

/** What is noted of a study beside what was received. */
export interface StudyNote {
  StudyInstanceUID: string
  openedAt: string | null
  /** Instances that an archive announced. */
  expectedInstances: number | null
}

/** How far the report of a study is. */
export interface StudyReport {
  StudyInstanceUID: string
  state: StudyReportState
}

/** A study's current instance, as far as sending and retrieving are concerned. */
export interface InstancePlace {
  instanceKey: number
  SeriesInstanceUID: string
  SOPInstanceUID: string
  /** Its bytes cannot be read. */
  isDamaged: boolean
  /** The archive that was asked about is proven to hold it. */
  isArchived: boolean
}

/** A version that a person chose to be shown, by its content: keys are the index's. */
export interface ChosenVersion {
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUID: string
  sha256: string
  TransferSyntaxUID: string
}

/** A choice as it is kept. */
export interface VersionChoice extends ChosenVersion {
  /** Digest of what was shown before. */
  insteadOf: string
  /** ISO 8601. */
  chosenAt: string
  /** Name of the reader; empty where none is set up. */
  chosenBy: string
}

/** Which version is to be shown from now on, instead of which. */
export interface VersionChange {
  instanceKey: number
  insteadOf: number
}

/** An instance in several versions, and which is shown. */
export type ShownInstance = Omit<VersionedInstance, 'choice'> & {
  shown: Pick<ChosenVersion, 'sha256' | 'TransferSyntaxUID'>
}

/** `changed`: another version than was thought is shown by now. */
export type VersionChoiceOutcome =
  | { kind: 'chosen'; StudyInstanceUID: string; SeriesInstanceUID: string }
  | { kind: 'changed' | 'gone' }

/** A study as far as its room is concerned. */
export interface StudyUse {
  StudyInstanceUID: string
  bytes: number
  /** When it was last received into, ISO 8601; and opened. */
  lastReceivedAt: string
  openedAt: string | null
  conflictingInstances: number
  /** The archive asked about is proven to hold every version of it. */
  isProven: boolean
}

/** ISO 8601, both included. */
export interface ProvenWithin {
  since: string
  until: string
}

/** A place in the order of {@link Cache.listByAge}: that of a study. */
export type StudyPlace = Pick<StudyUse, 'lastReceivedAt' | 'StudyInstanceUID'>

/** What became of the removal of a study. `busy`: something is being written to it. */
export type StudyRemovalOutcome = { kind: 'removed'; bytes: number } | { kind: 'not-archived' | 'busy' | 'unknown' }

export interface Cache {
  ingest(request: IngestRequest): IngestWriter

  listStudies(
    filter: StudyFilter & { sort: string; descending: boolean; offset: number; limit: number },
  ): Promise<{ total: number; rows: StudyRow[] }>
  /** How many studies a filter selects. */
  countFiltered(filter: StudyFilter): Promise<number>
  countStudies(input: { today: string; receivedSince: string }): Promise<{
    all: number
    today: number
    receivedRecently: number
    modalities: { Modality: string; count: number }[]
    reports: { state: StudyReportState; count: number }[]
  }>
  getStudy(StudyInstanceUID: string): Promise<{ study: StudyRow; series: SeriesRow[]; priors: StudyRow[] } | null>
  markOpened(StudyInstanceUID: string, at: string): Promise<void>
  /** Notes how far reports are, as the records say; `isAll`: there are no others. Gives the studies for which that is new. */
  noteReports(reports: readonly StudyReport[], isAll?: boolean): Promise<string[]>
  /** Of a series; several studies may have one of that UID: then of the one that is named. */
  imageHeaders(
    SeriesInstanceUID: string,
    afterInstanceKey?: number,
    StudyInstanceUID?: string,
  ): Promise<{ revision: number; instances: ImageHeader[] }>
  /** The header of any stored version; null when there is none. */
  imageHeader(instanceKey: number): Promise<ImageHeader | null>
  /** Instances in several versions, at most 500, with the content that is shown of each; and how many there are. */
  versionedInstances(): Promise<{ total: number; instances: ShownInstance[] }>
  /** Makes another version current. Whoever calls it has kept the choice: see `versions.ts`. */
  showVersion(change: VersionChange): Promise<VersionChoiceOutcome>
  /** Throws {@link CacheError} `search-too-broad` when what has to be looked at is more than a search may take, as {@link countMatches} does. */
  searchAttributes(query: AttributeQuery): Promise<AttributeRow[]>
  /** How many matches there are behind `offset`, counted as far as `limit`. */
  countMatches(query: AttributeQuery): Promise<number>

  /** The stored object by key; throws {@link CacheError} `object-missing` when there is none. */
  open(instanceKey: number): Promise<StoredObject>
  /** The current version's key of an instance; null when it is not here. */
  findInstance(uids: {
    StudyInstanceUID?: string
    SeriesInstanceUID?: string
    SOPInstanceUID: string
  }): Promise<number | null>
  /** The key of a stored version with this content, current or not; null when it is not here. */
  findVersion(content: { SOPInstanceUID: string; sha256: string }): Promise<number | null>
  /** Every stored version of an instance, current or not, in whichever study, and whether it was found damaged. */
  listVersions(SOPInstanceUID: string): Promise<Pick<InstancePlace, 'instanceKey' | 'isDamaged'>[]>
  /** Current instances' keys of a study or series, in order of series and instance number. */
  listInstanceKeys(uids: { StudyInstanceUID: string; SeriesInstanceUID?: string }): Promise<number[]>
  /** Current instances of a study in order of arrival, and which of them `archive` is proven to hold. */
  listInstances(StudyInstanceUID: string, archive: string): Promise<InstancePlace[]>
  /** Keeps proofs; what is known already is not taken back by them. */
  saveArchiveProofs(proofs: readonly ArchiveProof[]): Promise<void>
  /** Takes proofs back: whoever calls it has kept that in the records. */
  withdrawProofs(withdrawn: readonly WithdrawnProof[]): Promise<void>
  /** Notes how many instances of a study there are to come in all, as an archive announced. */
  expectInstances(StudyInstanceUID: string, count: number): Promise<void>
  /**
   * Notes that an instance cannot be shown (found on reading), so that completeness tells it. Damage is noted when reading the whole object
   * again finds it too, and no longer holds once the object is read whole.
   */
  markNotDisplayable(instanceKey: number, reason: NotDisplayableReason): Promise<void>

  /** Keys of stored versions behind `after`, in order. */
  listKeys(after: number, limit: number): Promise<number[]>
  /**
   * Reads a stored version again, in pieces of up to 1 MiB, and compares it with its digest; before each piece it waits for `pace`. Does not
   * count as reading. Throws errors of the file system that say nothing of the object.
   */
  verify(
    instanceKey: number,
    pace: (bytes: number) => Promise<void>,
  ): Promise<'intact' | 'object-damaged' | 'object-missing' | 'gone'>
  /** ms since an object was last taken or read. */
  idleFor(): number
  /** Objects found damaged and not mended since, at most the 500 found last, and whether `archive` is proven to hold each. */
  damagedObjects(archive: string): Promise<DamagedObject[]>
  /** How many they are, all of them. */
  countDamagedObjects(): Promise<number>
  /** The studies with damaged objects that `archive` is proven to hold. */
  mendableStudies(archive: string): Promise<string[]>

  /** What cannot be read in packs and belongs to no object that is known, as far as nobody took note of it. */
  packDamage(): Promise<PackDamage>
  /** Somebody has taken note of all of that. */
  dismissDamage(): Promise<void>

  /** Whether the index lacks what the records know of its content: see `complete-index.ts`. */
  isLacking(): Promise<boolean>
  /** Takes it; what the index knows better stays. */
  bringBack(known: KnownOfContent): Promise<void>

  /** Studies in order of last reception, the oldest first, behind a place in that order. */
  listByAge(request: { archive: string; after: StudyPlace | null; limit: number }): Promise<StudyUse[]>
  /** One study; null when it is not here. With `provenWithin` only proofs of that time count. */
  studyUse(request: {
    StudyInstanceUID: string
    archive: string
    provenWithin?: ProvenWithin
  }): Promise<StudyUse | null>
  /** Studies by the room that they take on the disk, the largest first. */
  listBySize(request: { archive: string; offset: number; limit: number }): Promise<{ row: StudyRow; use: StudyUse }[]>
  /**
   * Removes a study and destroys its keys: with `archive` only when that archive is proven to hold every version of it, checked in the same
   * transaction; with `bytes` (of {@link StudyUse}) only when nothing came since. When this resolves with `removed` it is gone, also after a crash.
   */
  removeStudy(request: {
    StudyInstanceUID: string
    archive: string | null
    bytes?: number
  }): Promise<StudyRemovalOutcome>

  totals(): Promise<CacheTotals>
  /** Free and total bytes of the disk that holds the packs. */
  disk(): Promise<{ free: number; total: number; full: boolean }>
  /** Calls back after each committed group; returns a function that ends it. */
  onStored(listener: (changes: StoredChange[]) => void): () => void
  /** Calls back after each such change. */
  onNoted(listener: (change: NotedChange) => void): () => void
  /** Calls back when writing fails for want of space, and when it works again. */
  onDiskFull(listener: (full: boolean) => void): () => void
  close(): Promise<void>
}
