/**
 * Studies in order of their last use, read page by page. The index orders by reception; a study opened since is held back until the pages
 * have come as far as its use, so that nothing is sorted as a whole.
 */
import type { Cache, StudyPlace, StudyUse } from '../cache.ts'
import { usedAt } from './keep-reasons.ts'

const PAGE = 200

/** All studies, the longest unused first. */
export async function* leastRecentlyUsed(
  cache: Pick<Cache, 'listByAge'>,
  archive: string,
  limit = PAGE,
): AsyncGenerator<StudyUse, void> {
  let held: StudyUse[] = []
  let after: StudyPlace | null = null
  for (let isMore = true; isMore; ) {
    const page: StudyUse[] = await cache.listByAge({ archive, after, limit })
    const last = page.at(-1)
    isMore = page.length === limit
    if (last) after = { lastReceivedAt: last.lastReceivedAt, StudyInstanceUID: last.StudyInstanceUID }
    held = [...held, ...page].sort((a, b) => (usedAt(a) < usedAt(b) ? -1 : 1))
    const bound = isMore && last ? last.lastReceivedAt : null
    const first = held.findIndex((use) => bound !== null && usedAt(use) > bound)
    const ready = first < 0 ? held : held.slice(0, first)
    held = held.slice(ready.length)
    yield* ready
  }
}
