/**
 * DICOMweb for other machines: a listener of its own over TLS, with a secret for each client, that serves `/dicom-web` and nothing else.
 * The guard runs before anything else of a request is read; who is turned away is told, and tries again only so often.
 */
import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import { openServerContext, type ShownCertificate } from '../../dimse/index.ts'
import { registerDicomWeb } from '../dicom-web/route.ts'
import { answerBadAddress, answerErrors } from '../error-answers.ts'
import { webLimits } from '../limits.ts'
import { onlyHost } from '../only-host.ts'
import { createReaders, dicomWebServices, type WebServices } from '../services.ts'
import { recognise, shownBy, type WebClient } from './clients.ts'
import { crossOriginOf } from './cross-origin.ts'
import { createRunningRequests } from './running-requests.ts'

/** A request that was turned away. */
export interface TurnedAway {
  /** What the client called itself, if it could be a name; else empty. */
  name: string
  remoteAddress: string
  reason: 'unknown-client' | 'not-permitted' | 'foreign-origin'
}

/** What a client was given of a study. */
export interface StudyAccess {
  client: WebClient
  remoteAddress: string
  StudyInstanceUID: string
}

export interface WebListenerOptions {
  host: string
  /** 0: any free port. */
  port: number
  certificate: ShownCertificate
  log: Logger
  /** Null while the data folder is locked. */
  services(): WebServices | null
  clients(): readonly WebClient[]
  /** Origins of pages that may use it. */
  origins(): readonly string[]
  onUse(client: WebClient): void
  onTurnedAway(attempt: TurnedAway): void
  /** A client read of a study. */
  onRead(access: StudyAccess): void
  limits?: Partial<typeof webLimits>
}

export interface WebListener {
  readonly host: string
  readonly port: number
  /** Shows another certificate, from the next connection on. */
  showCertificate(certificate: ShownCertificate): void
  /** Ends what runs for a client that may no longer. */
  cut(clientId: string): void
  /** Stops listening and ends every connection. */
  close(): Promise<void>
}

type Limits = { readonly [K in keyof typeof webLimits]: number }

const plainAddress = (address: string): string => address.replace(/^::ffff:/, '')
const isReading = (method: string): boolean => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
/** An authority as addresses have it: it is given back in addresses. */
const isAuthority = (host: string | undefined): host is string =>
  host !== undefined && /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(host)

/** Turns away connections of one address that has too many. */
function boundConnections(server: Server, most: number): void {
  const counts = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (counts.get(address) ?? 0) + 1
    if (count > most) return void socket.destroy()
    counts.set(address, count)
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1
      if (left > 0) counts.set(address, left)
      else counts.delete(address)
    })
  })
}

/** Ends the connection of a refused request soon: what it still sends is not for us. */
function endSoon(request: IncomingMessage): void {
  if (!request.complete) setTimeout(() => request.socket.destroy(), webLimits.refusedGrace).unref()
}

type CountWrong = ReturnType<FastifyInstance['createRateLimit']>

class Guard {
  readonly #options: WebListenerOptions
  readonly #countWrong: CountWrong
  readonly #clients = new WeakMap<FastifyRequest, WebClient>()
  readonly running: ReturnType<typeof createRunningRequests>

  constructor(options: WebListenerOptions, limits: Limits, countWrong: CountWrong) {
    this.#options = options
    this.#countWrong = countWrong
    this.running = createRunningRequests(limits.requestsPerClient)
  }

  clientOf(request: FastifyRequest): WebClient | null {
    return this.#clients.get(request) ?? null
  }

  /** Answers what may not go on; otherwise nothing. */
  async check(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const { clients, origins, onUse } = this.#options
    reply.headers({ 'cache-control': 'no-store', vary: 'Origin' })
    if (!isAuthority(onlyHost(request.raw))) return this.#refuse(request, reply, 400, 'wrong-host')
    const asks = request.headers['access-control-request-method'] !== undefined
    const from = crossOriginOf({ method: request.method, origin: request.headers.origin, asks }, origins())
    if (from.kind === 'foreign') return this.#turnAway(request, reply, 403, 'foreign-origin')
    if ('headers' in from) reply.headers(from.headers)
    if (from.kind === 'asking') return reply.code(204).send()
    const client = recognise(request.headers.authorization, clients())
    if (!client) {
      reply.header('www-authenticate', 'Basic realm="DICOMweb", charset="UTF-8", Bearer')
      return this.#turnAway(request, reply, 401, 'unknown-client')
    }
    const isPermitted = isReading(request.method) ? client.mayRead : client.mayStore
    if (!isPermitted) return this.#turnAway(request, reply, 403, 'not-permitted', client.name)
    const { socket } = request.raw
    if (!this.running.begin(client.id, socket)) {
      reply.header('retry-after', '1')
      return this.#refuse(request, reply, 429, 'too-many-requests')
    }
    reply.raw.once('close', () => this.running.end(client.id, socket))
    this.#clients.set(request, client)
    onUse(client)
    return undefined
  }

  /** Tells that somebody tried. Who tries too often is told only to wait, but the right secret is taken at any time. */
  async #turnAway(
    request: FastifyRequest,
    reply: FastifyReply,
    status: 401 | 403,
    reason: TurnedAway['reason'],
    name = shownBy(request.headers.authorization)?.name ?? '',
  ): Promise<FastifyReply> {
    const count = await this.#countWrong(request)
    const isTooMany = !count.isAllowed && count.isExceeded
    this.#options.onTurnedAway({ name, remoteAddress: plainAddress(request.ip), reason })
    if (!isTooMany) return this.#refuse(request, reply, status, reason)
    reply.headers({ 'retry-after': String(count.ttlInSeconds), connection: 'close' }).removeHeader('www-authenticate')
    return this.#refuse(request, reply, 429, 'too-many-attempts')
  }

  #refuse(request: FastifyRequest, reply: FastifyReply, status: number, code: string): FastifyReply {
    request.log.warn({ code }, 'request refused')
    endSoon(request.raw)
    return reply.code(status).send({ code })
  }
}

/** Where the client finds this service: as it asked for it, also through a name that this machine does not know. */
const rootOf = (request: FastifyRequest): string => `https://${request.headers.host ?? ''}/dicom-web`

const create = (options: WebListenerOptions, limits: Limits): FastifyInstance =>
  Fastify({
    loggerInstance: options.log,
    // Addresses hold identifiers of patients: requests are never logged as such.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 5_000 },
    frameworkErrors: answerBadAddress,
    forceCloseConnections: true,
    bodyLimit: limits.bodyLimit,
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    connectionTimeout: limits.idleTimeout,
    https: {
      ...openServerContext(options.certificate),
      handshakeTimeout: limits.handshakeTimeout,
      maxHeaderSize: limits.maxHeaderSize,
      headersTimeout: limits.headersTimeout,
    },
  }) as unknown as FastifyInstance

/** Starts the listener; rejects with the error of `listen`. */
export async function startWebListener(options: WebListenerOptions): Promise<WebListener> {
  const limits: Limits = { ...webLimits, ...options.limits }
  const server = create(options, limits)
  const https = server.server as unknown as Server
  https.maxConnections = limits.maxConnections
  boundConnections(https, limits.connectionsPerAddress)
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginResourcePolicy: false,
    strictTransportSecurity: false,
  })
  await server.register(rateLimit, { global: false })
  const countWrong = server.createRateLimit({ max: limits.wrongPerMinute, timeWindow: 60_000 })
  const guard = new Guard(options, limits, countWrong)
  server.addHook('onRequest', (request, reply) => guard.check(request, reply))
  // Before the first byte goes: who cuts the connection in the middle has read as well.
  server.addHook('onSend', async (request, reply) => {
    const client = guard.clientOf(request)
    const { study } = (request.params ?? {}) as { study?: string }
    const isRead = isReading(request.method) && reply.statusCode < 300
    if (!client || !study || !isRead) return
    options.onRead({ client, remoteAddress: plainAddress(request.ip), StudyInstanceUID: study })
  })
  answerErrors(server)
  await server.register(registerDicomWeb, {
    prefix: '/dicom-web',
    ...dicomWebServices(options.services, createReaders(options.services)),
    root: rootOf,
    clientOf: (request) => guard.clientOf(request)?.name ?? '',
  })
  await server.listen({ host: options.host, port: options.port })
  return {
    host: options.host,
    port: (https.address() as AddressInfo).port,
    showCertificate: (certificate) => https.setSecureContext(openServerContext(certificate)),
    cut: (clientId) => guard.running.cut(clientId),
    close: () => server.close(),
  }
}
