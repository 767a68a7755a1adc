/** What the history says of objects that were not taken. */
import type { RefusalReason } from '../cache/cache.ts'
import type { CommandRefusal, StoreSink } from '../dimse/index.ts'

/** Of an object whose data set was not taken to its end. */
export const abortCodes: Record<Parameters<StoreSink['abort']>[0], RefusalReason> = {
  'association-ended': 'cut-data-set',
  'too-large': 'too-large',
  'sink-failed': 'storage-failed',
}

/** Of an object whose command was refused already. */
export const commandCodes: Record<CommandRefusal, RefusalReason | 'not-authorized'> = {
  'class-of-another-context': 'identifiers-disagree',
  'bad-instance-uid': 'missing-identifiers',
  'no-data-set': 'unreadable-data-set',
  'not-authorized': 'not-authorized',
}
