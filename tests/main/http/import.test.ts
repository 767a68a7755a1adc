import { Agent, request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import type { GiveOffered } from '../../../main/http/import.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | null = null
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterEach(async () => {
  agent.destroy()
  await server?.close()
})

/** Gives up after the first bytes, as an intake that was cancelled does. */
const giveUpEarly: GiveOffered = async (_, bytes) => {
  for await (const piece of bytes) if (piece.length > 0) break
}

/** A request on the one connection that there is. */
const onTheConnection = (url: string, method: string, cookie: string, body: Uint8Array) =>
  new Promise<string>((resolve, reject) => {
    const headers = { cookie, 'content-type': 'application/octet-stream', 'content-length': body.length }
    const sent = request(url, { agent, method, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece) => {
        text += piece
      })
      answer.on('end', () => resolve(text))
    })
    sent.on('error', reject).end(body)
  })

it('leaves the connection in order after bytes of which only the first were wanted', async () => {
  server = await startTestServer({ giveOffered: giveUpEarly })
  const { url, cookie } = server
  const give = (which: string) =>
    onTheConnection(`${url}/import/offered?${which}`, 'POST', cookie, new Uint8Array(3_000_000))
  expect([await give('intakeId=1&readId=2'), await give('intakeId=1&readId=3')]).toEqual(['', ''])
  expect(await give('intakeId=1')).toBe(JSON.stringify({ code: 'bad-request' }))
  expect(await give('intakeId=1&readId=4')).toBe('')
})
