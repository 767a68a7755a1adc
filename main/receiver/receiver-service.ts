/** The receiver as the rest of the station knows it: what it is made of, what it is asked, and what it tells. */
import type { Logger } from 'pino'
import type { Cache } from '../cache/cache.ts'
import type { ReceiverEvent, StationStatus } from '../contract/station.ts'
import type { DimseLimits, TlsCredentials } from '../dimse/index.ts'
import type { ListenAddress, ReceiverProblem } from './listen-address.ts'
import type { PeerLink } from './peer-link.ts'
import type { PeerRules } from './peer-table.ts'
import type { Holdings, ObjectsSent } from './query-retrieve/index.ts'
import type { Delivery, DeliverySource } from './receiver-counts.ts'
import type { FrameDecoder } from './sending/decompressed.ts'
import type { CheckedCache, ReportMemory, StorageCommitment } from './storage-commitment/index.ts'
import type { PeerTest, PeerToTest } from './test-peer.ts'
import type { ReceiverTest } from './test-receiver.ts'

export interface ReceiverOptions {
  /** The one door for objects. */
  cache: Pick<Cache, 'ingest'>
  log: Logger
  /** Storage SOP classes accepted beside those of the standard, by UID. */
  additionalSOPClassUIDs?: readonly string[]
  /** Whom we know, asked at each association; absent: nobody, and everybody may store. */
  peers?: () => PeerRules
  /** What peers may query, retrieve and have committed; absent: nothing, and none of it is offered. */
  holdings?: Holdings & CheckedCache
  /** Decompresses stored objects for peers that take nothing else; absent: they are told that they do not get them. */
  decoder?: FrameDecoder
  /** What is shown to peers that speak TLS, until `showCredentials`; absent: nothing, none is called and `listenSecurely` cannot be. */
  tls?: TlsCredentials
  /** Keeps commitment reports that have still to be delivered; absent: they are lost with the process. */
  reportMemory?: ReportMemory
  /** ms before each attempt to deliver a commitment report. */
  reportDelays?: readonly number[]
  limits?: Partial<DimseLimits>
}

export type ReceiverChange =
  /** `status` has changed: an association came or went, the address changed, or objects were counted. */
  | { kind: 'statusChanged' }
  /** An association or connection ended. */
  | { kind: 'receiverEvent'; event: ReceiverEvent }
  /** A peer retrieved objects of a study. */
  | { kind: 'objectsSent'; sent: ObjectsSent }

export interface Receiver {
  /** Asks archives for commitment; reports come to this listener. */
  readonly commitment: Pick<StorageCommitment, 'request'>
  /** Sending to remote AEs, and what they answer for it. */
  readonly peers: PeerLink
  readonly status: StationStatus['receiver']
  /** Where it listens; null while it does not. */
  readonly address: ListenAddress | null
  /** The last 200 associations, newest first. */
  history(): ReceiverEvent[]
  /**
   * Listens on another address or under another AE title. It takes effect at once and running associations go on; or it fails, tells
   * why, and nothing changes. Also the first start.
   */
  reconfigure(address: ListenAddress): Promise<ReceiverProblem | null>
  /**
   * Listens for TLS beside, on the plain listener's address and under its AE title, with limits of its own: on `port`, mostly
   * {@link DICOM_TLS_PORT}, 0 for any. Tells why it cannot, and then nothing changes.
   */
  listenSecurely(port: number): Promise<ReceiverProblem | null>
  /** Shows others over TLS, from the next connection on; null: nothing, and it listens for TLS no longer. */
  showCredentials(credentials: TlsCredentials | null): Promise<void>
  /** Where it listens for TLS; null while it does not. */
  readonly secureAddress: ListenAddress | null
  /** Counts objects that come by another way than an association, beside the others. */
  beginDelivery(from: DeliverySource): Delivery
  /** Replaces the additional SOP classes, for later associations. */
  acceptAlso(SOPClassUIDs: readonly string[]): void
  /** Tries an address and verifies it with a C-ECHO, without changing anything. */
  test(address: ListenAddress): Promise<ReceiverTest>
  /** Calls a peer and verifies it with a C-ECHO, as it would be called. */
  testPeer(peer: PeerToTest): Promise<PeerTest>
  /** Calls back on each change; returns a function that ends it. */
  onChange(listener: (change: ReceiverChange) => void): () => void
  /** Stops listening, gives associations `graceMs` to finish, then aborts them. */
  stop(graceMs: number): Promise<void>
}
