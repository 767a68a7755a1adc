/** Bulk data (PS3.18 §10.4.1.1.5): one value as octets, read from the cache in pieces; alone also by ranges (§8.4.1.1). */
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ElementValue } from '../stored-attributes.ts'
import { type MediaRange, rangeTakes, rangeTakesParts } from './accept.ts'
import { byteRange } from './byte-range.ts'
import { sendHead } from './head.ts'
import { WebError } from './web-error.ts'

export const OCTETS = 'application/octet-stream'
/** Bytes read from the cache at a time. */
const PIECE = 1024 * 1024

/** The form that a client takes, or null: in a multipart, or the bytes alone. */
export function bulkDataForm(ranges: MediaRange[]): 'multipart' | 'single' | null {
  for (const range of ranges) {
    if (rangeTakesParts(range, OCTETS)) return 'multipart'
    if (rangeTakes(range, OCTETS)) return 'single'
  }
  return null
}

/** Bytes `[start, end)` in pieces; the first is read before this resolves, so that damage is answered by its status. */
export async function piecesOf(value: ElementValue, start: number, end: number): Promise<AsyncIterable<Uint8Array>> {
  const first = await value.read(start, Math.min(start + PIECE, end))
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    yield first
    for (let at = start + PIECE; at < end; at += PIECE) yield await value.read(at, Math.min(at + PIECE, end))
  }
  return pieces()
}

/** Sends the value alone, or the range of it that is asked for; throws {@link WebError} 416. */
export async function sendValue(request: FastifyRequest, reply: FastifyReply, value: ElementValue, tag: string) {
  // A weak validator cannot vouch for a part (RFC 9110 §13.1.5): with a condition everything is sent.
  const isConditional = request.headers['if-range'] !== undefined
  const range = byteRange(isConditional ? undefined : request.headers.range, value.length)
  reply.headers({ etag: tag, 'accept-ranges': 'bytes', 'content-type': OCTETS })
  if (range.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${value.length}`)
    throw new WebError(416, 'bad-range')
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: value.length }
  if (range.kind === 'part') reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${value.length}`)
  reply.header('content-length', end - start)
  if (request.method === 'HEAD') return sendHead(reply)
  return reply.send(Readable.from(await piecesOf(value, start, end), { objectMode: false, highWaterMark: PIECE }))
}
