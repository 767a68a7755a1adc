/** What the upper layer tells its service user (PS3.8 §7): the indications and confirmations of one connection, and how it ended. */
import type { AssociationEnd } from './dimse.ts'
import type { EndReason } from './dimse-error.ts'

/** How a connection ended. */
export interface ConnectionEnd {
  outcome: AssociationEnd['outcome']
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
