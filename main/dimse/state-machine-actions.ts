/**
 * The actions of the upper layer's state machine (PS3.8 Tables 9-6 to 9-9) under the standard's own labels. Which of them an event
 * asks for, and the state after it, is in state-machine.ts; the state after an action is set before it is made.
 */
import type { AbortReason } from './dimse-error.ts'
import { encodeAbort, encodeReleaseRequest, encodeReleaseResponse } from './pdu.ts'
import type { Action } from './state-machine.ts'
import type { ConnectionEnd } from './upper-layer-user.ts'

/** What an event brings. */
export interface EventInput {
  /** PDU to send (Evt7, Evt8, Evt9), or variable field received. */
  pdu?: Buffer
  abortReason?: AbortReason
  /** Why, if this event ends the connection. */
  end?: ConnectionEnd
}

/** What actions are made with. */
export interface ActionMeans {
  readonly isRequestor: boolean
  /** Sends a PDU; nothing without one. */
  write(pdu: Buffer | undefined): void
  startArtim(): void
  stopArtim(): void
  /** The A-RELEASE response primitive (Evt14). */
  respondToRelease(): void
  /** A-ASSOCIATE indication. */
  indicate(body: Buffer): void
  /** A-ASSOCIATE confirm. */
  confirm(isAccepted: boolean, body: Buffer): void
  /** Tells the user once how the connection ended. */
  end(end: ConnectionEnd | undefined): void
  /** Closes the transport connection. */
  close(): void
}

/** The reason we give when the peer's PDU came at the wrong time. */
const unexpectedPdu: ConnectionEnd = { outcome: 'protocol-error', reason: 'pdu-unexpected' }
const completed: ConnectionEnd = { outcome: 'completed', reason: null }
const abortedByPeer: ConnectionEnd = { outcome: 'aborted', reason: 'peer-aborted' }
const noBody = Buffer.alloc(0)

/** By label. */
export const actions: Record<Action, (means: ActionMeans, input: EventInput) => void> = {
  // The caller opens the transport connection.
  'AE-1': () => {},
  'AE-2': (means, { pdu }) => means.write(pdu),
  'AE-3': (means, { pdu }) => means.confirm(true, pdu ?? noBody),
  'AE-4': (means, { pdu }) => {
    means.confirm(false, pdu ?? noBody)
    means.end({ outcome: 'rejected', reason: null })
    means.close()
  },
  'AE-5': (means) => means.startArtim(),
  'AE-6': (means, { pdu }) => {
    means.stopArtim()
    means.indicate(pdu ?? noBody)
  },
  'AE-7': (means, { pdu }) => means.write(pdu),
  'AE-8': (means, { pdu, end }) => {
    means.write(pdu)
    means.end(end)
    means.startArtim()
  },
  'DT-1': (means, { pdu }) => means.write(pdu),
  // The fragments follow one by one.
  'DT-2': () => {},
  'AR-1': (means) => means.write(encodeReleaseRequest()),
  // Nothing is ever left to do when a release comes: it is answered at once.
  'AR-2': (means) => means.respondToRelease(),
  'AR-3': (means) => {
    means.end(completed)
    means.close()
  },
  'AR-4': (means) => {
    means.write(encodeReleaseResponse())
    means.end(completed)
    means.startArtim()
  },
  'AR-5': (means) => means.stopArtim(),
  'AR-6': () => {},
  'AR-7': (means, { pdu }) => means.write(pdu),
  'AR-8': (means) => {
    if (means.isRequestor) means.respondToRelease()
  },
  'AR-9': (means) => means.write(encodeReleaseResponse()),
  'AR-10': (means) => means.respondToRelease(),
  'AA-1': (means, { end }) => {
    means.write(encodeAbort('service-user'))
    means.end(end ?? unexpectedPdu)
    means.startArtim()
  },
  'AA-2': (means, { end }) => {
    means.end(end ?? abortedByPeer)
    means.close()
  },
  'AA-3': (means) => {
    means.end(abortedByPeer)
    means.close()
  },
  'AA-4': (means, { end }) => means.end(end),
  'AA-5': (means, { end }) => {
    means.stopArtim()
    means.end(end)
  },
  'AA-6': () => {},
  'AA-7': (means, { abortReason }) => means.write(encodeAbort('service-provider', abortReason ?? 'unexpected-PDU')),
  'AA-8': (means, { abortReason, end }) => {
    means.write(encodeAbort('service-provider', abortReason ?? 'unexpected-PDU'))
    means.end(end ?? unexpectedPdu)
    means.startArtim()
  },
}
