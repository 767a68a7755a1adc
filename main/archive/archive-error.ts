/** What can go wrong between the station and the archive, as the contract names it. Details are technical and never tell of a patient. */
import type { ArchiveFault } from '../contract/archive.ts'

export interface ArchiveErrorDetails extends ErrorOptions {
  /** HTTP status, where there was one. */
  status?: number
  /** ms that the archive asked to wait. */
  retryAfter?: number
}

/** An exchange with the archive that did not end as it should. */
export class ArchiveError extends Error {
  readonly fault: ArchiveFault
  readonly status: number | undefined
  readonly retryAfter: number | undefined

  constructor(fault: ArchiveFault, detail: string, { status, retryAfter, ...options }: ArchiveErrorDetails = {}) {
    super(detail, options)
    this.name = 'ArchiveError'
    this.fault = fault
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** By the code that Node gives an error. */
const FAULTS: Readonly<Record<string, ArchiveFault>> = {
  ENOTFOUND: 'address-not-found',
  EAI_AGAIN: 'address-not-found',
  EAI_FAIL: 'address-not-found',
  EADDRNOTAVAIL: 'refused-connection',
  ECONNREFUSED: 'refused-connection',
  EHOSTUNREACH: 'refused-connection',
  ENETUNREACH: 'refused-connection',
  ENETDOWN: 'refused-connection',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'cut',
  ECONNABORTED: 'cut',
  EPIPE: 'cut',
  ERR_STREAM_PREMATURE_CLOSE: 'cut',
  ABORT_ERR: 'cancelled',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-not-trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-not-trusted',
  EPROTO: 'tls-not-trusted',
  HOSTNAME_MISMATCH: 'tls-not-trusted',
  CERTIFICATE_OF_ANOTHER: 'tls-not-trusted',
}

const faultOf = (code: string): ArchiveFault => {
  if (/^(CERT_|CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|INVALID_CA|PATH_LENGTH_|INVALID_PURPOSE)/.test(code))
    return 'tls-not-trusted'
  return code.startsWith('HPE_') ? 'nonsense' : (FAULTS[code] ?? 'cut')
}

/** Any error of an exchange as an {@link ArchiveError}; its message is not kept, because it may quote an address with identifiers. */
export const asArchiveError = (error: unknown): ArchiveError => {
  if (error instanceof ArchiveError) return error
  const { code, errors } = error as { code?: unknown; errors?: unknown[] }
  // Several addresses were tried: the last one says enough.
  if (Array.isArray(errors) && errors.length > 0) return asArchiveError(errors.at(-1))
  const name = typeof code === 'string' ? code : ''
  return new ArchiveError(faultOf(name), name || (error instanceof Error ? error.name : 'unknown error'), {
    cause: error,
  })
}
