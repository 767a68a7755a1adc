/**
 * An archive service for one test: records of its own on this thread, a cache that all tests of a file share, and milliseconds where the
 * product waits seconds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { type Archive, type ArchiveChange, type ArchiveOptions, createArchive } from '../../../main/archive/index.ts'
import { type OpenedCache, openCache } from '../../../main/cache/open-cache.ts'
import type { Records } from '../../../main/cache/records/records.ts'
import type { DicomWebArchive } from '../../../main/contract/archive.ts'
import { answeringStores } from '../cache/records/test-records.ts'
import { STATION_KEY, silent } from '../cache/test-cache.ts'

export const configurationOf = (url: string): DicomWebArchive => ({
  name: 'TERRITORY',
  url,
  authentication: { kind: 'none' },
})

export const quick: Pick<ArchiveOptions, 'backoff' | 'limits'> = {
  backoff: { first: 20, most: 200 },
  limits: { connect: 2_000, idle: 2_000, answer: 2_000 },
}

/** A DICOM network without remote AEs. */
export const nobody: ArchiveOptions['peers'] = {
  test: async () => null,
  send: async () => null,
  ask: async () => null,
  onReport: () => () => undefined,
  query: async () => null,
  get: async () => null,
  move: async () => null,
}

let shared: { cache: Promise<OpenedCache>; dataFolder: string } | null = null

/** One cache for the tests of a file; closed after them. To be called at the top of the file. */
export const shareCache = (): (() => Promise<OpenedCache>) => {
  afterAll(async () => {
    const opened = shared
    shared = null
    if (!opened) return
    try {
      await (await opened.cache).close()
    } finally {
      rmSync(opened.dataFolder, { recursive: true, force: true })
    }
  })
  return () => {
    if (!shared) {
      const dataFolder = mkdtempSync(join(tmpdir(), 'astreinte-archive-'))
      shared = { dataFolder, cache: openCache({ dataFolder, stationKey: STATION_KEY, log: silent, reserveBytes: 0 }) }
    }
    return shared.cache
  }
}

export interface TestArchive {
  archive: Archive
  cache: OpenedCache
  records: Records
  changes: ArchiveChange[]
  /** A second service on the same cache and records, as after a restart; the first must be stopped. */
  again(options?: Partial<ArchiveOptions>): Promise<Archive>
}

/** Started, and set up for the archive at `url` where there is one. */
export const testArchive = async (
  cache: OpenedCache,
  url: string | null,
  options: Partial<ArchiveOptions> = {},
): Promise<TestArchive> => {
  const records = answeringStores()
  const changes: ArchiveChange[] = []
  const open = async (more: Partial<ArchiveOptions> = {}) => {
    const onChange = (change: ArchiveChange) => void changes.push(change)
    const archive = createArchive({
      ...{ cache, records, log: silent, onChange, peers: nobody },
      ...{ ...quick, ...options, ...more },
    })
    onTestFinished(() => archive.stop())
    await archive.start()
    return archive
  }
  const archive = await open()
  if (url !== null) await archive.configure(configurationOf(url))
  return { archive, cache, records, changes, again: open }
}
