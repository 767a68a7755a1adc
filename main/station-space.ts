/** The room of the cache within the station: the contract's calls, and what changes for the feed. */
import type { AbortSignalLike, HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { Feed } from './http/index.ts'
import type { StationServices } from './station-services.ts'

/** Handlers of the calls that concern room. */
export const spaceCalls = (open: () => StationServices): HandlersOf<StationContract>['space'] => ({
  studies: (page) => open().space.studies(page),
  evictable: () => open().space.evictable(),
  pin: async ({ StudyInstanceUID, pinned }) => {
    await open().space.pin(StudyInstanceUID, pinned)
    return {}
  },
  remove: (request) => open().space.remove(request),
})

/** Holds studies for as long as a window shows them. Yields nothing; ends with the window. */
export async function* showing(
  { space }: Pick<StationServices, 'space'>,
  StudyInstanceUIDs: readonly string[],
  signal: AbortSignalLike,
): AsyncGenerator<{ id: string; data: Record<string, never> }, void> {
  const release = space.show(StudyInstanceUIDs)
  try {
    if (signal.aborted) return
    await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
  } finally {
    release()
  }
}

/** Connects the room to the feed and to what may give or need room; the returned function ends it. */
export const connectSpaceEvents = (
  { space, cache, onSpaceChange, onArchiveChange }: StationServices,
  feed: Feed,
): (() => void) => {
  const endings = [
    onSpaceChange((StudyInstanceUID) => feed.studyChanged(StudyInstanceUID, [], false)),
    onArchiveChange(({ kind }) => {
      if (kind === 'archiveConfigured') space.wake()
    }),
    cache.onDiskFull((full) => {
      if (full) space.wake()
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}
