import { Agent, request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import type { ImportFile } from '../../../main/http/import.ts'
import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | null = null
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
afterEach(async () => {
  agent.destroy()
  await server?.close()
})

/** Decides by the first bytes, as the importer does. */
const refuseEarly: ImportFile = async (bytes) => {
  for await (const _ of bytes) break
  return { outcome: 'refused', reason: 'not-dicom' }
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

it('leaves the connection in order after a long file that is refused by its first bytes', async () => {
  server = await startTestServer({ importFile: refuseEarly })
  const { url, cookie } = server
  const drop = () => onTheConnection(`${url}/import`, 'POST', cookie, new Uint8Array(3_000_000))
  const refused = JSON.stringify({ outcome: 'refused', reason: 'not-dicom' })
  expect([await drop(), await drop()]).toEqual([refused, refused])
})
