/** The writing half of the cache: packs, keys and the writing connection of the index. Lives in the store worker; used directly by tests. */
import { createHash, type Hash } from 'node:crypto'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type {
  ChosenVersion,
  IndexLag,
  IngestOutcome,
  IngestRequest,
  KnownOfContent,
  RefusalReason,
  StoredChange,
  VersionChange,
  VersionChoiceOutcome,
} from '../cache.ts'
import { type DataFolder, dataFolderAt, makeFolder } from '../data-folder.ts'
import { ChosenVersions } from '../index-database/chosen-versions.ts'
import type { KnownVersion } from '../index-database/index-writer.ts'
import { isDamage as isMarkedDamaged, NotesWriter } from '../index-database/notes-writer.ts'
import type { StudyRemoval } from '../index-database/study-removal.ts'
import { showChosen, showVersion } from '../index-database/version-choice.ts'
import { nodePackFiles, type PackFiles } from '../packs/pack-files.ts'
import { isRecordIntact } from '../packs/pack-scan.ts'
import { StudyKeys } from '../packs/study-keys.ts'
import { CatchUp } from './catch-up.ts'
import { DiskSpace } from './disk-space.ts'
import { GroupCommit } from './group-commit.ts'
import { type IngestContext, IngestSession } from './ingest-session.ts'
import { InstanceKeys } from './instance-keys.ts'
import { openRecovered } from './open-recovered.ts'
import { PackLeases } from './pack-leases.ts'
import { PackRecovery } from './pack-recovery.ts'
import type { PacksBehind } from './packs-behind.ts'
import type { RecoveryReport } from './recovery.ts'
import { finishRemovals } from './removals.ts'
import { SpareRoom } from './spare-room.ts'
import { Sweep } from './sweep.ts'

export interface StoreOptions {
  dataFolder: string
  stationKey: Uint8Array
  /** Bytes of the disk to leave free. */
  reserve: number
  /** Bytes at which a pack takes no further record. */
  packLimit: number
  /** What persons chose to be shown. */
  chosen?: readonly ChosenVersion[]
  files?: PackFiles
  now?: () => Date
  /** The index took these; nearly always their answers went out before. */
  onIndexed(changes: StoredChange[]): void
  onDiskFull(full: boolean): void
  /** What waits for the index since it cannot take it has changed; it is null when nothing does. */
  onIndexLag?(lag: IndexLag | null, studiesBehind: readonly string[] | null): void
  /** Something went wrong that only the log needs; no patient data. */
  onProblem(what: string, detail: string): void
}

export interface RemovalRequest {
  StudyInstanceUID: string
  /** Only when this archive is proven to hold every version of it; null: whatever is proven. */
  archive: string | null
  /** Only when nothing came since it took these bytes. */
  bytes?: number
}

/** What became of a removal, with the packs that are gone. `busy`: something is being written to the study. */
export type RemovedStudy =
  | { kind: 'removed'; bytes: number; packIds: string[] }
  | Exclude<StudyRemoval, { kind: 'removed' }>
  | { kind: 'busy' }

/** What could not be done; it is to be done later. */
const tryNow = (work: () => void): (() => void)[] => {
  try {
    work()
    return []
  } catch {
    return [work]
  }
}

/** ms between two lines of the log that say the same: what fails is tried again each second, and before each query. */
const SAME_AGAIN = 60_000

/** Tells what is new, and the same again after a minute. */
const onceInAWhile = (tell: (detail: string) => void): ((detail: string) => void) => {
  let last = { detail: '', at: Number.NEGATIVE_INFINITY }
  return (detail) => {
    const at = performance.now()
    if (detail === last.detail && at - last.at < SAME_AGAIN) return
    last = { detail, at }
    tell(detail)
  }
}

/** Reads a stored object back; whatever cannot be read, or once could not, is not whole. */
const isVersionIntact = (folder: DataFolder, files: PackFiles, keys: StudyKeys, version: KnownVersion): boolean => {
  const { packId, keyId, recordOffset: start, recordEnd: end } = version
  if (isMarkedDamaged(version.notDisplayable)) return false
  try {
    const studyKey = keys.load(keyId)
    const descriptor = files.open(folder.packFile(packId))
    try {
      return studyKey !== null && isRecordIntact(files, descriptor, { packId, keyId }, studyKey.key, { start, end })
    } finally {
      files.close(descriptor)
    }
  } catch {
    return false
  }
}

export class Store {
  readonly recovery: RecoveryReport
  readonly notes: NotesWriter
  readonly #database: Database
  readonly #chosen: ChosenVersions
  readonly #leases: PackLeases
  readonly #commit: GroupCommit
  readonly #space: DiskSpace
  readonly #context: IngestContext
  readonly #behind: PacksBehind
  /** Some of what the records know was told while packs were missing in the index. */
  #toldTooEarly = false
  readonly #catchUp: CatchUp
  readonly #sweep: Sweep
  readonly #sessions = new Set<IngestSession>()
  readonly #remove: (request: RemovalRequest) => RemovedStudy

  /** Opens or creates the store, and recovers. Throws {@link CacheError} `wrong-key`, or the file system's error. */
  constructor(options: StoreOptions) {
    const files = options.files ?? nodePackFiles
    const now = options.now ?? (() => new Date())
    const folder = dataFolderAt(options.dataFolder)
    makeFolder(folder.packs)
    const keys = new StudyKeys(folder, options.stationKey)
    keys.verify()
    const room = new SpareRoom(folder, files)
    this.#chosen = new ChosenVersions(options.chosen)
    const parts = { folder, files, keys, room }
    const opened = openRecovered({ ...parts, stationKey: options.stationKey, chosen: this.#chosen, now }, (code) =>
      options.onProblem('index-damaged', code),
    )
    const { database, index, behind } = opened
    this.recovery = opened.recovery
    this.#database = database
    this.notes = new NotesWriter(database)
    room.keep()
    const tellLag = () => options.onIndexLag?.(this.indexLag, this.studiesBehind)
    const tellFailure = onceInAWhile((detail) => options.onProblem('commit-failed', detail))
    const showAllChosen = () => showChosen(database, options.chosen ?? [])
    this.#behind = behind
    this.#catchUp = new CatchUp({
      behind,
      recovery: new PackRecovery({ ...parts, index, damage: index.damage }),
      index,
      chores: tryNow(showAllChosen),
      onIndexed: options.onIndexed,
      onState: tellLag,
    })
    this.#space = new DiskSpace({
      folder: folder.root,
      files,
      reserve: options.reserve,
      onChange: (full) => {
        if (!full) {
          room.keep()
          this.#catchUp.begin()
        }
        options.onDiskFull(full)
      },
    })
    this.#leases = new PackLeases({ folder, files, keys, index, behind, packLimit: options.packLimit })
    this.#commit = new GroupCommit({
      index,
      room,
      leases: this.#leases,
      isIdle: () => this.#sessions.size === 0,
      onIndexed: options.onIndexed,
      onFailed: (error, reason) => {
        if (reason === 'disk-full') this.#space.failed()
        tellFailure(String((error as { code?: string }).code ?? error))
      },
      onState: tellLag,
    })
    this.#catchUp.begin()
    const failed = (error: unknown) => options.onProblem('removal-failed', String((error as { code?: string }).code))
    this.#sweep = new Sweep(database, failed)
    this.#sweep.begin()
    this.#remove = (request) => {
      const packs = index.packsOfStudy(request.StudyInstanceUID)
      const keyIds = new Set(packs.map(({ keyId }) => keyId))
      // What nobody can read may not be in the archive.
      if (request.archive !== null && behind.isDamagedUnder(keyIds)) return { kind: 'not-archived' }
      const strays = this.#leases.letGo(request.StudyInstanceUID, keyIds)
      if (!strays) return { kind: 'busy' }
      strays.push(...behind.straysUnder(keyIds))
      const removal = index.removeStudy({ ...request, strays, at: now().toISOString() })
      if (removal.kind !== 'removed') return removal
      behind.forget([...packs, ...strays].map(({ packId }) => packId))
      try {
        finishRemovals({ folder, files, keys, index, mayDestroy: (keyId) => !behind.needsKey(keyId) }, failed)
      } catch (error) {
        // The study is gone; what is left of its files goes at the next removal or start.
        failed(error)
      }
      this.#sweep.begin()
      return { ...removal, packIds: packs.map(({ packId }) => packId) }
    }
    const instanceKeys = new InstanceKeys(
      folder.instanceKeys,
      Math.max(index.nextInstanceKey(), behind.nextInstanceKey),
      !behind.isAny && index.damage.places().length === 0,
    )
    this.#context = {
      leases: this.#leases,
      commit: this.#commit,
      index,
      space: this.#space,
      drawInstanceKey: () => instanceKeys.draw(),
      isIntact: (version) => isVersionIntact(folder, files, keys, version),
      now,
      onRefused: (reason: RefusalReason, detail: string) => options.onProblem(`refused:${reason}`, detail),
    }
  }

  /** Begins an object. `hash` null: whoever sends it counts its digest, and gives it to {@link finish}. */
  begin(request: IngestRequest, hash: Hash | null = createHash('sha256')): IngestSession {
    const session = new IngestSession(this.#context, request, hash)
    this.#sessions.add(session)
    return session
  }

  /** Completes an object; `answer` is called when it is durable, or refused. The index follows: {@link index} brings it there at once. */
  finish(session: IngestSession, answer: (outcome: IngestOutcome) => void, sha256 = session.digest()): void {
    this.#sessions.delete(session)
    session.end(answer, sha256)
  }

  /** As {@link finish}, and indexed. */
  async end(session: IngestSession): Promise<IngestOutcome> {
    const outcome = await new Promise<IngestOutcome>((resolve) => this.finish(session, resolve))
    this.index()
    return outcome
  }

  /** Brings the index up to what was answered. */
  index(): void {
    this.#commit.index()
  }

  /** How many answered objects the index does not know yet. */
  get unindexed(): number {
    return this.#commit.unindexed
  }

  /** What was answered and the index cannot take now; null when it is up to all that was answered, or about to be. */
  get indexLag(): IndexLag | null {
    const { failure, unindexed } = this.#commit
    if (failure === null && !this.#catchUp.isBehind) return null
    const error = (failure ?? this.#catchUp.failure) as { code?: string } | null
    return { objects: this.#behind.objects + (failure === null ? 0 : unindexed), reason: error?.code ?? 'unknown' }
  }

  /**
   * Takes what the records know of content. Of packs that wait for the index, or cannot be read in this run, the studies are not in it: it goes
   * on lacking what was told meanwhile, until all of it is told again.
   */
  bringBack(known: KnownOfContent): void {
    this.#toldTooEarly ||= this.#behind.isAny
    this.notes.bringBack({ ...known, isAll: known.isAll === true && !this.#toldTooEarly })
    if (known.isAll) this.#toldTooEarly = false
  }

  /** The studies that {@link indexLag} concerns; null: it may be any. */
  get studiesBehind(): readonly string[] | null {
    if (this.indexLag === null) return []
    if (this.#catchUp.hasChores) return null
    const studies = new Set<string>(this.#commit.unindexedStudies)
    for (const StudyInstanceUID of this.#behind.studies) {
      if (StudyInstanceUID === null) return null
      studies.add(StudyInstanceUID)
    }
    return [...studies]
  }

  /** Drops an object. */
  abort(session: IngestSession): void {
    this.#sessions.delete(session)
    session.abort()
  }

  /** Makes another version of an instance current; see `index-database/version-choice.ts`. */
  showVersion(change: VersionChange): VersionChoiceOutcome {
    this.index()
    const outcome = showVersion(this.#database, change)
    if (outcome.kind !== 'chosen') return outcome
    this.#chosen.choose(outcome.version)
    const { StudyInstanceUID, SeriesInstanceUID } = outcome.version
    return { kind: 'chosen', StudyInstanceUID, SeriesInstanceUID }
  }

  /** The studies of which something that was received may lie unread in a pack. */
  get damagedStudies(): string[] {
    return this.#context.index.damage.studies()
  }

  /** A person has taken note of what is damaged: it is told no more, and goes with its study. Throws SQLite's error. */
  dismissDamage(): void {
    this.#context.index.damage.dismiss(this.#context.now().toISOString())
    this.#behind.dismissDamage()
  }

  /** Removes a study for good; see `index-database/study-removal.ts`. Throws SQLite's error, and then nothing has happened. */
  removeStudy(request: RemovalRequest): RemovedStudy {
    this.index()
    return this.#remove(request)
  }

  /** Drops what is unfinished, commits what is finished, closes. */
  async close(): Promise<void> {
    for (const session of this.#sessions) session.abort()
    await this.#commit.close()
    this.#catchUp.close()
    this.#sweep.close()
    this.#leases.close()
    this.#space.close()
    this.#database.close()
  }
}
