/**
 * One intake (contract/importer.ts): what a person gave to import is walked and looked at, and taken into the cache when a person says so.
 * What was stored stays, whatever happens to the rest.
 */
import { randomUUID } from 'node:crypto'
import type { Cache } from '../cache/cache.ts'
import type { ImportOutcome, Intake as IntakeState } from '../contract/importer.ts'
import type { IndexedAttributes } from '../dataset/index.ts'
import { importFile } from './import-file.ts'
import { DiscDirectory } from './preview/disc-directory.ts'
import { lookAtFile, type Seen } from './preview/look-at-file.ts'
import { Preview, type SeenObject } from './preview/preview.ts'
import { createRate } from './rate.ts'
import { readDicomdir } from './sources/dicomdir.ts'
import { ArchiveDamage, type Found, type FoundFile } from './sources/found-file.ts'
import { openZip } from './sources/zip-files.ts'

/** Objects on their way into the cache at once. */
const PARALLEL = 4
/** Names that are listed; more are counted. */
const MAX_NAMED = 500
/** Files that one intake remembers until they are taken. */
const MAX_FILES = 1_000_000

export type IntakeCache = Pick<Cache, 'ingest' | 'listInstances' | 'getStudy' | 'searchAttributes'>

/** Where the files of an intake are. */
export interface IntakeSource {
  /** What a person gave: paths on this computer, or names. */
  readonly given: readonly string[]
  /** All files below it, once. */
  found(): AsyncIterable<Found>
  /** Nothing more of it is read; what is being read fails. */
  close(): void
}

export interface IntakeOptions {
  cache: IntakeCache
  source: IntakeSource
  /** `isState`: its state changed, not only how far it is. */
  onChange(isState: boolean): void
}

interface Waiting {
  file: FoundFile
  /** Null: told only when it is taken. */
  StudyInstanceUID: string | null
}

const seenObject = (attributes: IndexedAttributes, bytes: number): SeenObject => ({ ...attributes, bytes })

export class Intake {
  readonly intakeId = randomUUID()
  readonly #options: IntakeOptions
  readonly #preview: Preview
  readonly #directories: DiscDirectory[] = []
  /** Objects of which a DICOMDIR told, and that were not read. */
  readonly #told: { waiting: Waiting; object: SeenObject }[] = []
  readonly #closers: (() => void)[] = []
  readonly #rate = createRate()
  readonly #refused: { name: string; reason: string }[] = []
  #state: IntakeState['state'] = 'looking'
  #interruption: IntakeState['interruption'] = null
  #ending = new AbortController()
  #waiting: Waiting[] = []
  #next = 0
  #work: Promise<unknown>
  #hasUselessDirectory = false
  #files = 0
  #bytes = 0
  #objects = 0
  #objectBytes = 0
  #unidentified = 0
  #unnamed = 0
  #refusedTotal = 0
  #taken = { finished: 0, total: 0, bytes: 0 }
  #counts = { stored: 0, duplicate: 0, version: 0, refused: 0 }

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#preview = new Preview(options.cache)
    this.#work = this.#look()
  }

  get isOver(): boolean {
    return this.#state !== 'looking' && this.#state !== 'running'
  }

  get isRunning(): boolean {
    return this.#state === 'running'
  }

  get state(): IntakeState {
    const missing = this.isOver || this.isRunning ? this.#directories.flatMap((directory) => directory.missing) : []
    return {
      intakeId: this.intakeId,
      given: [...this.#options.source.given],
      state: this.#state,
      interruption: this.#state === 'interrupted' ? this.#interruption : null,
      files: this.#files,
      bytes: this.#bytes,
      objects: this.#objects,
      objectBytes: this.#objectBytes,
      unidentified: this.#unidentified,
      patients: this.#preview.patients,
      isShortened: this.#preview.isShortened,
      directory: this.#directory,
      missing: missing.slice(0, MAX_NAMED),
      missingTotal: missing.length,
      unnamed: this.#unnamed,
      refused: this.#refused,
      refusedTotal: this.#refusedTotal,
      progress: { ...this.#taken, rate: this.isRunning ? this.#rate.rate : 0, counts: this.#counts },
    }
  }

  get #directory(): IntakeState['directory'] {
    if (this.#hasUselessDirectory || this.#directories.some(({ isBelieved }) => !isBelieved)) return 'not-believed'
    return this.#directories.length === 0 ? 'none' : 'used'
  }

  /** Takes what was seen, or goes on; false when it looks still, runs, or is over. */
  take(StudyInstanceUIDs?: readonly string[]): boolean {
    const canGoOn = this.#state === 'interrupted' && this.#interruption === 'disk-full'
    if (this.#state !== 'ready' && !canGoOn) return false
    if (this.#state === 'ready') this.#choose(StudyInstanceUIDs)
    this.#ending = new AbortController()
    this.#change('running')
    this.#work = this.#takeAll(this.#work)
    return true
  }

  #choose(StudyInstanceUIDs: readonly string[] | undefined): void {
    const chosen = StudyInstanceUIDs && new Set(StudyInstanceUIDs)
    const isChosen = ({ StudyInstanceUID }: Waiting): boolean =>
      !chosen || (StudyInstanceUID !== null && chosen.has(StudyInstanceUID))
    this.#waiting = this.#waiting.filter(isChosen)
    this.#taken.total = this.#waiting.length
  }

  /** Stops looking or taking, and waits until nothing of it moves any more. */
  async cancel(): Promise<void> {
    if (this.#state === 'done') return
    this.#ending.abort()
    this.#change('cancelled')
    this.#options.source.close()
    await this.#work
    this.#close()
  }

  /** The window that held the files is gone: what was stored stays, nothing more can be read. */
  loseSource(): void {
    if (this.#state === 'done' || this.#state === 'cancelled') return
    this.#interrupt('window-gone')
  }

  #change(state: IntakeState['state']): void {
    this.#state = state
    this.#options.onChange(true)
  }

  #refuse(name: string, reason: string): void {
    this.#refusedTotal += 1
    if (this.#refused.length < MAX_NAMED) this.#refused.push({ name, reason })
  }

  async #look(): Promise<void> {
    // Seen in their order, while the heads of the next ones are read already: most of the time goes into waiting for the disk.
    const next: { found: Found; head: Promise<Seen> | null }[] = []
    for await (const found of this.#options.source.found()) {
      if (this.#ending.signal.aborted) break
      next.push({ found, head: this.#readAhead(found) })
      const first = next.length < PARALLEL ? undefined : next.shift()
      if (first) await this.#see(first.found, first.head)
    }
    for (const { found, head } of next) {
      if (this.#ending.signal.aborted) await head?.catch(() => undefined)
      else await this.#see(found, head)
    }
    if (!this.#ending.signal.aborted) this.#change('ready')
  }

  /** Null where a DICOMDIR may tell what the file is. */
  #readAhead(found: Found): Promise<Seen> | null {
    if (found.kind === 'refused' || this.#directories.length > 0 || this.#files >= MAX_FILES) return null
    const head = lookAtFile(found.file)
    // Told when it is this file's turn.
    head.catch(() => undefined)
    return head
  }

  async #see(found: Found, head: Promise<Seen> | null = null): Promise<void> {
    if (found.kind === 'refused') return this.#refuse(found.name, found.reason)
    const { file } = found
    if (this.#files >= MAX_FILES) return this.#refuse(file.name, 'too-many-files')
    this.#files += 1
    this.#bytes += file.bytes
    try {
      await this.#identify(file, head)
    } catch (error) {
      if (this.#ending.signal.aborted) return
      this.#refuse(file.name, error instanceof ArchiveDamage ? error.code : 'unreadable-file')
    }
    this.#options.onChange(false)
  }

  async #identify(file: FoundFile, head: Promise<Seen> | null): Promise<void> {
    for (const directory of this.#directories) {
      const entry = directory.entryOf(file)
      if (!entry) continue
      const told = directory.objectOf(entry, file.bytes)
      if (told) {
        this.#told.push({ waiting: await this.#noteObject(file, told), object: told })
        return
      }
      const read = await this.#readHead(file, head)
      directory.check(entry, read)
      if (!directory.isBelieved) await this.#readTold()
      return
    }
    await this.#readHead(file, head)
  }

  /** The object by its head; null when it is none, or its head does not tell. */
  async #readHead(file: FoundFile, head: Promise<Seen> | null): Promise<SeenObject | null> {
    const seen = await (head ?? lookAtFile(file))
    if (seen.kind === 'zip') await this.#open(file)
    else if (seen.kind === 'dicomdir') await this.#noteDirectory(file)
    else if (seen.kind === 'not-dicom') this.#refuse(file.name, file.bytes === 0 ? 'empty-file' : 'not-dicom')
    else {
      const object = seen.attributes && seenObject(seen.attributes, file.bytes)
      await this.#noteObject(file, object)
      return object
    }
    return null
  }

  async #noteObject(file: FoundFile, object: SeenObject | null): Promise<Waiting> {
    this.#objects += 1
    this.#objectBytes += file.bytes
    const beside = this.#directories.filter((directory) => directory.isBeside(file))
    if (beside.length > 0 && !beside.some((directory) => directory.names(file))) this.#unnamed += 1
    const waiting: Waiting = { file, StudyInstanceUID: null }
    this.#waiting.push(waiting)
    await this.#tell(waiting, object)
    return waiting
  }

  async #tell(waiting: Waiting, object: SeenObject | null): Promise<void> {
    waiting.StudyInstanceUID = object?.StudyInstanceUID ?? null
    if (object) await this.#preview.add(object)
    else this.#unidentified += 1
  }

  /** Reads what a DICOMDIR told of, which contradicted a file: what is none of its objects is told when it is taken. */
  async #readTold(): Promise<void> {
    for (const { waiting, object } of this.#told.splice(0)) {
      if (this.#ending.signal.aborted) return
      const seen = await lookAtFile(waiting.file).catch(() => null)
      const attributes = seen?.kind === 'object' ? seen.attributes : null
      await this.#preview.takeBack(object)
      await this.#tell(waiting, attributes && seenObject(attributes, waiting.file.bytes))
      this.#options.onChange(false)
    }
  }

  async #noteDirectory(file: FoundFile): Promise<void> {
    const entries = await readDicomdir(file)
    if (entries?.length) this.#directories.push(new DiscDirectory(file, entries))
    else this.#hasUselessDirectory = true
  }

  async #open(file: FoundFile): Promise<void> {
    const { readRange } = file
    if (!readRange) return this.#refuse(file.name, 'nested-archive')
    const zip = await openZip({ ...file, readRange })
    if (zip.kind === 'refused') return this.#refuse(file.name, zip.reason)
    this.#closers.push(zip.close)
    for (const found of zip.found) {
      if (this.#ending.signal.aborted) return
      await this.#see(found)
    }
  }

  /** `before`: what was begun earlier; files of it that found no room may come back while this goes on. */
  async #takeAll(before: Promise<unknown>): Promise<void> {
    const { signal } = this.#ending
    await this.#takeWaiting(signal)
    await before
    await this.#takeWaiting(signal)
    if (signal.aborted) return
    this.#close()
    this.#change('done')
  }

  async #takeWaiting(signal: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: PARALLEL }, () => this.#takeNext(signal)))
  }

  async #takeNext(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { file } = this.#waiting[this.#next] ?? {}
      if (!file) return
      this.#next += 1
      const outcome = await this.#takeFile(file, signal)
      // What was cut off goes back to those that wait.
      if (outcome === null || outcome.reason === 'disk-full') this.#waiting.push({ file, StudyInstanceUID: null })
      if (outcome === null) return
      if (outcome.reason === 'disk-full') return signal.aborted ? undefined : this.#interrupt('disk-full')
      this.#note(file, outcome)
    }
  }

  /** Null when it was stopped in mid-file. */
  async #takeFile(file: FoundFile, signal: AbortSignal): Promise<ImportOutcome | null> {
    try {
      return await importFile(this.#options.cache, this.#counted(file, signal))
    } catch (error) {
      if (signal.aborted) return null
      return { outcome: 'refused', reason: error instanceof ArchiveDamage ? error.code : 'unreadable-file' }
    }
  }

  async *#counted(file: FoundFile, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const piece of file.read()) {
      signal.throwIfAborted()
      this.#taken.bytes += piece.length
      this.#rate.note(piece.length)
      yield piece
    }
    signal.throwIfAborted()
  }

  #note(file: FoundFile, { outcome, reason }: ImportOutcome): void {
    this.#taken.finished += 1
    this.#counts[outcome] += 1
    if (outcome === 'refused') this.#refuse(file.name, reason ?? 'not-dicom')
    this.#options.onChange(false)
  }

  /** No room, or no files: nothing more is begun. */
  #interrupt(reason: NonNullable<IntakeState['interruption']>): void {
    this.#interruption = reason
    this.#ending.abort()
    this.#change('interrupted')
  }

  #close(): void {
    this.#options.source.close()
    for (const close of this.#closers.splice(0)) close()
    this.#waiting = []
    this.#told.length = 0
  }
}
