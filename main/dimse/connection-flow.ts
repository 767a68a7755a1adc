/**
 * The bytes of one connection in both directions, and who waits for whom: nothing is read while somebody above holds it or while the
 * peer leaves our answers unread, and the peer's time runs only when nobody but the peer is waited for.
 */
import type { Socket } from 'node:net'
import { ConnectionClocks, type Expiry } from './connection-clocks.ts'
import type { DimseLimits } from './dimse.ts'
import type { OpenSocket } from './open-socket.ts'
import { type PduHandler, PduReader } from './pdu-reader.ts'

/** Answers that a peer may leave unread before we stop reading from it, in bytes. */
const MAX_UNREAD_ANSWERS = 65_536

/** Who takes what the flow finds. */
export interface FlowHandler extends PduHandler {
  /** What reading threw: a broken PDU or message, or a fault of this program. */
  onBroken(error: unknown): void
  onExpiry(expiry: Expiry): void
  /** The transport connection is gone. */
  onClose(): void
}

export class ConnectionFlow {
  readonly #socket: Socket
  readonly #reader: PduReader
  readonly #clocks: ConnectionClocks
  readonly #onBroken: (error: unknown) => void
  /** Whether to stop reading from a peer that leaves much unread: one that asks, not one that is asked. */
  readonly #boundsUnread: boolean
  /** Resolves when the transport connection is gone. */
  readonly closed: Promise<void>
  /** Users of the connection that want no more bytes for now. */
  #holds = 0
  /** Works of ours that the peer waits for, while it is read on. */
  #works = 0
  #isSuspended = false
  /** A chunk that was stopped inside, and where. */
  #rest: Buffer | null = null
  #restAt = 0
  #isDiscarding = false
  #waitsForDrain = false

  constructor(openSocket: OpenSocket, handler: FlowHandler, limits: DimseLimits, boundsUnread: boolean) {
    this.#boundsUnread = boundsUnread
    this.#onBroken = (error) => handler.onBroken(error)
    this.#reader = new PduReader(handler, limits)
    const socket = openSocket((chunk) => this.#onChunk(chunk))
    this.#socket = socket
    // After what may throw: nobody would stop them.
    this.#clocks = new ConnectionClocks(limits, (expiry) => handler.onExpiry(expiry))
    socket.setNoDelay(true)
    socket.on('drain', () => this.#onDrain())
    // What failed is told by the close that follows.
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#clocks.stop()
        this.#rest = null
        handler.onClose()
        resolve()
      })
    })
  }

  /** Whether a PDU has begun and is not complete. */
  get isInsidePdu(): boolean {
    return this.#reader.isInsidePdu
  }

  /** Whether nothing is read because the peer does not take our answers. */
  get waitsForDrain(): boolean {
    return this.#waitsForDrain
  }

  /** Whether the peer takes more for now (see `drained`). */
  get isDrained(): boolean {
    return !this.#socket.writableNeedDrain
  }

  startArtim(): void {
    this.#clocks.startArtim()
  }

  stopArtim(): void {
    this.#clocks.stopArtim()
  }

  write(bytes: Buffer): void {
    if (this.#socket.destroyed) return
    this.#socket.write(bytes)
    if (this.#boundsUnread && !this.#waitsForDrain && this.#socket.writableLength > MAX_UNREAD_ANSWERS) {
      this.#waitsForDrain = true
      this.hold()
    }
  }

  /** Writes `bytes`, which are not copied and must stay as they are until `drained`, behind what `before` writes. */
  writeBehind(before: () => void, bytes: Uint8Array): void {
    this.#socket.cork()
    before()
    this.#socket.write(bytes)
    this.#socket.uncork()
  }

  /** Resolves when what was sent has left, or the connection is over. */
  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off('drain', done)
        this.#socket.off('close', done)
        resolve()
      }
      this.#socket.on('drain', done)
      this.#socket.on('close', done)
    })
  }

  /** Stops reading until `resume` was called as often. */
  hold(): void {
    this.#holds += 1
    this.#reader.halt()
    this.#setClocks()
  }

  /** Takes one `hold` back and reads on. */
  resume(): void {
    this.#holds -= 1
    this.#setClocks()
    if (this.#holds > 0) return
    const rest = this.#rest
    if (rest) {
      this.#rest = null
      this.#read(rest, this.#restAt)
    }
    if (this.#holds === 0 && !this.#rest && this.#socket.isPaused()) this.#socket.resume()
  }

  /** The peer waits for us, and is read on: nothing is held against it until `endWork` was called as often. */
  beginWork(): void {
    this.#works += 1
    this.#setClocks()
  }

  /** Takes one `beginWork` back. */
  endWork(): void {
    this.#works -= 1
    this.#setClocks()
  }

  /** What comes from now on is not looked at. */
  discard(): void {
    this.#isDiscarding = true
    this.#rest = null
  }

  /** Looks at nothing more and ends the transport connection. */
  close(): void {
    this.#clocks.stopArtim()
    this.#isDiscarding = true
    this.#reader.halt()
    this.#socket.destroy()
  }

  /** Ends the transport connection without another word. */
  destroy(): void {
    this.#socket.destroy()
  }

  /** Ends the transport connection once what was written has left. */
  destroySoon(): void {
    this.#socket.destroySoon()
  }

  /** The peer's time runs when nobody but the peer is waited for; also while it does not take our answers. */
  #setClocks(): void {
    const isSuspended = (this.#holds > 0 || this.#works > 0) && !this.#waitsForDrain
    if (isSuspended && !this.#isSuspended) this.#clocks.suspend()
    else if (!isSuspended && this.#isSuspended) this.#clocks.resume()
    this.#isSuspended = isSuspended
  }

  #onChunk(chunk: Buffer): void {
    this.#clocks.noteSign()
    if (this.#isDiscarding) return
    if (this.#holds > 0 || this.#rest) {
      // While it is paused, the socket leaves its buffer as it is; nothing more comes then.
      this.#rest = this.#rest ? Buffer.concat([this.#rest.subarray(this.#restAt), chunk]) : chunk
      this.#restAt = 0
      this.#socket.pause()
      return
    }
    this.#read(chunk, 0)
  }

  #read(chunk: Buffer, offset: number): void {
    try {
      let at = offset
      while (at < chunk.length && this.#holds === 0 && !this.#isDiscarding) at = this.#reader.read(chunk, at)
      if (at < chunk.length && !this.#isDiscarding) {
        this.#rest = chunk
        this.#restAt = at
        this.#socket.pause()
      }
    } catch (error) {
      this.#onBroken(error)
    }
    this.#clocks.notePdu(this.#reader.isInsidePdu, this.#reader.count)
  }

  #onDrain(): void {
    this.#clocks.noteSign()
    if (!this.#waitsForDrain) return
    this.#waitsForDrain = false
    this.resume()
  }
}
