/** Serves the built harness page under the product's content security policy, and pixels from memory in the station's stream format. */

import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { NotDisplayableReason } from '../../../main/contract/image.ts'

/** What the server knows of one frame. */
export type ServedFrame =
  | { kind: 'native' | 'compressed'; bytes: Uint8Array }
  | { kind: 'notAvailable'; reason: NotDisplayableReason }

export interface HarnessServer {
  url: string
  /** Frames by `instanceKey/frame`. */
  frames: Map<string, ServedFrame>
  /** Every request, in order: the frames asked for, how many were sent, and whether the page let go of it. */
  requests: { frames: [number, number][]; sent: number; isClosed: boolean }[]
  /** Called before each frame; what it returns is waited for. */
  gate: ((instanceKey: number, frame: number) => Promise<void> | void) | null
  /** Cuts the connection after this many frames of the next request. */
  cutAfter: number | null
  /** Files whose requests get no answer. */
  withheld: RegExp | null
  close(): Promise<void>
}

const kinds = { native: 0, compressed: 1, notAvailable: 2 } as const

const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
}

/** As the station sends it: compressed images must decode under it, in workers too. */
const securityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
].join('; ')

const head = (index: number, kind: number, length: number): Buffer => {
  const bytes = Buffer.alloc(16)
  bytes.writeUInt32LE(index, 0)
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt8(kind, 8)
  return bytes
}

/** Resolves when the connection takes more, or is gone. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.on('drain', done).on('close', done)
  })

const read = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

export const startHarnessServer = async (folder: string): Promise<HarnessServer> => {
  const pixels = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { frames } = JSON.parse(await read(request)) as { frames: [number, number][] }
    const record = { frames, sent: 0, isClosed: false }
    harness.requests.push(record)
    response.on('close', () => {
      record.isClosed = true
    })
    const cut = harness.cutAfter
    harness.cutAfter = null
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    for (const [index, [instanceKey, frame]] of frames.entries()) {
      await harness.gate?.(instanceKey, frame)
      if (record.isClosed) return
      if (cut !== null && index >= cut) {
        // What was sent arrives; then the connection ends in the middle of the answer.
        response.socket?.end()
        return
      }
      const served = harness.frames.get(`${instanceKey}/${frame}`) ?? { kind: 'notAvailable', reason: 'object-missing' }
      const payload =
        served.kind === 'notAvailable' ? Buffer.from(JSON.stringify({ reason: served.reason })) : served.bytes
      response.write(head(index, kinds[served.kind], payload.byteLength))
      if (!response.write(payload)) await drained(response)
      record.sent++
    }
    response.end()
  }

  const file = async (path: string, response: ServerResponse): Promise<void> => {
    const name = path === '/' ? '/index.html' : normalize(path)
    if (harness.withheld?.test(name)) {
      response.destroy()
      return
    }
    const bytes = await readFile(join(folder, name)).catch(() => null)
    response.writeHead(bytes ? 200 : 404, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': securityPolicy,
    })
    response.end(bytes)
  }

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    void (path === '/pixels' ? pixels(request, response) : file(path, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const harness: HarnessServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    frames: new Map(),
    requests: [],
    gate: null,
    cutAfter: null,
    withheld: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return harness
}
