/**
 * The loopback listener: windows and tools reach the station through here and nothing else does (design: "The renderer reaches the
 * station over loopback HTTP"). Every request passes the guard before anything of it is read.
 */
import type { AddressInfo } from 'node:net'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { HandlersOf } from '../contract/define.ts'
import type { StationContract } from '../contract/index.ts'
import { registerCalls } from './calls.ts'
import { registerDicomWeb } from './dicom-web/route.ts'
import { registerDocuments } from './documents.ts'
import { createEntryCodes, registerEntry } from './entry.ts'
import { answerBadAddress, answerErrors } from './error-answers.ts'
import { type LaunchSecrets, refusalOf, type Visitor } from './guard.ts'
import { registerImport } from './import.ts'
import { httpLimits } from './limits.ts'
import { onlyHost } from './only-host.ts'
import { registerPixels } from './pixels/route.ts'
import { registerRendererFiles } from './renderer-files.ts'
import { drawSecret } from './secrets.ts'
import { createReaders, dicomWebServices, type HttpServices } from './services.ts'
import { registerThumbnails } from './thumbnails.ts'

export interface HttpOptions {
  /** 0: any free port. */
  port: number
  log: Logger
  /** Folder of the built renderer; null serves none. */
  rendererFolder: string | null
  handlers: HandlersOf<StationContract>
  /** Null while the data folder is locked. */
  services(): HttpServices | null
  /** A second start of the program asks for a window; answers whether one was raised here. */
  onShow(): boolean
}

export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Bearer token of tools, for reading `/dicom-web`. */
  readonly token: string
  /** Bearer token of tools, for storing by `/dicom-web`. */
  readonly storeToken: string
  /** Secret of the control route. */
  readonly control: string
  /** A new one-time address for a window. */
  entry(): string
  close(): Promise<void>
}

const directives = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:', 'blob:'],
  fontSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

const visitorOf = (request: FastifyRequest, cookieName: string): Visitor => ({
  method: request.method,
  path: request.url.split('?', 1)[0] ?? '',
  host: onlyHost(request.raw),
  origin: header(request, 'origin'),
  fetchSite: header(request, 'sec-fetch-site'),
  isUpgrade: request.headers.upgrade !== undefined,
  cookie: request.cookies[cookieName],
  authorization: header(request, 'authorization'),
  control: header(request, 'x-astreinte-control'),
})

/** Headers, guard and errors: what holds for every route. */
async function protect(server: FastifyInstance, port: () => number, cookieName: () => string, secrets: LaunchSecrets) {
  await server.register(cookie)
  await server.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    strictTransportSecurity: false,
  })
  await server.register(rateLimit, { global: false })
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const refusal = refusalOf(visitorOf(request, cookieName()), port(), secrets)
    if (!refusal) return
    request.log.warn({ code: refusal.code }, 'request refused')
    // Node has let go of the socket of an upgrade: nobody else would close it.
    if (request.headers.upgrade !== undefined) reply.raw.once('finish', () => request.raw.socket.destroySoon())
    if (refusal.status === 401) reply.header('www-authenticate', 'Bearer')
    return reply.code(refusal.status).send({ code: refusal.code })
  })
  answerErrors(server)
}

/** Starts the listener on 127.0.0.1. */
export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const secrets: LaunchSecrets = {
    window: drawSecret(),
    token: drawSecret(),
    storeToken: drawSecret(),
    control: drawSecret(),
  }
  const codes = createEntryCodes()
  const server: FastifyInstance = Fastify({
    loggerInstance: options.log,
    // Addresses hold identifiers of patients: requests are never logged as such.
    logController: new LogController({ disableRequestLogging: true }),
    routerOptions: { maxParamLength: 5_000 },
    frameworkErrors: answerBadAddress,
    forceCloseConnections: true,
    bodyLimit: httpLimits.bodyLimit,
    requestTimeout: httpLimits.requestTimeout,
    keepAliveTimeout: httpLimits.keepAliveTimeout,
    http: { maxHeaderSize: httpLimits.maxHeaderSize, headersTimeout: httpLimits.headersTimeout },
  }) as unknown as FastifyInstance
  server.server.maxConnections = httpLimits.maxConnections
  const port = () => (server.server.address() as AddressInfo).port
  // Cookies know no port: the name keeps two stations on one machine apart.
  const cookieName = () => `astreinte-${port()}`
  const entry = () => `http://127.0.0.1:${port()}/enter#${codes.draw()}`
  const reader = createReaders(options.services)

  await protect(server, port, cookieName, secrets)
  await registerEntry(server, { codes, secret: secrets.window, cookieName })
  await registerCalls(server, options.handlers)
  registerPixels(server, reader)
  registerThumbnails(server, () => options.services()?.renderThumbnail ?? null)
  registerDocuments(server, () => options.services()?.cache ?? null)
  registerImport(server, options.services)
  await server.register(registerDicomWeb, {
    prefix: '/dicom-web',
    ...dicomWebServices(options.services, reader),
    onRead: (study, address) => options.services()?.onToolRead?.(study, address),
    root: () => `http://127.0.0.1:${port()}/dicom-web`,
    clientOf: () => '',
  })
  server.post('/control/show', async () => (options.onShow() ? { raised: true } : { raised: false, entry: entry() }))
  await registerRendererFiles(server, options.rendererFolder)

  await server.listen({ host: '127.0.0.1', port: options.port })
  return {
    url: `http://127.0.0.1:${port()}`,
    token: secrets.token,
    storeToken: secrets.storeToken,
    control: secrets.control,
    entry,
    close: () => server.close(),
  }
}
