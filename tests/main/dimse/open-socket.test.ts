import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { acceptedSocket, connectSocket } from '../../../main/dimse/open-socket.ts'
import { until } from '../../helpers/dimse-server.ts'

let server: Server | undefined
let sockets: Socket[] = []
let opened: Socket | undefined
afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server?.close()
  sockets = []
})

/** Listens, and opens what comes; `disguise` may change what the opener sees. */
async function listen(
  onBytes: (bytes: Buffer) => void,
  disguise = (socket: Socket): Socket => socket,
): Promise<number> {
  const listener = createServer({ pauseOnConnect: true }, (accepted) => {
    opened = acceptedSocket(disguise(accepted))(onBytes)
    sockets.push(opened)
  })
  server = listener
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return typeof address === 'object' && address ? address.port : 0
}

const content = Buffer.alloc(3_000_000, 'abcdefg')

async function receive(disguise?: (socket: Socket) => Socket): Promise<Set<ArrayBufferLike>> {
  const parts: Buffer[] = []
  const memories = new Set<ArrayBufferLike>()
  const port = await listen((bytes) => {
    parts.push(Buffer.from(bytes))
    memories.add(bytes.buffer)
  }, disguise)
  const sender = connect(port, '127.0.0.1')
  sockets.push(sender)
  sender.end(content)
  await new Promise((resolve) => sender.once('close', resolve))
  expect(Buffer.concat(parts).equals(content)).toBe(true)
  return memories
}

test('an accepted socket reads everything into one buffer, and closes when the peer does', async () => {
  expect((await receive()).size).toBe(1)
})

test('an accepted socket whose handle is out of reach is read all the same', async () => {
  const hidden = (accepted: Socket) => {
    return new Proxy(accepted, {
      get: (target, name) => {
        if (name === '_handle') return undefined
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }
  expect((await receive(hidden)).size).toBeGreaterThan(1)
})

test('while it is paused it leaves its buffer as it is', async () => {
  let first: Buffer | undefined
  let copy = ''
  let reads = 0
  const port = await listen((bytes) => {
    reads += 1
    if (reads > 1) return
    first = bytes
    copy = bytes.toString('latin1')
    opened?.pause()
  })
  const sender = connect(port, '127.0.0.1')
  sockets.push(sender)
  sender.write(content)
  await until(() => reads === 1)
  for (let i = 0; i < 50; i += 1) await new Promise((resolve) => setImmediate(resolve))
  expect([reads, first?.toString('latin1') === copy]).toEqual([1, true])
  opened?.resume()
  await until(() => reads > 1)
})

test('a socket that connects reads into one buffer too', async () => {
  const listener = createServer((socket) => socket.end(content))
  server = listener
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  const memories = new Set<ArrayBufferLike>()
  let length = 0
  const socket = connectSocket(
    '127.0.0.1',
    typeof address === 'object' && address ? address.port : 0,
  )((bytes) => {
    memories.add(bytes.buffer)
    length += bytes.length
  })
  sockets.push(socket)
  await new Promise((resolve) => socket.once('close', resolve))
  expect([memories.size, length]).toEqual([1, content.length])
})
