import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEntryCodes } from '../../../main/http/entry.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer(null)
})
afterAll(() => server.close())

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/enter`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

it('lets each code in once, within its time', () => {
  let now = 0
  const codes = createEntryCodes(() => now, 60_000)
  const [first, second, third] = [codes.draw(), codes.draw(), codes.draw()]
  expect([codes.use(first), codes.use(first), codes.use('')]).toEqual([true, false, false])
  now = 59_999
  expect(codes.use(second)).toBe(true)
  now = 60_000
  expect(codes.use(third)).toBe(false)
})

it('turns a code into a cookie that scripts and other sites cannot have', async () => {
  const code = new URL(server.entry()).hash.slice(1)
  const answer = await post({ code })
  const port = new URL(server.url).port
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toMatch(
    new RegExp(`^astreinte-${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
  )
  expect((await post({ code })).status).toBe(401)
})

it('has a page that holds no secret and runs its own script alone', async () => {
  const answer = await fetch(server.entry())
  const text = await answer.text()
  expect(answer.headers.get('content-security-policy')).toMatch(/script-src 'sha256-/)
  expect(text).toContain("fetch('/enter'")
  expect(answer.headers.get('set-cookie')).toBeNull()
})

it('does not take a code from another site', async () => {
  const code = new URL(server.entry()).hash.slice(1)
  expect((await post({ code }, { origin: 'http://evil.example' })).status).toBe(403)
})

it('slows down who guesses, but lets a right code in', async () => {
  const statuses = []
  for (let tries = 0; tries < 15; tries++) statuses.push((await post({ code: `guess ${tries}` })).status)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  expect(statuses.at(-1)).toBe(429)
  expect((await post({ code: new URL(server.entry()).hash.slice(1) })).status).toBe(204)
})

it('survives a body that is no code', async () => {
  const bodies = [[], null, { code: 7 }, { code: { length: 43 } }]
  const statuses = await Promise.all(bodies.map(async (body) => (await post(body)).status))
  expect(statuses.every((status) => status === 401 || status === 429)).toBe(true)
})
