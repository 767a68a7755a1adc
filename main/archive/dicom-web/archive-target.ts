/** An archive as the client reaches it: its address, what it is told about who asks, connections that are kept, and limits. */
import { createHash } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import * as tls from 'node:tls'
import type { DicomWebArchive } from '../../contract/archive.ts'

/** Limits of every exchange. Times in ms. */
export interface ExchangeLimits {
  /** Name resolution, connection and TLS. */
  connect: number
  /** Without a byte in either direction. */
  idle: number
  /** A whole answer in JSON or XML. */
  answer: number
  /** Bytes of such an answer. */
  answerBytes: number
  /** Bytes of one object. */
  objectBytes: number
}

export const defaultLimits: ExchangeLimits = {
  connect: 10_000,
  idle: 60_000,
  answer: 120_000,
  answerBytes: 32 * 1024 * 1024,
  objectBytes: 16 * 1024 ** 3,
}

export interface ArchiveTarget {
  /** Of the archive, whatever its name and credentials: proofs are kept under it. */
  readonly id: string
  readonly name: string
  /** Ends with a slash. */
  readonly base: URL
  readonly authorization: string | null
  readonly limits: ExchangeLimits
  readonly agent: HttpAgent
  /** Ends all connections. */
  close(): void
}

/** Connections that are open to one archive at a time. */
const MAX_CONNECTIONS = 8

/** The base address without what does not belong to it; always with a slash at its end. */
export const baseOf = (url: string): URL => {
  const base = new URL(url)
  base.username = ''
  base.password = ''
  base.search = ''
  base.hash = ''
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

/** What an archive is known by: its address and nothing else. */
export const archiveId = (url: string): string =>
  createHash('sha256').update(baseOf(url).href).digest('hex').slice(0, 24)

const authorizationOf = ({ authentication }: DicomWebArchive): string | null => {
  if (authentication.kind === 'bearer') return `Bearer ${authentication.token ?? ''}`
  if (authentication.kind === 'none') return null
  return `Basic ${Buffer.from(`${authentication.user}:${authentication.password ?? ''}`).toString('base64')}`
}

let trusted: string[] | undefined

/** The authorities that Node knows and those that this machine's administrators trust: hospitals have their own. */
const trustedAuthorities = (): string[] => {
  trusted ??= [...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])]
  return trusted
}

/** Opens nothing yet. */
export const archiveTarget = (configuration: DicomWebArchive, limits: Partial<ExchangeLimits> = {}): ArchiveTarget => {
  const base = baseOf(configuration.url)
  const options = { keepAlive: true, maxSockets: MAX_CONNECTIONS, noDelay: true }
  const agent =
    base.protocol === 'https:' ? new HttpsAgent({ ...options, ca: trustedAuthorities() }) : new HttpAgent(options)
  return {
    id: archiveId(configuration.url),
    name: configuration.name,
    base,
    authorization: authorizationOf(configuration),
    limits: { ...defaultLimits, ...limits },
    agent,
    close: () => agent.destroy(),
  }
}
