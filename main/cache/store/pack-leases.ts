/** Hands out packs for writing: each to one writer at a time, several of one study when several associations send it. */
import { statSync } from 'node:fs'
import type { DataFolder } from '../data-folder.ts'
import type { IndexWriter } from '../index-database/index-writer.ts'
import type { Tombstone } from '../index-database/study-removal.ts'
import { isOutOfSpace, type PackFiles } from '../packs/pack-files.ts'
import { createPack, PACK_OVERHEAD, type PackWriter, reopenPack } from '../packs/pack-writer.ts'
import type { StudyKey, StudyKeys } from '../packs/study-keys.ts'
import type { PacksBehind } from './packs-behind.ts'

/** Packs that stay open although nobody writes to them. */
const MAX_IDLE_PACKS = 48
const MAX_KNOWN_KEYS = 2000

export interface PackLeasesOptions {
  folder: DataFolder
  files: PackFiles
  keys: StudyKeys
  index: IndexWriter
  behind: PacksBehind
  /** A pack that has reached this many bytes takes no further record. */
  packLimit: number
}

export class PackLeases {
  readonly #options: PackLeasesOptions
  /** Idle packs and their studies, the longest idle first. */
  readonly #idle = new Map<PackWriter, string>()
  readonly #leased = new Set<PackWriter>()
  readonly #openIds = new Set<string>()
  readonly #pins = new Map<PackWriter, number>()
  readonly #retired = new Set<PackWriter>()
  readonly #distrusted = new Set<string>()
  readonly #studyKeys = new Map<string, StudyKey>()
  /** Closed packs with bytes in them that the index does not know: what was refused and could not be taken back. */
  readonly #strays = new Map<string, string>()

  constructor(options: PackLeasesOptions) {
    this.#options = options
  }

  /** A pack of the study, or a new one of its own key while the study is not known. Throws the file system's error. */
  lease(StudyInstanceUID: string | null): PackWriter {
    const writer =
      StudyInstanceUID === null ? this.#create(this.#options.keys.create()) : this.#ofStudy(StudyInstanceUID)
    this.#leased.add(writer)
    return writer
  }

  /** Gives a pack back; `StudyInstanceUID` is null when nothing was stored in it. */
  release(writer: PackWriter, StudyInstanceUID: string | null): void {
    this.#leased.delete(writer)
    if (this.#retired.has(writer)) {
      this.#closeWhenUnpinned(writer)
      return
    }
    if (StudyInstanceUID === null) {
      this.#openIds.delete(writer.packId)
      this.#discard(writer)
      return
    }
    this.#idle.set(writer, StudyInstanceUID)
    if (writer.end() >= this.#options.packLimit) this.retire(writer)
    for (const candidate of this.#idle.keys()) {
      if (this.#idle.size <= MAX_IDLE_PACKS) break
      if (!this.#pins.has(candidate)) this.retire(candidate)
    }
  }

  /** Retires a pack, which is not opened again while the program runs. */
  distrust(writer: PackWriter): void {
    this.#distrusted.add(writer.packId)
    this.retire(writer)
  }

  /** Closes a pack as soon as nothing needs it. */
  retire(writer: PackWriter): void {
    this.#idle.delete(writer)
    this.#retired.add(writer)
    this.#closeWhenUnpinned(writer)
  }

  isLeased(writer: PackWriter): boolean {
    return this.#leased.has(writer)
  }

  /** Keeps a pack open while its records wait to be committed. */
  pin(writer: PackWriter): void {
    this.#pins.set(writer, (this.#pins.get(writer) ?? 0) + 1)
  }

  unpin(writer: PackWriter): void {
    const pins = (this.#pins.get(writer) ?? 1) - 1
    if (pins > 0) this.#pins.set(writer, pins)
    else this.#pins.delete(writer)
    if (this.#retired.has(writer)) this.#closeWhenUnpinned(writer)
  }

  /**
   * Lets go of every pack under these keys before they are removed: gives the packs that the index does not know, or null when one is being
   * written to or waits for the index, and then nothing has changed.
   */
  letGo(StudyInstanceUID: string, keyIds: ReadonlySet<string>): Tombstone[] | null {
    const isOurs = ({ keyId }: PackWriter): boolean => keyIds.has(keyId)
    if ([...this.#leased, ...this.#pins.keys(), ...this.#retired].some(isOurs)) return null
    if (this.#options.behind.isOfStudy(StudyInstanceUID, keyIds)) return null
    for (const writer of [...this.#idle.keys()].filter(isOurs)) this.retire(writer)
    this.#studyKeys.delete(StudyInstanceUID)
    return [...this.#strays].flatMap(([packId, keyId]) => (keyIds.has(keyId) ? [{ packId, keyId }] : []))
  }

  close(): void {
    for (const writer of [...this.#idle.keys()]) this.retire(writer)
  }

  #closeWhenUnpinned(writer: PackWriter): void {
    if (this.#pins.has(writer) || this.#leased.has(writer) || !this.#openIds.has(writer.packId)) return
    this.#openIds.delete(writer.packId)
    this.#retired.delete(writer)
    if (!this.#isIndexed(writer)) this.#strays.set(writer.packId, writer.keyId)
    try {
      writer.close()
    } catch {
      // What was promised of it is synced, and its end is found when it is opened again.
    }
  }

  /** What cannot be removed now is removed at the next start. */
  #discard(writer: PackWriter): void {
    try {
      writer.discard()
      this.#options.keys.destroy(writer.keyId)
    } catch {
      // An empty pack, and a key that nothing else is under.
    }
  }

  /** False also when the index cannot be read. */
  #isIndexed({ packId }: PackWriter): boolean {
    try {
      return this.#options.index.knowsPack(packId)
    } catch {
      return false
    }
  }

  #ofStudy(StudyInstanceUID: string): PackWriter {
    for (const [writer, study] of this.#idle) {
      if (study !== StudyInstanceUID) continue
      this.#idle.delete(writer)
      return writer
    }
    return this.#reopen(StudyInstanceUID) ?? this.#create(this.#keyOf(StudyInstanceUID))
  }

  #reopen(StudyInstanceUID: string): PackWriter | null {
    const { folder, files, keys, index, behind, packLimit } = this.#options
    for (const { packId, keyId, indexedEnd } of index.packsOfStudy(StudyInstanceUID)) {
      if (indexedEnd + PACK_OVERHEAD >= packLimit || this.#openIds.has(packId) || this.#distrusted.has(packId)) continue
      if (behind.has(packId) || this.#holdsMore({ packId, indexedEnd })) continue
      const key = keys.load(keyId)
      if (!key) continue
      try {
        const writer = reopenPack(files, folder, { packId, indexedEnd }, key)
        if (writer) return this.#opened(writer)
      } catch (error) {
        // A pack that is gone or cannot be opened is left alone; room is what another one would lack too.
        if (isOutOfSpace(error)) throw error
      }
    }
    return null
  }

  /** What lies behind the last indexed record is looked at again at each start, as long as nothing indexed lies behind it. */
  #holdsMore({ packId, indexedEnd }: { packId: string; indexedEnd: number }): boolean {
    const path = this.#options.folder.packFile(packId)
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > indexedEnd
  }

  #create(key: StudyKey): PackWriter {
    return this.#opened(createPack(this.#options.files, this.#options.folder, key))
  }

  #opened(writer: PackWriter): PackWriter {
    this.#openIds.add(writer.packId)
    return writer
  }

  #keyOf(StudyInstanceUID: string): StudyKey {
    let key = this.#studyKeys.get(StudyInstanceUID) ?? null
    for (const { keyId } of key ? [] : this.#options.index.packsOfStudy(StudyInstanceUID)) {
      key ??= this.#options.keys.load(keyId)
    }
    key ??= this.#options.keys.create()
    this.#studyKeys.set(StudyInstanceUID, key)
    for (const oldest of this.#studyKeys.keys()) {
      if (this.#studyKeys.size <= MAX_KNOWN_KEYS) break
      this.#studyKeys.delete(oldest)
    }
    return key
  }
}
