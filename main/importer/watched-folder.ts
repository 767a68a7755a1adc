/**
 * A folder whose files are imported by themselves. A file is taken once it has stayed as it is from one look to the next; originals stay where they
 * are unless a person chose that they move or go, and only what is durable in the cache ever goes. What is hidden, and what the station keeps
 * itself, is not looked at: somebody may name a whole home.
 */
import { access, mkdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { ImportOutcome } from '../contract/importer.ts'
import type { WatchedFolder } from '../contract/settings.ts'
import { filesAt } from './sources/folder-files.ts'
import type { FoundFile } from './sources/found-file.ts'
import { fingerprint, type TakenFiles } from './taken-files.ts'

/**
 * ms between two looks; and how much longer than looking took, without the taking of files, it rests at least: a share with 10,000 files is
 * not to be asked all the time.
 */
const LOOK_EVERY = 3_000
const REST = 4
/** ms that a look gets to end when nothing is watched any more: a share that went away may never answer. */
const END_WITHIN = 5_000
/**
 * ms that a taken file stays as it is before it moves or goes: who writes into a file that has its full size from the beginning may pause
 * for longer than from one look to the next, and what comes later is taken then.
 */
const SETTLE_AFTER = 60_000
/** Where files are moved to, in the folder itself. */
const TAKEN_FOLDER = 'astreinte-imported'
const REFUSED_FOLDER = 'astreinte-not-imported'

export interface WatchedFolderOptions {
  importFile(bytes: AsyncIterable<Uint8Array>): Promise<ImportOutcome>
  /** Whether the folder can be read. */
  onReadable(isReadable: boolean): void
  /** What happened to a file; its name is told to nobody. */
  onTaken(outcome: ImportOutcome): void
  /** Folders that are not looked into: the station's own. */
  keepOut: readonly string[]
  /** What earlier runs took, where the originals stay; absent: all is taken anew. */
  taken?: TakenFiles
  lookEvery?: number
  settleAfter?: number
  endWithin?: number
  /** A clock that nobody sets, ms. */
  now?(): number
}

export interface FolderWatcher {
  /** Watches this folder from now on; null watches none. */
  watch(folder: WatchedFolder | null): void
  /** Gives up the file that is being taken, which comes the next time; waits only so long for a folder that does not answer. */
  stop(): Promise<void>
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** A name that is free: nothing is ever written over. */
async function freeName(folder: string, name: string): Promise<string> {
  let candidate = join(folder, name)
  for (let number = 2; await exists(candidate); number += 1) candidate = join(folder, `${name} (${number})`)
  return candidate
}

async function moveTo(root: string, place: string, path: string): Promise<void> {
  const folder = join(root, place, dirname(relative(root, path)))
  await mkdir(folder, { recursive: true })
  await rename(path, await freeName(folder, basename(path)))
}

/** What a file looked like: while it changes it is still being written. */
const looksOf = async (path: string): Promise<string | null> =>
  stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => null,
  )

/** A path as it is, links followed; as it was given where there is nothing. */
const real = (path: string): Promise<string> => realpath(path).catch(() => path)

const isIn = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep)

/** Whether a file of the folder `root` is none to take: moved there by us, hidden, or below a hidden folder. */
const isPassedOver = (root: string, path: string): boolean =>
  relative(root, path)
    .split(sep)
    .some((part) => part.startsWith('.') || part === TAKEN_FOLDER || part === REFUSED_FOLDER)

const forgetAllBut = (known: Map<string, unknown>, paths: ReadonlySet<string>): void => {
  for (const path of known.keys()) if (!paths.has(path)) known.delete(path)
}

/** A file that was done with. */
interface Taken {
  looks: string
  outcome: ImportOutcome
  /** By the process's own clock, ms. */
  at: number
}

const isDurable = ({ outcome }: ImportOutcome): boolean => outcome !== 'refused'

/** Whether taking the same file again would end alike; what was refused otherwise is tried again at the next start. */
const isForGood = (outcome: ImportOutcome): boolean => isDurable(outcome) || outcome.reason === 'not-dicom'

class Watching {
  readonly #folder: WatchedFolder
  readonly #options: WatchedFolderOptions
  readonly #seen = new Map<string, string>()
  /** Files that were done with and are still there. */
  readonly #taken = new Map<string, Taken>()
  /** Fingerprints of the files that this look saw. */
  #present = new Set<string>()
  readonly #ending = new AbortController()
  readonly #now: () => number
  /** ms of this look in which files were taken. */
  #taking = 0
  #timer: NodeJS.Timeout | undefined
  #look: Promise<void>

  constructor(folder: WatchedFolder, options: WatchedFolderOptions) {
    this.#folder = folder
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#look = this.#lookNow()
  }

  async stop(): Promise<void> {
    this.#ending.abort()
    clearTimeout(this.#timer)
    const given = Promise.withResolvers<void>()
    const timer = setTimeout(given.resolve, this.#options.endWithin ?? END_WITHIN)
    await Promise.race([this.#look, given.promise])
    clearTimeout(timer)
  }

  async #lookNow(): Promise<void> {
    const { path } = this.#folder
    const begunAt = this.#now()
    this.#taking = 0
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (this.#ending.signal.aborted) return
    this.#options.onReadable(isThere)
    if (isThere) await this.#takeStable(await real(path))
    if (this.#ending.signal.aborted) return
    const looking = this.#now() - begunAt - this.#taking
    this.#timer = setTimeout(
      () => {
        this.#look = this.#lookNow()
      },
      Math.max(this.#options.lookEvery ?? LOOK_EVERY, REST * looking),
    )
  }

  async #takeStable(root: string): Promise<void> {
    const keptOut = await Promise.all(this.#options.keepOut.map(real))
    this.#present = new Set()
    const paths = new Set<string>()
    let isAll = true
    for await (const found of filesAt(root)) {
      if (this.#ending.signal.aborted) return
      if (found.kind === 'refused' && found.reason === 'unreadable-file') isAll = false
      const { path } = found.kind === 'file' ? found.file : {}
      if (found.kind !== 'file' || path === undefined || isPassedOver(root, path)) continue
      paths.add(path)
      if (!keptOut.some((folder) => isIn(folder, path))) await this.#consider(root, found.file, path)
    }
    // A share that goes away is an empty folder, or cannot be read in places: what was taken of it is not forgotten.
    const hasSeen = isAll && this.#present.size > 0
    // What cannot be written now is written after the next look.
    await this.#remembered?.keep(this.#present, hasSeen).catch(() => undefined)
    if (hasSeen) for (const known of [this.#seen, this.#taken]) forgetAllBut(known, paths)
  }

  /** Originals that move or go tell by themselves that they were taken. */
  get #remembered(): TakenFiles | undefined {
    return this.#folder.after === 'keep' ? this.#options.taken : undefined
  }

  async #consider(root: string, file: FoundFile, path: string): Promise<void> {
    const looks = await looksOf(path)
    if (looks === null) return
    const print = fingerprint(path, looks)
    this.#present.add(print)
    if (await this.#remembered?.has(print)) return
    const taken = this.#taken.get(path)
    if (taken?.looks === looks) return this.#settle(root, path, taken)
    if (this.#seen.get(path) !== looks) {
      this.#seen.set(path, looks)
      return
    }
    this.#seen.delete(path)
    await this.#take(file, path, looks)
  }

  async #take(file: FoundFile, path: string, looks: string): Promise<void> {
    const begunAt = this.#now()
    const outcome = await this.#options.importFile(this.#bytesOf(file)).catch(() => null)
    this.#taking += this.#now() - begunAt
    // What could not be read, or found no room, is tried again at a later look.
    if (outcome === null || outcome.reason === 'disk-full' || (await looksOf(path)) !== looks) return
    this.#options.onTaken(outcome)
    this.#taken.set(path, { looks, outcome, at: this.#now() })
    if (isForGood(outcome)) await this.#remembered?.add(fingerprint(path, looks))
  }

  async *#bytesOf(file: FoundFile): AsyncGenerator<Uint8Array> {
    for await (const piece of file.read()) {
      this.#ending.signal.throwIfAborted()
      yield piece
    }
    this.#ending.signal.throwIfAborted()
  }

  /** Does what a person chose to be done with the original; one that cannot be moved or removed stays. */
  async #settle(root: string, path: string, { outcome, at }: Taken): Promise<void> {
    const { after } = this.#folder
    if (after === 'keep' || (after === 'delete' && !isDurable(outcome))) return
    if (this.#now() - at < (this.#options.settleAfter ?? SETTLE_AFTER)) return
    const isSettled = await (after === 'delete'
      ? rm(path)
      : moveTo(root, isDurable(outcome) ? TAKEN_FOLDER : REFUSED_FOLDER, path)
    ).then(
      () => true,
      () => false,
    )
    if (isSettled) this.#taken.delete(path)
  }
}

/** Watches nothing until it is told to. */
export function createFolderWatcher(options: WatchedFolderOptions): FolderWatcher {
  let watching: Watching | null = null
  let stopping: Promise<unknown> = Promise.resolve()
  const end = (): void => {
    const ended = watching
    watching = null
    if (ended) stopping = Promise.all([stopping, ended.stop()])
  }
  return {
    watch(folder) {
      end()
      if (folder) watching = new Watching(folder, options)
      else options.onReadable(true)
    },
    async stop() {
      end()
      await stopping
    },
  }
}
