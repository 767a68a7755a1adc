/** The archive within the station: the contract's calls, what changes for the feed and the status, and what a person should know of it. */
import { type Archive, ArchiveError } from './archive/index.ts'
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { StudyRow } from './contract/studies.ts'
import { CallError, type Feed } from './http/index.ts'
import type { Problems } from './station-problems.ts'
import type { StationServices } from './station-services.ts'
import type { Teller } from './station-status.ts'

/** Handlers of the archive's calls. */
export const archiveCalls = (open: () => StationServices): HandlersOf<StationContract>['archive'] => ({
  configuration: () => open().archive.configuration(),
  configure: async ({ configuration }) => {
    await open().archive.configure(configuration)
    return {}
  },
  test: ({ configuration }) => open().archive.test(configuration),
  status: () => open().archive.status(),
  outbox: (request) => open().archive.outbox(request),
  send: async ({ StudyInstanceUID }) => ({ queued: await open().archive.send(StudyInstanceUID) }),
  retry: async ({ itemId }) => ({ retried: await open().archive.retry(itemId) }),
  search: async (request, signal) => {
    const leaving = new AbortController()
    const leave = () => leaving.abort()
    signal?.addEventListener('abort', leave)
    try {
      return await open().archive.search(request, leaving.signal)
    } finally {
      signal?.removeEventListener('abort', leave)
    }
  },
  retrieve: async ({ StudyInstanceUID }) => {
    try {
      return { retrievalId: await open().archive.retrieve(StudyInstanceUID) }
    } catch (error) {
      throw error instanceof ArchiveError ? new CallError('unavailable', 'No archive is set up') : error
    }
  },
  cancelRetrieval: async ({ retrievalId }) => {
    await open().archive.cancelRetrieval(retrievalId)
    return {}
  },
  retrievals: () => open().archive.retrievals(),
})

/** The rows with the counts of their items in the outbox. */
export const withOutbox = async (
  archive: Pick<Archive, 'countsOf'>,
  rows: readonly StudyRow[],
): Promise<StudyRow[]> => {
  const counts = await archive.countsOf(rows.map((row) => row.StudyInstanceUID))
  return rows.map((row) => {
    const outbox = counts[row.StudyInstanceUID]
    return outbox ? { ...row, outbox } : row
  })
}

/** Notes what a person should know of the archive. */
export const noteArchive = async (problems: Problems, archive: Pick<Archive, 'problems'>): Promise<void> => {
  const { unreachable, refused, lost } = await archive.problems()
  problems.set('archive-unreachable', unreachable !== null, unreachable ?? '')
  problems.set('archive-refused', refused !== null, refused ?? '')
  problems.set('archive-lost-objects', lost !== null, lost ?? '')
}

/** Connects the archive to the feed; the returned function ends it. */
export const connectArchiveEvents = (
  { archive, cache, onArchiveChange }: Pick<StationServices, 'archive' | 'cache' | 'onArchiveChange'>,
  feed: Feed,
  teller: Teller,
): (() => void) => {
  const endings = [
    onArchiveChange((change) => {
      if (change.kind !== 'statusChanged') feed.publish(change)
      teller.soon()
    }),
    cache.onDiskFull((full) => {
      if (!full) archive.diskHasRoom()
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}
