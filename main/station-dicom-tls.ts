/**
 * DICOM over TLS for a station: credentials from files that its host names, or those that a person gave, kept among the encrypted documents
 * of the records; and the listener beside the plain one.
 */
import type { Records } from './cache/index.ts'
import type { CertificateSummary, DicomTlsState, TlsFault } from './contract/network.ts'
import {
  certificatesOf,
  DICOM_TLS_PORT,
  faultOfCredentials,
  readTlsCredentials,
  type TlsCredentials,
} from './dimse/index.ts'
import type { Receiver, ReceiverProblem } from './receiver/index.ts'

/** What a host says of DICOM over TLS. */
export interface StationTls {
  credentials: TlsCredentials
  /** 0: any free port. */
  port: number
}

/** PEM files, and the port if it is not 2762. */
export interface StationTlsFiles {
  key: string
  certificate: string
  authorities: string
  port?: number
}

/** Reads the files; rejects with `DimseError` `bad-credentials`. */
export async function readStationTls({ port = DICOM_TLS_PORT, ...files }: StationTlsFiles): Promise<StationTls> {
  return { credentials: await readTlsCredentials(files), port }
}

/** The document of the records that keeps them. */
const DOCUMENT = 'dicom-tls'

const isText = (value: unknown): value is string => typeof value === 'string'

/** What was kept; null when nothing is, or it cannot be used any more. */
export async function loadStationTls(notes: Pick<Records['notes'], 'loadDocument'>): Promise<StationTls | null> {
  const text = await notes.loadDocument(DOCUMENT)
  if (!text) return null
  const { port, key, certificate, authorities } = JSON.parse(text) as Record<string, unknown>
  if (typeof port !== 'number' || !isText(key) || !isText(certificate) || !isText(authorities)) return null
  const credentials = { key, certificate, authorities }
  return faultOfCredentials(credentials) === null ? { credentials, port } : null
}

export interface DicomTlsKeeper {
  /** Listens where it should and does not yet; tells why it cannot. */
  start(): Promise<ReceiverProblem | null>
  state(): DicomTlsState
  /** What is shown; null without. */
  credentials(): TlsCredentials | null
  /** Keeps and uses other credentials, null: the same, on a port; or tells why not, and nothing changes. One after the other. */
  configure(
    port: number,
    credentials: TlsCredentials | null,
  ): Promise<{ fault: TlsFault | null; problem: ReceiverProblem | null }>
  remove(): Promise<void>
}

const lined = (name: string): string => name.split('\n').join(', ')

/** What a certificate says, for a person. */
export const summaryOf = (certificate: ReturnType<typeof certificatesOf>[number]): CertificateSummary => ({
  subject: lined(certificate.subject),
  issuer: lined(certificate.issuer),
  validFrom: certificate.validFromDate.toISOString(),
  validTo: certificate.validToDate.toISOString(),
  names: (certificate.subjectAltName ?? '').split(', ').flatMap((name) => name.replace(/^[A-Za-z ]+:/, '') || []),
})

/** Keeps `receiver` in step with what the host gave, or what is kept in `notes` (`kept`). */
export function keepDicomTls(
  receiver: Receiver,
  notes: Pick<Records['notes'], 'saveDocument'>,
  launch: StationTls | undefined,
  kept: StationTls | null,
): DicomTlsKeeper {
  let tls: StationTls | null = launch ?? kept
  let problem: ReceiverProblem | null = null
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work)
    turn = done.catch(() => undefined)
    return done
  }
  const save = (next: StationTls | null) =>
    notes.saveDocument(DOCUMENT, next ? JSON.stringify({ port: next.port, ...next.credentials }) : '')

  async function use(next: StationTls | null): Promise<ReceiverProblem | null> {
    await receiver.showCredentials(next?.credentials ?? null)
    const isThere = next === null || receiver.secureAddress?.port === next.port
    return isThere ? null : receiver.listenSecurely(next.port)
  }

  return {
    start: () =>
      inTurn(async () => {
        if (tls && !receiver.secureAddress && receiver.address) problem = await receiver.listenSecurely(tls.port)
        return problem
      }),
    state() {
      const [own] = tls ? certificatesOf(tls.credentials.certificate) : []
      const at = receiver.secureAddress
      return {
        source: launch ? 'launch' : tls ? 'kept' : 'none',
        port: at?.port ?? tls?.port ?? DICOM_TLS_PORT,
        certificate: own ? summaryOf(own) : null,
        authorities: tls ? certificatesOf(tls.credentials.authorities).map(summaryOf) : [],
        listening: at && { address: at.host, port: at.port },
        problem: at ? null : problem,
      }
    },
    credentials: () => tls?.credentials ?? null,
    configure: (port, credentials) =>
      inTurn(async () => {
        const before = tls
        const next = credentials ?? before?.credentials
        if (launch || !next) return { fault: 'key-unreadable', problem: null }
        const fault = faultOfCredentials(next)
        if (fault) return { fault, problem: null }
        const failed = await use({ credentials: next, port })
        if (failed) {
          await use(before)
          return { fault: null, problem: failed }
        }
        tls = { credentials: next, port }
        problem = null
        await save(tls)
        return { fault: null, problem: null }
      }),
    remove: () =>
      inTurn(async () => {
        if (launch) return
        await save(null)
        tls = null
        problem = null
        await use(null)
      }),
  }
}
