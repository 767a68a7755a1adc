/**
 * What the archive still holds of a study that it was proven to hold: its list against what is here, and what that leaves out asked for by
 * name, since lists are cut without a word. What is certainly gone is proven no longer.
 */
import type { ArchiveWord, Cache, InstanceContent, InstancePlace } from '../cache/cache.ts'
import type { Records } from '../cache/records/records.ts'
import { ArchiveError } from './archive-error.ts'
import type { StudySource } from './study-source.ts'

export interface HoldingsContext {
  cache: Pick<Cache, 'listInstances' | 'listVersions' | 'open' | 'withdrawProofs'>
  withdrawals: Pick<Records['withdrawals'], 'withdraw'>
  source: Pick<StudySource, 'id' | 'list' | 'find'>
  now(): Date
  signal: AbortSignal
}

/** Instances that are asked for by name; of more, so many stand for all. */
const MOST_NAMED = 16

/** Some of them from the first to the last. */
const sampleOf = <T>(values: readonly T[]): readonly T[] => {
  if (values.length <= MOST_NAMED) return values
  const step = (values.length - 1) / (MOST_NAMED - 1)
  const chosen = new Set(Array.from({ length: MOST_NAMED }, (_, index) => Math.round(index * step)))
  return values.filter((_, index) => chosen.has(index))
}

/** UIDs that the archive lists of a study. */
async function listed({ source, signal }: HoldingsContext, StudyInstanceUID: string): Promise<Set<string>> {
  try {
    const all = await source.list(StudyInstanceUID, signal)
    return new Set(all.flatMap(({ instances }) => instances.map(({ SOPInstanceUID }) => SOPInstanceUID)))
  } catch (error) {
    // Whether there is nothing, or nothing is told, the questions by name find out.
    if (error instanceof ArchiveError && error.fault === 'not-here') return new Set()
    throw error
  }
}

/** Those of `proven` that the archive certainly lacks; null where it contradicts itself. */
async function lackedOf(
  context: HoldingsContext,
  StudyInstanceUID: string,
  proven: readonly InstancePlace[],
): Promise<InstancePlace[] | null> {
  const known = await listed(context, StudyInstanceUID)
  const unlisted = proven.filter(({ SOPInstanceUID }) => !known.has(SOPInstanceUID))
  if (unlisted.length === 0) return []
  const named = sampleOf(unlisted)
  const found = new Set(await context.source.find(StudyInstanceUID, named, context.signal))
  const lacked = named.filter(({ SOPInstanceUID }) => !found.has(SOPInstanceUID))
  // Where none of those asked for is there, the list leaves out nothing.
  if (lacked.length === named.length) return unlisted
  return lacked.length > 0 || named.length === unlisted.length ? lacked : null
}

/** Every content that is here of an instance of a study. */
async function contentsOf(
  { cache }: HoldingsContext,
  StudyInstanceUID: string,
  SOPInstanceUID: string,
): Promise<InstanceContent[]> {
  const versions = await cache.listVersions(SOPInstanceUID)
  const objects = await Promise.all(versions.map(({ instanceKey }) => cache.open(instanceKey)))
  return objects
    .filter((object) => object.StudyInstanceUID === StudyInstanceUID)
    .map(({ sha256 }) => ({ SOPInstanceUID, sha256 }))
}

/** In the records first: what is cut off here is asked about and found again. */
async function withdraw(
  context: HoldingsContext,
  StudyInstanceUID: string,
  lacked: readonly InstancePlace[],
): Promise<void> {
  const { cache, withdrawals, source, now } = context
  const shared = { archive: source.id, withdrawnAt: now().toISOString() }
  const contents: InstanceContent[] = []
  for (const { SOPInstanceUID } of lacked)
    contents.push(...(await contentsOf(context, StudyInstanceUID, SOPInstanceUID)))
  await withdrawals.withdraw({ ...shared, StudyInstanceUID, contents })
  await cache.withdrawProofs(contents.map((content) => ({ ...shared, ...content })))
}

/**
 * Asks the archive for a study; what it certainly no longer holds is withdrawn durably, and what had been sent there is in the outbox again, when
 * this resolves with `lost`. Throws {@link ArchiveError} when it was not answered, and the errors of the cache and the records.
 */
export async function askHoldings(
  context: HoldingsContext,
  StudyInstanceUID: string,
): Promise<Exclude<ArchiveWord, 'away'>> {
  const here = await context.cache.listInstances(StudyInstanceUID, context.source.id)
  const proven = here.filter(({ isArchived }) => isArchived)
  const lacked = await lackedOf(context, StudyInstanceUID, proven)
  if (lacked === null) return 'unclear'
  if (lacked.length === 0) return 'held'
  await withdraw(context, StudyInstanceUID, lacked)
  return 'lost'
}
