/** multipart/related messages (RFC 2387) written as a stream (PS3.18 §8.6.1.2.1). */
import { randomUUID } from 'node:crypto'

/** One part: its headers, its bytes in pieces, and how many they are, where that is known before. */
export interface Part {
  headers: Record<string, string>
  length?: number
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** A multipart body and the `Content-Type` that goes with it. */
export interface Multipart {
  contentType: string
  body: AsyncIterable<Uint8Array>
}

const headerLines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

async function* write(parts: AsyncIterable<Part>, boundary: string): AsyncGenerator<Uint8Array, void> {
  for await (const { headers, length, body } of parts) {
    // PS3.18 Table 8.6.1-1.
    const ofPayload = length === undefined ? {} : { 'Content-Length': String(length) }
    yield Buffer.from(`--${boundary}\r\n${headerLines({ ...headers, ...ofPayload })}\r\n`)
    yield* body
    yield Buffer.from('\r\n')
  }
  yield Buffer.from(`--${boundary}--\r\n`)
}

/** The message of `parts`, all of media type `type`. */
export function multipart(type: string, parts: AsyncIterable<Part>): Multipart {
  const boundary = `astreinte-${randomUUID()}`
  return { contentType: `multipart/related; type="${type}"; boundary=${boundary}`, body: write(parts, boundary) }
}

/** The message of one part. */
export function onePart(type: string, part: Part): Multipart {
  async function* parts(): AsyncGenerator<Part, void> {
    yield part
  }
  return multipart(type, parts())
}
