/**
 * Brings back into an index that was made anew, or comes from an earlier program, what the records know of its content: what is proven to be
 * archived or no longer is, when studies were opened, and how many instances are to come. Goes on at the next start when it is cut off.
 */
import type { Cache } from './cache.ts'
import type { Records } from './records/records.ts'

const AT_ONCE = 500

export interface CompleteIndexOptions {
  cache: Pick<Cache, 'isLacking' | 'bringBack'>
  records: {
    outbox: Pick<Records['outbox'], 'proofs'>
    withdrawals: Pick<Records['withdrawals'], 'list'>
    studyNotes: Pick<Records['studyNotes'], 'list'>
  }
  signal: AbortSignal
}

/** Resolves when the index lacks nothing, or was told to end. Rejects with the errors of the cache and the records. */
export const completeIndex = async ({ cache, records, signal }: CompleteIndexOptions): Promise<void> => {
  if (!(await cache.isLacking())) return
  // What a reader sees comes first.
  for (let after: string | null = ''; after !== null && !signal.aborted; ) {
    const studies = await records.studyNotes.list(after, AT_ONCE)
    await cache.bringBack({ studies, proofs: [] })
    after = studies.length < AT_ONCE ? null : (studies.at(-1)?.StudyInstanceUID ?? null)
  }
  for (let after: number | null = 0; after !== null && !signal.aborted; ) {
    const items = await records.outbox.proofs(after, AT_ONCE)
    await cache.bringBack({ studies: [], proofs: items.map(({ itemId: _, ...proof }) => proof) })
    after = items.length < AT_ONCE ? null : (items.at(-1)?.itemId ?? null)
  }
  // Behind the proofs: those of what the packs tell themselves are taken back as well.
  for (let after: number | null = 0; after !== null && !signal.aborted; ) {
    const withdrawn = await records.withdrawals.list(after, AT_ONCE)
    await cache.bringBack({
      studies: [],
      proofs: [],
      withdrawn: withdrawn.map(({ withdrawalId: _, ...proof }) => proof),
    })
    after = withdrawn.length < AT_ONCE ? null : (withdrawn.at(-1)?.withdrawalId ?? null)
  }
  if (!signal.aborted) await cache.bringBack({ studies: [], proofs: [], isAll: true })
}
