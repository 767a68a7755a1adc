/** What the archive's HTTP statuses mean (RFC 9110 §15, PS3.18 §8.5, Tables 10.4.3-1, 10.5.3-1, 10.6.3-1). */
import type { ArchiveFault } from '../../contract/archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { MAX_RETRY_AFTER } from '../backoff.ts'
import type { Answer } from './exchange.ts'

const FAULTS: Readonly<Record<number, ArchiveFault>> = {
  401: 'unauthorised',
  403: 'forbidden',
  404: 'not-dicomweb',
  405: 'not-dicomweb',
  407: 'unauthorised',
  408: 'timed-out',
  410: 'not-dicomweb',
  413: 'too-large',
  425: 'too-busy',
  429: 'too-busy',
  501: 'not-dicomweb',
  503: 'too-busy',
}

/** ms that the archive asks to wait: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3). */
export const retryAfterOf = (header: string | undefined, now: Date): number | undefined => {
  if (header === undefined) return undefined
  const wait = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isFinite(wait) && wait >= 0 ? Math.min(wait, MAX_RETRY_AFTER) : undefined
}

/** The error for an answer whose status is no success. `notFound`: what 404 means for what was asked. */
export const statusError = (answer: Answer, notFound: ArchiveFault = 'not-dicomweb'): ArchiveError => {
  const { status, headers } = answer
  const known = status === 404 || status === 410 ? notFound : FAULTS[status]
  const fault = known ?? (status >= 500 ? 'server-error' : status >= 400 ? 'refused' : 'nonsense')
  const retryAfter = retryAfterOf(headers['retry-after'], new Date())
  return new ArchiveError(fault, `HTTP ${status}`, { status, ...(retryAfter === undefined ? {} : { retryAfter }) })
}
