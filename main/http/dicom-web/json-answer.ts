/** Answers in DICOM JSON: with a validator (RFC 9110 §8.8.3, §13.1.2), and packed by gzip for those who take it (PS3.18 §8.4.2). */
import { createHash } from 'node:crypto'
import { pipeline, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { jsonType, type MediaRange, parseAccept } from './accept.ts'
import { sendHead, sendNothing } from './head.ts'
import { WebError } from './web-error.ts'

/** The validator of an answer that depends on `parts` alone; weak, because the packed answer has it too. */
export function entityTag(parts: Iterable<string | Uint8Array>): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\n')
  return `W/"${hash.digest('base64url')}"`
}

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '')

/** Whether `header` (`If-None-Match`) names the answer that has `tag`, compared weakly. */
export const isNotModified = (header: string | undefined, tag: string): boolean =>
  header !== undefined && (header.trim() === '*' || header.split(',').some((each) => opaque(each) === opaque(tag)))

/** Whether a client that sends `header` (`Accept-Encoding`) takes gzip. */
export const takesGzip = (header: string | undefined): boolean =>
  header !== undefined &&
  !/(^|,)\s*gzip\s*;\s*q=0(\.0*)?\s*(,|$)/i.test(header) &&
  parseAccept(header).some(({ type }) => type === 'gzip' || type === '*')

/** The media type for JSON that a client takes; throws {@link WebError} 406. */
export function acceptedJson(ranges: MediaRange[]): string {
  const type = jsonType(ranges)
  if (!type) throw new WebError(406, 'not-acceptable')
  return type
}

/** Adds to what the answer depends on: others have had their say before. */
function varies(reply: FastifyReply, names: string): void {
  const before = reply.getHeader('vary')
  reply.header('vary', before ? `${before}, ${names}` : names)
}

export interface JsonAnswer {
  /** Of {@link acceptedJson}. */
  type: string
  tag: string
  /** Called only when the client has not the same already; what it rejects with is answered by a status. */
  body: () => Promise<AsyncIterable<string> | Iterable<string>>
}

/** Sends a JSON answer, or 304 to a client that has it. */
export async function sendJson(request: FastifyRequest, reply: FastifyReply, { type, tag, body }: JsonAnswer) {
  varies(reply, 'Accept, Accept-Encoding')
  reply.header('etag', tag)
  if (isNotModified(request.headers['if-none-match'], tag)) return sendNothing(reply.code(304))
  reply.header('content-type', type)
  if (request.method === 'HEAD') return sendHead(reply)
  const text = Readable.from(await body(), { objectMode: false, highWaterMark: 1024 * 1024 })
  const encodings = request.headers['accept-encoding']
  if (!takesGzip(Array.isArray(encodings) ? encodings.join(',') : encodings)) return reply.send(text)
  const packed = createGzip({ level: 4 })
  // Whichever side ends early ends the other; the failure itself is told by the stream that is sent.
  pipeline(text, packed, () => undefined)
  return reply.header('content-encoding', 'gzip').send(packed)
}
