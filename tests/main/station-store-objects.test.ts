import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parsePart10, part10Header, writeDataSet } from '../../main/dataset/index.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'
import { type DeliverySource, ReceiverCounts } from '../../main/receiver/receiver-counts.ts'
import { createStoreObjects } from '../../main/station-store-objects.ts'
import { createMemoryCache, type MemoryCache } from '../helpers/memory-cache.ts'
import { startTestServer, type TestServer } from './http/test-server.ts'

let cache: MemoryCache
let server: TestServer
let counts: ReceiverCounts
const options = () => ({
  ...{ cache, additionalSOPClassUIDs: () => ['1.2.3.99'], onFault: () => undefined },
  begin: (from: DeliverySource) => counts.beginDelivery(from),
})
beforeEach(async () => {
  counts = new ReceiverCounts(pino({ level: 'silent' }), { onStatus: () => undefined, onEvent: () => undefined })
  cache = createMemoryCache()
  server = await startTestServer({ storeObjects: createStoreObjects(options()) })
})
afterEach(async () => {
  counts.stop()
  await server.close()
})

const boundary = 'limit of a part'
const type = (parameters = '; type="application/dicom"') => `multipart/related${parameters}; boundary="${boundary}"`

/** A small object as a DICOM file. */
function file(
  number: number,
  changes: Partial<Record<'SOPClassUID' | 'StudyInstanceUID', string>> = {},
  TransferSyntaxUID: string = TransferSyntaxUIDs.ExplicitVRLittleEndian,
) {
  const content = {
    SOPClassUID: SOPClassUIDs.CTImageStorage,
    SOPInstanceUID: `1.2.3.${number}`,
    StudyInstanceUID: '1.2.1',
    SeriesInstanceUID: '1.2.2',
    PixelData: new Uint16Array(50_000).fill(number),
    ...changes,
  }
  const { SOPClassUID, SOPInstanceUID } = content
  return Buffer.concat([part10Header({ SOPClassUID, SOPInstanceUID, TransferSyntaxUID }), writeDataSet(content)])
}

const message = (files: Uint8Array[], partType = 'application/dicom') =>
  Buffer.concat([
    ...files.flatMap((each) => [
      Buffer.from(`--${boundary}\r\nContent-Type: ${partType}\r\n\r\n`),
      each,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ])

const post = async (body: Uint8Array, path = '', headers: Record<string, string> = {}) => {
  const answer = await server.ask(`/dicom-web/studies${path}`, {
    method: 'POST',
    headers: { 'content-type': type(), ...headers },
    body: new Uint8Array(body),
  })
  return { status: answer.status, body: await answer.json() }
}

const ui = (value: string) => ({ vr: 'UI', Value: [value] })
const reason = (value: number) => ({ '00081197': { vr: 'US', Value: [value] } })
const failure = (number: number, value: number, SOPClassUID: string = SOPClassUIDs.CTImageStorage) => ({
  '00081150': ui(SOPClassUID),
  '00081155': ui(`1.2.3.${number}`),
  ...reason(value),
})
/** What the response says failed: with UIDs, and without. */
const failuresOf = ({ body }: { body: Record<string, { Value?: unknown[] }> }) => [
  body['00081198']?.Value ?? [],
  body['0008119A']?.Value ?? [],
]
const dataSetOf = (bytes: Buffer) => {
  const head = parsePart10(bytes)
  if (head.kind !== 'part-10') throw new Error(head.kind)
  return bytes.subarray(head.dataSetOffset)
}

it('stores every part byte for byte and tells where each can be had', async () => {
  const files = [file(1), file(2)]
  const answer = await post(message(files), '/1.2.1')
  const study = `${server.url}/dicom-web/studies/1.2.1`
  const item = (number: number) => ({
    '00081150': ui(SOPClassUIDs.CTImageStorage),
    '00081155': ui(`1.2.3.${number}`),
    '00081190': { vr: 'UR', Value: [`${study}/series/1.2.2/instances/1.2.3.${number}`] },
  })
  expect(answer).toEqual({
    status: 200,
    body: { '00081190': { vr: 'UR', Value: [study] }, '00081199': { vr: 'SQ', Value: [item(1), item(2)] } },
  })
  expect(cache.objects).toEqual(
    files.map((each, index) => ({
      request: {
        origin: 'received',
        peer: { AETitle: '', address: '127.0.0.1' },
        SOPClassUID: SOPClassUIDs.CTImageStorage,
        SOPInstanceUID: `1.2.3.${index + 1}`,
        TransferSyntaxUID: TransferSyntaxUIDs.ExplicitVRLittleEndian,
      },
      dataSet: dataSetOf(each),
    })),
  )
})

it('takes nothing of another study than the address names', async () => {
  const foreign = file(2, { StudyInstanceUID: '9.9' })
  const some = await post(message([file(1), foreign]), '/1.2.1')
  expect([some.status, failuresOf(some)]).toEqual([202, [[failure(2, 0xa900)], []]])
  const none = await post(message([foreign]), '/1.2.1')
  const failed = { vr: 'SQ', Value: [failure(2, 0xa900)] }
  expect([none.status, none.body]).toEqual([409, { '00081190': { vr: 'UR' }, '00081198': failed }])
  expect(cache.objects.map(({ request }) => request.SOPInstanceUID)).toEqual(['1.2.3.1'])
})

it('counts what is here already among what is stored, and names a study only where it is one', async () => {
  const stored = { kind: 'stored' as const, instanceKey: 1, SeriesInstanceUID: '1.2.2' }
  cache.outcomes = [
    { ...stored, StudyInstanceUID: '1.2.1' },
    { ...stored, kind: 'duplicate', StudyInstanceUID: '1.2.1' },
  ]
  const study = async (files: Uint8Array[]) => {
    const { status, body } = await post(message(files))
    return [status, body['00081190'], body['00081199'].Value.length]
  }
  const one = { vr: 'UR', Value: [`${server.url}/dicom-web/studies/1.2.1`] }
  expect(await study([file(1), file(1)])).toEqual([200, one, 2])
  cache.outcomes = [
    { ...stored, StudyInstanceUID: '1.2.1' },
    { ...stored, StudyInstanceUID: '1.2.9' },
  ]
  expect(await study([file(1), file(2, { StudyInstanceUID: '1.2.9' })])).toEqual([200, { vr: 'UR' }, 2])
})

it('tells why each object that was not kept was not', async () => {
  cache.outcomes = [
    { kind: 'refused', reason: 'disk-full' },
    new Error('broken'),
    { kind: 'refused', reason: 'cut-data-set' },
  ]
  const files = [
    ...[file(1), file(2), file(3)],
    file(4, { SOPClassUID: '1.2.3.4' }),
    file(5, {}, '1.2.840.10008.1.2.6.2'),
    file(6, { SOPClassUID: '1.2.3.99' }),
    Buffer.from('no DICOM at all'),
  ]
  const answer = await post(message(files))
  expect([answer.status, failuresOf(answer)]).toEqual([
    202,
    [
      [failure(1, 0xa700), failure(2, 0x0110), failure(3, 0xc000), failure(4, 0x0122, '1.2.3.4'), failure(5, 0xc122)],
      [reason(0xc000)],
    ],
  ])
  const pictures = await post(message([file(1)], 'image/png'))
  expect([pictures.status, failuresOf(pictures)]).toEqual([409, [[], [reason(0xc000)]]])
})

it('drops what was written of a part that does not end, and keeps what came before', async () => {
  const whole = message([file(1), file(2)])
  const answer = await post(whole.subarray(0, -5_000))
  expect([answer.status, failuresOf(answer)]).toEqual([202, [[failure(2, 0xc000)], [reason(0xc000)]]])
  expect(cache.objects.map(({ request }) => request.SOPInstanceUID)).toEqual(['1.2.3.1'])
  expect(cache.aborted.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual(['1.2.3.2'])
})

it('drops what was written when the sender goes away', async () => {
  const { port, host } = new URL(server.url)
  const body = message([file(1)])
  const socket = connect(Number(port), '127.0.0.1')
  const lines = [`host: ${host}`, `authorization: Bearer ${server.storeToken}`, `content-type: ${type()}`]
  socket.write(`POST /dicom-web/studies HTTP/1.1\r\n${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`)
  socket.write(body.subarray(0, 90_000), () => socket.destroy())
  await expect.poll(() => cache.aborted.length).toBe(1)
  expect(cache.objects).toEqual([])
})

it('counts what came and what was refused in the history of the receiver', async () => {
  cache.outcomes = [
    { kind: 'stored', instanceKey: 1, StudyInstanceUID: '1.2.1', SeriesInstanceUID: '1.2.2' },
    { kind: 'duplicate', instanceKey: 1, StudyInstanceUID: '1.2.1', SeriesInstanceUID: '1.2.2' },
    { kind: 'refused', reason: 'disk-full' },
  ]
  await post(message([file(1), file(1), file(2), file(4, { SOPClassUID: '1.2.3.4' })]))
  await post(message([file(5)]).subarray(0, 60_000))
  const [cut, whole] = counts.history()
  const from = { callingAETitle: '', remoteAddress: '127.0.0.1', via: 'dicom-web' }
  const reasons = whole?.reasons.toSorted((a, b) => (a.code < b.code ? -1 : 1))
  expect({ ...whole, reasons }).toEqual({
    ...{ ...from, at: whole?.at, outcome: 'completed', stored: 1, duplicates: 1, versions: 0, failed: 2 },
    reasons: [
      { code: 'disk-full', count: 1, detail: '' },
      { code: 'unknown-sop-class', count: 1, detail: '' },
    ],
  })
  expect(cut).toEqual({
    ...{ ...from, at: cut?.at, outcome: 'protocol-error', stored: 0, duplicates: 0, versions: 0, failed: 1 },
    reasons: [{ code: 'cut-data-set', count: 1, detail: '' }],
  })
  expect([counts.totals.stored, counts.totals.refused, counts.deliveries]).toEqual([2, 3, 0])
})

it('bounds a message, its parts and their number', async () => {
  const store = createStoreObjects(options())
  const limits = { headBytes: 1024, partBytes: 200_000, parts: 10, bytes: 1_000_000 }
  const storeWithin = (bounds: Partial<typeof limits>) => {
    const body = (async function* () {
      const whole = message([file(1), file(2)])
      for (let at = 0; at < whole.length; at += 10_000) yield whole.subarray(at, at + 10_000)
    })()
    const common = { body, boundary, StudyInstanceUID: null, client: '', remoteAddress: '127.0.0.1' }
    return store({ ...common, limits: { ...limits, ...bounds } })
  }
  const kinds = async (bounds: Partial<typeof limits>) => {
    const { results, broken } = await storeWithin(bounds)
    return [results.map((each) => (each.kind === 'failed' ? each.FailureReason : each.kind)), broken]
  }
  expect(await kinds({})).toEqual([['stored', 'stored'], null])
  expect(await kinds({ parts: 1 })).toEqual([['stored'], 'too-large'])
  expect(await kinds({ partBytes: 90_000 })).toEqual([[0xa700], 'too-large'])
  expect(await kinds({ bytes: 180_000 })).toEqual([['stored', 0xa700], 'too-large'])
  expect(cache.aborted.length).toBe(2)
})

it('answers by status what is no store request', async () => {
  const body = message([file(1)])
  const statuses = [
    await post(body, '', { 'content-type': 'application/dicom' }),
    await post(body, '', { 'content-type': type('; type="application/dicom+json"') }),
    await post(body, '', { 'content-type': 'multipart/related; type="application/dicom"' }),
    await post(body, '', { 'content-encoding': 'gzip' }),
    await post(body, '', { accept: 'application/dicom+xml' }),
    await post(body, '/x'),
    await post(Buffer.from('nothing')),
    await post(message([])),
  ]
  expect(statuses.map(({ status }) => status)).toEqual([415, 415, 400, 415, 406, 400, 400, 400])
  expect(cache.objects).toEqual([])
})

it('takes at most as many messages at once as the limit says, and none while locked', async () => {
  const waiting = Promise.withResolvers<void>()
  let begun = 0
  await server.close()
  server = await startTestServer({
    storeObjects: async () => {
      begun += 1
      await waiting.promise
      return { results: [], broken: null }
    },
  })
  const running = Array.from({ length: 8 }, () => post(message([file(1)])))
  await expect.poll(() => begun).toBe(8)
  expect(await post(message([file(1)]))).toEqual({ status: 503, body: { code: 'too-busy' } })
  waiting.resolve()
  expect((await Promise.all(running)).map(({ status }) => status)).toEqual(Array(8).fill(400))
  await server.close()
  server = await startTestServer(null)
  expect(await post(message([file(1)]))).toEqual({ status: 503, body: { code: 'locked' } })
})

it('takes the store token for storing and for nothing else', async () => {
  const ask = async (method: string, path: string, token: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type() }
    const init = method === 'POST' ? { method, headers, body: new Uint8Array(message([file(1)])) } : { method, headers }
    return (await fetch(`${server.url}${path}`, init)).status
  }
  expect([
    await ask('POST', '/dicom-web/studies', server.storeToken),
    await ask('POST', '/dicom-web/studies/1.2.1', server.storeToken),
    await ask('POST', '/dicom-web/studies', server.token),
    await ask('GET', '/dicom-web/studies', server.storeToken),
    await ask('POST', '/import/offered', server.storeToken),
    await ask('POST', '/dicom-web/studies/1.2.1/series', server.storeToken),
  ]).toEqual([200, 200, 401, 401, 401, 401])
})
