/** Watches the room on the disk: new objects are refused before it is gone, so that the index can still commit; recovers by itself. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { PackFiles } from '../packs/pack-files.ts'

const CHECK_EVERY_BYTES = 4 * 1024 * 1024
const CHECK_EVERY_MS = 250
const PROBE_LENGTH = 256 * 1024

export interface DiskSpaceOptions {
  folder: string
  files: PackFiles
  /** Bytes to leave free for the index. */
  reserve: number
  /** Called when it becomes full, and when there is room again. */
  onChange(full: boolean): void
}

export class DiskSpace {
  readonly #options: DiskSpaceOptions
  #full = false
  #written = 0
  #checkedAt = 0
  #timer: NodeJS.Timeout | null = null

  constructor(options: DiskSpaceOptions) {
    this.#options = options
  }

  /** Whether there is no room for another object; looks at the disk again when that was some time ago. */
  isFull(): boolean {
    if (Date.now() - this.#checkedAt >= CHECK_EVERY_MS) this.#check()
    return this.#full
  }

  /** Counts written bytes; true when the reserve was reached. */
  wrote(bytes: number): boolean {
    this.#written += bytes
    if (this.#written >= CHECK_EVERY_BYTES) this.#check()
    return this.#full
  }

  /** A write failed for want of space. */
  failed(): void {
    this.#checkedAt = Date.now()
    this.#set(true)
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer)
  }

  #check(): void {
    this.#written = 0
    this.#checkedAt = Date.now()
    const { files, folder, reserve } = this.#options
    let free: number
    try {
      free = files.space(folder).free
    } catch {
      return
    }
    if (!this.#full) this.#set(free < reserve)
    else if (free >= reserve + reserve / 8 && this.#canWrite()) this.#set(false)
  }

  /** A quota does not show in the free space of the disk: only writing tells. */
  #canWrite(): boolean {
    const path = join(this.#options.folder, 'space-probe')
    try {
      const descriptor = openSync(path, 'w', 0o600)
      try {
        writeSync(descriptor, new Uint8Array(PROBE_LENGTH))
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
      return true
    } catch {
      return false
    } finally {
      removeIfPossible(path)
    }
  }

  #set(full: boolean): void {
    if (full === this.#full) return
    this.#full = full
    if (full) this.#timer = setInterval(() => this.#check(), 1000)
    else if (this.#timer) clearInterval(this.#timer)
    this.#options.onChange(full)
  }
}

const removeIfPossible = (path: string): void => {
  try {
    rmSync(path, { force: true })
  } catch {
    // It is written over the next time.
  }
}
