/** A connection without a network: what the station reads is given to it, what it writes is kept. */
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { OpenSocket } from '../../main/dimse/open-socket.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
/** Turns of the event loop after which a station that reads nothing more is taken to hang. */
const PATIENCE = 50_000

export class MemorySocket extends Duplex {
  /** Everything that the station wrote. */
  readonly sent: Buffer[] = []
  #onBytes: (bytes: Buffer) => void = () => undefined

  constructor() {
    super({ allowHalfOpen: true, highWaterMark: 1024 * 1024 })
  }

  /** What an upper layer opens. */
  readonly open: OpenSocket = (onBytes) => {
    this.#onBytes = onBytes
    // It uses what is common to sockets and streams, and the two methods below.
    return this as unknown as Socket
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.sent.push(Buffer.from(chunk))
    done()
  }

  setNoDelay(): this {
    return this
  }

  destroySoon(): void {
    this.end(() => this.destroy())
  }

  async #readable(): Promise<boolean> {
    for (let turn = 0; this.isPaused() && !this.destroyed; turn += 1) {
      if (turn > PATIENCE) throw new Error('nothing more is read')
      await nextTurn()
    }
    return !this.destroyed
  }

  /** Bytes arrive; as with a real socket, their memory is used again as soon as they were read. */
  async receive(bytes: Uint8Array): Promise<void> {
    if (!(await this.#readable())) return
    const memory = Buffer.from(bytes)
    this.#onBytes(memory)
    if (await this.#readable()) memory.fill(0xa5)
  }

  /** The other side closes its end. */
  async receiveEnd(): Promise<void> {
    if (await this.#readable()) this.destroySoon()
  }
}
