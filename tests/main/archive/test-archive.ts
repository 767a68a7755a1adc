/** An archive service on a cache and records of its own, closed after the test; it waits milliseconds where the product waits seconds. */
import { onTestFinished } from 'vitest'
import { type Archive, type ArchiveChange, type ArchiveOptions, createArchive } from '../../../main/archive/index.ts'
import type { OpenedCache } from '../../../main/cache/open-cache.ts'
import type { OpenedRecords } from '../../../main/cache/records/records.ts'
import type { ArchiveConfiguration } from '../../../main/contract/archive.ts'
import { testRecords } from '../cache/records/test-records.ts'
import { silent, testCache } from '../cache/test-cache.ts'

export const configurationOf = (url: string): ArchiveConfiguration => ({
  name: 'TERRITORY',
  url,
  authentication: { kind: 'none' },
})

export const quick: Pick<ArchiveOptions, 'backoff' | 'limits'> = {
  backoff: { first: 20, most: 200 },
  limits: { connect: 2_000, idle: 2_000, answer: 2_000 },
}

export interface TestArchive {
  archive: Archive
  cache: OpenedCache
  records: OpenedRecords
  changes: ArchiveChange[]
  /** A second service on the same cache and records, as after a restart; the first must be stopped. */
  again(options?: Partial<ArchiveOptions>): Promise<Archive>
}

/** Started, and set up for the archive at `url` where there is one. */
export const testArchive = async (url: string | null, options: Partial<ArchiveOptions> = {}): Promise<TestArchive> => {
  const cache = await testCache()
  const records = await testRecords()
  const changes: ArchiveChange[] = []
  const open = async (more: Partial<ArchiveOptions> = {}) => {
    const onChange = (change: ArchiveChange) => void changes.push(change)
    const archive = createArchive({ cache, records, log: silent, onChange, ...quick, ...options, ...more })
    onTestFinished(() => archive.stop())
    await archive.start()
    return archive
  }
  const archive = await open()
  if (url !== null) await archive.configure(configurationOf(url))
  return { archive, cache, records, changes, again: open }
}
