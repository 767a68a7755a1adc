/**
 * The index follows the packs after a moment (`store/index-backlog.ts`): a backup first waits until what lies in the packs now is indexed, so that
 * all that was answered before it began is in it.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DataFolder } from '../data-folder.ts'
import { IndexWriter } from '../index-database/index-writer.ts'
import { openIndexForReading } from '../index-database/open-index.ts'
import { PACK_OVERHEAD } from '../packs/pack-writer.ts'

/** Unfinished and refused records are never indexed: by then what was answered is. */
const PATIENCE = 2000
const BETWEEN_LOOKS = 20

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const packsOnDisk = (folder: DataFolder): string[] =>
  existsSync(folder.packs)
    ? readdirSync(folder.packs, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.pack'))
        .map((name) => join(folder.packs, name))
    : []

/** Resolves when the index knows what the packs hold now, or after two seconds. */
export const waitForIndex = async (folder: DataFolder, stationKey: Uint8Array): Promise<void> => {
  const until = performance.now() + PATIENCE
  let behind = packsOnDisk(folder).map((path) => ({ path, size: sizeOf(path) }))
  const database = openIndexForReading(folder.index, stationKey)
  try {
    const index = new IndexWriter(database)
    for (;;) {
      const ends = new Map(index.packs().map(({ packId, indexedEnd }) => [packId, indexedEnd]))
      behind = behind.filter(({ path, size }) => {
        const end = ends.get(basename(path, '.pack')) ?? PACK_OVERHEAD
        return end < Math.min(size, sizeOf(path))
      })
      if (behind.length === 0 || performance.now() > until) return
      await delay(BETWEEN_LOOKS)
    }
  } finally {
    database.close()
  }
}
