/** A DICOMDIR as a help in looking: once one file of a series was found to be what it says, the others of that series need not be read. */
import { type DirectoryEntry, isTelling, pathKey } from '../sources/dicomdir.ts'
import type { FoundFile } from '../sources/found-file.ts'
import type { SeenObject } from './preview.ts'

export class DiscDirectory {
  /** Folder of the DICOMDIR, with a closing `/`. */
  readonly #prefix: string
  readonly #entries: Map<string, DirectoryEntry>
  readonly #seen = new Set<DirectoryEntry>()
  /** An object of each series, whose head was read. */
  readonly #samples = new Map<string, SeenObject>()
  isBelieved = true

  constructor(dicomdir: FoundFile, entries: readonly DirectoryEntry[]) {
    this.#prefix = dicomdir.name.slice(0, dicomdir.name.lastIndexOf('/') + 1)
    this.#entries = new Map(entries.map((entry) => [entry.path, entry]))
  }

  /** Whether a file lies in the folder of the DICOMDIR or below. */
  isBeside({ name }: FoundFile): boolean {
    return name.startsWith(this.#prefix)
  }

  names(file: FoundFile): boolean {
    return this.#find(file) !== null
  }

  /** What it says of a file; null when it does not name it. */
  entryOf(file: FoundFile): DirectoryEntry | null {
    const entry = this.#find(file)
    if (entry) this.#seen.add(entry)
    return entry
  }

  #find(file: FoundFile): DirectoryEntry | null {
    return (this.isBeside(file) && this.#entries.get(pathKey(file.name.slice(this.#prefix.length)))) || null
  }

  /** The object without reading it; null when its head must be read. */
  objectOf(entry: DirectoryEntry, bytes: number): SeenObject | null {
    const sample = this.isBelieved && isTelling(entry) ? this.#samples.get(entry.SeriesInstanceUID) : undefined
    if (!sample || sample.StudyInstanceUID !== entry.StudyInstanceUID) return null
    return { ...sample, SOPInstanceUID: entry.SOPInstanceUID, bytes }
  }

  /** Compares what was read of a file with what it says; nothing of it is believed after a contradiction. */
  check(entry: DirectoryEntry, read: SeenObject | null): void {
    if (!isTelling(entry)) return
    const agrees =
      read !== null &&
      read.SOPInstanceUID === entry.SOPInstanceUID &&
      read.SeriesInstanceUID === entry.SeriesInstanceUID &&
      read.StudyInstanceUID === entry.StudyInstanceUID
    if (agrees) this.#samples.set(entry.SeriesInstanceUID, read)
    else this.isBelieved = false
  }

  /** Files that it names and that were not found. */
  get missing(): string[] {
    return [...this.#entries.values()].filter((entry) => !this.#seen.has(entry)).map(({ path }) => this.#prefix + path)
  }
}
