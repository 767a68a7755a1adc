/**
 * A file that takes a little room as long as there is plenty: given up when the index cannot be opened because the disk is full to the last
 * byte, so that everything stored can still be read.
 */
import { randomFillSync } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataFolder } from '../data-folder.ts'
import { isOutOfSpace, type PackFiles } from '../packs/pack-files.ts'

const SPARE_LENGTH = 1024 * 1024

const pathOf = (folder: DataFolder): string => join(folder.root, 'spare-room')

/** Keeps the room unless it is needed now. */
export const keepSpareRoom = (folder: DataFolder, files: PackFiles, reserve: number): void => {
  const path = pathOf(folder)
  if (existsSync(path) || files.space(folder.root).free < reserve + 2 * SPARE_LENGTH) return
  try {
    // Not zeros: some file systems would store nothing.
    writeFileSync(path, randomFillSync(new Uint8Array(SPARE_LENGTH)), { mode: 0o600 })
  } catch {
    rmSync(path, { force: true })
  }
}

/** Runs `open`; once more without the spare room when that was the room it lacked. */
export const withSpareRoom = <T>(folder: DataFolder, open: () => T): T => {
  try {
    return open()
  } catch (error) {
    if (!isOutOfSpace(error) || !existsSync(pathOf(folder))) throw error
    rmSync(pathOf(folder))
    return open()
  }
}
