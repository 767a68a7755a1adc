/**
 * Looking at what a person gave to import: which objects there are among its files and in its archives, whose they are, and what a DICOMDIR
 * says of them. Nothing is taken yet.
 */
import type { Intake } from '../contract/importer.ts'
import type { IndexedAttributes } from '../dataset/index.ts'
import { DiscDirectory } from './preview/disc-directory.ts'
import { lookAtFile, type Seen } from './preview/look-at-file.ts'
import { Preview, type PreviewCache, type SeenObject } from './preview/preview.ts'
import type { Refusals } from './refusals.ts'
import { readDicomdir } from './sources/dicomdir.ts'
import { ArchiveDamage, type Found, type FoundFile } from './sources/found-file.ts'
import { openZip } from './sources/zip-files.ts'

/** Files whose heads are read at once. */
const AHEAD = 4
/** Files that one intake remembers until they are taken. */
const MAX_FILES = 1_000_000

export interface LookingOptions {
  cache: PreviewCache
  refusals: Refusals
  /** Another file was seen. */
  onSeen(): void
  signal: AbortSignal
}

/** An object that may be taken. */
export interface Waiting {
  file: FoundFile
  /** Null: told only when it is taken. */
  StudyInstanceUID: string | null
}

/** What was seen so far. */
type SeenSoFar = Pick<
  Intake,
  'files' | 'bytes' | 'objects' | 'objectBytes' | 'unidentified' | 'patients' | 'isShortened' | 'directory' | 'unnamed'
>

const seenObject = (attributes: IndexedAttributes, bytes: number): SeenObject => ({ ...attributes, bytes })

export class Looking {
  readonly #options: LookingOptions
  readonly #preview: Preview
  readonly #directories: DiscDirectory[] = []
  /** Objects of which a DICOMDIR told, and that were not read. */
  readonly #told: { waiting: Waiting; object: SeenObject }[] = []
  readonly #closers: (() => void)[] = []
  #waiting: Waiting[] = []
  #hasUselessDirectory = false
  #files = 0
  #bytes = 0
  #objects = 0
  #objectBytes = 0
  #unidentified = 0
  #unnamed = 0

  constructor(options: LookingOptions) {
    this.#options = options
    this.#preview = new Preview(options.cache)
  }

  get seen(): SeenSoFar {
    return {
      files: this.#files,
      bytes: this.#bytes,
      objects: this.#objects,
      objectBytes: this.#objectBytes,
      unidentified: this.#unidentified,
      patients: this.#preview.patients,
      isShortened: this.#preview.isShortened,
      directory: this.#directory,
      unnamed: this.#unnamed,
    }
  }

  /** The objects that may be taken, in the order of their files, for whoever takes them; they are not remembered here any more. */
  handOver(): Waiting[] {
    const waiting = this.#waiting
    this.#forget()
    return waiting
  }

  /** Files that a DICOMDIR names and that were not found; true once all was seen. */
  get missing(): string[] {
    return this.#directories.flatMap((directory) => directory.missing)
  }

  get #directory(): Intake['directory'] {
    if (this.#hasUselessDirectory || this.#directories.some(({ isBelieved }) => !isBelieved)) return 'not-believed'
    return this.#directories.length === 0 ? 'none' : 'used'
  }

  /** Looks at all that is found, until it is stopped. */
  async lookAt(all: AsyncIterable<Found>): Promise<void> {
    const { signal } = this.#options
    // Seen in their order, while the heads of the next ones are read already: most of the time goes into waiting for the disk.
    const next: { found: Found; head: Promise<Seen> | null }[] = []
    for await (const found of all) {
      if (signal.aborted) break
      next.push({ found, head: this.#readAhead(found) })
      const first = next.length < AHEAD ? undefined : next.shift()
      if (first) await this.#see(first.found, first.head)
    }
    for (const { found, head } of next) {
      if (signal.aborted) await head?.catch(() => undefined)
      else await this.#see(found, head)
    }
  }

  /** Nothing of it is read any more. */
  close(): void {
    for (const close of this.#closers.splice(0)) close()
    this.#forget()
  }

  #forget(): void {
    this.#waiting = []
    this.#told.length = 0
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
    const { refusals, signal, onSeen } = this.#options
    if (found.kind === 'refused') return refusals.add(found.name, found.reason)
    const { file } = found
    if (this.#files >= MAX_FILES) return refusals.add(file.name, 'too-many-files')
    this.#files += 1
    this.#bytes += file.bytes
    try {
      await this.#identify(file, head)
    } catch (error) {
      if (signal.aborted) return
      refusals.add(file.name, error instanceof ArchiveDamage ? error.code : 'unreadable-file')
    }
    onSeen()
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
    const { refusals } = this.#options
    const seen = await (head ?? lookAtFile(file))
    if (seen.kind === 'zip') await this.#open(file)
    else if (seen.kind === 'dicomdir') await this.#noteDirectory(file)
    else if (seen.kind === 'not-dicom') refusals.add(file.name, file.bytes === 0 ? 'empty-file' : 'not-dicom')
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
      if (this.#options.signal.aborted) return
      const seen = await lookAtFile(waiting.file).catch(() => null)
      const attributes = seen?.kind === 'object' ? seen.attributes : null
      await this.#preview.takeBack(object)
      await this.#tell(waiting, attributes && seenObject(attributes, waiting.file.bytes))
      this.#options.onSeen()
    }
  }

  async #noteDirectory(file: FoundFile): Promise<void> {
    const entries = await readDicomdir(file)
    if (entries?.length) this.#directories.push(new DiscDirectory(file, entries))
    else this.#hasUselessDirectory = true
  }

  async #open(file: FoundFile): Promise<void> {
    const { refusals, signal } = this.#options
    const { readRange } = file
    if (!readRange) return refusals.add(file.name, 'nested-archive')
    const zip = await openZip({ ...file, readRange })
    if (zip.kind === 'refused') return refusals.add(file.name, zip.reason)
    this.#closers.push(zip.close)
    for (const found of zip.found) {
      if (signal.aborted) return
      await this.#see(found)
    }
  }
}
