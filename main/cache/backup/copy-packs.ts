/**
 * Copies packs and study keys into a backup while the station writes. Packs only grow, and up to where the index knows them nothing in them
 * changes any more: that much is copied, and no unfinished record with it.
 */
import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFile, syncFolder } from '../../security/durable-file.ts'
import { type DataFolder, makeFolder } from '../data-folder.ts'

/** A pack as the copied index knows it. */
export interface KnownPack {
  packId: string
  keyId: string
  indexedEnd: number
}

const PIECE = 1024 * 1024

const isGone = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT'

/** Copies `[start, end)`, or less when the file is shorter; tells where it ended. The copy is durable. */
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
  await to.sync()
  return at
}

/** What was copied of the packs so far, over several rounds. */
export class PackCopies {
  readonly #from: DataFolder
  readonly #to: DataFolder
  /** Bytes copied of each pack. */
  readonly #copied = new Map<string, number>()

  constructor(from: DataFolder, to: DataFolder) {
    this.#from = from
    this.#to = to
  }

  /** Bytes in the copies. */
  get bytes(): number {
    return [...this.#copied.values()].reduce((sum, length) => sum + length, 0)
  }

  /** Bytes still to be copied for `packs`. */
  missing(packs: readonly KnownPack[]): number {
    return packs.reduce((sum, { packId, indexedEnd }) => sum + Math.max(0, indexedEnd - this.#lengthOf(packId)), 0)
  }

  #lengthOf(packId: string): number {
    return this.#copied.get(packId) ?? 0
  }

  /** Copies what is missing of a pack, and its key; false when one of them is no longer there. */
  async copy({ packId, keyId, indexedEnd }: KnownPack): Promise<boolean> {
    try {
      this.#copyKey(keyId)
      if (this.#lengthOf(packId) < indexedEnd) await this.#copyPack(packId, indexedEnd)
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

  async #copyPack(packId: string, end: number): Promise<void> {
    const start = this.#lengthOf(packId)
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
    }
    for (const keyId of keysInCopy.filter((each) => !keyIds.has(each))) rmSync(this.#to.keyFile(keyId), { force: true })
    const files = [...[...packIds].map(this.#to.packFile), ...[...keyIds].map(this.#to.keyFile)]
    for (const folder of new Set(files.map((path) => dirname(path)))) if (existsSync(folder)) syncFolder(folder)
  }
}
