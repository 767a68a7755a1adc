/** Opens the index of a data folder and brings it together with the packs; one that turns out to be damaged is set aside and made anew. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import type { Database } from 'better-sqlite3-multiple-ciphers'
import type { DataFolder } from '../data-folder.ts'
import type { ChosenVersions } from '../index-database/chosen-versions.ts'
import { IndexWriter } from '../index-database/index-writer.ts'
import { isIndexDamage, openIndexForWriting } from '../index-database/open-index.ts'
import { migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migration.ts'
import type { PackFiles } from '../packs/pack-files.ts'
import type { StudyKeys } from '../packs/study-keys.ts'
import { beginKeys } from './instance-keys.ts'
import { PacksBehind } from './packs-behind.ts'
import { type RecoveryReport, recover } from './recovery.ts'
import type { SpareRoom } from './spare-room.ts'

export interface OpenRecoveredOptions {
  folder: DataFolder
  files: PackFiles
  keys: StudyKeys
  room: SpareRoom
  stationKey: Uint8Array
  chosen: ChosenVersions
  now(): Date
}

export interface RecoveredIndex {
  database: Database
  index: IndexWriter
  /** The packs that the index could not be brought up to. */
  behind: PacksBehind
  recovery: RecoveryReport
}

/** Creates the index where there is none. `onDamaged` is told SQLite's code. Throws SQLite's error when it can neither be opened nor made. */
export const openRecovered = (options: OpenRecoveredOptions, onDamaged: (code: string) => void): RecoveredIndex => {
  const { folder } = options
  const wasThere = existsSync(folder.index)
  // A WAL without its database belongs to nothing.
  if (!wasThere) for (const suffix of ['-wal', '-shm']) rmSync(folder.index + suffix, { force: true })
  try {
    return open(options, wasThere ? 'no' : 'missing')
  } catch (error) {
    if (!wasThere || !isIndexDamage(error)) throw error
    onDamaged(String((error as { code?: string }).code))
    moveAside(folder, options.now())
    return open(options, 'damaged')
  }
}

const open = (options: OpenRecoveredOptions, indexRebuilt: RecoveryReport['indexRebuilt']): RecoveredIndex => {
  const database = options.room.opening(() => openMigrated(options))
  try {
    const index = new IndexWriter(database, options.chosen)
    const behind = new PacksBehind()
    return { database, index, behind, recovery: recover({ ...options, index, behind, indexRebuilt }) }
  } catch (error) {
    database.close()
    throw error
  }
}

const openMigrated = ({ folder, stationKey }: OpenRecoveredOptions): Database => {
  const database = openIndexForWriting(folder.index, stationKey)
  try {
    migrate(database, migrations)
    beginKeys(database, folder.instanceKeys)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** It is kept, because it also held what packs do not. */
const moveAside = (folder: DataFolder, now: Date): void => {
  const aside = folder.index.replace(/\.sqlite$/, `-damaged-${now.getTime()}.sqlite`)
  renameSync(folder.index, aside)
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(folder.index + suffix)) renameSync(folder.index + suffix, aside + suffix)
  }
}
