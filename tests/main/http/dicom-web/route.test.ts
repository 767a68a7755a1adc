import { afterEach, expect, it } from 'vitest'
import { CacheError } from '../../../../main/cache/cache.ts'
import { type DataSetContent, part10Header, scanStored, writeDataSet } from '../../../../main/dataset/index.ts'
import { type MemoryCache, type MemoryObject, memoryCache, nativeObject } from '../memory-cache.ts'
import { startTestServer, type TestServer } from '../test-server.ts'

let server: TestServer | null = null
let cache: MemoryCache
afterEach(async () => {
  await server?.close()
})

const EXPLICIT = '1.2.840.10008.1.2.1'
const pixels = Uint16Array.of(1, 2, 3, 0xfffe)
const content: DataSetContent = {
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: '1.2.3.4.1',
  PatientName: 'ÉLISE^Martin',
  ContrastBolusAgent: 'x'.repeat(64),
  Rows: 2,
  Columns: 2,
  BitsAllocated: 16,
  SamplesPerPixel: 1,
  RedPaletteColorLookupTableData: new Uint16Array(1000).fill(7),
  PixelData: pixels,
}

async function stored(bytes: Uint8Array, TransferSyntaxUID = EXPLICIT): Promise<MemoryObject> {
  const read = async (start: number, end: number) => bytes.subarray(start, end)
  const scan = await scanStored({ TransferSyntaxUID, length: bytes.length, read })
  if (scan.kind !== 'complete') throw new Error(scan.kind)
  return {
    bytes,
    TransferSyntaxUID,
    header: { Rows: 2, Columns: 2, BitsAllocated: 16, SamplesPerPixel: 1 },
    pixelData: scan.pixelData,
  }
}

/** A compressed object of two frames. */
function compressed(): MemoryObject {
  const bytes = Buffer.from('xxxxAAAABBB')
  const pixelData = {
    keyword: 'PixelData',
    encapsulated: true,
    offset: 4,
    length: 7,
    frames: [[[4, 4]], [[8, 3]]],
  } as const
  const layout = {
    ...pixelData,
    frames: pixelData.frames.map((frame) => frame.map(([at, length]): [number, number] => [at, length])),
  }
  return { bytes, TransferSyntaxUID: '1.2.840.10008.1.2.4.80', header: { NumberOfFrames: 2 }, pixelData: layout }
}

async function start(objects: MemoryObject[]): Promise<TestServer> {
  cache = memoryCache(objects)
  server = await startTestServer({ cache })
  return server
}
const get = (path: string, accept?: string) => {
  if (!server) throw new Error('no server')
  return server.ask(`/dicom-web${path}`, accept ? { headers: { accept } } : {})
}
const instance = (number = 1) => `/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.${number}`

/** The parts of a multipart answer: headers, and bytes. */
async function partsOf(answer: Response): Promise<{ type: string; location: string; bytes: Buffer }[]> {
  const boundary = /boundary=(\S+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? ''
  const text = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  expect(text.endsWith(`--${boundary}--\r\n`)).toBe(true)
  return text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n')
      return {
        type: /content-type: (.*)/i.exec(head)?.[1] ?? '',
        location: /content-location: (.*)/i.exec(head)?.[1] ?? '',
        bytes: Buffer.from(body.join('\r\n\r\n').replace(/\r\n$/, ''), 'latin1'),
      }
    })
}

it('gives a file whose data set has every byte as it was stored', async () => {
  const object = await stored(writeDataSet(content))
  await start([object])
  const file = Buffer.concat([
    part10Header({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      SOPInstanceUID: '1.2.3.4.1',
      TransferSyntaxUID: EXPLICIT,
    }),
    object.bytes,
  ])
  const single = await get(instance(), 'application/dicom')
  expect(single.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${EXPLICIT}`)
  expect(Buffer.from(await single.arrayBuffer())).toEqual(file)
  const [part, ...others] = await partsOf(await get(instance()))
  expect(others).toEqual([])
  expect(part?.bytes).toEqual(file)
  expect(part?.location).toBe(`${server?.url}/dicom-web${instance()}`)
})

it('gives a study or series in one message', async () => {
  const object = await stored(writeDataSet(content))
  await start([object, object, compressed()])
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
  for (const path of ['/studies/1.2.3', '/studies/1.2.3/series/1.2.3.4']) {
    const answer = await get(path, accept)
    expect(answer.status).toBe(200)
    expect((await partsOf(answer)).map(({ type }) => type)).toEqual([
      `application/dicom; transfer-syntax=${EXPLICIT}`,
      `application/dicom; transfer-syntax=${EXPLICIT}`,
      'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.80',
    ])
  }
})

it('gives the stored syntax or says that it has no other', async () => {
  await start([await stored(writeDataSet(content)), compressed()])
  const accept = (syntax: string) => `multipart/related; type="application/dicom"; transfer-syntax=${syntax}`
  expect((await get(instance(2), accept(EXPLICIT))).status).toBe(406)
  expect((await get(instance(2), accept('1.2.840.10008.1.2.4.80'))).status).toBe(200)
  const some = await get('/studies/1.2.3', accept(EXPLICIT))
  expect([some.status, (await partsOf(some)).length]).toEqual([206, 1])
  expect((await get(instance(), 'image/png')).status).toBe(406)
})

it('answers by status what is not there, not understood or damaged', async () => {
  const object = await stored(writeDataSet(content))
  await start([object, { ...object, damaged: true }])
  const statuses = async (paths: string[]) => Promise.all(paths.map(async (path) => (await get(path)).status))
  expect(
    await statuses(['/studies/9', `${instance(9)}`, `${instance(9)}/metadata`, '/nothing', '/studies/9/rendered']),
  ).toEqual([404, 404, 404, 404, 404])
  expect(
    await statuses(['/studies/x', '/studies/1.2.3/series/1.x', `${instance()}/frames/0`, `${instance()}/frames/1,x`]),
  ).toEqual([400, 400, 400, 400])
  expect(await statuses([instance(2), `${instance(2)}/metadata`, `${instance(2)}/frames/1`])).toEqual([500, 500, 500])
  expect(await statuses([`${instance()}/frames/2`])).toEqual([404])
  expect(await (await get(instance(2))).json()).toEqual({ code: 'object-damaged' })
})

it('takes the media types of a query that names several as those of one list', async () => {
  await start([await stored(writeDataSet(content))])
  const answer = await get(`${instance()}/metadata?accept=image/jpeg&accept=application/dicom%2Bjson`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/dicom+json'])
})

it('gives native frames as octets and compressed ones in their own media type', async () => {
  await start([await stored(writeDataSet(content)), compressed()])
  const native = await partsOf(await get(`${instance()}/frames/1`))
  expect(native.map(({ type, bytes }) => [type, bytes])).toEqual([
    [`application/octet-stream; transfer-syntax=${EXPLICIT}`, Buffer.from(pixels.buffer)],
  ])
  const answer = await get(`${instance(2)}/frames/2,1`)
  expect(answer.headers.get('content-type')).toMatch(/^multipart\/related; type="image\/jls"; boundary=/)
  expect((await partsOf(answer)).map(({ type, bytes, location }) => [type, String(bytes), location.slice(-8)])).toEqual(
    [
      ['image/jls; transfer-syntax=1.2.840.10008.1.2.4.80', 'BBB', 'frames/2'],
      ['image/jls; transfer-syntax=1.2.840.10008.1.2.4.80', 'AAAA', 'frames/1'],
    ],
  )
  const octets = await get(
    `${instance(2)}/frames/1`,
    'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  )
  expect((await partsOf(octets))[0]?.type).toBe('application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80')
  expect((await get(`${instance(2)}/frames/1`, 'multipart/related; type="application/octet-stream"')).status).toBe(406)
  expect((await get(`${instance(2)}/frames/1`, 'multipart/related; type="image/jpeg"')).status).toBe(406)
})

it('gives metadata with pixels and long values by address, which can be fetched', async () => {
  const object = await stored(writeDataSet(content))
  await start([object, object])
  const answer = await get('/studies/1.2.3/metadata')
  expect(answer.headers.get('content-type')).toBe('application/dicom+json')
  const [first, second] = (await answer.json()) as Record<
    string,
    { vr: string; Value?: unknown[]; BulkDataURI?: string }
  >[]
  expect(first?.['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'ÉLISE^Martin' }] })
  expect(first?.['7FE00010']).toEqual({
    vr: 'OW',
    BulkDataURI: `${server?.url}/dicom-web${instance()}/bulkdata/7FE00010`,
  })
  expect(second?.['7FE00010']?.BulkDataURI).toContain('1.2.3.4.2')
  const fetched = await Promise.all([get(`${instance()}/bulkdata/7FE00010`), get(`${instance()}/bulkdata/00281201`)])
  const bodies = await Promise.all(fetched.map(async (each) => (await partsOf(each))[0]?.bytes))
  expect(bodies).toEqual([Buffer.from(pixels.buffer), Buffer.from(new Uint16Array(1000).fill(7).buffer)])
})

it('searches below the address, and returns what its level has', async () => {
  await start([])
  const row = {
    StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.4',
    PatientName: 'DUPONT^Jean=漢字',
    Modality: 'CT',
    SeriesNumber: 3,
    NumberOfSeriesRelatedInstances: 12,
    StudyDescription: '',
    InstitutionName: 'CHU',
  }
  cache.rows = [row, row]
  const answer = await get('/studies/1.2.3/series?Modality=CT&includefield=InstitutionName&limit=1&offset=1')
  expect(answer.headers.get('content-type')).toBe('application/dicom+json')
  expect(await answer.json()).toEqual([
    {
      '00080056': { vr: 'CS', Value: ['ONLINE'] },
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00080080': { vr: 'LO', Value: ['CHU'] },
      '00081190': { vr: 'UR', Value: [`${server?.url}/dicom-web/studies/1.2.3/series/1.2.3.4`] },
      '0020000D': { vr: 'UI', Value: ['1.2.3'] },
      '0020000E': { vr: 'UI', Value: ['1.2.3.4'] },
      '00200011': { vr: 'IS', Value: [3] },
      '00201209': { vr: 'IS', Value: [12] },
    },
  ])
  expect(cache.queries).toEqual([
    {
      level: 'series',
      match: { Modality: 'CT', StudyInstanceUID: '1.2.3' },
      combinesDateTime: true,
      limit: 2,
      offset: 1,
    },
  ])
  const all = (await (await get('/series?includefield=all')).json()) as Record<string, unknown>[]
  expect(all[0]?.['00100010']).toEqual({ vr: 'PN', Value: [{ Alphabetic: 'DUPONT^Jean', Ideographic: '漢字' }] })
  expect(all[0]?.['00081030']).toEqual({ vr: 'LO' })
})

it('warns when there is more, and when names are matched literally', async () => {
  await start([])
  cache.rows = [{ StudyInstanceUID: '1' }, { StudyInstanceUID: '2' }]
  const more = await get('/studies?limit=1&fuzzymatching=true')
  expect(more.headers.get('warning')).toMatch(/^299 .*fuzzymatching.*, 299 .*additional results/)
  expect((await get('/studies?limit=2')).headers.get('warning')).toBeNull()
  cache.rows = Array.from({ length: 20_000 }, () => ({ StudyInstanceUID: '1' }))
  expect((await get('/studies?limit=1')).headers.get('warning')).toContain('are 10000 or more additional results')
  cache.rows = []
  expect((await get('/studies')).status).toBe(204)
  expect((await get('/studies', 'application/dicom+xml')).status).toBe(406)
  expect((await get('/studies?Nonsense=1')).status).toBe(400)
})

it('says so where a search would take too long, and gives what it found where only the rest does', async () => {
  const tooBroad = async () => Promise.reject(new CacheError('search-too-broad', ''))
  const rows = [1, 2].map((number) => ({ StudyInstanceUID: `1.2.${number}` }))
  const cache = { ...memoryCache([]), searchAttributes: async () => rows, countMatches: tooBroad }
  const counting = await startTestServer({ cache })
  const found = await counting.ask('/dicom-web/studies?limit=1')
  expect([found.status, ((await found.json()) as unknown[]).length]).toEqual([200, 1])
  expect(found.headers.get('warning')).toContain('There are 1 or more additional results')
  await counting.close()
  const searching = await startTestServer({ cache: { ...cache, searchAttributes: tooBroad } })
  const refused = await searching.ask('/dicom-web/instances?ContentDate=20200101')
  expect([refused.status, await refused.json()]).toEqual([413, { code: 'search-too-broad' }])
  await searching.close()
})

it('answers nothing while locked', async () => {
  server = await startTestServer(null)
  const paths = ['/studies', '/studies/1.2.3', `${instance()}/metadata`, `${instance()}/frames/1`]
  expect(await Promise.all(paths.map(async (path) => (await get(path)).status))).toEqual([503, 503, 503, 503])
})

it('tells a client that has the answer already so, and packs it for one that takes gzip', async () => {
  await start([await stored(writeDataSet(content))])
  cache.rows = [{ StudyInstanceUID: '1.2.3', PatientName: 'DUPONT^Jean' }]
  for (const path of ['/studies', '/studies/1.2.3/metadata']) {
    const ask = (headers: Record<string, string>) => server?.ask(`/dicom-web${path}`, { headers }) ?? Promise.reject()
    const plain = await ask({ 'accept-encoding': 'identity' })
    const packed = await ask({ 'accept-encoding': 'br, gzip;q=0.5' })
    const encodings = [plain, packed].map(({ headers }) => headers.get('content-encoding'))
    expect([path, encodings, await packed.json()]).toEqual([path, [null, 'gzip'], await plain.json()])
    const tag = plain.headers.get('etag') ?? ''
    expect(packed.headers.get('etag')).toBe(tag)
    const same = await ask({ 'if-none-match': `"other", ${tag}` })
    expect([same.status, await same.text()]).toEqual([304, ''])
    expect((await ask({ 'if-none-match': 'W/"other"' })).status).toBe(200)
  }
  const before = (await get('/studies')).headers.get('etag')
  cache.rows = [{ StudyInstanceUID: '1.2.3', PatientName: 'DUPONT^Jeanne' }]
  expect((await get('/studies')).headers.get('etag')).not.toBe(before)
})

it('gives a value alone, whole and by ranges, in little endian', async () => {
  const little = await stored(writeDataSet(content))
  const swapped = nativeObject(Uint8Array.of(1, 2, 3, 4, 5, 6), {}, '1.2.840.10008.1.2.2')
  const elements = Buffer.from(swapped.bytes)
  Buffer.from('\x7f\xe0\x00\x10OW\0\0\0\0\0\x06', 'latin1').copy(elements, elements.length - 18)
  const big = await stored(elements.subarray(elements.length - 18), '1.2.840.10008.1.2.2')
  await start([little, big, compressed()])
  const ask = async (path: string, range?: string) => {
    const headers = { accept: 'application/octet-stream', ...(range ? { range } : {}) }
    const answer = await (server?.ask(`/dicom-web${path}`, { headers }) ?? Promise.reject())
    return { status: answer.status, range: answer.headers.get('content-range'), answer }
  }
  const bytes = async (path: string, range?: string) => {
    const { status, answer, ...more } = await ask(path, range)
    return [status, more.range, Buffer.from(await answer.arrayBuffer()).toString('hex')]
  }
  const own = `${instance()}/bulkdata/7FE00010`
  expect(await bytes(own)).toEqual([200, null, '010002000300feff'])
  expect(await bytes(own, 'bytes=1-4')).toEqual([206, 'bytes 1-4/8', '00020003'])
  expect(await bytes(`${instance(2)}/bulkdata/7FE00010`, 'bytes=1-4')).toEqual([206, 'bytes 1-4/6', '01040306'])
  expect(await ask(own, 'bytes=8-')).toMatchObject({ status: 416, range: 'bytes */8' })
  expect(await ask(`${instance()}/bulkdata/00281202`)).toMatchObject({ status: 404 })
  expect(await ask(`${instance(3)}/bulkdata/7FE00010`)).toMatchObject({ status: 406 })
})

it('answers HEAD as GET without reading what nobody is sent', async () => {
  const object = await stored(writeDataSet(content))
  await start(Array.from({ length: 20 }, () => object))
  const ask = (path: string, accept: string, method: string) =>
    server?.ask(`/dicom-web${path}`, { method, headers: { accept } }) ?? Promise.reject()
  const multipart = 'multipart/related; type="application/dicom"; transfer-syntax=*'
  const paths = [
    ['/studies/1.2.3', multipart],
    ['/studies/1.2.3/metadata', 'application/dicom+json'],
    [`${instance()}/frames/1`, '*/*'],
    [`${instance()}/bulkdata/7FE00010`, 'application/octet-stream'],
  ] as const
  for (const [path, accept] of paths) {
    cache.reads.length = 0
    const head = await ask(path, accept, 'HEAD')
    expect([path, head.status, await head.text()]).toEqual([path, 200, ''])
    expect(cache.reads.length).toBeLessThan(5)
    const got = await ask(path, accept, 'GET')
    const kind = (answer: Response) => answer.headers.get('content-type')?.replace(/boundary=.*/, '')
    expect([path, kind(head), head.headers.get('etag')]).toEqual([path, kind(got), got.headers.get('etag')])
  }
})

it('tells what a resource can be asked', async () => {
  await start([])
  const allowed = async (path: string) =>
    (await server?.ask(`/dicom-web${path}`, { method: 'OPTIONS' }))?.headers.get('allow')
  expect(await allowed('/studies')).toBe('GET, HEAD, OPTIONS, POST')
  expect(await allowed('/studies/1.2.3')).toBe('GET, HEAD, OPTIONS, POST')
  expect(await allowed(`${instance()}/frames/1`)).toBe('GET, HEAD, OPTIONS')
})
