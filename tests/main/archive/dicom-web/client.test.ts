/** The client's bounds: time, size, redirections, encodings, certificates; and that no error tells of a patient or a secret. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { asArchiveError } from '../../../../main/archive/archive-error.ts'
import { type ArchiveTarget, archiveId, archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import {
  jsonCount,
  jsonPersonName,
  jsonText,
  jsonTexts,
  jsonUID,
} from '../../../../main/archive/dicom-web/json-values.ts'
import { parseNativeXml } from '../../../../main/archive/dicom-web/native-xml.ts'
import { retrieveObjects } from '../../../../main/archive/dicom-web/retrieve.ts'
import { searchArchive } from '../../../../main/archive/dicom-web/search.ts'
import { retryAfterOf } from '../../../../main/archive/dicom-web/status-fault.ts'
import { namePattern } from '../../../../main/archive/search-studies.ts'
import { testConnection } from '../../../../main/archive/test-connection.ts'
import { archiveConfiguration, type DicomWebArchive } from '../../../../main/contract/archive.ts'
import { type Behaviour, type ScriptedArchive, startScriptedArchive } from '../../../helpers/scripted-archive.ts'
import { configurationOf } from '../test-archive.ts'

let remote: ScriptedArchive
beforeEach(async () => {
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const limits = { connect: 10_000, idle: 10_000, answer: 10_000, answerBytes: 100_000, objectBytes: 100_000 }
/** For what ends by its time alone. */
const brief = { ...limits, connect: 300, idle: 300, answer: 600 }

const targetAt = (url: string, change: Partial<DicomWebArchive> = {}, within = limits): ArchiveTarget => {
  const target = archiveTarget({ ...configurationOf(url), ...change }, within)
  onTestFinished(() => target.close())
  return target
}

const search = (target: ArchiveTarget) =>
  searchArchive(target, { path: 'studies', match: { PatientName: 'SECRETNAME*' }, include: [], limit: 5, offset: 0 })

const json = (body: string): Behaviour => ({ status: 200, headers: { 'content-type': 'application/dicom+json' }, body })

/** Sends without end, as fast as it is taken or slowly. */
const endless =
  (contentType: string, piece: Buffer, wait: number): Behaviour =>
  (_, answer) => {
    answer.writeHead(200, { 'content-type': contentType })
    const more = () => {
      if (answer.destroyed) return
      if (answer.write(piece)) setTimeout(more, wait)
      else answer.once('drain', more)
    }
    more()
  }

const zipped = (body: Buffer): Behaviour => ({
  status: 200,
  headers: { 'content-type': 'application/dicom+json', 'content-encoding': 'gzip' },
  body,
})

/** Sends `piece` every 20 ms, below what HTTP makes of an answer. */
const dripping =
  (first: string, piece: string): Behaviour =>
  (_, { socket }) => {
    socket?.write(first)
    const timer = setInterval(() => void socket?.write(piece), 20)
    socket?.once('close', () => clearInterval(timer))
  }
const tricklingHead = dripping('HTTP/1.1 200 OK\r\nx: ', 'x')
const goingOn = dripping('', 'HTTP/1.1 102 Processing\r\n\r\n')

describe('a search', () => {
  const wrong: [string, Behaviour, string][] = [
    ['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'not-dicomweb'],
    ['half a JSON', json('[{"0020000D":'), 'nonsense'],
    ['another JSON', json('{"a":1}'), 'nonsense'],
    ['a list of numbers', json('[1,2]'), 'nonsense'],
    [
      'a zipped answer',
      { status: 200, headers: { 'content-type': 'application/dicom+json', 'content-encoding': 'gzip' }, body: '[]' },
      'nonsense',
    ],
    ['another address', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'not-dicomweb'],
    ['no answer', 'silence', 'timed-out'],
    ['an answer without end', endless('application/dicom+json', Buffer.from(' '.repeat(10_000)), 0), 'too-large'],
    ['an answer that trickles', endless('application/dicom+json', Buffer.from(' '), 50), 'timed-out'],
    ['half an answer', 'cut-in-answer', 'cut'],
    ['nothing', 'cut-after-request', 'cut'],
    ['HTTP 401', { status: 401 }, 'unauthorised'],
    ['HTTP 503', { status: 503 }, 'too-busy'],
    ['HTTP 418', { status: 418 }, 'refused'],
    ['HTTP 507', { status: 507 }, 'server-error'],
    ['HTTP 204', { status: 204 }, 'none'],
    ['a zipped answer that is cut', zipped(gzipSync('[{}]').subarray(0, 12)), 'cut'],
    ['a small answer that grows too large', zipped(gzipSync(Buffer.alloc(50_000_000, ' '))), 'too-large'],
    ['a head that trickles', tricklingHead, 'timed-out'],
    ['only that it goes on', goingOn, 'timed-out'],
  ]
  it.each(wrong)('that gets %s', async (_, behaviour, fault) => {
    remote.script = [behaviour]
    const found = await search(targetAt(remote.url, {}, fault === 'timed-out' ? brief : limits)).then(
      ({ dataSets }) => ({ fault: 'none', message: JSON.stringify(dataSets) }),
      asArchiveError,
    )
    expect(found.fault).toBe(fault)
    expect(`${found.message}`).not.toMatch(/SECRETNAME|127\.0\.0\.1|html/)
  })

  it('says who asks, and asks for what it needs', async () => {
    const authentication = { kind: 'basic', user: 'é', password: 'sécret' } as const
    await search(targetAt(`${remote.url}/?x=1#y`, { authentication }))
    const [request] = remote.requests
    expect(request?.path).toBe('/web/studies')
    expect(Object.fromEntries(request?.query ?? [])).toEqual({ PatientName: 'SECRETNAME*', limit: '5' })
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('é:sécret').toString('base64')}`,
      accept: 'application/dicom+json',
      'accept-encoding': 'gzip',
    })
    await search(targetAt(remote.url, { authentication: { kind: 'bearer', token: 'abc' } }))
    expect(remote.requests[1]?.headers.authorization).toBe('Bearer abc')
  })

  it('does not ask with a token that no header can hold, and says that it is the token', async () => {
    for (const token of ['a\nb', 'clé', 'a b']) {
      const configuration = { ...configurationOf(remote.url), authentication: { kind: 'bearer' as const, token } }
      expect(archiveConfiguration.safeParse(configuration).success, token).toBe(false)
    }
    const authentication = { kind: 'bearer', token: 'a\nb' } as const
    await expect(search(targetAt(remote.url, { authentication }))).rejects.toMatchObject({
      name: 'ArchiveError',
      fault: 'unauthorised',
      message: 'ERR_INVALID_CHAR',
    })
    expect(remote.requests).toEqual([])
  })

  it('tells that more was left out', async () => {
    const warned = (warning: string): Behaviour => ({
      status: 200,
      headers: { 'content-type': 'application/json', warning },
      body: '[]',
    })
    remote.script = [
      warned('299 x: "more"'),
      warned('199 y "z", 299 x: "more"'),
      { status: 206, headers: { 'content-type': 'application/json' }, body: '[]' },
    ]
    for (let at = 0; at < 3; at += 1)
      expect(await search(targetAt(remote.url))).toEqual({ dataSets: [], isPartial: true })
    remote.script = [warned('199 y "1299"')]
    expect(await search(targetAt(remote.url))).toEqual({ dataSets: [], isPartial: false })
  })

  it('reads an answer however it is packed, cut into pieces and written', async () => {
    const text = '[{"00100010":{"vr":"PN","Value":[{"Alphabetic":"MÜLLER^Élise"}]}}]'
    const expected = { dataSets: JSON.parse(text), isPartial: false }
    const inPieces: Behaviour = (_, answer) => {
      answer.writeHead(200, { 'content-type': 'application/dicom+json' })
      for (const byte of Buffer.from(text)) answer.write(Buffer.of(byte))
      answer.end()
    }
    const typed = (type: string, body: Buffer): Behaviour => ({ status: 200, headers: { 'content-type': type }, body })
    const ways = [
      zipped(gzipSync(text)),
      inPieces,
      json(`\ufeff${text}`),
      typed('application/json; charset=ISO-8859-1', Buffer.from(text, 'latin1')),
      typed('application/dicom+json;charset="utf-8"', Buffer.from(text)),
    ]
    for (const way of ways) {
      remote.script = [way]
      expect(await search(targetAt(remote.url))).toEqual(expected)
    }
    remote.script = [typed('application/json; charset=x-unheard-of', Buffer.from(text))]
    await expect(search(targetAt(remote.url))).rejects.toMatchObject({ fault: 'nonsense' })
  })

  it('finds out what is wrong with an address', async () => {
    expect(
      asArchiveError(await search(targetAt('http://127.0.0.1:1/')).catch((error: unknown) => error)),
    ).toMatchObject({ fault: 'refused-connection' })
    expect(
      asArchiveError(await search(targetAt('http://nowhere.invalid/')).catch((error: unknown) => error)).fault,
    ).toBe('address-not-found')
    const mute = createTcpServer(() => undefined)
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void mute.close())
    const { port } = mute.address() as AddressInfo
    await expect(search(targetAt(`https://127.0.0.1:${port}/`, {}, brief))).rejects.toMatchObject({
      fault: 'timed-out',
    })
  })

  it('trusts no certificate that nobody vouches for, and no plain answer where TLS is due', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-tls-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
    const request = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ]
    execFileSync('openssl', request, { stdio: 'ignore' })
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, answer) =>
      answer.end('[]'),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`
    await expect(search(targetAt(url))).rejects.toMatchObject({
      fault: 'tls-not-trusted',
      message: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    await expect(search(targetAt(`https://localhost:${remote.port}/`))).rejects.toMatchObject({
      fault: 'tls-not-trusted',
    })
  })
})

describe('objects', () => {
  const drain = async (target: ArchiveTarget): Promise<number> => {
    let bytes = 0
    for await (const file of retrieveObjects(target, { StudyInstanceUID: '1.2', maxObjects: 5 }))
      for await (const piece of file) bytes += piece.length
    return bytes
  }
  const multi = 'multipart/related; type="application/dicom"; boundary=b'

  it('are bounded in size and number, and in what is no object', async () => {
    const wrong: [Behaviour, string][] = [
      [endless('application/dicom', Buffer.alloc(10_000), 0), 'too-large'],
      [endless(multi, Buffer.from(`--b\r\n\r\n${' '.repeat(10_000)}`), 0), 'too-large'],
      [endless(multi, Buffer.from('--b\r\n\r\nx\r\n'), 0), 'too-large'],
      [
        { status: 200, headers: { 'content-type': multi }, body: '--b\r\nContent-Type: image/jpeg\r\n\r\nx\r\n--b--' },
        'nonsense',
      ],
      [{ status: 200, headers: { 'content-type': 'text/plain' }, body: 'x' }, 'nonsense'],
      [{ status: 404 }, 'not-here'],
      [{ status: 204 }, 'not-here'],
      // Of objects nothing packed is asked for.
      [{ status: 200, headers: { 'content-type': multi, 'content-encoding': 'gzip' }, body: '' }, 'nonsense'],
    ]
    for (const [behaviour, fault] of wrong) {
      remote.script = [behaviour]
      await expect(drain(targetAt(remote.url))).rejects.toMatchObject({ fault })
    }
  })

  it('are taken one by one, or bare', async () => {
    remote.script = [
      { status: 200, headers: { 'content-type': multi }, body: '--b\r\n\r\nabc\r\n--b\r\n\r\nde\r\n--b--' },
      { status: 200, headers: { 'content-type': 'application/dicom' }, body: 'xyz' },
    ]
    expect(await drain(targetAt(remote.url))).toBe(5)
    expect(await drain(targetAt(remote.url))).toBe(3)
    expect(remote.requests[0]?.headers.accept).toBe('multipart/related; type="application/dicom"; transfer-syntax=*')
  })
})

describe('the test of a connection', () => {
  it('says what is wrong in words', async () => {
    const wrong: [Behaviour, string | null][] = [
      [json('[]'), null],
      [{ status: 204 }, null],
      [{ status: 404, body: 'no such page' }, 'not-dicomweb'],
      [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'not-dicomweb'],
      [json('{}'), 'not-dicomweb'],
      [{ status: 400 }, 'not-dicomweb'],
      [{ status: 401 }, 'unauthorised'],
      [{ status: 403 }, 'forbidden'],
      ['silence', 'timed-out'],
    ]
    for (const [behaviour, fault] of wrong) {
      remote.script = [behaviour]
      const within = fault === 'timed-out' ? brief : limits
      expect((await testConnection(configurationOf(remote.url), within)).fault).toBe(fault)
    }
    expect(remote.requests.every(({ kind, query }) => kind === 'search' && query.get('limit') === '1')).toBe(true)
  })
})

describe('small things', () => {
  it('reads values of others without trusting them', () => {
    const element = (Value: unknown) => ({ '00100010': { vr: 'PN', Value } })
    const names = [
      element([{ Alphabetic: 'A^B', Ideographic: '山', other: 1 }]),
      element(['A^B']),
      element([{ Alphabetic: 7 }]),
      element([null]),
      element('A^B'),
      { '00100010': null },
      {},
    ]
    expect(names.map((dataSet) => jsonPersonName(dataSet, 'PatientName'))).toEqual([
      { Alphabetic: 'A^B', Ideographic: '山' },
      { Alphabetic: 'A^B' },
      { Alphabetic: '7' },
      {},
      {},
      {},
      {},
    ])
    const uid = (Value: unknown) => jsonUID({ '0020000D': { Value } }, 'StudyInstanceUID')
    expect([uid(['1.2.3']), uid(['../x']), uid([1]), uid([{}])]).toEqual(['1.2.3', '', '1', ''])
    const count = (Value: unknown) => jsonCount({ '00201208': { Value } }, 'NumberOfStudyRelatedInstances')
    expect([count([3]), count(['3']), count([-1]), count([1e300]), count([]), count(['x'])]).toEqual([
      3,
      3,
      null,
      null,
      null,
      null,
    ])
    expect(jsonText({ '00081030': { Value: ['x'.repeat(5_000)] } }, 'StudyDescription')).toHaveLength(1024)
    expect(jsonTexts({ '00080061': { Value: ['CT', null, 5, {}] } }, 'ModalitiesInStudy')).toEqual(['CT', '5'])
    expect(jsonTexts({ '00080061': { Value: ['CT\\SR', 'MR'] } }, 'ModalitiesInStudy')).toEqual(['CT', 'SR', 'MR'])
    expect(jsonTexts({ '00080061': { Value: Array(1_000).fill('CT') } }, 'ModalitiesInStudy')).toHaveLength(64)
  })

  it('reads XML, and no more of it than it is', () => {
    const item =
      '<Item number="1"><DicomAttribute tag="00081155" vr="UI"><Value number="1">1.2&amp;&#x41;</Value></DicomAttribute></Item>'
    const document = `<?xml version="1.0"?><!-- x --><NativeDicomModel><DicomAttribute vr="SQ" tag='00081199'>${item}</DicomAttribute></NativeDicomModel>\n`
    expect(parseNativeXml(document)).toEqual({ '00081199': { Value: [{ '00081155': { Value: ['1.2&A'] } }] } })
    for (const broken of ['<a>', '<a></b>', '</a>', '<a <b>', '<a>'.repeat(100), '<NativeDicomModel><']) {
      expect(() => parseNativeXml(broken), broken).toThrow('XML')
    }
  })

  it('waits as long as it is asked to, within a day', () => {
    const now = new Date('2026-01-01T00:00:00Z')
    const headers = [
      '5',
      'Thu, 01 Jan 2026 00:01:00 GMT',
      '99999999',
      'Wed, 31 Dec 2025 00:00:00 GMT',
      'soon',
      undefined,
    ]
    expect(headers.map((header) => retryAfterOf(header, now))).toEqual([
      5_000,
      60_000,
      86_400_000,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('knows an archive by its address alone', () => {
    expect(archiveId('http://a/x')).toBe(archiveId('http://user:secret@a/x/?q#h'))
    expect(archiveId('http://a/x')).not.toBe(archiveId('https://a/x'))
  })

  it('matches names from their beginning', () => {
    expect(['', ' dupont ', 'dupont elise', 'DUPONT^EL', '*'].map(namePattern)).toEqual([
      '',
      'dupont*',
      'dupont*elise*',
      'DUPONT*EL*',
      '',
    ])
  })
})
