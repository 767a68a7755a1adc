/** A peer that speaks raw PDUs: sends whatever bytes it is given and collects what comes back. */
import { connect, type Socket } from 'node:net'

export interface ReceivedPdu {
  type: number
  body: Buffer
}

export class DimsePeer {
  readonly socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #changed: () => void = () => {}
  #isClosed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#changed()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#isClosed = true
      this.#changed()
    })
  }

  /** Connects, from `localAddress` if that matters. */
  static async connect(port: number, host = '127.0.0.1', localAddress?: string): Promise<DimsePeer> {
    const socket = connect({ host, port, ...(localAddress ? { localAddress } : {}) })
    const peer = new DimsePeer(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve())
      socket.once('error', reject)
    })
    return peer
  }

  /** Connects and is accepted with `request`. */
  static async associate(port: number, request: Uint8Array): Promise<DimsePeer> {
    const peer = await DimsePeer.connect(port)
    peer.send(request)
    const answer = await peer.pdu()
    if (answer?.type !== 2) throw new Error(`not accepted: PDU type ${answer?.type}`)
    return peer
  }

  send(...pdus: Uint8Array[]): boolean {
    return this.socket.write(Buffer.concat(pdus))
  }

  /** The next PDU that came back; null when the connection closed instead. */
  async pdu(): Promise<ReceivedPdu | null> {
    while (true) {
      if (this.#received.length >= 6) {
        const end = 6 + this.#received.readUInt32BE(2)
        if (this.#received.length >= end) {
          const pdu = { type: this.#received.readUInt8(0), body: Buffer.from(this.#received.subarray(6, end)) }
          this.#received = this.#received.subarray(end)
          return pdu
        }
      }
      if (this.#isClosed) return null
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }

  /** Waits until the other side has closed. */
  async closed(): Promise<void> {
    while (!this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve
      })
    }
  }

  destroy(): void {
    this.socket.destroy()
  }
}
