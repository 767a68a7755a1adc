/**
 * Changed STOW-RS requests on a socket, heads and all: the listener answers or closes, keeps no sender waiting, and takes the next request.
 * `FUZZ_CASES` sets how many (100000 for the long form), `FUZZ_SEED` repeats a run. Without a socket: `npm run torture -- fuzz`.
 */
import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createStoreObjects } from '../../../../main/station-store-objects.ts'
import { createMemoryCache } from '../../../helpers/memory-cache.ts'
import { changedBytes } from '../../../torture/fuzz/changed-bytes.ts'
import { STORE_BOUNDARY, storeMessages } from '../../../torture/fuzz/store-messages.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

const cases = Number(process.env.FUZZ_CASES ?? 300)
const seed = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) }
/** Bytes that the process may grow. */
const MOST_GROWTH = 300_000_000
vi.setConfig({ testTimeout: 60_000 + 100 * cases })

let server: TestServer
let running = 0
const cache = createMemoryCache()
beforeAll(async () => {
  const store = createStoreObjects({
    cache: { ingest: (request) => cache.ingest(request) },
    additionalSOPClassUIDs: () => [],
    begin: () => {
      running += 1
      return {
        count: () => undefined,
        countRefused: () => undefined,
        end: () => {
          running -= 1
        },
      }
    },
    onFault: (error) => expect.fail(String(error)),
  })
  server = await startTestServer({ storeObjects: store })
})
afterAll(() => server.close())

const head = (type: string, length: number): Buffer => {
  const lines = ['POST /dicom-web/studies HTTP/1.1', `host: ${new URL(server.url).host}`, `content-type: ${type}`]
  const more = [`authorization: Bearer ${server.storeToken}`, `content-length: ${length}`, 'connection: close']
  return Buffer.from(`${[...lines, ...more].join('\r\n')}\r\n\r\n`)
}

/** Sends all and ends; what was answered until the connection was closed. */
const send = (bytes: Buffer): Promise<string> =>
  new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (piece) => {
      answer += piece.toString('latin1')
    })
    // A reset is an answer, too.
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answer))
  })

it('answers or closes whatever comes as a store request, and takes the next', async () => {
  const type = (boundary: string) => `multipart/related; type="application/dicom"; boundary=${boundary}`
  const whole = storeMessages.map((body) => Buffer.concat([head(type(STORE_BOUNDARY), body.length), body]))
  const boundary = fc.constantFrom(
    STORE_BOUNDARY,
    'other',
    `"${STORE_BOUNDARY}`,
    '""',
    'x'.repeat(300),
    'x'.repeat(20_000),
  )
  const request = fc.oneof(
    { weight: 3, arbitrary: changedBytes(whole) },
    // The head as it should be, or its boundary and length not: the body is what is changed.
    {
      weight: 5,
      arbitrary: fc
        .tuple(changedBytes(storeMessages), boundary, fc.integer({ min: -50, max: 50 }))
        .map(([body, named, off]) => Buffer.concat([head(type(named), Math.max(0, body.length + off)), body])),
    },
  )
  const answers: Record<string, number> = {}
  const before = process.memoryUsage().rss
  await fc.assert(
    fc.asyncProperty(request, async (bytes) => {
      cache.objects.length = 0
      cache.aborted.length = 0
      const status = /^HTTP\/1\.1 (\d{3})/.exec(await send(bytes))?.[1] ?? 'closed'
      answers[status] = (answers[status] ?? 0) + 1
      expect(status).not.toMatch(/^5(?!05|03)/)
    }),
    { numRuns: cases, ...seed },
  )
  await expect.poll(() => running).toBe(0)
  const [good = Buffer.alloc(0)] = whole
  expect(await send(good)).toMatch(/^HTTP\/1\.1 200/)
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH)
  // The changes got as far as storing, and as far as being refused.
  expect(Object.keys(answers)).toEqual(expect.arrayContaining(['200', '400']))
})
