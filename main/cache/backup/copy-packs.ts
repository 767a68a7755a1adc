/**
 * Copies packs and study keys into a backup while the station writes. Packs only grow, and up to where the index knows them nothing in them
 * changes any more: that much is copied, and no unfinished record with it.
 */
import { copyFileSync, existsSync, linkSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFile, syncFolder } from '../../security/durable-file.ts'
import { type DataFolder, makeFolder } from '../data-folder.ts'

/** A pack as the copied index knows it. */
export interface KnownPack {
  packId: string
  keyId: string
  /** Up to here nothing in it changes any more; 0 where the index does not know it. */
  indexedEnd: number
  /** How much of it is copied: more, where it holds what the index has not taken. */
  copiedEnd: number
}

const PIECE = 1024 * 1024

const isGone = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT'

/** Copies `[start, end)`, or less when the file is shorter; tells where it ended, and where the copy ends then. The copy is durable. */
const copyRange = async (from: FileHandle, to: FileHandle, start: number, end: number): Promise<number> => {
  const buffer = Buffer.allocUnsafe(Math.min(PIECE, Math.max(1, end - start)))
  let at = start
  while (at < end) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, end - at), at)
    if (bytesRead === 0) break
    for (let done = 0; done < bytesRead; ) {
      done += (await to.write(buffer, done, bytesRead - done, at + done)).bytesWritten
    }
    at += bytesRead
  }
  await to.truncate(at)
  await to.sync()
  return at
}

/** Bytes at the end of a pack by which an earlier copy is recognised: the last record's index row and its authentication tag. */
const TAIL = 64 * 1024

/** The bytes before `end`, {@link TAIL} at most; null when the file does not end there. */
const tailOf = async (path: string, end: number, isWhole: boolean): Promise<Buffer | null> => {
  const file = await open(path, 'r').catch(() => null)
  if (!file) return null
  try {
    const { size } = await file.stat()
    if (isWhole ? size !== end : size < end) return null
    const buffer = Buffer.alloc(Math.min(TAIL, end))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, end - buffer.length)
    return bytesRead === buffer.length ? buffer : null
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** What was copied of the packs so far, over several rounds. */
export class PackCopies {
  readonly #from: DataFolder
  readonly #to: DataFolder
  /** Bytes copied of each pack; and of these, those that never change. */
  readonly #copied = new Map<string, number>()
  readonly #settled = new Map<string, number>()
  /** Packs of an earlier backup beside this one, which need not be copied again. */
  readonly #earlier: DataFolder | null
  readonly #shared = new Set<string>()

  constructor(from: DataFolder, to: DataFolder, earlier: DataFolder | null = null) {
    this.#from = from
    this.#to = to
    this.#earlier = earlier
  }

  /** Bytes in packs that are shared with an earlier backup. */
  get sharedBytes(): number {
    return [...this.#shared].reduce((sum, packId) => sum + this.#lengthOf(packId), 0)
  }

  /** Bytes in the copies. */
  get bytes(): number {
    return [...this.#copied.values()].reduce((sum, length) => sum + length, 0)
  }

  /** Bytes still to be copied for `packs`. */
  missing(packs: readonly KnownPack[]): number {
    return packs.reduce((sum, { packId, copiedEnd }) => sum + Math.max(0, copiedEnd - this.#settledOf(packId)), 0)
  }

  #lengthOf(packId: string): number {
    return this.#copied.get(packId) ?? 0
  }

  #settledOf(packId: string): number {
    return Math.min(this.#lengthOf(packId), this.#settled.get(packId) ?? 0)
  }

  /** Copies what is missing of a pack, and its key; false when one of them is no longer there. */
  async copy({ packId, keyId, indexedEnd, copiedEnd }: KnownPack): Promise<boolean> {
    try {
      this.#copyKey(keyId)
      if (this.#settledOf(packId) >= copiedEnd) return true
      await this.#copyPack(packId, copiedEnd)
      this.#settled.set(packId, indexedEnd)
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  #copyKey(keyId: string): void {
    const path = this.#to.keyFile(keyId)
    if (existsSync(path)) return
    makeFolder(dirname(path))
    copyFileSync(this.#from.keyFile(keyId), path)
    syncFile(path)
  }

  /** Takes what an earlier backup has as it is now, without copying it. */
  async share(packs: readonly KnownPack[]): Promise<void> {
    for (const { packId, copiedEnd } of packs) await this.#share(packId, copiedEnd)
  }

  /**
   * Names the earlier backup's copy a second time: packs only grow, and what ends at the same place with the same bytes is the same.
   * Does nothing where the file system knows but one name for a file: then it is copied.
   */
  async #share(packId: string, end: number): Promise<void> {
    if (!this.#earlier || this.#copied.has(packId)) return
    const copy = this.#earlier.packFile(packId)
    const [there, here] = [await tailOf(copy, end, true), await tailOf(this.#from.packFile(packId), end, false)]
    if (!there || !here?.equals(there)) return
    const path = this.#to.packFile(packId)
    makeFolder(dirname(path))
    try {
      linkSync(copy, path)
    } catch {
      return
    }
    this.#copied.set(packId, end)
    this.#settled.set(packId, end)
    this.#shared.add(packId)
  }

  async #copyPack(packId: string, end: number): Promise<void> {
    // A copy that is shared is another backup's too: what grew is copied anew.
    if (this.#shared.delete(packId)) {
      rmSync(this.#to.packFile(packId))
      this.#copied.delete(packId)
    }
    const start = this.#settledOf(packId)
    const from = await open(this.#from.packFile(packId), 'r')
    try {
      const path = this.#to.packFile(packId)
      makeFolder(dirname(path))
      const to = await open(path, start === 0 ? 'w' : 'r+', 0o600)
      try {
        this.#copied.set(packId, await copyRange(from, to, start, end))
      } finally {
        await to.close()
      }
    } finally {
      await from.close()
    }
  }

  /** Removes copies of packs that are not among `packs`, and of keys that none of them has; makes the rest's names durable. */
  keepOnly(packs: readonly KnownPack[], keysInCopy: readonly string[]): void {
    const packIds = new Set(packs.map(({ packId }) => packId))
    const keyIds = new Set(packs.map(({ keyId }) => keyId))
    for (const packId of [...this.#copied.keys()].filter((each) => !packIds.has(each))) {
      rmSync(this.#to.packFile(packId), { force: true })
      this.#copied.delete(packId)
      this.#shared.delete(packId)
    }
    for (const keyId of keysInCopy.filter((each) => !keyIds.has(each))) rmSync(this.#to.keyFile(keyId), { force: true })
    const files = [...[...packIds].map(this.#to.packFile), ...[...keyIds].map(this.#to.keyFile)]
    for (const folder of new Set(files.map((path) => dirname(path)))) if (existsSync(folder)) syncFolder(folder)
  }
}
