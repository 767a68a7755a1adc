/**
 * One connection of the DICOM upper layer, as acceptor or as requestor: socket, PDU reader, timers, and the actions of the state
 * machine (PS3.8 §9.2; the tables are in state-machine.ts). Its user above is told the indications and gives the primitives.
 */
import type { Socket } from 'node:net'
import { ConnectionClocks, type Expiry } from './connection-clocks.ts'
import type { AssociationEnd, DimseLimits } from './dimse.ts'
import { type AbortReason, type EndReason, ProtocolError } from './dimse-error.ts'
import type { OpenSocket } from './open-socket.ts'
import { encodeAbort, encodeReleaseRequest, encodeReleaseResponse, pduTypes } from './pdu.ts'
import { type PduHandler, PduReader } from './pdu-reader.ts'
import { type Action, type Event, type State, stateAfter, transitions } from './state-machine.ts'

export type Outcome = AssociationEnd['outcome']

/** How a connection ended. */
export interface ConnectionEnd {
  outcome: Outcome
  reason: EndReason | null
}

/** The service user of the upper layer. Indications may throw {@link ProtocolError}. */
export interface UpperLayerUser {
  /** A-ASSOCIATE indication: the variable field of the A-ASSOCIATE-RQ; answered by `accept` or `reject` before it returns. */
  onAssociateRequest(body: Buffer): void
  /** A-ASSOCIATE confirm: the variable field of the A-ASSOCIATE-AC, or of the A-ASSOCIATE-RJ. */
  onAssociateAnswer(isAccepted: boolean, body: Buffer): void
  /** P-DATA indication, fragment by fragment as it arrives. */
  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void
  /** A fault of this program, to be logged; the association is aborted. */
  onFault(error: unknown): void
  /** The association or the attempt is over; called once. */
  onEnd(end: ConnectionEnd): void
}

interface EventInput {
  /** PDU to send (Evt7, Evt8, Evt9), or variable field received. */
  pdu?: Buffer
  abortReason?: AbortReason
  /** Why, if this event ends the connection. */
  end?: ConnectionEnd
}

const noInput: EventInput = {}
/** Answers that a peer may leave unread before we stop reading from it, in bytes. */
const MAX_UNREAD_ANSWERS = 65_536

const eventOfPdu: Record<number, Event> = {
  [pduTypes['A-ASSOCIATE-RQ']]: 'Evt6',
  [pduTypes['A-ASSOCIATE-AC']]: 'Evt3',
  [pduTypes['A-ASSOCIATE-RJ']]: 'Evt4',
  [pduTypes['A-RELEASE-RQ']]: 'Evt12',
  [pduTypes['A-RELEASE-RP']]: 'Evt13',
  [pduTypes['A-ABORT']]: 'Evt16',
}

const strangers: ReadonlySet<EndReason> = new Set(['not-dicom', 'http-on-dicom-port', 'tls-on-plain-port'])

/** The reason we give when the peer's PDU came at the wrong time. */
const unexpectedPdu: ConnectionEnd = { outcome: 'protocol-error', reason: 'pdu-unexpected' }

export class UpperLayer implements PduHandler {
  readonly #socket: Socket
  readonly #user: UpperLayerUser
  readonly #isRequestor: boolean
  readonly #reader: PduReader
  /** Resolves when the transport connection is gone. */
  readonly closed: Promise<void>
  #state: State = 'Sta1'
  #hasEnded = false
  /** Users of the connection that want no more bytes for now. */
  #holds = 0
  /** Works of ours that the peer waits for, while it is read on. */
  #works = 0
  #isSuspended = false
  /** A chunk that was stopped inside, and where. */
  #rest: Buffer | null = null
  #restAt = 0
  #isDiscarding = false
  readonly #clocks: ConnectionClocks
  #waitsForDrain = false

  constructor(openSocket: OpenSocket, user: UpperLayerUser, limits: DimseLimits, isRequestor: boolean) {
    this.#user = user
    this.#isRequestor = isRequestor
    this.#reader = new PduReader(this, limits)
    const socket = openSocket((chunk) => this.#onChunk(chunk))
    this.#socket = socket
    // After what may throw: nobody would stop them.
    this.#clocks = new ConnectionClocks(limits, (expiry) => this.#onExpiry(expiry))
    socket.setNoDelay(true)
    socket.on('drain', () => this.#onDrain())
    // What failed is told by the close that follows.
    socket.on('error', () => {})
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#onClose()
        resolve()
      })
    })
    this.#dispatch(isRequestor ? 'Evt1' : 'Evt5', noInput)
  }

  get state(): State {
    return this.#state
  }

  /** Whether an association is established and not yet being released or aborted. */
  get isEstablished(): boolean {
    return this.#state === 'Sta6'
  }

  /** Requestor: the transport is open; sends the A-ASSOCIATE-RQ. */
  request(pdu: Buffer): void {
    this.#dispatch('Evt2', { pdu })
  }

  /** Acceptor: answers with an A-ASSOCIATE-AC. */
  accept(pdu: Buffer): void {
    this.#dispatch('Evt7', { pdu })
  }

  /** Acceptor: answers with an A-ASSOCIATE-RJ. */
  reject(pdu: Buffer, reason: EndReason): void {
    this.#dispatch('Evt8', { pdu, end: { outcome: 'rejected', reason } })
  }

  /** Sends P-DATA-TF PDUs; false when the peer should be given time (see `drained`). Nothing is sent once the association is over. */
  send(pdu: Buffer): boolean {
    if (transitions.Evt9[this.#state]) this.#dispatch('Evt9', { pdu })
    return !this.#socket.writableNeedDrain
  }

  /** Sends one P-DATA-TF as headers and fragment without copying the fragment, which must stay as it is until `drained`. */
  sendFragment(headers: Buffer, fragment: Uint8Array): boolean {
    if (!transitions.Evt9[this.#state]) return true
    this.#socket.cork()
    this.#dispatch('Evt9', { pdu: headers })
    this.#socket.write(fragment)
    this.#socket.uncork()
    return !this.#socket.writableNeedDrain
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

  /** A-RELEASE request. */
  release(): void {
    if (this.#state === 'Sta6') this.#dispatch('Evt11', noInput)
  }

  /** A-ABORT request, with why it ended. */
  abort(end: ConnectionEnd): void {
    if (this.#state === 'Sta2') this.#dispatch('Evt18', { end })
    else if (transitions.Evt15[this.#state]) this.#dispatch('Evt15', { end })
    else if (this.#state === 'Sta13') this.#close()
  }

  /** Ends the connection without another word. */
  destroy(): void {
    this.#socket.destroy()
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

  /** The peer's time runs when nobody but the peer is waited for; also while it does not take our answers. */
  #setClocks(): void {
    const isSuspended = (this.#holds > 0 || this.#works > 0) && !this.#waitsForDrain
    if (isSuspended && !this.#isSuspended) this.#clocks.suspend()
    else if (!isSuspended && this.#isSuspended) this.#clocks.resume()
    this.#isSuspended = isSuspended
  }

  // What the reader finds

  onPdu(type: number, body: Buffer): void {
    const event = eventOfPdu[type]
    if (!event) throw new ProtocolError('pdu-unknown', 'unrecognized-PDU')
    this.#dispatch(event, { pdu: body })
  }

  onData(): void {
    this.#dispatch('Evt10', noInput)
  }

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    if (this.#state !== 'Sta6' && this.#state !== 'Sta7') return
    this.#user.onFragment(presentationContextID, isCommand, bytes, isLast)
  }

  // Bytes and time

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
      this.#fail(error)
    }
    this.#clocks.notePdu(this.#reader.isInsidePdu, this.#reader.count)
  }

  /** A broken PDU is the service provider's to abort (Evt19), a broken message its user's (Evt15). */
  #fail(error: unknown): void {
    if (!(error instanceof ProtocolError)) this.#user.onFault(error)
    const broken = error instanceof ProtocolError ? error : new ProtocolError('internal-error', null)
    const end: ConnectionEnd = { outcome: 'protocol-error', reason: broken.code }
    this.#isDiscarding = true
    this.#rest = null
    if (this.#state === 'Sta1') return
    if (broken.abortReason === null && transitions.Evt15[this.#state]) this.#dispatch('Evt15', { end })
    else this.#dispatch('Evt19', { abortReason: broken.abortReason ?? 'reason-not-specified', end })
    if (strangers.has(broken.code)) this.#socket.destroySoon()
  }

  #onExpiry(expiry: Expiry): void {
    if (expiry === 'ARTIM') {
      this.#dispatch('Evt18', { end: { outcome: 'timed-out', reason: 'no-association-request' } })
      return
    }
    // The end of a connection that has no association is ARTIM's.
    if (this.#state === 'Sta13') return
    const reason = this.#waitsForDrain ? 'peer-not-reading' : this.#state === 'Sta2' ? 'no-association-request' : null
    this.abort({ outcome: 'timed-out', reason: reason ?? (expiry === 'pdu' ? 'pdu-too-slow' : 'idle') })
  }

  #onDrain(): void {
    this.#clocks.noteSign()
    if (!this.#waitsForDrain) return
    this.#waitsForDrain = false
    this.resume()
  }

  #onClose(): void {
    this.#clocks.stop()
    this.#rest = null
    if (this.#state === 'Sta1') return
    const reason = this.#reader.isInsidePdu
      ? 'cut-pdu'
      : this.#state === 'Sta2'
        ? 'no-association-request'
        : 'connection-lost'
    this.#dispatch('Evt17', { end: { outcome: 'aborted', reason } })
  }

  // The state machine

  #dispatch(event: Event, input: EventInput): void {
    const action = transitions[event][this.#state]
    if (!action) throw new Error(`${event} cannot happen in ${this.#state}`)
    this.#state = stateAfter(action, this.#isRequestor)
    UpperLayer.#actions[action](this, input)
  }

  /** Actions of PS3.8 Tables 9-6 to 9-9; the state after them is set already. */
  static readonly #actions: Record<Action, (layer: UpperLayer, input: EventInput) => void> = {
    // The caller opens the transport connection.
    'AE-1': () => {},
    'AE-2': (layer, input) => layer.#write(input),
    'AE-3': (layer, { pdu }) => layer.#user.onAssociateAnswer(true, pdu ?? Buffer.alloc(0)),
    'AE-4': (layer, { pdu }) => {
      layer.#user.onAssociateAnswer(false, pdu ?? Buffer.alloc(0))
      layer.#end({ outcome: 'rejected', reason: null })
      layer.#close()
    },
    'AE-5': (layer) => layer.#clocks.startArtim(),
    'AE-6': (layer, { pdu }) => {
      layer.#clocks.stopArtim()
      layer.#user.onAssociateRequest(pdu ?? Buffer.alloc(0))
    },
    'AE-7': (layer, input) => layer.#write(input),
    'AE-8': (layer, input) => {
      layer.#write(input)
      layer.#end(input.end)
      layer.#clocks.startArtim()
    },
    'DT-1': (layer, input) => layer.#write(input),
    // The fragments follow one by one.
    'DT-2': () => {},
    'AR-1': (layer) => layer.#write({ pdu: encodeReleaseRequest() }),
    // Nothing is ever left to do when a release comes: it is answered at once.
    'AR-2': (layer) => layer.#dispatch('Evt14', noInput),
    'AR-3': (layer) => {
      layer.#end({ outcome: 'completed', reason: null })
      layer.#close()
    },
    'AR-4': (layer) => {
      layer.#write({ pdu: encodeReleaseResponse() })
      layer.#end({ outcome: 'completed', reason: null })
      layer.#clocks.startArtim()
    },
    'AR-5': (layer) => layer.#clocks.stopArtim(),
    'AR-6': () => {},
    'AR-7': (layer, input) => layer.#write(input),
    'AR-8': (layer) => {
      if (layer.#isRequestor) layer.#dispatch('Evt14', noInput)
    },
    'AR-9': (layer) => layer.#write({ pdu: encodeReleaseResponse() }),
    'AR-10': (layer) => layer.#dispatch('Evt14', noInput),
    'AA-1': (layer, { end }) => {
      layer.#write({ pdu: encodeAbort('service-user') })
      layer.#end(end ?? unexpectedPdu)
      layer.#clocks.startArtim()
    },
    'AA-2': (layer, { end }) => {
      layer.#end(end ?? { outcome: 'aborted', reason: 'peer-aborted' })
      layer.#close()
    },
    'AA-3': (layer) => {
      layer.#end({ outcome: 'aborted', reason: 'peer-aborted' })
      layer.#close()
    },
    'AA-4': (layer, { end }) => layer.#end(end),
    'AA-5': (layer, { end }) => {
      layer.#clocks.stopArtim()
      layer.#end(end)
    },
    'AA-6': () => {},
    'AA-7': (layer, { abortReason }) =>
      layer.#write({ pdu: encodeAbort('service-provider', abortReason ?? 'unexpected-PDU') }),
    'AA-8': (layer, { abortReason, end }) => {
      layer.#write({ pdu: encodeAbort('service-provider', abortReason ?? 'unexpected-PDU') })
      layer.#end(end ?? unexpectedPdu)
      layer.#clocks.startArtim()
    },
  }

  #write({ pdu }: EventInput): void {
    if (!pdu || this.#socket.destroyed) return
    this.#socket.write(pdu)
    if (!this.#isRequestor && !this.#waitsForDrain && this.#socket.writableLength > MAX_UNREAD_ANSWERS) {
      this.#waitsForDrain = true
      this.hold()
    }
  }

  #close(): void {
    this.#clocks.stopArtim()
    this.#state = 'Sta1'
    this.#isDiscarding = true
    this.#reader.halt()
    this.#socket.destroy()
  }

  #end(end: ConnectionEnd | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#user.onEnd(end ?? { outcome: 'protocol-error', reason: 'internal-error' })
  }
}
