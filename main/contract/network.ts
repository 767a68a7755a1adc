/** The DICOM network around this station: trying a remote AE, and what is shown and trusted over TLS (PS3.15 §B.12). */
import { z } from 'zod'
import { mutation, query } from './define.ts'
import { aeTitle, dicomPeer, receiverProblem } from './settings.ts'

/** Why a remote AE did not answer a C-ECHO. The UI has a sentence for each. */
export const peerFault = z.enum([
  /** Its address is a network, or it has no port: it calls, and cannot be called. */
  'not-called',
  /** It speaks TLS, and we have nothing to show. */
  'no-credentials',
  'no-connection',
  'timed-out',
  'tls-failed',
  /** It showed another certificate than the one that it is known by. */
  'certificate-of-another',
  'called-ae-unknown',
  'calling-ae-unknown',
  'rejected',
  'aborted',
  'not-dicom',
  'no-verification',
])
export type PeerFault = z.infer<typeof peerFault>

/** Why key, certificate and authorities cannot be used. */
export const tlsFault = z.enum([
  'key-unreadable',
  'certificate-unreadable',
  'key-of-another',
  'authorities-unreadable',
  'not-an-authority',
])
export type TlsFault = z.infer<typeof tlsFault>

/** What a certificate says. */
export const certificateSummary = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** ISO 8601. */
  validFrom: z.string(),
  validTo: z.string(),
  /** Names and addresses that it holds for. */
  names: z.array(z.string()),
})
export type CertificateSummary = z.infer<typeof certificateSummary>

export const dicomTlsState = z.object({
  /** `launch`: given by who started the station, and not to be changed here. */
  source: z.enum(['none', 'kept', 'launch']),
  port: z.number().int(),
  /** Null without. */
  certificate: certificateSummary.nullable(),
  authorities: z.array(certificateSummary),
  /** Where it listens for TLS; null while it does not. */
  listening: z.object({ address: z.string(), port: z.number().int() }).nullable(),
  /** Why it does not listen, though it should. */
  problem: receiverProblem.nullable(),
})
export type DicomTlsState = z.infer<typeof dicomTlsState>

const pem = z.string().max(100_000)

export const network = {
  /** IPv4 and IPv6 addresses at which other machines may reach this one now; none without a network. */
  addresses: query(z.object({}), z.array(z.string())),
  /** Calls a remote AE and verifies it with a C-ECHO, as it would be called, without keeping anything. */
  testPeer: mutation(
    dicomPeer.pick({ address: true, port: true, tls: true, fingerprint: true }).extend({ aeTitle }),
    z.object({
      fault: peerFault.nullable(),
      /** Technical detail to copy, such as the code of a rejection. */
      detail: z.string(),
    }),
  ),
  /** Keys are never given out. */
  tls: query(z.object({}), dicomTlsState),
  /**
   * Listens for TLS with these credentials, from the next connection on; `credentials` null keeps those that are kept. A fault or a problem
   * of the listener changes nothing.
   */
  configureTls: mutation(
    z.object({
      port: z.number().int().min(1).max(65535),
      /** PEM. */
      credentials: z.object({ key: pem, certificate: pem, authorities: pem }).nullable(),
    }),
    z.object({ fault: tlsFault.nullable(), problem: receiverProblem.nullable() }),
  ),
  /** Listens for TLS no longer and forgets the credentials. */
  removeTls: mutation(z.object({}), z.object({})),
}
