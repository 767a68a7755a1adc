/** A TCP proxy that lets associations pass and reads along: each C-STORE as it went over the wire, and its answer. Its reading is its own. */
import { createHash, type Hash } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** One C-STORE, as its two sides wrote it. */
export interface WireStore {
  SOPInstanceUID: string
  TransferSyntaxUID: string
  length: number
  sha256: string
  /** Null: it was not answered. */
  status: number | null
  ErrorComment: string
}

export interface RecordingProxy {
  port: number
  /** What has passed, in order. */
  stores: WireStore[]
  close(): Promise<void>
}

/** Elements of a command set, in implicit VR little endian (PS3.7 §6.3.1). */
function commandOf(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>()
  for (let at = 0; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at + 4)
    found.set(bytes.readUInt16LE(at + 2), bytes.subarray(at + 8, end))
    at = end
  }
  return found
}

const number = (command: Map<number, Buffer>, element: number): number => command.get(element)?.readUInt16LE(0) ?? -1
const text = (command: Map<number, Buffer>, element: number): string =>
  (command.get(element)?.toString('latin1') ?? '').replace(/[ \0]+$/, '')

const STORE_REQUEST = 0x0001
const STORE_RESPONSE = 0x8001

/** Both directions of one association (PS3.8 §9.3). */
class Listener {
  readonly #stores: WireStore[]
  readonly #syntaxes = new Map<number, string>()
  readonly #open = new Map<number, WireStore>()
  #under: { store: WireStore; hash: Hash } | null = null

  constructor(stores: WireStore[]) {
    this.#stores = stores
  }

  /** Takes the bytes of one direction as they come. */
  reader(): (piece: Buffer) => void {
    let pending: Buffer = Buffer.alloc(0)
    let command: Buffer = Buffer.alloc(0)
    const onFragment = (context: number, control: number, bytes: Buffer) => {
      if ((control & 1) === 0) return this.#onDataSet(bytes, (control & 2) !== 0)
      command = Buffer.concat([command, bytes])
      if ((control & 2) === 0) return
      this.#onCommand(context, commandOf(command))
      command = Buffer.alloc(0)
    }
    return (piece) => {
      pending = Buffer.concat([pending, piece])
      while (pending.length >= 6 && pending.length >= 6 + pending.readUInt32BE(2)) {
        const body = pending.subarray(6, 6 + pending.readUInt32BE(2))
        if (pending[0] === 2) this.#onAccept(body)
        if (pending[0] === 4)
          for (let at = 0; at < body.length; at += 4 + body.readUInt32BE(at))
            onFragment(body[at + 4] ?? 0, body[at + 5] ?? 0, body.subarray(at + 6, at + 4 + body.readUInt32BE(at)))
        pending = pending.subarray(6 + body.length)
      }
    }
  }

  #onAccept(body: Buffer): void {
    for (let at = 68; at < body.length; at += 4 + body.readUInt16BE(at + 2)) {
      if (body[at] !== 0x21) continue
      const end = at + 12 + body.readUInt16BE(at + 10)
      this.#syntaxes.set(body[at + 4] ?? 0, body.toString('latin1', at + 12, end).replace(/\0$/, ''))
    }
  }

  #onCommand(context: number, command: Map<number, Buffer>): void {
    if (number(command, 0x0100) === STORE_REQUEST) {
      const store: WireStore = {
        SOPInstanceUID: text(command, 0x1000),
        TransferSyntaxUID: this.#syntaxes.get(context) ?? '',
        ...{ length: 0, sha256: '', status: null, ErrorComment: '' },
      }
      this.#stores.push(store)
      this.#open.set(number(command, 0x0110), store)
      this.#under = { store, hash: createHash('sha256') }
    }
    if (number(command, 0x0100) !== STORE_RESPONSE) return
    const answered = this.#open.get(number(command, 0x0120))
    this.#open.delete(number(command, 0x0120))
    if (answered) Object.assign(answered, { status: number(command, 0x0900), ErrorComment: text(command, 0x0902) })
  }

  #onDataSet(bytes: Buffer, isLast: boolean): void {
    if (!this.#under) return
    const { store, hash } = this.#under
    store.length += bytes.length
    hash.update(bytes)
    if (!isLast) return
    store.sha256 = hash.digest('hex')
    this.#under = null
  }
}

/** Starts it before the server at 127.0.0.1:`targetPort`. */
export async function startRecordingProxy(targetPort: number): Promise<RecordingProxy> {
  const stores: WireStore[] = []
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const remote = connect({ port: targetPort, host: '127.0.0.1', noDelay: true })
    client.setNoDelay(true)
    const listener = new Listener(stores)
    for (const [from, to] of [
      [client, remote],
      [remote, client],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      // What is passed on is read before it is: an answer never overtakes its request here.
      from.on('data', listener.reader())
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    stores,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
