/** What performing a request needs of its association, and what the two kinds of performing (C-STORE, the others) have in common. */
import type {
  AssociationInfo,
  CommandRefusal,
  DimseLimits,
  OperationAnswer,
  OperationControl,
  OperationService,
  PeerRight,
  StoreRequest,
  StoreSink,
} from './dimse.ts'
import type { MessageSender } from './message-sender.ts'
import type { UpperLayer } from './upper-layer.ts'

/** Who performs. */
export interface PerformedServices {
  /** Absent: nothing is stored on this association. */
  store?(request: StoreRequest): StoreSink
  services?: readonly OperationService[]
  onStoreRefused?(association: AssociationInfo, reason: CommandRefusal): void
  onFault?(error: unknown): void
}

/** What the performer needs of its association. */
export interface PerformerLink {
  readonly layer: UpperLayer
  readonly sender: MessageSender
  readonly limits: DimseLimits
  readonly info: AssociationInfo
  /** Whether the peer may ask for it. */
  may(right: PeerRight): boolean
  /** C-STORE to the peer on this association. */
  store: OperationControl['store']
  accepts: OperationControl['accepts']
  operate: OperationControl['operate']
}

/** Sends a response to the request; a promise while its data set goes out. */
export type Respond = (answer: OperationAnswer) => Promise<void> | undefined

/** Takes the data set of one request as it comes, then performs what was asked. */
export interface PerformedRequest {
  /** What is answered instead of performing, once that is certain: the rest of the data set is then dropped. */
  readonly refusal: OperationAnswer | null
  /** Bytes of the data set, valid until this returns. */
  add(bytes: Uint8Array): void
  /** The data set is whole and nothing was refused: performs, and gives the last response. */
  perform(respond: Respond): Promise<void>
}
