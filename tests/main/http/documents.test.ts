import { deflateRawSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { writeDataSet } from '../../../main/dataset/index.ts'
import { httpLimits } from '../../../main/http/limits.ts'
import { type MemoryObject, memoryCache } from './memory-cache.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | null = null
afterEach(async () => {
  await server?.close()
  server = null
})

const EXPLICIT = '1.2.840.10008.1.2.1'
const DEFLATED = '1.2.840.10008.1.2.1.99'

const encapsulated = (
  document: Uint8Array,
  MIMEType: string,
  options: { length?: number; TransferSyntaxUID?: string; damaged?: boolean } = {},
): MemoryObject => {
  const { TransferSyntaxUID = EXPLICIT } = options
  const bytes = writeDataSet({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.104.1',
    SOPInstanceUID: '1.2.3.4.1',
    EncapsulatedDocument: document,
    MIMETypeOfEncapsulatedDocument: MIMEType,
    ...(options.length === undefined ? {} : { EncapsulatedDocumentLength: options.length }),
  })
  return {
    bytes: TransferSyntaxUID === DEFLATED ? deflateRawSync(bytes) : bytes,
    TransferSyntaxUID,
    header: {},
    pixelData: null,
    ...(options.damaged ? { damaged: true } : {}),
  }
}

/** Longer than one step of reading, of odd length. */
const long = Uint8Array.from({ length: httpLimits.documentStep + 4321 }, (_, index) => (index * 31) & 0xff)
const start = async (...objects: MemoryObject[]) => {
  const cache = memoryCache(objects)
  server = await startTestServer({ cache })
  return { cache, ask: server.ask }
}

it('gives a PDF byte for byte, without the padding, as a file that no window runs', async () => {
  const { ask, cache } = await start(encapsulated(long, 'application/pdf', { length: long.length }))
  const answer = await ask('/documents/1')
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': String(long.length),
    'content-disposition': 'attachment; filename="document-1"',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(long))).toBe(true)
  expect(Math.max(...cache.reads.map(([, from, to]) => to - from))).toBeLessThanOrEqual(httpLimits.documentStep)
})

it('gives a CDA as plain text', async () => {
  const { ask } = await start(encapsulated(Buffer.from('<ClinicalDocument/>'), 'text/XML'))
  const answer = await ask('/documents/1')
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  expect((await answer.text()).replace(/\0$/, '')).toBe('<ClinicalDocument/>')
})

it('reads what is deflated', async () => {
  const { ask } = await start(
    encapsulated(long, 'application/pdf', { TransferSyntaxUID: DEFLATED, length: long.length }),
  )
  const answer = await ask('/documents/1')
  expect(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(long))).toBe(true)
})

it('refuses what is no document, no kind that can be shown, not here or damaged', async () => {
  const nothing = {
    bytes: writeDataSet({ SOPInstanceUID: '1.2.3.4.1' }),
    TransferSyntaxUID: EXPLICIT,
    header: {},
    pixelData: null,
  }
  const { ask } = await start(
    nothing,
    encapsulated(long, 'model/stl'),
    encapsulated(long, 'application/pdf', { damaged: true }),
  )
  const paths = ['/documents/1', '/documents/2', '/documents/3', '/documents/99', '/documents/x', '/documents/1.5']
  const statuses = await Promise.all(paths.map(async (path) => (await ask(path)).status))
  expect(statuses).toEqual([404, 415, 500, 404, 400, 400])
})

it('refuses strangers, and everybody while the data folder is locked', async () => {
  server = await startTestServer(null)
  expect((await fetch(`${server.url}/documents/1`)).status).toBe(401)
  expect((await server.ask('/documents/1')).status).toBe(503)
})
