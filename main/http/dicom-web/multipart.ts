/** multipart/related messages (RFC 2387) written as a stream (PS3.18 §8.6.1.2.1). */
import { randomUUID } from 'node:crypto'

/** One part: its headers, its bytes in pieces, and how many they are, where that is known before. */
export interface Part {
  headers: Record<string, string>
  length?: number
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/** A multipart body, the `Content-Type` that goes with it, and how many bytes it has, where that is known before. */
export interface Multipart {
  contentType: string
  length?: number
  body: AsyncIterable<Uint8Array>
}

const headerLines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')

/** What goes before the bytes of a part. */
function headOf({ headers, length }: Part, boundary: string): Buffer {
  // PS3.18 Table 8.6.1-1.
  const ofPayload = length === undefined ? {} : { 'Content-Length': String(length) }
  return Buffer.from(`--${boundary}\r\n${headerLines({ ...headers, ...ofPayload })}\r\n`)
}

const BETWEEN = Buffer.from('\r\n')
const endOf = (boundary: string): Buffer => Buffer.from(`--${boundary}--\r\n`)

async function* write(parts: AsyncIterable<Part> | Iterable<Part>, boundary: string): AsyncGenerator<Uint8Array, void> {
  for await (const part of parts) {
    yield headOf(part, boundary)
    yield* part.body
    yield BETWEEN
  }
  yield endOf(boundary)
}

const newBoundary = (): string => `astreinte-${randomUUID()}`
const typeOf = (type: string, boundary: string): string => `multipart/related; type="${type}"; boundary=${boundary}`

/** The message of `parts`, all of media type `type`. */
export function multipart(type: string, parts: AsyncIterable<Part>): Multipart {
  const boundary = newBoundary()
  return { contentType: typeOf(type, boundary), body: write(parts, boundary) }
}

/** The message of one part: where its length is known, that of the message is too. */
export function onePart(type: string, part: Part): Multipart {
  const boundary = newBoundary()
  const around = headOf(part, boundary).length + BETWEEN.length + endOf(boundary).length
  const length = part.length === undefined ? {} : { length: around + part.length }
  return { contentType: typeOf(type, boundary), ...length, body: write([part], boundary) }
}
