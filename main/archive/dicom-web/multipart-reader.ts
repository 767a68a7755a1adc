/**
 * Reads a multipart/related body as it streams in (RFC 2046 §5.1, PS3.18 §8.6.1.2): part by part, cut into pieces at any place, with
 * bounded memory. What a reader leaves of a part is passed over.
 */
import { ArchiveError } from '../archive-error.ts'

export interface MultipartLimits {
  /** Bytes of the headers of one part, and before the first part. */
  headBytes: number
  /** Bytes of one part. */
  partBytes: number
  parts: number
}

export interface ReceivedPart {
  /** By name in small letters. */
  readonly headers: ReadonlyMap<string, string>
  /** Can be read once, before the next part is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}

const NOTHING = Buffer.alloc(0)
const CR = 0x0d
const LF = 0x0a
const DASH = 0x2d

/** The boundary that a `Content-Type` names (RFC 2046 §5.1.1); null when there is none that can be used. */
export const boundaryOf = (contentType: string): string | null => {
  if (!/^\s*multipart\//i.test(contentType)) return null
  const found = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200})(?=[\s;]|$))/i.exec(contentType)
  return found?.[1] ?? found?.[2] ?? null
}

const parseHeaders = (block: string): Map<string, string> => {
  const headers = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}

const nonsense = (detail: string): ArchiveError => new ArchiveError('nonsense', detail)

/** Bytes that came and were not used yet. */
class Incoming {
  buffer: Buffer = NOTHING
  readonly #source: AsyncIterator<Uint8Array>

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Waits for more. Throws `cut` when there is none. */
  async more(): Promise<void> {
    const { done, value } = await this.#source.next()
    if (done) throw new ArchiveError('cut', 'a multipart answer without its end')
    const piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    this.buffer = this.buffer.length === 0 ? piece : Buffer.concat([this.buffer, piece])
  }

  /** Takes the first `length` bytes. */
  take(length: number): Buffer {
    const taken = this.buffer.subarray(0, length)
    this.buffer = this.buffer.subarray(length)
    return taken
  }

  async end(): Promise<void> {
    await this.#source.return?.()
  }
}

/** Reads up to the first delimiter; what stands before it means nothing. */
const passPreamble = async (incoming: Incoming, delimiter: Buffer, { headBytes }: MultipartLimits): Promise<void> => {
  // The line end that belongs to the delimiter may be missing at the very beginning.
  incoming.buffer = Buffer.from('\r\n')
  for (let passed = 0; ; ) {
    const at = incoming.buffer.indexOf(delimiter)
    if (at >= 0) {
      incoming.take(at + delimiter.length)
      return
    }
    passed += incoming.take(Math.max(0, incoming.buffer.length - delimiter.length + 1)).length
    if (passed > headBytes) throw nonsense('a multipart answer without its boundary')
    await incoming.more()
  }
}

/** Reads what follows a delimiter on its line; false when it was the last one. */
const goesOn = async (incoming: Incoming): Promise<boolean> => {
  while (incoming.buffer.length < 2) await incoming.more()
  if (incoming.buffer[0] === DASH && incoming.buffer[1] === DASH) return false
  for (;;) {
    const end = incoming.buffer.indexOf(LF)
    const padding = incoming.buffer.subarray(0, end < 0 ? undefined : end)
    if (padding.length > 256 || padding.some((byte) => byte !== 0x20 && byte !== 0x09 && byte !== CR))
      throw nonsense('a boundary with something behind it')
    if (end >= 0) {
      incoming.take(end + 1)
      return true
    }
    await incoming.more()
  }
}

const readHeaders = async (incoming: Incoming, { headBytes }: MultipartLimits): Promise<Map<string, string>> => {
  for (;;) {
    if (incoming.buffer[0] === LF || (incoming.buffer[0] === CR && incoming.buffer[1] === LF)) {
      incoming.take(incoming.buffer[0] === LF ? 1 : 2)
      return new Map()
    }
    const found = /\r?\n\r?\n/.exec(incoming.buffer.subarray(0, headBytes).toString('latin1'))
    if (found) return parseHeaders(incoming.take(found.index + found[0].length).toString('latin1'))
    if (incoming.buffer.length > headBytes) throw nonsense('a part whose headers do not end')
    await incoming.more()
  }
}

async function* readPart(
  incoming: Incoming,
  delimiter: Buffer,
  { partBytes }: MultipartLimits,
): AsyncGenerator<Uint8Array, void> {
  for (let length = 0; ; ) {
    const at = incoming.buffer.indexOf(delimiter)
    const piece = incoming.take(at >= 0 ? at : Math.max(0, incoming.buffer.length - delimiter.length + 1))
    length += piece.length
    if (length > partBytes) throw new ArchiveError('too-large', `a part of more than ${partBytes} bytes`)
    if (piece.length > 0) yield piece
    if (at >= 0) {
      incoming.take(delimiter.length)
      return
    }
    await incoming.more()
  }
}

/** The parts of a body. Throws {@link ArchiveError} `cut`, `nonsense` or `too-large`, and what reading the body throws. */
export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  limits: MultipartLimits,
): AsyncGenerator<ReceivedPart, void> {
  const incoming = new Incoming(source)
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
  try {
    await passPreamble(incoming, delimiter, limits)
    for (let parts = 0; await goesOn(incoming); parts += 1) {
      if (parts >= limits.parts) throw new ArchiveError('too-large', `more than ${limits.parts} parts`)
      // An empty part without headers may end in the line end that its headers end with.
      const headers = await readHeaders(incoming, limits)
      const body = readPart(incoming, delimiter, limits)
      yield { headers, body: { [Symbol.asyncIterator]: () => ({ next: () => body.next() }) } }
      for await (const _ of body);
    }
  } finally {
    await incoming.end()
  }
}
