/** `POST /studies` and `/studies/:study`: STOW-RS (PS3.18 §10.5), each object streamed through the one door of the cache. */
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isUID } from '../../dicom/uid.ts'
import { keepPace, type Pace, TooSlow } from '../keep-pace.ts'
import { httpLimits, webLimits } from '../limits.ts'
import { parseAccept } from './accept.ts'
import { acceptedJson } from './json-answer.ts'
import { type StoreObjects, storeBoundary, storeResponse } from './store.ts'
import { WebError } from './web-error.ts'

export interface StoreOptions {
  /** Null while the data folder is locked. */
  storeObjects(): StoreObjects | null
  root(request: FastifyRequest): string
  /** Name of the client that asks; empty for tools of this machine. */
  clientOf(request: FastifyRequest): string
  /** How fast a message must come; absent: as the limits say. */
  storePace?: Pace
}

const limits = {
  headBytes: httpLimits.storeHeadBytes,
  partBytes: httpLimits.storePartBytes,
  parts: httpLimits.storeParts,
  bytes: httpLimits.storeBodyLimit,
}

/** What can be known before anything of the body is read. Throws {@link WebError}. */
function checkRequest(request: FastifyRequest): { boundary: string; StudyInstanceUID: string | null; type: string } {
  const { study = null } = request.params as { study?: string }
  if (study !== null && !isUID(study)) throw new WebError(400, 'bad-uid')
  const type = acceptedJson(parseAccept(request.headers.accept))
  const { 'content-encoding': coding = 'identity' } = request.headers
  if (coding.toLowerCase() !== 'identity') throw new WebError(415, 'unsupported-content-coding')
  const boundary = storeBoundary(request.headers['content-type'])
  if (Number(request.headers['content-length'] ?? 0) > limits.bytes) throw new WebError(413, 'too-large')
  return { boundary, StudyInstanceUID: study, type }
}

/** Messages that are taken at the same time: so many in all, and fewer of one client, unless it is the tools of this machine. */
function createSlots() {
  const running = new Map<string, number>()
  let all = 0
  return {
    /** What gives the slot back; null when there is none. */
    take(client: string): (() => void) | null {
      const own = running.get(client) ?? 0
      if (all >= httpLimits.maxStores || (client !== '' && own >= webLimits.storesPerClient)) return null
      all += 1
      running.set(client, own + 1)
      return () => {
        all -= 1
        const left = (running.get(client) ?? 1) - 1
        if (left > 0) running.set(client, left)
        else running.delete(client)
      }
    },
  }
}

/** Whoever sends on so slowly that it is not waited for reads why, and is cut. */
function cutAfterAnswer(request: FastifyRequest, reply: FastifyReply): WebError {
  reply.header('connection', 'close')
  reply.raw.once('finish', () => request.raw.socket.destroySoon())
  return new WebError(408, 'too-slow')
}

/** Serves storing below the prefix of `server`; other routes keep their own body parsers. */
export function registerStore(server: FastifyInstance, options: StoreOptions): void {
  const slots = createSlots()

  async function store(request: FastifyRequest, reply: FastifyReply) {
    const { boundary, StudyInstanceUID, type } = checkRequest(request)
    const storeNow = options.storeObjects()
    if (!storeNow) throw new WebError(503, 'locked')
    const body = request.body as Readable | undefined
    if (!body) throw new WebError(400, 'bad-message')
    const client = options.clientOf(request)
    const giveBack = slots.take(client)
    if (!giveBack) {
      reply.header('retry-after', '1')
      throw new WebError(503, 'too-busy')
    }
    // What is refused is still read to its end: a connection left in mid-body never answers again.
    const stored = await storeNow({
      body: keepPace(body.iterator({ destroyOnReturn: false }), options.storePace ?? httpLimits.storePace),
      boundary,
      StudyInstanceUID,
      client,
      remoteAddress: request.ip,
      limits,
    })
      .catch((error: unknown) => {
        if (error instanceof TooSlow) throw cutAfterAnswer(request, reply)
        throw request.raw.complete ? error : new WebError(400, 'cut')
      })
      .finally(() => {
        giveBack()
        body.resume()
      })
    const { status, dataSet } = storeResponse(options.root(request), stored.results, stored.broken)
    return reply
      .code(status)
      .header('content-type', type)
      .send(Buffer.from(JSON.stringify(dataSet)))
  }

  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, payload, done) => done(null, payload))
    for (const path of ['/studies', '/studies/:study']) scope.post(path, { bodyLimit: limits.bytes }, store)
  })
}
