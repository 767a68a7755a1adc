/** What a remote AE's errors and statuses mean for the outbox, a search, and a retrieval (PS3.4 §C.4, PS3.7 Annex C, PS3.8 Table 9-21). */
import { DimseStatus } from '../../dicom/index.ts'
import { DimseError, type SendResult } from '../../dimse/index.ts'
import { ArchiveError, asArchiveError } from '../archive-error.ts'
import type { PeerRetrieved } from './peer-link.ts'

export const peerUnknown = (): ArchiveError => new ArchiveError('peer-unknown', 'no remote AE of this title listens')

/** Result of an A-ASSOCIATE-RJ: what is rejected now may be accepted later. */
const TRANSIENT = 2

/** Why an association could not be had, or ended. */
export function faultOfAssociation({ code, message, rejection, cause }: DimseError): ArchiveError {
  if (rejection) {
    const { result, source, reason } = rejection
    const detail = `A-ASSOCIATE-RJ ${result}/${source}/${reason}`
    return new ArchiveError(result === TRANSIENT ? 'too-busy' : 'forbidden', detail)
  }
  if (code === 'connection-failed') return asArchiveError(cause)
  if (code === 'timed-out') return new ArchiveError('timed-out', message)
  return new ArchiveError(code === 'bad-credentials' ? 'tls-not-trusted' : 'cut', `${code}: ${message}`)
}

const hex = (status: number): string => status.toString(16).padStart(4, '0').toUpperCase()

/** A peer that has no room or no time now (PS3.7 Annex C, PS3.4 §B.2.3). */
const isOutOfResources = (status: number): boolean =>
  status >>> 8 === DimseStatus.OutOfResources >>> 8 || status === DimseStatus.ResourceLimitation

/** Times in a row that an object is tried where the archive fails inside, beside the first: it may be the object that it fails on. */
const MOST_FAILURES = 8

/** Why an object was not taken, after so many `failures` in a row; `mayHeal`: trying it again may help. */
export function faultOfObject(
  { kind, status }: SendResult,
  failures: number,
): { error: ArchiveError; mayHeal: boolean } {
  if (kind === 'not-negotiated') {
    const detail = `${hex(DimseStatus.SOPClassNotSupported)}: no accepted presentation context`
    return { error: new ArchiveError('refused', detail), mayHeal: false }
  }
  if (kind === 'unreadable') {
    return { error: new ArchiveError('unreadable-here', 'cannot be read, or not be decompressed'), mayHeal: false }
  }
  if (status === DimseStatus.ProcessingFailure && failures < MOST_FAILURES) {
    return { error: new ArchiveError('server-error', statusDetail(status)), mayHeal: true }
  }
  const isFull = isOutOfResources(status ?? 0)
  return { error: new ArchiveError(isFull ? 'too-busy' : 'refused', `status ${hex(status ?? 0)}`), mayHeal: isFull }
}

export const statusDetail = (status: number): string => `status ${hex(status)}`

/** Why something could not be asked or brought: unlike sending, it makes sense only by what the peer answers. */
function faultOfExchange(error: DimseError, operation: string): ArchiveError {
  const { code, message } = error
  if (code === 'context-not-accepted')
    return new ArchiveError('send-only', `${operation}: no accepted presentation context`)
  if (code === 'protocol-error') return new ArchiveError('nonsense', `${operation}: ${message}`)
  return faultOfAssociation(error)
}

/** What an operation threw. */
export const asFaultOfExchange = (error: unknown, operation: string): unknown =>
  error instanceof DimseError ? faultOfExchange(error, operation) : error

/** Why a person's search was not answered: whom an archive does not know it mostly hangs up on. */
export const asFaultOfSearch = (error: unknown): unknown =>
  error instanceof DimseError && error.isByPeer
    ? new ArchiveError('send-only', 'C-FIND: A-ABORT')
    : asFaultOfExchange(error, 'C-FIND')

/** A peer that does not perform an operation, or not for us. */
const notForUs: ReadonlySet<number> = new Set([
  DimseStatus.NotAuthorized,
  DimseStatus.SOPClassNotSupported,
  DimseStatus.UnrecognizedOperation,
])

/** Whether a peer took up an operation and does not perform it. */
export const isNotPerformed = ({ status }: PeerRetrieved): boolean => status !== null && notForUs.has(status)

/** Why a C-FIND was not answered. */
export function faultOfQuery(status: number): ArchiveError {
  const detail = `C-FIND ${statusDetail(status)}`
  if (notForUs.has(status)) return new ArchiveError('send-only', detail)
  return new ArchiveError(isOutOfResources(status) ? 'too-busy' : 'refused', detail)
}

/** Why not everything came; null: it did. */
export function faultOfRetrieval({ kind, status, failed, error }: PeerRetrieved, how: string): ArchiveError | null {
  if (error) return faultOfExchange(error, how)
  if (kind === 'completed' || status === null) return null
  const count = failed > 0 ? `, ${failed} failed` : ''
  const detail = `${how} ${statusDetail(status)}${count}`
  if (status === DimseStatus.MoveDestinationUnknown) return new ArchiveError('destination-unknown', detail)
  if (notForUs.has(status)) return new ArchiveError('send-only', detail)
  const isBusy = status === DimseStatus.UnableToCalculateMatches && failed === 0
  return new ArchiveError(isBusy ? 'too-busy' : 'not-handed-over', detail)
}

/** What a peer sent with a warning, to be told; empty: nothing. */
export const warningsOf = ({ warning }: PeerRetrieved, how: string): string =>
  warning > 0 ? `${how}: ${warning} with a warning` : ''
