/** The lasting conditions that a person should know of (contract/station.ts `problem`), each with the moment since when it holds. */
import { type IndexLag, nearlyFullBelow, type OpenedCache } from './cache/index.ts'
import type { Problem } from './contract/station.ts'

export interface Problems {
  list(): Problem[]
  /** Notes that a condition holds, or is over. */
  set(code: Problem['code'], holds: boolean, detail?: string): void
}

/** No problems yet; `onChange` is called when one comes, goes or changes its detail. */
export function createProblems(onChange: () => void, now: () => Date = () => new Date()): Problems {
  const problems = new Map<Problem['code'], Problem>()
  return {
    list: () => [...problems.values()],
    set(code, holds, detail = '') {
      const known = problems.get(code)
      if (holds ? known?.detail === detail : !known) return
      if (holds) problems.set(code, { code, since: known?.since ?? now().toISOString(), detail })
      else problems.delete(code)
      onChange()
    },
  }
}

/** Notes how full the disk of the packs is. */
export function noteDisk(problems: Problems, disk: { free: number; total: number; full: boolean }): void {
  problems.set('disk-full', disk.full)
  problems.set('disk-nearly-full', !disk.full && disk.free < nearlyFullBelow(disk.total))
}

/** Notes what was received and cannot be listed now. */
export function noteIndexLag(problems: Problems, lag: IndexLag | null): void {
  problems.set('index-behind', lag !== null, lag ? JSON.stringify(lag) : '')
}

/** Notes what of the cache could not be read when it was opened, less what was removed since or somebody took note of; again at each call. */
export async function createDamageTeller(
  cache: Pick<OpenedCache, 'recovery' | 'packDamage'>,
  problems: Problems,
): Promise<() => Promise<void>> {
  const { indexRebuilt, unreadablePacks, missingPacks } = cache.recovery
  // Packs that the index misses by itself are looked for at each start.
  const missedAtFirst = (await cache.packDamage()).missedPacks
  const knownMissing = Math.max(0, missingPacks - missedAtFirst)
  const note = async () => {
    const { total, missedPacks } = await cache.packDamage()
    const found = { indexRebuilt, damagedStretches: total, unreadablePacks, missingPacks: knownMissing + missedPacks }
    const isDamaged = indexRebuilt === 'damaged' || total + unreadablePacks + found.missingPacks > 0
    problems.set('cache-damaged', isDamaged, JSON.stringify(found))
  }
  await note()
  return note
}
