/**
 * One request to the archive and the head of its answer (PS3.18 §8): limited in time, without following redirections, and with errors
 * that quote neither addresses, which carry identifiers, nor credentials.
 */
import type { ClientRequest, IncomingMessage } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ArchiveError, asArchiveError } from '../archive-error.ts'
import type { ArchiveTarget } from './archive-target.ts'

export interface ExchangeRequest {
  /** Below the archive's base address, each segment encoded; with its query. */
  path: string
  accept: string
  /** The answer may come in gzip, and is unpacked as it is read. */
  mayBePacked?: boolean
  /** Makes it a POST. */
  content?: { type: string; length: number; bytes: AsyncIterable<Uint8Array> }
  signal?: AbortSignal | undefined
}

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly headers: IncomingMessage['headers']
  /** Errors while reading are {@link ArchiveError}s. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the exchange; what was not read is lost, and the connection with it. */
  discard(): void
}

/** Ends the request when it does not get a connection in time. */
const limitConnecting = (
  request: ClientRequest,
  { base, limits }: ArchiveTarget,
  end: (reason: ArchiveError) => void,
): void => {
  request.once('socket', (socket) => {
    if (!socket.connecting) return
    const timer = setTimeout(() => end(new ArchiveError('timed-out', 'no connection')), limits.connect)
    const clear = () => clearTimeout(timer)
    socket.once(base.protocol === 'https:' ? 'secureConnect' : 'connect', clear)
    request.once('close', clear)
  })
}

/** Ends the request when the head of its answer is not there in time, however many bytes of it come meanwhile. */
const limitWaiting = (request: ClientRequest, { limits }: ArchiveTarget, end: (reason: ArchiveError) => void): void => {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  request.once('finish', () => {
    if (!isOver)
      timer = setTimeout(() => end(new ArchiveError('timed-out', 'an answer that does not begin')), limits.answer)
  })
  const stop = () => {
    isOver = true
    clearTimeout(timer)
  }
  request.once('response', stop)
  request.once('close', stop)
}

/** Why an exchange was ended from this side: Node tells a reader of the answer only that it was. */
interface Ending {
  reason?: ArchiveError
}

const send = async (request: ClientRequest, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  // Some archives answer before they have read everything, and then read no more.
  let isAnswered = false
  request.once('response', () => {
    isAnswered = true
  })
  for await (const piece of bytes) {
    if (!request.write(piece) && !isAnswered) await room(request)
    if (isAnswered || request.destroyed) return
  }
  request.end()
}

/** Resolves when more can be written, or need not be. */
const room = (request: ClientRequest): Promise<void> =>
  new Promise((resolve) => {
    const events = ['drain', 'close', 'response'] as const
    const done = () => {
      for (const event of events) request.off(event, done)
      resolve()
    }
    for (const event of events) request.on(event, done)
  })

async function* readBody(message: IncomingMessage, ending: Ending): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of message) yield piece as Buffer
  } catch (error) {
    throw ending.reason ?? asArchiveError(error)
  }
}

const toAnswer = (request: ClientRequest, message: IncomingMessage, ending: Ending): Answer => ({
  status: message.statusCode ?? 0,
  contentType: message.headers['content-type'] ?? '',
  headers: message.headers,
  body: readBody(message, ending),
  discard: () => {
    message.on('error', () => undefined)
    if (message.complete) message.resume()
    else request.destroy()
  },
})

/** Null, and rejected, when a request cannot even be formed: credentials may hold what no header can. */
const openOrReject = (reject: (error: ArchiveError) => void, open: () => ClientRequest): ClientRequest | null => {
  try {
    return open()
  } catch (error) {
    const { code = 'unknown' } = error as { code?: string }
    reject(new ArchiveError(code === 'ERR_INVALID_CHAR' ? 'unauthorised' : 'nonsense', code))
    return null
  }
}

const begin = (
  target: ArchiveTarget,
  { path, accept, mayBePacked, content, signal }: ExchangeRequest,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const open = target.base.protocol === 'https:' ? httpsRequest : httpRequest
    const request = openOrReject(reject, () =>
      open(new URL(path, target.base), {
        agent: target.agent,
        method: content ? 'POST' : 'GET',
        timeout: target.limits.idle,
        headers: {
          Accept: accept,
          'Accept-Encoding': mayBePacked ? 'gzip' : 'identity',
          ...(content ? { 'Content-Type': content.type, 'Content-Length': content.length } : {}),
          ...(target.authorization === null ? {} : { Authorization: target.authorization }),
        },
      }),
    )
    if (!request) return
    const ending: Ending = {}
    const end = (reason: ArchiveError) => {
      ending.reason ??= reason
      request.destroy(reason)
    }
    const abort = () => end(new ArchiveError('cancelled', 'cancelled'))
    signal?.addEventListener('abort', abort)
    limitConnecting(request, target, end)
    limitWaiting(request, target, end)
    request.once('timeout', () => end(new ArchiveError('timed-out', 'silence')))
    request.once('response', (message) => resolve(toAnswer(request, message, ending)))
    // Stays: a request that was answered early may still fail.
    request.on('error', (error) => {
      const isStale = !content && request.reusedSocket && (error as { code?: string }).code === 'ECONNRESET'
      reject(isStale ? new StaleConnection() : (ending.reason ?? asArchiveError(error)))
    })
    request.once('close', () => {
      signal?.removeEventListener('abort', abort)
      reject(new ArchiveError('cut', 'closed without an answer'))
    })
    if (signal?.aborted) abort()
    else if (!content) request.end()
    else
      send(request, content.bytes).catch((error: unknown) => {
        reject(error)
        request.destroy()
      })
  })

/** The archive had closed a connection that was kept: nothing was asked yet. */
class StaleConnection extends Error {}

/** Bounded by whoever reads it, piece by piece: what it was packed to says nothing. */
async function* unpack(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const unpacked = createGunzip()
  pipeline(Readable.from(body, { objectMode: false }), unpacked, () => undefined)
  try {
    for await (const piece of unpacked) yield piece as Buffer
  } catch (error) {
    const { code } = error as { code?: string }
    throw code === 'Z_DATA_ERROR' ? new ArchiveError('nonsense', code, { cause: error }) : asArchiveError(error)
  }
}

const checkHead = (answer: Answer, mayBePacked: boolean): Answer => {
  if (answer.status >= 300 && answer.status < 400) {
    throw new ArchiveError('not-dicomweb', `HTTP ${answer.status}: redirections are not followed`, {
      status: answer.status,
    })
  }
  const encoding = answer.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (mayBePacked && (encoding === 'gzip' || encoding === 'x-gzip')) return { ...answer, body: unpack(answer.body) }
  if (encoding !== 'identity') throw new ArchiveError('nonsense', 'an encoded answer, which was not asked for')
  return answer
}

/**
 * Sends a request and resolves with the head of its answer, whatever its status but a redirection. Throws {@link ArchiveError}; errors of
 * `content.bytes` come out as they are.
 */
export const exchange = async (target: ArchiveTarget, request: ExchangeRequest): Promise<Answer> => {
  let answer: Answer | undefined
  for (let tries = 0; !answer; tries += 1) {
    try {
      answer = await begin(target, request)
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error
      if (tries >= 8) throw new ArchiveError('cut', 'ECONNRESET')
    }
  }
  try {
    return checkHead(answer, request.mayBePacked ?? false)
  } catch (error) {
    answer.discard()
    throw error
  }
}
