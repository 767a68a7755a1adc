import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { registerStore, type StoreOptions } from '../../../../main/http/dicom-web/store-route.ts'

let server: FastifyInstance | null = null
afterEach(() => server?.close())

async function listen(options: Partial<StoreOptions>): Promise<number> {
  server = Fastify({ forceCloseConnections: true }) as unknown as FastifyInstance
  registerStore(server, {
    storeObjects: () => async (message) => {
      let length = 0
      for await (const piece of message.body) length += piece.length
      return { results: [], broken: length === 0 ? 'malformed' : 'too-large' }
    },
    root: () => '',
    clientOf: (request) => String(request.headers.from ?? ''),
    ...options,
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  return (server.server.address() as AddressInfo).port
}

const head = (length: number) =>
  `POST /studies HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/related; type="application/dicom"; boundary=b\r\ncontent-length: ${length}\r\n\r\n`

it('answers who sends too slowly, ends the connection, and takes others', async () => {
  const port = await listen({ storePace: { bytes: 1_000, within: 150 } })
  const drip = async () => {
    const socket = connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('error', () => undefined)
    let answer = ''
    socket.on('data', (text) => {
      answer += text
    })
    socket.write(head(1_000_000))
    const drops = setInterval(() => socket.write('x'), 5)
    await once(socket, 'close')
    clearInterval(drops)
    return answer.split('\r\n')[0]
  }
  const answers = await Promise.all(Array.from({ length: 8 }, drip))
  expect(answers).toEqual(Array(8).fill('HTTP/1.1 408 Request Timeout'))
  const headers = { 'content-type': 'multipart/related; boundary=b' }
  const whole = { method: 'POST', headers, body: '-'.repeat(500_000) }
  expect((await fetch(`http://127.0.0.1:${port}/studies`, whole)).status).toBe(413)
})

it('leaves half of the places to other clients', async () => {
  const ended = Promise.withResolvers<void>()
  const begun: string[] = []
  const port = await listen({
    storeObjects: () => async (message) => {
      begun.push(message.client)
      await ended.promise
      return { results: [], broken: 'too-large' }
    },
  })
  const send = async (from: string) => {
    const headers = { 'content-type': 'multipart/related; boundary=b', from }
    return (await fetch(`http://127.0.0.1:${port}/studies`, { method: 'POST', headers, body: '-' })).status
  }
  const first = Array.from({ length: 4 }, () => send('greedy'))
  await expect.poll(() => begun.length).toBe(4)
  expect(await send('greedy')).toBe(503)
  const other = send('other')
  await expect.poll(() => begun.length).toBe(5)
  ended.resolve()
  expect(await Promise.all([...first, other])).toEqual(Array(5).fill(413))
  expect(await send('greedy')).toBe(413)
})
