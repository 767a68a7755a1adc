/** The DICOM network service as the receiver sees it (PS3.7, PS3.8): what a host of associations is asked, and what limits hold. */
import type { DataSet, DataSetContent } from '../dataset/index.ts'
import type { TlsCredentials } from './tls.ts'

/** Peer of an association, as it named itself. */
export interface AssociationInfo {
  /** Number unique within the process. */
  id: number
  callingAETitle: string
  calledAETitle: string
  remoteAddress: string
  /** Over TLS, with a certificate that we trust. */
  isEncrypted: boolean
  /** SHA-256 of the certificate that it showed, 32 bytes in capital hexadecimal digits with colons between; absent without TLS. */
  fingerprint?: string
  implementationClassUID: string
  implementationVersionName: string
}

/** What a peer may be allowed to ask for beside verification, which is always answered. */
export type PeerRight = 'store' | 'query' | 'retrieve' | 'commit'

/** A calling AE that is let in, and what holds for it as long as its association. */
export interface Admission {
  /** Associations with equal names count together against `maxAssociations`. */
  peer: string
  maxAssociations: number
  rights: ReadonlySet<PeerRight>
}

/** Why a calling AE is not let in. */
export type AdmissionRefusal = 'calling-ae-unknown' | 'certificate-of-another'

/** What a C-STORE-RQ says about the data set that follows (PS3.7 §9.3.1). */
export interface StoreRequest {
  association: AssociationInfo
  MessageID: number
  AffectedSOPClassUID: string
  AffectedSOPInstanceUID: string
  TransferSyntaxUID: string
  /** The C-MOVE that it serves, where the sender says so: by whom it was asked for, and its Message ID there. */
  moveOriginator?: { aeTitle: string; MessageID: number }
}

/** Takes the data set of one C-STORE. */
export interface StoreSink {
  /** Bytes as they come; valid only until it returns. A promise means: read no more until it resolves. */
  write(chunk: Uint8Array): Promise<void> | undefined
  /** The data set is complete; resolves with the status to answer. */
  end(): Promise<{ status: number; ErrorComment?: string }>
  /** No more comes: the association went away inside the data set, it exceeds `maxDataSetLength`, or the sink itself threw. */
  abort(reason: 'association-ended' | 'too-large' | 'sink-failed'): void
}

/** One object to send: its data set without preamble and file meta information, in pieces of any size. */
export interface StoreInput {
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  dataSet: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Operations beside C-ECHO and C-STORE that can be performed here. */
export type OperationName = 'C-FIND' | 'C-GET' | 'C-MOVE' | 'N-ACTION' | 'N-EVENT-REPORT'

/** A request other than C-ECHO and C-STORE, its data set whole (PS3.7 §9.1, §10.1). */
export interface OperationRequest {
  association: AssociationInfo
  name: OperationName
  MessageID: number
  /** That of the presentation context. */
  SOPClassUID: string
  /** Requested or affected; empty for C-FIND, C-GET and C-MOVE. */
  SOPInstanceUID: string
  /** Of the data set, and of those answered: implicit or explicit VR little endian. */
  TransferSyntaxUID: string
  /** Action or event type; null without. */
  typeID: number | null
  MoveDestination: string
  dataSet: Uint8Array
}

/** Sub-operations of C-GET and C-MOVE, counted (PS3.4 §C.4.2.1.6). */
export interface SuboperationCounts {
  remaining: number
  completed: number
  failed: number
  warning: number
}

/** A response. */
export interface OperationAnswer {
  status: number
  ErrorComment?: string
  suboperations?: Partial<SuboperationCounts>
  dataSet?: Uint8Array
}

/** An operation with a data set, which is written in the transfer syntax of its context. */
export interface OperationInput {
  name: OperationName
  SOPClassUID: string
  SOPInstanceUID?: string
  /** Action or event type. */
  typeID?: number
  MoveDestination?: string
  /** That it is to have, by which sub-operations of a C-MOVE name it; absent: the next. */
  MessageID?: number
  content: DataSetContent
}

/** A response as the invoker sees it; no data set, or one that cannot be read, is null. */
export interface OperationResponse {
  status: number
  ErrorComment: string
  suboperations: SuboperationCounts
  dataSet: DataSet | null
}

/** What an operation that runs can do. */
export interface OperationControl {
  /** Aborted when the peer cancels, and when the association ends. */
  readonly signal: AbortSignal
  /** Whether the peer takes such objects on this association (C-GET, role selection). */
  accepts(SOPClassUID: string, TransferSyntaxUID: string): boolean
  /** Sends a response that is not the last; resolves when the peer takes what was sent. */
  respond(answer: OperationAnswer): Promise<void>
  /** C-STORE to the peer on this association; rejects with {@link DimseError}. */
  store(
    object: StoreInput,
    originator?: { aeTitle: string; MessageID: number },
  ): Promise<{ status: number; ErrorComment?: string }>
  /** An operation of ours on the same association, also after the one that runs; rejects with {@link DimseError} when it has ended. */
  operate(input: OperationInput): Promise<OperationResponse>
}

/** Performs operations on some SOP classes. */
export interface OperationService {
  /** Which operations each SOP class has, and the right that each needs; null: none. */
  readonly sopClasses: ReadonlyMap<string, Partial<Record<OperationName, PeerRight | null>>>
  /** Resolves with the last response. What it throws is answered by 0110. */
  perform(request: OperationRequest, control: OperationControl): Promise<OperationAnswer>
}

/** How an association, or a connection that never became one, ended. */
export interface AssociationEnd {
  association: AssociationInfo | null
  remoteAddress: string
  outcome: 'completed' | 'aborted' | 'rejected' | 'refused-connection' | 'protocol-error' | 'timed-out'
  /** Code of what went wrong: `not-dicom`, `tls-on-plain-port`, `pdu-too-long`, `called-ae-unknown`, `limit-reached`, `cut-pdu` …; null if nothing. */
  reason: string | null
  /** Presentation contexts refused for their abstract syntax: the UIDs. */
  refusedSOPClassUIDs: string[]
  /** Transfer syntaxes of abstract syntaxes that are taken, but in none that was proposed: the UIDs. */
  refusedTransferSyntaxUIDs: string[]
}

/** Why a C-STORE-RQ was refused for its command alone, before any sink was asked for. */
export type CommandRefusal =
  /** Its Affected SOP Class is not that of its presentation context. */
  | 'class-of-another-context'
  /** Its Affected SOP Instance UID is none. */
  | 'bad-instance-uid'
  | 'no-data-set'
  /** The peer may not store. */
  | 'not-authorized'

/** Limits of the listener: named data, in one table. */
export interface DimseLimits {
  maxAssociations: number
  maxAssociationsPerPeer: number
  /** Connections that have not yet become associations. */
  maxPendingConnections: number
  /** Bytes of an A-ASSOCIATE-RQ. */
  maxAssociatePduLength: number
  /** P-DATA-TF length that we accept and announce. */
  maxPduLength: number
  /** Bytes of one command set. */
  maxCommandLength: number
  /** Bytes of a data set that is held whole: an identifier, action or event information. */
  maxIdentifierLength: number
  /** Bytes of one data set. */
  maxDataSetLength: number
  /** ms to wait for the A-ASSOCIATE-RQ and for a release (ARTIM). */
  artimTimeout: number
  /** ms within which a started PDU must be complete. */
  pduTimeout: number
  /** ms without any byte on an established association. */
  idleTimeout: number
  maxPresentationContexts: number
}

export interface DimseServerOptions {
  host: string
  port: number
  aeTitle: string
  /** Speaks TLS, with peers that show a certificate; absent: plain. */
  tls?: TlsCredentials
  limits?: Partial<DimseLimits>
  /** Whether an abstract syntax is accepted for storage. Verification always is. */
  acceptsSOPClass(SOPClassUID: string): boolean
  /** Whether the transfer syntax can be stored (any that is a bit stream). */
  acceptsTransferSyntax(TransferSyntaxUID: string): boolean
  store(request: StoreRequest): StoreSink
  /** What is performed beside verification and storage. */
  services?: readonly OperationService[]
  /** Who is let in, asked before anything is negotiated: the others are rejected. Absent, everybody is and may ask for everything. */
  admit?(association: AssociationInfo): Admission | AdmissionRefusal
  /** Associations of a peer, by the name of its admission, on other listeners of ours: they count too. */
  associationsElsewhere?(peer: string): number
  onAssociation?(association: AssociationInfo): void
  /** A C-STORE was answered by an error without its data set being looked at. */
  onStoreRefused?(association: AssociationInfo, reason: CommandRefusal): void
  onEnd?(end: AssociationEnd): void
  /** A fault of this program (a sink that threw, say), for the log; the peer got a status or an abort. */
  onFault?(error: unknown): void
}

export interface DimseServer {
  readonly host: string
  readonly port: number
  readonly aeTitle: string
  /** False between a failed `rebind` whose old address was lost, or `close`, and the next successful `rebind`. */
  readonly isListening: boolean
  readonly associations: number
  /** Those of a peer, by the name of its admission. */
  associationsOf(peer: string): number
  /** The AE title that later associations must call. */
  rename(aeTitle: string): void
  /** Shows other credentials over TLS, from the next handshake on; only of a server that speaks TLS. */
  showCredentials(credentials: TlsCredentials): void
  /**
   * Listens on another address; running associations go on. Rejects with the system's error (`EADDRINUSE` …) and then listens where
   * it did before.
   */
  rebind(host: string, port: number): Promise<void>
  /** Stops listening, lets associations finish for `graceMs`, then aborts them. */
  close(graceMs: number): Promise<void>
}
