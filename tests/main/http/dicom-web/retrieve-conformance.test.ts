/** WADO-RS held against PS3.18 §8.4, §8.6, §8.7 and §10.4, requirement by requirement. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DataSetContent, parsePart10, scanStored, writeDataSet } from '../../../../main/dataset/index.ts'
import { TransferSyntaxUIDs } from '../../../../main/dicom/index.ts'
import { createPixelService, type PixelService } from '../../../../main/pixels/index.ts'
import { otherEncodings } from '../../../../main/receiver/index.ts'
import { type MemoryObject, memoryCache } from '../memory-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

const { ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless } = TransferSyntaxUIDs

const image = {
  ...{ Rows: 2, Columns: 2, BitsAllocated: 8, BitsStored: 8, HighBit: 7, PixelRepresentation: 0 },
  ...{ SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2' },
} as const
const content: DataSetContent = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', PatientName: 'ÉLISE^Martin', ...image }

/** How it is shown. */
const look = {
  RescaleIntercept: 0,
  RescaleSlope: 1,
  WindowCenter: [5],
  WindowWidth: [10],
  VOILUTFunction: 'LINEAR' as const,
}

async function stored(bytes: Uint8Array, TransferSyntaxUID: string, NumberOfFrames = 1): Promise<MemoryObject> {
  const read = async (start: number, end: number) => bytes.subarray(start, end)
  const scan = await scanStored({ TransferSyntaxUID, length: bytes.length, read })
  if (scan.kind !== 'complete') throw new Error(scan.kind)
  const { pixelData } = scan
  const notDisplayable = pixelData ? null : 'no-pixel-data'
  const header = { ...image, ...look, TransferSyntaxUID, NumberOfFrames, notDisplayable } as const
  return { bytes, TransferSyntaxUID, header, pixelData }
}

/** Encapsulated pixel data (PS3.5 §A.4): an empty offset table, then each frame in a fragment. */
function encapsulated(frames: Buffer[]): Buffer {
  const item = (tag: string, value: Buffer) => {
    const header = Buffer.from(`${tag}00000000`, 'hex')
    header.writeUInt32LE(value.length, 4)
    return Buffer.concat([header, value])
  }
  const none = Buffer.alloc(0)
  const fragments = [none, ...frames].map((each) => item('feff00e0', each))
  return Buffer.concat([Buffer.from('e07f10004f420000ffffffff', 'hex'), ...fragments, item('feffdde0', none)])
}

/** A frame of four bytes by RLE (PS3.5 §G): one segment, literally. */
function rle(pixels: number[]): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(1, 0)
  header.writeUInt32LE(64, 4)
  return Buffer.concat([header, Buffer.from([3, ...pixels, 0])])
}

let server: TestServer
let pixels: PixelService
beforeAll(async () => {
  pixels = createPixelService()
  const explicit = writeDataSet({ ...content, PixelData: Uint8Array.of(1, 2, 3, 4) })
  const multiFrame = writeDataSet({ ...content, NumberOfFrames: 2 })
  const compressed = Buffer.concat([multiFrame, encapsulated([rle([9, 8, 7, 6]), rle([5, 4, 3, 2])])])
  const report = writeDataSet({ SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.11', PatientID: '7' })
  const implicit = Buffer.from('10002000020000004135', 'hex')
  const cache = memoryCache([
    await stored(explicit, ExplicitVRLittleEndian),
    await stored(compressed, RLELossless, 2),
    await stored(report, ExplicitVRLittleEndian),
    await stored(implicit, ImplicitVRLittleEndian),
  ])
  server = await startTestServer({ cache, pixels, otherEncodings: (object) => otherEncodings(object, pixels) })
})
afterAll(async () => {
  await server?.close()
  await pixels?.close()
})

const series = '/studies/1.2.3/series/1.2.3.4'
const instance = (number: number) => `${series}/instances/1.2.3.4.${number}`
const ask = (path: string, accept = '*/*', init: RequestInit = {}) =>
  server.ask(`/dicom-web${path}`, { ...init, headers: { accept, ...init.headers } })
const files = (syntax = '') => `multipart/related; type="application/dicom"${syntax && `; transfer-syntax=${syntax}`}`
const octets = (syntax = '') =>
  `multipart/related; type="application/octet-stream"${syntax && `; transfer-syntax=${syntax}`}`

interface Part {
  headers: Record<string, string>
  bytes: Buffer
}
/** The parts of a message, each taken by what its header says of its length. */
async function partsOf(answer: Response): Promise<Part[]> {
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
  let rest = Buffer.from(await answer.arrayBuffer())
  const parts: Part[] = []
  while (rest.indexOf(`--${boundary}\r\n`) === 0) {
    const end = rest.indexOf('\r\n\r\n')
    const lines = rest
      .subarray(boundary.length + 4, end)
      .toString()
      .split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) =>
        line
          .toLowerCase()
          .split(/: (.*)/)
          .slice(0, 2),
      ),
    )
    const until = rest.indexOf(`\r\n--${boundary}`, end)
    const length = Number(headers['content-length'] ?? until - end - 4)
    expect(until).toBe(end + 4 + length)
    parts.push({ headers, bytes: rest.subarray(end + 4, until) })
    rest = rest.subarray(until + 2)
  }
  expect(rest.toString()).toBe(`--${boundary}--\r\n`)
  return parts
}
const statusOf = async (path: string, accept: string) => (await ask(path, accept)).status
const syntaxOf = (bytes: Buffer): string => {
  const head = parsePart10(bytes)
  if (head.kind !== 'part-10') throw new Error(head.kind)
  return head.TransferSyntaxUID
}

it('answers by the media types that are taken', async () => {
  const [file, message, frames] = ['application/dicom', files(), octets()]
  const wanted: [string, string, number][] = [
    [instance(1), '*/*', 200],
    [instance(1), file, 200],
    [instance(1), message, 200],
    [instance(1), `${file};q=0`, 406],
    [instance(1), `${message};q=0, */*`, 200],
    [instance(1), 'image/png', 406],
    [series, message, 200],
    [series, `${message}, ${files('*')};q=0.1`, 200],
    // One file cannot be several.
    [series, file, 406],
    ['/studies/1.2.3', message, 200],
    [`${instance(1)}/metadata`, 'application/dicom+json', 200],
    [`${instance(1)}/metadata`, 'application/json', 200],
    [`${instance(1)}/metadata`, 'multipart/related; type="application/dicom+xml"', 406],
    [`${instance(1)}/frames/1`, frames, 200],
    [`${instance(1)}/frames/1`, 'multipart/related; type="image/jpeg"', 406],
    [`${instance(1)}/rendered`, 'image/png', 200],
    [`${instance(1)}/rendered`, 'image/gif', 406],
    [`${instance(1)}/rendered`, 'application/dicom', 406],
    [`${instance(3)}/rendered`, 'image/png', 406],
    [`${instance(3)}/frames/1`, frames, 404],
    [`${instance(3)}/thumbnail`, 'image/png', 406],
  ]
  for (const [path, accept, status] of wanted) {
    expect([path, accept, await statusOf(path, accept)]).toEqual([path, accept, status])
  }
  const png = await ask(`${instance(1)}/rendered`, '*/*, image/jpeg;q=0.1')
  expect(png.headers.get('content-type')).toBe('image/png')
})

it('answers by status what is not there or asked wrongly', async () => {
  const wanted: [string, number][] = [
    ['/studies/1.2.9', 404],
    ['/studies/1.2.9/metadata', 404],
    [`${series}/instances/1.2.9`, 404],
    [`${instance(2)}/frames/3`, 404],
    // What is missing is known before anything is sent.
    [`${instance(2)}/frames/1,3`, 404],
    [`${instance(2)}/frames/0`, 400],
    [`${instance(2)}/frames/1,,2`, 400],
    [`${instance(2)}/frames/1-2`, 400],
    ['/studies/1..3', 400],
    [`${instance(1)}/bulkdata/7FE00010?charset=latin1`, 400],
    [`${instance(1)}/metadata?charset=utf-8`, 200],
    [`${instance(1)}/bulkdata/xyz`, 400],
    [`${instance(1)}/bulkdata/00420011`, 404],
    [`${instance(1)}/nothing`, 404],
    ['/', 404],
  ]
  for (const [path, status] of wanted) expect([path, (await ask(path)).status]).toEqual([path, status])
})

it('says of each part what it is, where it is and how long', async () => {
  const root = `${server.url}/dicom-web`
  const type = (syntax: string) => `application/dicom; transfer-syntax=${syntax}`
  const headersOf = async (path: string, accept: string) =>
    (await partsOf(await ask(path, accept))).map(({ headers, bytes }) => {
      expect(headers['content-length']).toBe(String(bytes.length))
      return [headers['content-type'], headers['content-location']]
    })
  expect(await headersOf(series, files('*'))).toEqual([
    [type(ExplicitVRLittleEndian), root + instance(1)],
    [type(RLELossless), root + instance(2)],
    [type(ExplicitVRLittleEndian), root + instance(3)],
    [type(ImplicitVRLittleEndian), root + instance(4)],
  ])
  const bulk = `${instance(1)}/bulkdata/00100020`
  expect(await headersOf(`${instance(2)}/frames/2,1`, octets('*'))).toEqual([
    [`application/octet-stream; transfer-syntax=${RLELossless}`, `${root}${instance(2)}/frames/2`],
    [`application/octet-stream; transfer-syntax=${RLELossless}`, `${root}${instance(2)}/frames/1`],
  ])
  expect(await headersOf(bulk.replace(instance(1), instance(3)), octets())).toEqual([
    ['application/octet-stream', `${root}${instance(3)}/bulkdata/00100020`],
  ])
  expect(await headersOf(`${series}/rendered`, 'multipart/related; type="image/png"')).toEqual([
    ['image/png', `${root}${instance(1)}/rendered`],
    ['image/png', `${root}${instance(2)}/rendered`],
  ])
})

it('says how long an answer is where that is known, and never that it is empty', async () => {
  const known = [
    [instance(1), files()],
    [`${instance(1)}/bulkdata/7FE00010`, 'application/octet-stream'],
    [`${instance(3)}/bulkdata/00100020`, octets()],
  ] as const
  for (const [path, accept] of known) {
    const { headers } = await ask(path, accept, { method: 'HEAD' })
    const whole = await (await ask(path, accept)).arrayBuffer()
    expect([path, headers.get('content-length')]).toEqual([path, String(whole.byteLength)])
  }
  for (const path of [series, `${series}/metadata`, `${instance(2)}/frames/1`, `${series}/rendered`]) {
    const answer = await ask(path, '*/*', { method: 'HEAD' })
    expect([path, answer.ok, answer.headers.get('content-length')]).toEqual([path, true, null])
  }
})

it('gives explicit VR little endian to who names it, whatever is stored', async () => {
  const parts = await partsOf(await ask(series, files(ExplicitVRLittleEndian)))
  expect(parts.map(({ bytes }) => syntaxOf(bytes))).toEqual(Array(4).fill(ExplicitVRLittleEndian))
  expect(parts[1]?.bytes.subarray(-8)).toEqual(Buffer.from([9, 8, 7, 6, 5, 4, 3, 2]))
  expect(parts[3]?.bytes.subarray(-10).toString('latin1')).toBe('\x10\0\x20\0LO\x02\0A5')
  const single = await ask(instance(4), `application/dicom; transfer-syntax=${ExplicitVRLittleEndian}`)
  expect(single.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${ExplicitVRLittleEndian}`)
  expect(syntaxOf(Buffer.from(await single.arrayBuffer()))).toBe(ExplicitVRLittleEndian)
  // Nothing else is made; nor is what can be had as it is stored.
  for (const syntax of [ImplicitVRLittleEndian, '1.2.840.10008.1.2.4.90', '1.2.840.10008.1.2.2']) {
    expect([syntax, await statusOf(instance(2), files(syntax))]).toEqual([syntax, 406])
  }
  const preferred = await ask(instance(2), `${files(ExplicitVRLittleEndian)};q=0.5, ${files(RLELossless)}`)
  expect((await partsOf(preferred)).map(({ bytes }) => syntaxOf(bytes))).toEqual([RLELossless])
})

it('decodes frames for who takes octets of no compressed syntax', async () => {
  for (const accept of [octets(), octets(ExplicitVRLittleEndian)]) {
    const parts = await partsOf(await ask(`${instance(2)}/frames/2,1`, accept))
    expect(parts.map(({ headers, bytes }) => [headers['content-type'], [...bytes]])).toEqual([
      [`application/octet-stream; transfer-syntax=${ExplicitVRLittleEndian}`, [5, 4, 3, 2]],
      [`application/octet-stream; transfer-syntax=${ExplicitVRLittleEndian}`, [9, 8, 7, 6]],
    ])
  }
  const asStored = await partsOf(
    await ask(`${instance(2)}/frames/1`, `${octets()};q=0.5, multipart/related; type="image/dicom-rle"`),
  )
  expect(asStored.map(({ headers }) => headers['content-type'])).toEqual([
    `image/dicom-rle; transfer-syntax=${RLELossless}`,
  ])
})

it('says which methods a resource has', async () => {
  const answers: [string, string, number, string | null][] = [
    ['DELETE', '/studies/1.2.3', 405, 'GET, HEAD, OPTIONS, POST'],
    ['PUT', instance(1), 405, 'GET, HEAD, OPTIONS'],
    ['POST', `${series}/instances`, 405, 'GET, HEAD, OPTIONS'],
    ['PATCH', `${instance(1)}/frames/1/rendered`, 405, 'GET, HEAD, OPTIONS'],
    ['DELETE', '/nothing', 404, null],
    ['OPTIONS', `${instance(1)}/bulkdata/7FE00010`, 204, 'GET, HEAD, OPTIONS'],
    ['OPTIONS', '/nothing', 404, null],
  ]
  for (const [method, path, status, allow] of answers) {
    const body = method === 'OPTIONS' ? {} : { body: 'x', headers: { 'content-type': 'text/plain' } }
    const answer = await ask(path, '*/*', { method, ...body })
    expect([method, path, answer.status, answer.headers.get('allow')]).toEqual([method, path, status, allow])
  }
})

it('describes itself, and everything that it describes is there', async () => {
  const answer = await ask('/', 'application/vnd.sun.wadl+xml', { method: 'OPTIONS' })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/vnd.sun.wadl+xml'])
  expect((await ask('/', 'text/html', { method: 'OPTIONS' })).status).toBe(406)
  const text = await answer.text()
  expect(text).toContain(`<resources base="${server.url}/dicom-web">`)
  const example: Record<string, string> = {
    '{StudyInstanceUID}': '1.2.3',
    '{SeriesInstanceUID}': '1.2.3.4',
    '{SOPInstanceUID}': '1.2.3.4.1',
    '{framelist}': '1',
    '{BulkDataReference}': '7FE00010',
  }
  const described: [string, string][] = []
  const path: string[] = []
  for (const [, isEnd, , value = ''] of text.matchAll(
    /<(?:resource path|(\/)resource|(method) name)(?:="([^"]*)")?/g,
  )) {
    if (isEnd) path.pop()
    else if (value === 'GET' || value === 'POST') described.push([value, path.join('/')])
    else path.push(example[value] ?? value)
  }
  expect([described.length, path]).toEqual([24, []])
  for (const [method, place] of described) {
    const allow = (await ask(`/${place}`, '*/*', { method: 'OPTIONS' })).headers.get('allow')
    expect([place, allow?.split(', ')]).toEqual([place, expect.arrayContaining([method])])
  }
  const [search = ''] = /id="SearchForSeries">.*?<\/method>/.exec(text) ?? []
  const names = [...search.matchAll(/name="([^"]*)" style="query"/g)].map(([, name]) => name)
  const some = ['limit', 'includefield', 'PatientID', '00100020', 'Modality', '00400275.00400009']
  expect(names).toEqual(expect.arrayContaining(some))
})

it('knows what a client has already, however that is written', async () => {
  const path = `${instance(1)}/metadata`
  const tag = (await ask(path)).headers.get('etag') ?? ''
  const strong = tag.replace(/^W\//, '')
  const conditions: [string, number][] = [
    [tag, 304],
    [strong, 304],
    [`"other", ${tag}`, 304],
    ['*', 304],
    ['"other"', 200],
    ['W/"other"', 200],
  ]
  for (const [condition, status] of conditions) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await ask(path, '*/*', { method, headers: { 'if-none-match': condition } })
      expect([condition, method, answer.status, answer.headers.get('etag')]).toEqual([condition, method, status, tag])
      expect(answer.headers.get('content-length')).toBeNull()
    }
  }
})
