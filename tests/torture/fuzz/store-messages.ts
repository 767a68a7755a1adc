/**
 * Changed messages of STOW-RS (PS3.18 §10.5), in pieces of any size, with boundaries that are those of the message or not. Each ends with one
 * result a part; nothing is kept of a part that was not whole, and every object that was begun is ended or dropped.
 */
import fc from 'fast-check'
import type { IngestRequest } from '../../../main/cache/cache.ts'
import { part10Header } from '../../../main/dataset/index.ts'
import { storeResponse } from '../../../main/http/dicom-web/store.ts'
import { WebError } from '../../../main/http/dicom-web/web-error.ts'
import { createStoreObjects } from '../../../main/station-store-objects.ts'
import { createMemoryCache } from '../../helpers/memory-cache.ts'
import { ctImage } from '../../main/cache/data-sets.ts'
import { changedBytes } from './changed-bytes.ts'
import { type FuzzKind, Tally } from './fuzz-kind.ts'

export const STORE_BOUNDARY = 'b0undary'

const image = ctImage({ rows: 8 })
const file = Buffer.concat([part10Header(image.request), image.bytes])
const part = (body: Uint8Array, head = 'Content-Type: application/dicom\r\n'): Buffer =>
  Buffer.concat([Buffer.from(`--${STORE_BOUNDARY}\r\n${head}\r\n`), body, Buffer.from('\r\n')])
const message = (...parts: Buffer[]): Buffer => Buffer.concat([...parts, Buffer.from(`--${STORE_BOUNDARY}--\r\n`)])

/** Messages as clients send them, and odd ones. */
export const storeMessages: Buffer[] = [
  message(part(file)),
  message(part(file), part(file, '')),
  message(part(Buffer.from('{}'), 'Content-Type: application/dicom+json\r\n'), part(file)),
  message(part(file, `X-Long: ${'x'.repeat(1500)}\r\nContent-Type: application/dicom; transfer-syntax=1.2\r\n`)),
  message(part(Buffer.alloc(0)), part(Buffer.from(`\r\n--${STORE_BOUNDARY.slice(0, -1)}`)), part(file)),
]

const LIMITS = { headBytes: 2000, partBytes: file.length, parts: 4, bytes: 3 * file.length }

/** A delivery whose counts are kept. */
function tally() {
  const counts = { counted: 0, refused: 0, ended: 0 }
  const add = (name: keyof typeof counts) => () => {
    counts[name] += 1
  }
  return { counts, delivery: { count: add('counted'), countRefused: add('refused'), end: add('ended') } }
}

async function* piecesOf(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** The status of the response. */
const statusOf = (...results: [Parameters<typeof storeResponse>[1], Parameters<typeof storeResponse>[2]]): number => {
  try {
    return storeResponse('https://station/dicom-web', ...results).status
  } catch (error) {
    if (error instanceof WebError) return error.statusCode
    throw error
  }
}

async function store(bytes: Buffer, pieceLength: number, boundary: string): Promise<number> {
  const cache = createMemoryCache()
  let begun = 0
  const { counts, delivery } = tally()
  const storeNow = createStoreObjects({
    cache: {
      ingest: (request: IngestRequest) => {
        begun += 1
        return cache.ingest(request)
      },
    },
    additionalSOPClassUIDs: () => [],
    begin: () => delivery,
    onFault: (error) => {
      throw error
    },
  })
  const body = piecesOf(bytes, pieceLength)
  const where = { StudyInstanceUID: null, client: '', remoteAddress: '127.0.0.1' }
  const { results, broken } = await storeNow({ ...where, body, boundary, limits: LIMITS })
  if (begun !== cache.objects.length + cache.aborted.length) throw new Error('an object was neither ended nor dropped')
  if (results.length > LIMITS.parts) throw new Error(`${results.length} results`)
  const stored = results.filter(({ kind }) => kind === 'stored').length
  if (stored !== cache.objects.length || counts.counted !== stored) throw new Error('stored and told differ')
  if (counts.ended !== 1) throw new Error('a delivery without its end')
  return statusOf(results, broken)
}

/** The kind. */
export const storedMessages: FuzzKind = {
  name: 'messages of STOW-RS',
  share: 30,
  begin: () => {
    const outcomes = new Tally()
    const boundary = fc.oneof({ weight: 9, arbitrary: fc.constant(STORE_BOUNDARY) }, fc.string({ minLength: 1 }))
    return {
      property: fc.asyncProperty(
        ...([changedBytes(storeMessages), fc.integer({ min: 1, max: 3000 }), boundary] as const),
        async (bytes, pieceLength, named) => outcomes.add(String(await store(bytes, pieceLength, named))),
      ),
      end: async () => ({ problems: [], figures: outcomes.counts }),
    }
  },
}
