/** When to try again: soon at first, then ever later, with chance in it so that stations do not all come at once. */
import type { ArchiveFault } from '../contract/archive.ts'
import type { ArchiveError } from './archive-error.ts'

export interface Backoff {
  /** ms after the first failure. */
  first: number
  /** ms at most; also where only a person can mend it, but may do so elsewhere. */
  most: number
}

export const defaultBackoff: Backoff = { first: 5_000, most: 15 * 60_000 }

/** ms that an archive may ask to wait at most. */
export const MAX_RETRY_AFTER = 24 * 3600 * 1000

/** ms that {@link delayAfter} never goes beyond. */
export const longestDelay = ({ most }: Backoff): number => Math.max(most * 1.2, MAX_RETRY_AFTER)

/** Faults that concern the archive as a whole, not what was sent. */
const OF_ARCHIVE: ReadonlySet<ArchiveFault> = new Set([
  'address-not-found',
  'refused-connection',
  'timed-out',
  'tls-not-trusted',
  'unauthorised',
  'forbidden',
  'not-dicomweb',
  'too-busy',
  'cut',
  'peer-unknown',
])

/** Wrong credentials tried again and again lock accounts. */
const NEEDS_A_PERSON: ReadonlySet<ArchiveFault> = new Set([
  'tls-not-trusted',
  'unauthorised',
  'forbidden',
  'not-dicomweb',
  'peer-unknown',
])

const NEVER_HEALS: ReadonlySet<ArchiveFault> = new Set([
  'refused',
  'too-large',
  'differs',
  'not-here',
  'unreadable-here',
  'not-configured',
  'not-committed',
  'send-only',
  'destination-unknown',
  'not-handed-over',
  'too-many',
])

/** Whether nothing else will go either. */
export const isOfArchive = ({ fault, status }: ArchiveError): boolean =>
  OF_ARCHIVE.has(fault) || status === 502 || status === 504

export const mayHeal = (fault: ArchiveFault): boolean => !NEVER_HEALS.has(fault)

/** ms until the next attempt after `failures` in a row, this one included. `chance`: 0 to 1. */
export const delayAfter = (
  error: Pick<ArchiveError, 'fault' | 'retryAfter'>,
  failures: number,
  { first, most }: Backoff,
  chance = Math.random(),
): number => {
  const grown = NEEDS_A_PERSON.has(error.fault) ? most : Math.min(most, first * 2 ** Math.min(failures - 1, 30))
  return Math.max(grown * (0.8 + 0.4 * chance), error.retryAfter ?? 0)
}
