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

/** Handlers of the calls that concern damage. */
export const integrityCalls = (open: () => StationServices): HandlersOf<StationContract>['integrity'] => ({
  state: () => open().scrub.state(),
  damaged: async () => {
    const { cache, archive } = open()
    return cache.damagedObjects(archive.givesBack())
  },
  packs: () => open().cache.packDamage(),
  dismiss: async () => {
    const { cache, noteDamage } = open()
    await cache.dismissDamage()
    await noteDamage()
    return {}
  },
  check: () => {
    open().scrub.check()
    return {}
  },
  mend: async () => ({ studies: await open().scrub.mend() }),
})

/** Holds studies for as long as a window shows them. Yields nothing; ends with the window. */
export async function* showing(
  { space }: Pick<StationServices, 'space'>,
  StudyInstanceUIDs: readonly string[],
  signal: AbortSignalLike,
): AsyncGenerator<{ id: string; data: Record<string, never> }, void> {
  const release = space.hold(StudyInstanceUIDs, 'open')
  try {
    if (signal.aborted) return
    await new Promise<void>((resolve) => signal.addEventListener('abort', resolve))
  } finally {
    release()
  }
}

/** Connects the room to the feed and to what may give or need room; the returned function ends it. */
export const connectSpaceEvents = (
  { space, scrub, cache, onSpaceChange, onArchiveChange }: StationServices,
  feed: Feed,
): (() => void) => {
  const endings = [
    onSpaceChange((StudyInstanceUID) => feed.studyChanged(StudyInstanceUID, [], false)),
    onArchiveChange((change) => {
      if (change.kind === 'archiveConfigured') space.wake()
      // What came may have mended what was damaged; a count that cannot be made now is made by the next check.
      if (change.kind === 'retrievalChanged' && change.retrieval.state === 'done') scrub.count().catch(() => undefined)
    }),
    cache.onDiskFull((full) => {
      if (full) space.wake()
    }),
  ]
  return () => {
    for (const end of endings) end()
  }
}
