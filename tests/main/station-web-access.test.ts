import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { writeDataSet } from '../../main/dataset/index.ts'
import { SOPClassUIDs } from '../../main/dicom/index.ts'
import type { ShownCertificate } from '../../main/dimse/index.ts'
import type { TurnedAway } from '../../main/http/index.ts'
import { openWebAccess, type WebAccess, type WebAccessOptions } from '../../main/station-web-access.ts'
import { createAuthority } from '../helpers/certificates.ts'
import { freePort } from '../helpers/peer-process.ts'
import { memoryCache } from './http/memory-cache.ts'

let folder = ''
let authority = ''
let certificate: ShownCertificate
let other: ShownCertificate
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'astreinte-web-'))
  const sign = createAuthority(folder, 'hospital')
  const read = (who: string) => {
    const files = sign(who)
    authority = readFileSync(files.authorities, 'utf8')
    return { key: readFileSync(files.key, 'utf8'), certificate: readFileSync(files.certificate, 'utf8') }
  }
  certificate = read('station')
  other = read('another')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const running: WebAccess[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.close()
})

function documents() {
  const kept = new Map<string, string>()
  return {
    kept,
    loadDocument: async (name: string) => kept.get(name) ?? null,
    saveDocument: async (name: string, text: string) => void kept.set(name, text),
  }
}

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}
interface Question {
  method?: string
  headers?: Record<string, string>
  body?: Uint8Array
}

/** Requests name other hosts than the certificate does. */
const checkServerIdentity = () => undefined

/** One request over TLS, on a connection of its own. */
function askAt(port: number, path: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, ca: authority, agent: false, checkServerIdentity }
    const sent = request(options, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

type StartOptions = Partial<Omit<WebAccessOptions, 'notes'>> & { cache?: ReturnType<typeof documents> }

/** A small report. */
const bytes = writeDataSet({
  SOPClassUID: SOPClassUIDs.EncapsulatedPDFStorage,
  SOPInstanceUID: '1.2.3.4.1',
  EncapsulatedDocument: new Uint8Array(2000),
})

async function start(options: StartOptions = {}) {
  const cache = options.cache ?? documents()
  const turnedAway: TurnedAway[] = []
  const read: string[] = []
  const problems: unknown[] = []
  const stored = memoryCache([{ bytes, TransferSyntaxUID: '1.2.840.10008.1.2.1', header: {}, pixelData: null }])
  const access = await openWebAccess({
    log: pino({ level: 'silent' }),
    services: () => ({
      ...{ cache: stored, pixels: noPixels, otherEncodings: () => [] },
      storeObjects: async () => ({ results: [], broken: null }),
    }),
    dicomTls: () => null,
    host: '127.0.0.1',
    onTurnedAway: (attempt) => turnedAway.push(attempt),
    onRead: ({ client, StudyInstanceUID }) => read.push(`${client.name} ${StudyInstanceUID}`),
    onProblem: (problem) => problems.push(problem),
    ...options,
    notes: cache,
  })
  running.push(access)
  await access.start()
  return { access, cache, stored, turnedAway, read, problems }
}

const noPixels: MemoryPixels = { render: async () => ({ kind: 'busy' }), decode: async () => null }
type MemoryPixels = NonNullable<ReturnType<WebAccessOptions['services']>>['pixels']

/** It listens, and has a client that may read and one that may store. */
async function listening(options: StartOptions = {}, origins: string[] = []) {
  const started = await start(options)
  const { calls } = started.access
  const port = await freePort()
  expect(await calls.configure({ isOn: true, port, origins, certificate })).toEqual({ fault: null, problem: null })
  const add = async (name: string, mayRead: boolean, mayStore: boolean) => {
    const answer = await calls.addClient({ name, mayRead, mayStore })
    if (answer.kind !== 'added') throw new Error(answer.kind)
    return { id: answer.client.id, secret: answer.secret, bearer: { authorization: `Bearer ${answer.secret}` } }
  }
  const reader = await add('Consultation', true, false)
  const sender = await add('Modalité 3', false, true)
  const ask = (path: string, question?: Question) => askAt(port, path, question)
  return { ...started, calls, port, reader, sender, ask }
}

const INSTANCE = '/dicom-web/studies/1.2.3/series/1.2.3.4/instances/1.2.3.4.1'
const stow = { 'content-type': 'multipart/related; type="application/dicom"; boundary=b' }
const nothing = Buffer.from('--b--\r\n')

it('does not listen before it is told to, and then shows what it was given', async () => {
  const { access, cache, problems } = await start()
  const state = async () => access.calls.state({})
  expect(await state()).toEqual({
    ...{ isOn: false, port: 8443, origins: [], certificateOf: 'none', certificate: null },
    ...{ listening: null, problem: null, clients: [] },
  })
  const port = await freePort()
  const wanted = { isOn: true, port, origins: [] }
  const configure = access.calls.configure
  expect(await configure({ ...wanted, certificate: 'keep' })).toEqual({ fault: null, problem: 'no-certificate' })
  const foreign = { key: other.key, certificate: certificate.certificate }
  expect(await configure({ ...wanted, certificate: foreign })).toEqual({ fault: 'key-of-another', problem: null })
  expect(cache.kept.size).toBe(0)
  expect(await configure({ ...wanted, certificate })).toEqual({ fault: null, problem: null })
  expect(await state()).toMatchObject({
    ...{ isOn: true, port, certificateOf: 'own', listening: { address: '127.0.0.1', port } },
    certificate: { subject: 'CN=station', names: ['127.0.0.1'] },
  })
  expect((await askAt(port, '/dicom-web/studies')).status).toBe(401)
  expect(await configure({ ...wanted, isOn: false, certificate: 'keep' })).toEqual({ fault: null, problem: null })
  await expect(askAt(port, '/dicom-web/studies')).rejects.toThrow()
  expect(problems).not.toContain('port-in-use')
})

it('stays as it was where another port cannot be had, and listens again with what was kept', async () => {
  const { access, port, cache, reader, ask } = await listening()
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port: another } = taken.address() as { port: number }
  const change = { isOn: true, port: another, origins: [], certificate: 'keep' as const }
  expect(await access.calls.configure(change)).toEqual({ fault: null, problem: 'port-in-use' })
  expect((await ask('/dicom-web/studies/1.2.3/metadata', { headers: reader.bearer })).status).toBe(200)
  await access.close()
  await new Promise((resolve) => taken.close(resolve))
  const again = await start({ cache })
  expect((await askAt(port, '/dicom-web/studies/1.2.3/metadata', { headers: reader.bearer })).status).toBe(200)
  await again.access.close()
  const nowhere = await start({ cache, host: '192.0.2.1' })
  expect(nowhere.problems).toEqual(['address-not-available'])
  expect((await nowhere.access.calls.state({})).problem).toBe('address-not-available')
})

it('shows what DICOM over TLS shows where it has nothing of its own, and follows it', async () => {
  let shown: ShownCertificate | null = certificate
  const { access } = await start({ dicomTls: () => shown })
  const port = await freePort()
  await access.calls.configure({ isOn: true, port, origins: [], certificate: 'dicom-tls' })
  const subject = async () => (await access.calls.state({})).certificate?.subject
  const shownSubject = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, ca: authority }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN))
        socket.destroy()
      })
      socket.on('error', reject)
    })
  expect([await subject(), await shownSubject()]).toEqual(['CN=station', 'station'])
  shown = other
  await access.follow()
  expect([await subject(), await shownSubject()]).toEqual(['CN=another', 'another'])
  shown = null
  await access.follow()
  expect(await access.calls.state({})).toMatchObject({
    ...{ certificateOf: 'none', listening: null, problem: 'no-certificate' },
  })
  await expect(shownSubject()).rejects.toThrow()
})

it('lets each client do what it may, and keeps nothing that its secret could be read from', async () => {
  const { ask, reader, sender, cache, read, turnedAway, access } = await listening()
  const basic = `Basic ${Buffer.from(`Consultation:${reader.secret}`).toString('base64')}`
  const [asReader, asSender] = [{ headers: reader.bearer }, { headers: sender.bearer }]
  expect((await ask(`${INSTANCE}/metadata`, asReader)).status).toBe(200)
  expect((await ask(`${INSTANCE}/metadata`, { headers: { authorization: basic } })).status).toBe(200)
  expect((await ask(`${INSTANCE}/metadata`, asSender)).status).toBe(403)
  const store = (headers: Record<string, string>) =>
    ask('/dicom-web/studies', { method: 'POST', headers: { ...stow, ...headers }, body: nothing })
  expect((await store(reader.bearer)).status).toBe(403)
  // There was nothing in it.
  expect((await store(sender.bearer)).status).toBe(400)
  expect((await ask(`${INSTANCE}/metadata`, { headers: { authorization: 'Bearer x' } })).status).toBe(401)
  expect((await ask(`${INSTANCE}/metadata`)).headers['www-authenticate']).toContain('Bearer')
  const at = '127.0.0.1'
  expect(turnedAway).toEqual([
    { name: 'Modalité 3', remoteAddress: at, reason: 'not-permitted' },
    { name: 'Consultation', remoteAddress: at, reason: 'not-permitted' },
    { name: '', remoteAddress: at, reason: 'unknown-client' },
    { name: '', remoteAddress: at, reason: 'unknown-client' },
  ])
  expect(read).toEqual(['Consultation 1.2.3', 'Consultation 1.2.3'])
  await expect
    .poll(async () => (await access.calls.state({})).clients.map(({ lastUsedAt }) => lastUsedAt !== null))
    .toEqual([true, true])
  const text = [...cache.kept.values()].join()
  expect(text).toContain('Consultation')
  expect(text).not.toContain(reader.secret)
})

it('gives addresses as the client knows this service', async () => {
  const { ask, port, reader } = await listening()
  const of = async (host: string) => {
    const { status, body } = await ask(`${INSTANCE}/metadata`, { headers: { ...reader.bearer, host } })
    return status === 200 ? (/https?:[^"]*bulkdata/.exec(body.toString())?.[0] ?? '') : status
  }
  expect(await of(`station.chu.example:${port}`)).toBe(`https://station.chu.example:${port}${INSTANCE}/bulkdata`)
  expect(await of('station.example/evil"')).toBe(400)
})

it('serves DICOMweb and nothing else, to nobody without a secret', async () => {
  const { ask, port, reader } = await listening()
  const paths = [
    ...['/', '/index.html', '/enter', '/call/settings.get', '/call/station.status', '/events', '/control/show'],
    ...['/pixels/1.2.3.4', '/thumbnails/1.2.3.4', '/documents/1', '/import', '/import/document', '/dicom-web'],
    ...['/dicom-web/../call/settings.get', '/dicom-web/%2e%2e/call/settings.get', '//call/settings.get'],
    ...['/dicom-web/..%2fcall%2fsettings.get', '/dicom-web/call/settings.get', '/DICOM-WEB/studies'],
  ]
  for (const path of paths)
    for (const method of ['GET', 'HEAD']) {
      expect([path, (await ask(path, { method, headers: reader.bearer })).status]).toEqual([path, 404])
    }
  for (const path of ['/', '/dicom-web/studies', '/nowhere']) expect((await ask(path)).status).toBe(401)
  const upgrade = { ...reader.bearer, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  const key = { 'sec-websocket-key': Buffer.alloc(16).toString('base64') }
  expect((await ask('/events', { headers: { ...upgrade, ...key } })).status).toBe(404)
  // Not even a redirection is answered without TLS.
  await expect(fetch(`http://127.0.0.1:${port}/dicom-web/studies`)).rejects.toThrow()
})

it('cuts a client that is revoked in the middle of what it does', async () => {
  const { port, calls, stored, reader, sender, ask } = await listening({})
  const begun = Promise.withResolvers<void>()
  const never = new Promise<Uint8Array>(() => undefined)
  const open = stored.open.bind(stored)
  stored.open = async (key: number) => {
    const object = await open(key)
    begun.resolve()
    return { ...object, read: () => never }
  }
  const retrieving = askAt(port, INSTANCE, { headers: reader.bearer }).then(
    () => 'answered',
    () => 'cut',
  )
  await begun.promise
  await calls.revokeClient({ id: reader.id })
  expect(await retrieving).toBe('cut')
  expect((await ask('/dicom-web/studies', { headers: reader.bearer })).status).toBe(401)
  expect((await calls.state({})).clients.map(({ id }) => id)).toEqual([sender.id])
})

it('tells of a read that the client cut in the middle: what went is in its hands', async () => {
  const { port, stored, reader, read } = await listening()
  const never = new Promise<Uint8Array>(() => undefined)
  const open = stored.open.bind(stored)
  stored.open = async (key: number) => {
    // The first of two pieces goes.
    const read = async (start: number, end: number) => (start === 0 ? new Uint8Array(end) : never)
    return { ...(await open(key)), length: 2 * 1024 * 1024, read }
  }
  const headers = { ...reader.bearer, accept: 'application/dicom' }
  const options = { host: '127.0.0.1', port, path: INSTANCE, headers, ca: authority, agent: false, checkServerIdentity }
  await new Promise<void>((resolve, reject) => {
    const sent = request(options, (answer) => {
      answer.on('error', () => undefined)
      answer.once('data', () => {
        sent.destroy()
        resolve()
      })
    })
    sent.on('error', reject)
    sent.end()
  })
  await expect.poll(() => read).toEqual(['Consultation 1.2.3'])
})

it('makes who tries too often wait, but never the right secret', async () => {
  const { ask, reader, turnedAway } = await listening()
  const wrong = { headers: { authorization: 'Bearer wrong' } }
  const statuses = []
  for (let tries = 0; tries < 22; tries += 1) statuses.push((await ask('/dicom-web/studies', wrong)).status)
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 401), 429, 429])
  expect(turnedAway.length).toBe(22)
  expect((await ask(`${INSTANCE}/metadata`, { headers: reader.bearer })).status).toBe(200)
})

it('is used by pages of listed origins only', async () => {
  const viewer = 'https://viewer.example'
  const { ask, reader, access, port } = await listening({}, [viewer])
  const asked = { origin: viewer, 'access-control-request-method': 'GET' }
  const before = await ask('/dicom-web/studies', { method: 'OPTIONS', headers: asked })
  expect([before.status, before.headers['access-control-allow-origin']]).toEqual([204, viewer])
  const answer = await ask(`${INSTANCE}/metadata`, { headers: { ...reader.bearer, origin: viewer } })
  expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, viewer])
  // What one page is answered is not what another one is.
  expect(answer.headers.vary).toBe('Origin, Accept, Accept-Encoding')
  const foreign = await ask(`${INSTANCE}/metadata`, { headers: { ...reader.bearer, origin: 'https://evil.example' } })
  expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined])
  await access.calls.configure({ isOn: true, port, origins: [], certificate: 'keep' })
  expect((await ask('/dicom-web/studies', { method: 'OPTIONS', headers: asked })).status).toBe(403)
})

it('keeps no two clients of one name, and none that may do nothing', async () => {
  const { calls } = await listening()
  const kind = async (name: string, mayRead: boolean) =>
    (await calls.addClient({ name, mayRead, mayStore: false })).kind
  expect(await kind('consultation', true)).toBe('name-taken')
  expect(await kind('Autre', false)).toBe('may-nothing')
  for (let number = 3; number <= 50; number += 1) expect(await kind(`Client ${number}`, true)).toBe('added')
  expect(await kind('Un de trop', true)).toBe('too-many')
})
