/** What a remote AE's errors and statuses mean for the outbox (PS3.7 Annex C, PS3.8 Table 9-21). */
import { DimseStatus } from '../../dicom/index.ts'
import type { DimseError, SendResult } from '../../dimse/index.ts'
import { ArchiveError, asArchiveError } from '../archive-error.ts'

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

/** Why an object was not taken; `mayHeal`: trying it again may help. */
export function faultOfObject({ kind, status }: SendResult): { error: ArchiveError; mayHeal: boolean } {
  if (kind === 'not-negotiated') {
    const detail = `${hex(DimseStatus.SOPClassNotSupported)}: no accepted presentation context`
    return { error: new ArchiveError('refused', detail), mayHeal: false }
  }
  if (kind === 'unreadable') {
    return { error: new ArchiveError('not-here', 'cannot be read, or not be decompressed'), mayHeal: false }
  }
  const isFull = (status ?? 0) >>> 8 === DimseStatus.OutOfResources >>> 8
  return { error: new ArchiveError(isFull ? 'too-busy' : 'refused', `status ${hex(status ?? 0)}`), mayHeal: isFull }
}

export const statusDetail = (status: number): string => `status ${hex(status)}`
