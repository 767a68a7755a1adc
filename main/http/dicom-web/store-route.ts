/** `POST /studies` and `/studies/:study`: STOW-RS (PS3.18 §10.5), each object streamed through the one door of the cache. */
import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isUID } from '../../dicom/uid.ts'
import { httpLimits } from '../limits.ts'
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

/** Serves storing below the prefix of `server`; other routes keep their own body parsers. */
export function registerStore(server: FastifyInstance, options: StoreOptions): void {
  let running = 0

  async function store(request: FastifyRequest, reply: FastifyReply) {
    const { boundary, StudyInstanceUID, type } = checkRequest(request)
    const storeNow = options.storeObjects()
    if (!storeNow) throw new WebError(503, 'locked')
    const body = request.body as Readable | undefined
    if (!body) throw new WebError(400, 'bad-message')
    if (running >= httpLimits.maxStores) {
      reply.header('retry-after', '1')
      throw new WebError(503, 'too-busy')
    }
    running += 1
    // What is refused is still read to its end: a connection left in mid-body never answers again.
    const stored = await storeNow({
      body: { [Symbol.asyncIterator]: () => body.iterator({ destroyOnReturn: false }) },
      boundary,
      StudyInstanceUID,
      client: options.clientOf(request),
      remoteAddress: request.ip,
      limits,
    })
      .catch((error: unknown) => {
        throw request.raw.complete ? error : new WebError(400, 'cut')
      })
      .finally(() => {
        running -= 1
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
