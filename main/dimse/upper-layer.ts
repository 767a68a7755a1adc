/**
 * One connection of the DICOM upper layer, as acceptor or as requestor (PS3.8 §9.2): the primitives of its user above, the PDUs and
 * the time of its peer below, each an event of the state machine. Its tables are in state-machine.ts and state-machine-actions.ts,
 * the bytes in connection-flow.ts.
 */
import type { Expiry } from './connection-clocks.ts'
import { ConnectionFlow, type FlowHandler } from './connection-flow.ts'
import type { DimseLimits } from './dimse.ts'
import { type EndReason, ProtocolError } from './dimse-error.ts'
import type { OpenSocket } from './open-socket.ts'
import { pduTypes } from './pdu.ts'
import { type Event, type State, stateAfter, transitions } from './state-machine.ts'
import { type ActionMeans, actions, type EventInput } from './state-machine-actions.ts'
import type { ConnectionEnd, UpperLayerUser } from './upper-layer-user.ts'

const noInput: EventInput = {}

const eventOfPdu: Record<number, Event> = {
  [pduTypes['A-ASSOCIATE-RQ']]: 'Evt6',
  [pduTypes['A-ASSOCIATE-AC']]: 'Evt3',
  [pduTypes['A-ASSOCIATE-RJ']]: 'Evt4',
  [pduTypes['A-RELEASE-RQ']]: 'Evt12',
  [pduTypes['A-RELEASE-RP']]: 'Evt13',
  [pduTypes['A-ABORT']]: 'Evt16',
}

const strangers: ReadonlySet<EndReason> = new Set(['not-dicom', 'http-on-dicom-port', 'tls-on-plain-port'])

export class UpperLayer {
  readonly #user: UpperLayerUser
  readonly #isRequestor: boolean
  readonly #flow: ConnectionFlow
  readonly #means: ActionMeans
  #state: State = 'Sta1'
  #hasEnded = false

  constructor(openSocket: OpenSocket, user: UpperLayerUser, limits: DimseLimits, isRequestor: boolean) {
    this.#user = user
    this.#isRequestor = isRequestor
    this.#flow = new ConnectionFlow(openSocket, this.#handler(), limits, !isRequestor)
    this.#means = this.#meansOfActions()
    this.#dispatch(isRequestor ? 'Evt1' : 'Evt5', noInput)
  }

  /** Resolves when the transport connection is gone. */
  get closed(): Promise<void> {
    return this.#flow.closed
  }

  get state(): State {
    return this.#state
  }

  /** Whether an association is established and not yet being released or aborted. */
  get isEstablished(): boolean {
    return this.#state === 'Sta6'
  }

  // Primitives of the user

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
    return this.#flow.isDrained
  }

  /** Sends one P-DATA-TF as headers and fragment without copying the fragment, which must stay as it is until `drained`. */
  sendFragment(headers: Buffer, fragment: Uint8Array): boolean {
    if (!transitions.Evt9[this.#state]) return true
    this.#flow.writeBehind(() => this.#dispatch('Evt9', { pdu: headers }), fragment)
    return this.#flow.isDrained
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
    this.#flow.destroy()
  }

  /** Resolves when what was sent has left, or the connection is over. */
  drained(): Promise<void> {
    return this.#flow.drained()
  }

  /** Stops reading until `resume` was called as often. */
  hold(): void {
    this.#flow.hold()
  }

  /** Takes one `hold` back and reads on. */
  resume(): void {
    this.#flow.resume()
  }

  /** The peer waits for us, and is read on: nothing is held against it until `endWork` was called as often. */
  beginWork(): void {
    this.#flow.beginWork()
  }

  /** Takes one `beginWork` back. */
  endWork(): void {
    this.#flow.endWork()
  }

  // What the peer does, and does not

  #handler(): FlowHandler {
    return {
      onPdu: (type, body) => {
        const event = eventOfPdu[type]
        if (!event) throw new ProtocolError('pdu-unknown', 'unrecognized-PDU')
        this.#dispatch(event, { pdu: body })
      },
      onData: () => this.#dispatch('Evt10', noInput),
      onFragment: (presentationContextID, isCommand, bytes, isLast) => {
        if (this.#state !== 'Sta6' && this.#state !== 'Sta7') return
        this.#user.onFragment(presentationContextID, isCommand, bytes, isLast)
      },
      onBroken: (error) => this.#fail(error),
      onExpiry: (expiry) => this.#onExpiry(expiry),
      onClose: () => this.#onClose(),
    }
  }

  /** A broken PDU is the service provider's to abort (Evt19), a broken message its user's (Evt15). */
  #fail(error: unknown): void {
    if (!(error instanceof ProtocolError)) this.#user.onFault(error)
    const broken = error instanceof ProtocolError ? error : new ProtocolError('internal-error', null)
    const end: ConnectionEnd = { outcome: 'protocol-error', reason: broken.code }
    this.#flow.discard()
    if (this.#state === 'Sta1') return
    if (broken.abortReason === null && transitions.Evt15[this.#state]) this.#dispatch('Evt15', { end })
    else this.#dispatch('Evt19', { abortReason: broken.abortReason ?? 'reason-not-specified', end })
    if (strangers.has(broken.code)) this.#flow.destroySoon()
  }

  #onExpiry(expiry: Expiry): void {
    if (expiry === 'ARTIM') {
      this.#dispatch('Evt18', { end: { outcome: 'timed-out', reason: 'no-association-request' } })
      return
    }
    // The end of a connection that has no association is ARTIM's.
    if (this.#state === 'Sta13') return
    const reason = this.#flow.waitsForDrain
      ? 'peer-not-reading'
      : this.#state === 'Sta2'
        ? 'no-association-request'
        : null
    this.abort({ outcome: 'timed-out', reason: reason ?? (expiry === 'pdu' ? 'pdu-too-slow' : 'idle') })
  }

  #onClose(): void {
    if (this.#state === 'Sta1') return
    const reason = this.#flow.isInsidePdu
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
    actions[action](this.#means, input)
  }

  #meansOfActions(): ActionMeans {
    return {
      isRequestor: this.#isRequestor,
      write: (pdu) => {
        if (pdu) this.#flow.write(pdu)
      },
      startArtim: () => this.#flow.startArtim(),
      stopArtim: () => this.#flow.stopArtim(),
      respondToRelease: () => this.#dispatch('Evt14', noInput),
      indicate: (body) => this.#user.onAssociateRequest(body),
      confirm: (isAccepted, body) => this.#user.onAssociateAnswer(isAccepted, body),
      end: (end) => this.#end(end),
      close: () => this.#close(),
    }
  }

  #close(): void {
    this.#state = 'Sta1'
    this.#flow.close()
  }

  #end(end: ConnectionEnd | undefined): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#user.onEnd(end ?? { outcome: 'protocol-error', reason: 'internal-error' })
  }
}
