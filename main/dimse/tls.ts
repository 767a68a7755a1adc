/**
 * DICOM over TLS (PS3.15 §B.12, non-downgrading BCP 195): 1.2 at least, forward secrecy and authenticated encryption only, and both sides
 * show a certificate of an authority that the other knows.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { connect, createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls'
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

const contextOptions = ({ key, certificate, authorities }: TlsCredentials): SecureContextOptions => ({
  key,
  cert: certificate,
  ca: authorities,
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
})

/** Reads credentials from PEM files; rejects with {@link DimseError} `bad-credentials` when they cannot be used together. */
export async function readTlsCredentials(files: {
  key: string
  certificate: string
  authorities: string
}): Promise<TlsCredentials> {
  try {
    const [key, certificate, authorities] = await Promise.all(
      [files.key, files.certificate, files.authorities].map((file) => readFile(file, 'utf8')),
    )
    const credentials = { key: key ?? '', certificate: certificate ?? '', authorities: authorities ?? '' }
    if (!new X509Certificate(credentials.certificate).checkPrivateKey(createPrivateKey(credentials.key))) {
      throw new Error('The key is not that of the certificate')
    }
    if (!new X509Certificate(credentials.authorities).ca) throw new Error('The authority may not sign')
    return credentials
  } catch (cause) {
    throw new DimseError('bad-credentials', 'The TLS key, certificate or authorities cannot be used', null, { cause })
  }
}

/** Our part of a handshake with each connection that is injected by `connection`; see tls.Server. */
export const createHandshaker = (credentials: TlsCredentials, handshakeTimeout: number): Server =>
  // Who shows no certificate, or another's, is refused by us, so that the history can tell.
  // The ephemeral Diffie-Hellman suites need parameters: those of the standard groups.
  createServer({
    ...contextOptions(credentials),
    dhparam: 'auto',
    handshakeTimeout,
    requestCert: true,
    rejectUnauthorized: false,
  })

/** Codes of OpenSSL for bytes that are no TLS at all. */
const strangers =
  /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|UNKNOWN_PROTOCOL|RECORD_TYPE|PACKET_LENGTH|RECORD_LAYER|UNEXPECTED_MESSAGE|RECORD_TOO|BAD_RECORD/

/** What the history says of a handshake that failed. */
export function handshakeFailure(error: Error): {
  outcome: 'protocol-error' | 'timed-out' | 'aborted'
  reason: EndReason
} {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') return { outcome: 'timed-out', reason: 'no-association-request' }
  if (code === 'ECONNRESET' || code === 'EPIPE') return { outcome: 'aborted', reason: 'connection-lost' }
  return { outcome: 'protocol-error', reason: strangers.test(code) ? 'not-tls' : 'tls-handshake-failed' }
}

/** A connection whose handshake is done. */
export const securedSocket =
  (socket: TLSSocket): OpenSocket =>
  (onBytes) => {
    socket.on('data', onBytes)
    return socket.resume()
  }

/** A connection to a listener; `servername` is whom its certificate must name, if that is not `host`. */
export const connectSecureSocket =
  (host: string, port: number, credentials: TlsCredentials, servername?: string): OpenSocket =>
  (onBytes): Socket => {
    const name = servername ?? host
    const socket = connect({
      ...contextOptions(credentials),
      host,
      port,
      // An address is no name to be indicated (RFC 6066 §3), and is checked all the same.
      ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    })
    socket.setNoDelay(true)
    socket.on('data', onBytes)
    return socket
  }
