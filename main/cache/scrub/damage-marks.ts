/**
 * The marks of objects that could not be read: set only when reading the whole object once more does not succeed either, and taken away as soon
 * as it does. A disk, a cable or a network drive may fail for a moment.
 */
import type { NotDisplayableReason } from '../../contract/image.ts'
import { CacheError, type NotedChange } from '../cache.ts'
import { isDamage } from '../index-database/notes-writer.ts'
import type { ObjectReader } from '../object-reader.ts'
import type { ObjectLocation } from '../queries/instances.ts'
import { verifyObject } from './verify-object.ts'

/** ms in which a marked object that is read is not looked at again as a whole. */
const LOOK_AGAIN_AFTER = 60_000
/** Marked objects that are remembered as looked at. */
const MOST_REMEMBERED = 1_000

export type Verification = 'intact' | 'object-damaged' | 'object-missing' | 'gone'

export interface DamageMarksOptions {
  reader: Pick<ObjectReader, 'object' | 'checkFrame'>
  locate(instanceKey: number): Promise<ObjectLocation | null>
  store: {
    markNotDisplayable(instanceKey: number, reason: NotDisplayableReason): Promise<NotedChange | null>
    takeMarkAway(instanceKey: number): Promise<NotedChange | null>
  }
  /** What is shown of a series is no longer so. */
  onNoted(change: NotedChange): void
  isClosing(): boolean
}

export interface DamageMarks {
  /** Reads an object again as a whole, waiting for `pace` before each piece. Throws errors of the file system that say nothing of it. */
  verify(instanceKey: number, pace: (bytes: number) => Promise<void>): Promise<Verification>
  /** Notes why an object cannot be shown. */
  mark(instanceKey: number, reason: NotDisplayableReason): Promise<void>
  /** Some of an object was read and is authentic. */
  wasRead(location: ObjectLocation): void
}

export const createDamageMarks = ({ reader, locate, store, onNoted, isClosing }: DamageMarksOptions): DamageMarks => {
  const lookedAt = new Map<number, number>()
  const atOnce = async (): Promise<void> => {
    if (isClosing()) throw new CacheError('closed', 'The cache is closed.')
  }

  const tell = (change: NotedChange | null): void => {
    if (change) onNoted(change)
  }

  const verify: DamageMarks['verify'] = async (instanceKey, pace) => {
    const location = await locate(instanceKey)
    const found = location ? await verifyObject(reader, location, pace) : 'gone'
    if (found === 'intact' && location?.isMarked) tell(await store.takeMarkAway(instanceKey))
    // It may have been removed, or stored again elsewhere, while it was read.
    if (found === 'intact' || found === 'gone') return found
    const now = await locate(instanceKey)
    return now?.packId === location?.packId && now?.recordOffset === location?.recordOffset ? found : 'gone'
  }

  return {
    verify,
    async mark(instanceKey, reason) {
      if (!isDamage(reason)) return tell(await store.markNotDisplayable(instanceKey, reason))
      const found = await verify(instanceKey, atOnce)
      if (found === 'object-damaged' || found === 'object-missing')
        tell(await store.markNotDisplayable(instanceKey, found))
    },
    wasRead({ instanceKey, isMarked }) {
      const now = performance.now()
      if (!isMarked || now - (lookedAt.get(instanceKey) ?? Number.NEGATIVE_INFINITY) < LOOK_AGAIN_AFTER) return
      if (lookedAt.size >= MOST_REMEMBERED) lookedAt.clear()
      lookedAt.set(instanceKey, now)
      // What cannot be told now is told by the next check.
      verify(instanceKey, atOnce).catch(() => undefined)
    },
  }
}
