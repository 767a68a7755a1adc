import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { memoryCache } from './memory-cache.ts'
import { signIn, startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ cache: memoryCache([]) })
})
afterAll(() => server.close())

/** Status and code of a raw request: fetch would not let us lie about Host and Origin. */
function raw(path: string, headers: Record<string, string>, method = 'GET'): Promise<{ status: number; body: string }> {
  const { port, host } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1')
    const lines = Object.entries({ host, connection: 'close', ...headers }).map(([name, value]) => `${name}: ${value}`)
    let answer = ''
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text
    })
    socket.on('end', () => resolve({ status: Number(answer.split(' ')[1]), body: answer.split('\r\n\r\n')[1] ?? '' }))
    socket.on('error', reject)
    socket.end(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  })
}

const upgrade = (headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/events`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.on('error', reject)
  })

it('takes one Host, and gives nothing back of an address that cannot be read', async () => {
  const { host } = new URL(server.url)
  const { cookie } = server
  for (const second of [host, 'evil.example']) {
    expect((await raw('/dicom-web/studies', { cookie, Host: second })).status).toBe(421)
  }
  const bad: [string, number][] = [
    ['/dicom-web/studies/%E9', 400],
    [`/dicom-web/studies/${'1'.repeat(6000)}`, 414],
  ]
  for (const [path, status] of bad) {
    const answer = await raw(path, { cookie })
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { code: 'bad-request' }])
  }
})

it('lets a window with the cookie in', async () => {
  expect((await server.ask('/dicom-web/studies')).status).toBe(204)
})

it('turns a request without a secret away', async () => {
  const paths = ['/', '/dicom-web/studies', '/call/station.status', '/thumbnails/1.2', '/anything']
  const statuses = await Promise.all(paths.map(async (path) => (await raw(path, {})).status))
  expect(statuses).toEqual(paths.map(() => 401))
})

it('turns a wrong secret away, also one of another length', async () => {
  const name = server.cookie.split('=')[0]
  const wrong = ['', 'x', 'A'.repeat(43), server.token]
  const answers = wrong.map((value) => raw('/dicom-web/studies', { cookie: `${name}=${value}` }))
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401, 401, 401])
})

it('refuses a host name that is not its own, even with the secret (DNS rebinding)', async () => {
  const { cookie } = server
  const { port } = new URL(server.url)
  const hosts = [`evil.example:${port}`, '127.0.0.1', `127.0.0.1:${Number(port) + 1}`, `[::1]:${port}`]
  const answers = await Promise.all(hosts.map((host) => raw('/dicom-web/studies', { host, cookie })))
  expect(answers.map(({ status }) => status)).toEqual([421, 421, 421, 421])
  expect((await raw('/dicom-web/studies', { host: `localhost:${port}`, cookie })).status).toBe(204)
})

it('refuses another origin, also that of another local server, even with the secret', async () => {
  const { cookie } = server
  const origins = ['http://evil.example', 'http://127.0.0.1:1', 'https://127.0.0.1', 'null', 'file://']
  const answers = await Promise.all(origins.map((origin) => raw('/dicom-web/studies', { origin, cookie })))
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403])
})

it('refuses what a browser says comes from another site, even with the secret', async () => {
  const { cookie } = server
  const sites = ['cross-site', 'same-site']
  const answers = await Promise.all(sites.map((site) => raw('/dicom-web/studies', { 'sec-fetch-site': site, cookie })))
  expect(answers.map(({ status }) => status)).toEqual([403, 403])
})

it('takes the bearer token for reading DICOMweb and for nothing else', async () => {
  const authorization = `Bearer ${server.token}`
  expect((await raw('/dicom-web/studies', { authorization })).status).toBe(204)
  expect((await raw('/dicom-web/studies', { authorization }, 'POST')).status).toBe(401)
  expect((await raw('/call/studies.list', { authorization })).status).toBe(401)
  expect((await raw('/dicom-webx', { authorization })).status).toBe(401)
  expect((await raw('/dicom-web/../call/studies.list', { authorization })).status).not.toBe(200)
  expect((await raw('/pixels', { authorization }, 'POST')).status).toBe(401)
})

it('opens the events only to the own page with its cookie', async () => {
  const { cookie, url } = server
  expect(await upgrade({ cookie, origin: url })).toBe(101)
  expect(await upgrade({ cookie })).toBe(403)
  expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403)
  expect(await upgrade({ origin: url })).toBe(401)
  expect(await upgrade({ cookie, origin: url, host: 'evil.example' })).toBe(421)
  expect(await upgrade({ authorization: `Bearer ${server.token}`, origin: url })).toBe(401)
})

it('drops a connection whose event message is too long', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/events`, {
    headers: { cookie: server.cookie, origin: server.url },
  })
  await new Promise((resolve) => socket.on('open', resolve))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)))
  socket.send('x'.repeat(20_000))
  expect([1006, 1009]).toContain(await closed)
})

it('keeps every answer out of caches and other pages', async () => {
  const { headers } = await server.ask('/dicom-web/studies')
  expect({
    cache: headers.get('cache-control'),
    sniff: headers.get('x-content-type-options'),
    policy: headers
      .get('content-security-policy')
      ?.startsWith("default-src 'none';script-src 'self' 'wasm-unsafe-eval'"),
    embed: headers.get('cross-origin-embedder-policy'),
    opener: headers.get('cross-origin-opener-policy'),
    cors: headers.get('access-control-allow-origin'),
  }).toEqual({
    cache: 'no-store',
    sniff: 'nosniff',
    policy: true,
    embed: 'require-corp',
    opener: 'same-origin',
    cors: null,
  })
})

it('answers no preflight of another origin', async () => {
  const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
  expect((await raw('/call/settings.update', headers, 'OPTIONS')).status).toBe(403)
})

it('refuses headers and bodies beyond its limits', async () => {
  expect((await raw('/', { 'x-long': 'x'.repeat(20_000) })).status).toBe(431)
  const body = JSON.stringify({ code: 'x'.repeat(5_000) })
  const answer = await fetch(`${server.url}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  expect(answer.status).toBe(413)
})

it('gives the control route to the control secret alone', async () => {
  const { cookie, control } = server
  expect((await raw('/control/show', { cookie }, 'POST')).status).toBe(401)
  expect((await raw('/control/show', { 'x-astreinte-control': 'x' }, 'POST')).status).toBe(401)
  const shown = await raw('/control/show', { 'x-astreinte-control': control, 'content-length': '0' }, 'POST')
  expect(shown.status).toBe(200)
  const { raised, entry } = JSON.parse(shown.body) as { raised: boolean; entry: string }
  expect(raised).toBe(false)
  expect(await signIn(entry)).toBe(cookie)
})
