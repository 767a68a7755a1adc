/**
 * DICOM over TLS (PS3.15 §B.12, non-downgrading BCP 195): 1.2 at least, forward secrecy and authenticated encryption only, and both sides
 * show a certificate of an authority that the other knows.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  createServer,
  type PeerCertificate,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
} from 'node:tls'
import type { TlsFault } from '../contract/network.ts'
import { DimseError, type EndReason } from './dimse-error.ts'
import type { OpenSocket } from './open-socket.ts'

/** What this side shows and whom it trusts, in PEM. */
export interface TlsCredentials {
  key: string
  /** Our certificate, and those between it and its authority. */
  certificate: string
  /** Authorities of peers' certificates; no others are trusted. */
  authorities: string
}

/** Port of DICOM over TLS (PS3.15 §B.12). */
export const DICOM_TLS_PORT = 2762

const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
  'DHE-RSA-AES256-GCM-SHA384',
].join(':')

/** What one side shows, in PEM; TLS 1.2 at least, forward secrecy and authenticated encryption only. */
export type ShownCertificate = Pick<TlsCredentials, 'key' | 'certificate'>

const shownOptions = ({ key, certificate }: ShownCertificate): SecureContextOptions => ({
  key,
  cert: certificate,
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
})
const contextOptions = ({ authorities, ...shown }: TlsCredentials): SecureContextOptions => ({
  ...shownOptions(shown),
  ca: authorities,
})

/** Reads credentials from PEM files; rejects with {@link DimseError} `bad-credentials` when they cannot be used together. */
export async function readTlsCredentials(files: {
  key: string
  certificate: string
  authorities: string
}): Promise<TlsCredentials> {
  const read = (file: string) =>
    readFile(file, 'utf8').catch((cause) => {
      throw badCredentials(cause)
    })
  const [key, certificate, authorities] = await Promise.all([
    read(files.key),
    read(files.certificate),
    read(files.authorities),
  ])
  const fault = faultOfCredentials({ key, certificate, authorities })
  if (fault) throw badCredentials(fault)
  return { key, certificate, authorities }
}

const badCredentials = (cause: unknown): DimseError =>
  new DimseError('bad-credentials', 'The TLS key, certificate or authorities cannot be used', null, { cause })

/** The certificates in a PEM text, in order; throws when one cannot be read. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

/** What `read` gives; null when it throws, or gives nothing. */
function attempt<T>(read: () => T | undefined): T | null {
  try {
    return read() ?? null
  } catch {
    return null
  }
}

/** Why a key and its certificate cannot be shown; null when they can. */
export function faultOfShown({ key, certificate }: ShownCertificate): TlsFault | null {
  const ours = attempt(() => certificatesOf(certificate)[0])
  if (!ours) return 'certificate-unreadable'
  const privateKey = attempt(() => createPrivateKey(key))
  if (!privateKey) return 'key-unreadable'
  if (!attempt(() => ours.checkPrivateKey(privateKey))) return 'key-of-another'
  // What OpenSSL itself refuses, a key that is too short say.
  return attempt(() => createSecureContext(shownOptions({ key, certificate }))) ? null : 'key-unreadable'
}

/** Why credentials cannot be used together; null when they can. */
export function faultOfCredentials(credentials: TlsCredentials): TlsFault | null {
  const fault = faultOfShown(credentials)
  if (fault) return fault
  const trusted = attempt(() => certificatesOf(credentials.authorities))
  if (!trusted || trusted.length === 0) return 'authorities-unreadable'
  if (!trusted.every(({ ca }) => ca)) return 'not-an-authority'
  return attempt(() => createSecureContext(contextOptions(credentials))) ? null : 'key-unreadable'
}

/** What a listener shows to clients that need no certificate of their own. */
export const openServerContext = (shown: ShownCertificate): SecureContextOptions => ({
  ...shownOptions(shown),
  dhparam: 'auto',
})

/** What a listener shows; the ephemeral Diffie-Hellman suites need parameters: those of the standard groups. */
export const serverContext = (credentials: TlsCredentials): SecureContextOptions => ({
  ...contextOptions(credentials),
  dhparam: 'auto',
})

/** Our part of a handshake with each connection that is injected by `connection`; see tls.Server. */
export const createHandshaker = (credentials: TlsCredentials, handshakeTimeout: number): Server =>
  // Who shows no certificate, or another's, is refused by us, so that the history can tell.
  createServer({ ...serverContext(credentials), handshakeTimeout, requestCert: true, rejectUnauthorized: false })

/** Codes of OpenSSL for bytes that are no TLS at all. */
const strangers =
  /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|UNKNOWN_PROTOCOL|RECORD_TYPE|PACKET_LENGTH|RECORD_LAYER|UNEXPECTED_MESSAGE|RECORD_TOO|BAD_RECORD/

/** The code of a fault, which some versions of Node give as text alone. */
const codeOf = (fault: Error | string | null | undefined): string =>
  typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : String(fault ?? '')

/** What the history says of a handshake that failed. */
export function handshakeFailure(error: Error): {
  outcome: 'protocol-error' | 'timed-out' | 'aborted'
  reason: EndReason
} {
  const code = codeOf(error)
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return { outcome: 'timed-out', reason: 'no-association-request' }
  if (code === 'ECONNRESET' || code === 'EPIPE') return { outcome: 'aborted', reason: 'connection-lost' }
  return { outcome: 'protocol-error', reason: strangers.test(code) ? 'not-tls' : 'tls-handshake-failed' }
}

/** Why a peer's certificate is not trusted: the time of most runs out one day, which whoever looks after the peer has to know. */
export const reasonOfDistrust = ({ authorizationError }: TLSSocket): EndReason =>
  /EXPIRED|NOT_YET_VALID/.test(codeOf(authorizationError)) ? 'tls-certificate-expired' : 'tls-certificate-refused'

/** SHA-256 of the certificate that the peer showed; empty when it showed none. */
export const fingerprintOf = (socket: TLSSocket): string => socket.getPeerX509Certificate()?.fingerprint256 ?? ''

/** A connection whose handshake is done. */
export const securedSocket =
  (socket: TLSSocket): OpenSocket =>
  (onBytes) => {
    socket.on('data', onBytes)
    return socket.resume()
  }

/** Whom the certificate of a listener must name, if that is not its host, and which one it must be, if not any that is trusted. */
export interface ExpectedPeer {
  servername?: string
  /** SHA-256, 32 bytes in capital hexadecimal digits with colons between. */
  fingerprint?: string
}

/** Who shows the one certificate that is expected need not be named in it: those of devices mostly name no address. */
const otherThan = (fingerprint: string, shown: PeerCertificate): Error | undefined =>
  shown.fingerprint256 === fingerprint
    ? undefined
    : Object.assign(new Error('Another certificate'), { code: 'CERTIFICATE_OF_ANOTHER' })

/** A connection to a listener. */
export const connectSecureSocket =
  (host: string, port: number, credentials: TlsCredentials, expected: ExpectedPeer): OpenSocket =>
  (onBytes): Socket => {
    const name = expected.servername ?? host
    const { fingerprint } = expected
    const socket = connect({
      ...contextOptions(credentials),
      host,
      port,
      // An address is no name to be indicated (RFC 6066 §3), and is checked all the same.
      ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
      checkServerIdentity: (hostname, shown) =>
        fingerprint === undefined ? checkServerIdentity(hostname, shown) : otherThan(fingerprint, shown),
    })
    socket.setNoDelay(true)
    socket.on('data', onBytes)
    return socket
  }
