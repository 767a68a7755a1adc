/**
 * The index follows the packs after a moment (`store/index-backlog.ts`): a backup first waits until what lies in the packs now is indexed, so that
 * all that was answered before it began is in it. What the index does not take then is copied with its packs all the same.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DataFolder } from '../data-folder.ts'
import { IndexWriter } from '../index-database/index-writer.ts'
import { openIndexForReading } from '../index-database/open-index.ts'
import { PACK_OVERHEAD } from '../packs/pack-writer.ts'

/** Unfinished and refused records are never indexed: by then what was answered is, where the index can be written. */
const PATIENCE = 5000
const BETWEEN_LOOKS = 20

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const packsOnDisk = (folder: DataFolder): string[] =>
  existsSync(folder.packs)
    ? readdirSync(folder.packs, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.pack'))
        .map((name) => join(folder.packs, name))
    : []

/** A pack of which the index does not know all. */
export interface PackBehind {
  packId: string
  /** Bytes that it had. */
  size: number
}

/** Resolves when the index knows what the packs hold now, or after five seconds; gives those of which it does not. */
export const waitForIndex = async (folder: DataFolder, stationKey: Uint8Array): Promise<PackBehind[]> => {
  const until = performance.now() + PATIENCE
  let behind = packsOnDisk(folder).map((path) => ({ path, packId: basename(path, '.pack'), size: sizeOf(path) }))
  const database = openIndexForReading(folder.index, stationKey)
  try {
    const index = new IndexWriter(database)
    for (;;) {
      const ends = new Map(index.packs().map(({ packId, indexedEnd }) => [packId, indexedEnd]))
      behind = behind.filter(({ path, packId, size }) => {
        const end = ends.get(packId) ?? PACK_OVERHEAD
        return end < Math.min(size, sizeOf(path))
      })
      if (behind.length === 0 || performance.now() > until) return behind.map(({ packId, size }) => ({ packId, size }))
      await delay(BETWEEN_LOOKS)
    }
  } finally {
    database.close()
  }
}
