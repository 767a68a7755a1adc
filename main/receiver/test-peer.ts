/** Tries a remote AE as it would be called: a C-ECHO, and what its failing means. */
import type { PeerFault } from '../contract/network.ts'
import { DimseError, type TlsCredentials, verifyPeer } from '../dimse/index.ts'
import { connectionTo, expecting } from './peer-table.ts'

/** Whom to try. */
export interface PeerToTest {
  aeTitle: string
  address: string
  port: number | null
  tls: boolean
  /** Of the certificate that it must show over TLS. */
  fingerprint?: string | null
}

export interface PeerTest {
  fault: PeerFault | null
  detail: string
}

/** ms for the connection, and for each answer. */
const PATIENCE = 5000

/** Errors of a connection that never came to TLS. */
const withoutConnection = /^E(CONNREFUSED|HOSTUNREACH|NETUNREACH|HOSTDOWN|TIMEDOUT|ADDRNOTAVAIL|ACCES|PERM)$/

/** A-ASSOCIATE-RJ by the service user (PS3.8 Table 9-21): reasons that have a sentence of their own. */
const rejectedFor: Record<number, PeerFault> = { 3: 'calling-ae-unknown', 7: 'called-ae-unknown' }

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** What a failure says of the peer. */
function faultOf({ code, rejection, cause }: DimseError, isTls: boolean): PeerTest {
  if (rejection) {
    const { result, source, reason } = rejection
    const known = source === 1 ? rejectedFor[reason] : undefined
    return { fault: known ?? 'rejected', detail: `A-ASSOCIATE-RJ ${result}/${source}/${reason}` }
  }
  const detail = codeOf(cause)
  if (detail === 'CERTIFICATE_OF_ANOTHER') return { fault: 'certificate-of-another', detail: '' }
  if (code === 'connection-failed') {
    return { fault: isTls && !withoutConnection.test(detail) ? 'tls-failed' : 'no-connection', detail }
  }
  if (code === 'timed-out') return { fault: 'timed-out', detail }
  if (code === 'protocol-error') return { fault: 'not-dicom', detail }
  if (code === 'context-not-accepted') return { fault: 'no-verification', detail }
  return { fault: 'aborted', detail }
}

/** Verifies a peer; never rejects. `credentials` is what we show over TLS. */
export async function testPeer(
  { aeTitle, address, port, tls, fingerprint }: PeerToTest,
  callingAETitle: string,
  credentials: TlsCredentials | null,
): Promise<PeerTest> {
  if (port === null || address.includes('/')) return { fault: 'not-called', detail: '' }
  if (tls && !credentials) return { fault: 'no-credentials', detail: '' }
  const peer = {
    aeTitle: aeTitle.trim(),
    host: address,
    port,
    ...(tls && credentials ? { tls: expecting(credentials, fingerprint) } : {}),
  }
  try {
    const status = await verifyPeer({ ...connectionTo(peer, callingAETitle), responseTimeout: PATIENCE })
    return status === 0
      ? { fault: null, detail: '' }
      : { fault: 'no-verification', detail: status.toString(16).padStart(4, '0').toUpperCase() }
  } catch (error) {
    return error instanceof DimseError ? faultOf(error, tls) : { fault: 'no-connection', detail: codeOf(error) }
  }
}
