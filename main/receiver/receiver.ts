/**
 * The receiver: the storage SCP in front of the cache. It maps outcomes to statuses, counts, remembers the last associations, and
 * changes its address at once or not at all.
 */
import type { Logger } from 'pino'
import type { Cache, RefusalReason } from '../cache/cache.ts'
import type { ReceiverEvent, StationStatus } from '../contract/station.ts'
import { isStorableTransferSyntax, isStorageSOPClass } from '../dicom/index.ts'
import {
  type CommandRefusal,
  createDimseServer,
  type DimseLimits,
  type DimseServer,
  type OperationService,
  type StoreRequest,
  type StoreSink,
  type TlsCredentials,
} from '../dimse/index.ts'
import { ingestSink } from './ingest-sink.ts'
import { isAETitle, type ListenAddress, problemOf, type ReceiverProblem } from './listen-address.ts'
import { createPeerLink, type PeerLink } from './peer-link.ts'
import { admit, type PeerRules } from './peer-table.ts'
import { createQueryRetrieve, type Holdings, type ObjectsSent } from './query-retrieve/index.ts'
import { type Delivery, type DeliverySource, ReceiverCounts } from './receiver-counts.ts'
import type { FrameDecoder } from './sending/decompressed.ts'
import { createStorageCommitment, type ReportMemory, type StorageCommitment } from './storage-commitment/index.ts'
import { type PeerTest, type PeerToTest, testPeer } from './test-peer.ts'
import { type ReceiverTest, testListenAddress } from './test-receiver.ts'

/** ms that associations over TLS are given when TLS is switched off. */
const CLOSING_GRACE = 2000

/** What the history says of an object whose data set was not taken to its end. */
const abortCodes: Record<Parameters<StoreSink['abort']>[0], RefusalReason> = {
  'association-ended': 'cut-data-set',
  'too-large': 'too-large',
  'sink-failed': 'storage-failed',
}

/** What the history says of an object whose command was refused already. */
const commandCodes: Record<CommandRefusal, RefusalReason | 'not-authorized'> = {
  'class-of-another-context': 'identifiers-disagree',
  'bad-instance-uid': 'missing-identifiers',
  'no-data-set': 'unreadable-data-set',
  'not-authorized': 'not-authorized',
}

export interface ReceiverOptions {
  /** The one door for objects. */
  cache: Pick<Cache, 'ingest'>
  log: Logger
  /** Storage SOP classes accepted beside those of the standard, by UID. */
  additionalSOPClassUIDs?: readonly string[]
  /** Whom we know, asked at each association; absent: nobody, and everybody may store. */
  peers?: () => PeerRules
  /** What peers may query, retrieve and have committed; absent: nothing, and none of it is offered. */
  holdings?: Holdings
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

class StorageReceiver implements Receiver {
  readonly #cache: ReceiverOptions['cache']
  readonly #log: Logger
  readonly #limits: Partial<DimseLimits>
  readonly #rules: () => PeerRules
  readonly #services: readonly OperationService[]
  readonly commitment: StorageCommitment
  readonly peers: PeerLink
  #credentials: TlsCredentials | null
  #secureServer: DimseServer | null = null
  readonly #listeners = new Set<(change: ReceiverChange) => void>()
  readonly #counts: ReceiverCounts
  #additionalSOPClassUIDs: ReadonlySet<string>
  #server: DimseServer | null = null
  #hasResumed = false
  #wanted: ListenAddress = { host: '', port: 0, aeTitle: '' }
  /** Changes of the address, one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Listeners for TLS that were given up and whose associations finish. */
  #closing: Promise<unknown> = Promise.resolve()

  constructor(options: ReceiverOptions) {
    this.#cache = options.cache
    this.#log = options.log
    this.#limits = options.limits ?? {}
    this.#rules = options.peers ?? (() => ({ peers: [], unknownPeers: 'store' }))
    const { holdings } = options
    const aeTitle = () => this.#server?.aeTitle ?? ''
    this.#credentials = options.tls ?? null
    this.#counts = new ReceiverCounts(options.log, {
      onStatus: () => this.#tell({ kind: 'statusChanged' }),
      onEvent: (event) => this.#tell({ kind: 'receiverEvent', event }),
    })
    const common = { aeTitle, peers: this.#rules, credentials: () => this.#credentials }
    const queryRetrieve = holdings
      ? [
          createQueryRetrieve({
            ...common,
            cache: holdings,
            decoder: options.decoder ?? null,
            onSent: (sent) => this.#tell({ kind: 'objectsSent', sent }),
          }),
        ]
      : []
    this.commitment = createStorageCommitment({
      ...common,
      cache: holdings ?? null,
      onLost: (peer) => {
        // By its fields: what is shown to a peer over TLS is among them.
        const where = peer && { aeTitle: peer.aeTitle, host: peer.host, port: peer.port }
        this.#log.warn({ peer: where }, 'a commitment report could not be delivered')
      },
      ...(options.reportMemory ? { memory: options.reportMemory } : {}),
      ...(options.reportDelays ? { attemptDelays: options.reportDelays } : {}),
    })
    this.peers = createPeerLink({ ...common, decoder: options.decoder ?? null, commitment: this.commitment })
    this.#services = [...queryRetrieve, this.commitment.service]
    this.#additionalSOPClassUIDs = new Set(options.additionalSOPClassUIDs)
  }

  get address(): ListenAddress | null {
    const server = this.#server
    return server?.isListening ? { host: server.host, port: server.port, aeTitle: server.aeTitle } : null
  }

  get secureAddress(): ListenAddress | null {
    const server = this.#secureServer
    return server?.isListening ? { host: server.host, port: server.port, aeTitle: server.aeTitle } : null
  }

  get status(): StationStatus['receiver'] {
    const { host, port, aeTitle } = this.address ?? this.#wanted
    return {
      listening: this.address !== null,
      aeTitle,
      address: host,
      port,
      associations:
        (this.#server?.associations ?? 0) + (this.#secureServer?.associations ?? 0) + this.#counts.deliveries,
      ...this.#counts.totals,
    }
  }

  history(): ReceiverEvent[] {
    return this.#counts.history()
  }

  beginDelivery(from: DeliverySource): Delivery {
    return this.#counts.beginDelivery(from)
  }

  acceptAlso(SOPClassUIDs: readonly string[]): void {
    this.#additionalSOPClassUIDs = new Set(SOPClassUIDs)
  }

  test(address: ListenAddress): Promise<ReceiverTest> {
    return testListenAddress(address, this.address)
  }

  testPeer(peer: PeerToTest): Promise<PeerTest> {
    return testPeer(peer, this.address?.aeTitle ?? this.#wanted.aeTitle, this.#credentials)
  }

  onChange(listener: (change: ReceiverChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reconfigure(address: ListenAddress): Promise<ReceiverProblem | null> {
    const change = this.#turn.then(() => this.#reconfigure(address))
    this.#turn = change.catch(() => {})
    return change
  }

  async #reconfigure(address: ListenAddress): Promise<ReceiverProblem | null> {
    if (!isAETitle(address.aeTitle)) return 'bad-ae-title'
    try {
      await this.#listen(address)
      this.#wanted = address
      await this.#follow(address.host, address.aeTitle)
      this.#log.info({ ...this.address }, 'receiver listens')
      await this.#resumeReports()
      return null
    } catch (error) {
      if (!this.#server) this.#wanted = address
      const problem = problemOf(error)
      this.#log.warn({ ...address, problem }, 'receiver cannot listen')
      return problem
    } finally {
      this.#tell({ kind: 'statusChanged' })
    }
  }

  /** Once, when it listens: reports are brought under its AE title. */
  async #resumeReports(): Promise<void> {
    if (this.#hasResumed) return
    this.#hasResumed = true
    await this.commitment.resume().catch((error) => {
      this.#log.error({ err: error }, 'commitment reports that wait cannot be read')
    })
  }

  listenSecurely(port: number): Promise<ReceiverProblem | null> {
    const change = this.#turn.then(() => this.#listenSecurely(port))
    this.#turn = change.catch(() => {})
    return change
  }

  async #listenSecurely(port: number): Promise<ReceiverProblem | null> {
    const { host, aeTitle } = this.#wanted
    const tls = this.#credentials
    if (!tls) throw new Error('No certificate to listen with')
    try {
      if (this.#secureServer) await this.#secureServer.rebind(host, port)
      else this.#secureServer = await this.#createServer(host, port, aeTitle, tls)
      this.#log.info({ ...this.secureAddress }, 'receiver listens for TLS')
      return null
    } catch (error) {
      const problem = problemOf(error)
      this.#log.warn({ host, port, problem }, 'receiver cannot listen for TLS')
      return problem
    } finally {
      this.#tell({ kind: 'statusChanged' })
    }
  }

  showCredentials(credentials: TlsCredentials | null): Promise<void> {
    const change = this.#turn.then(async () => {
      this.#credentials = credentials
      if (credentials) this.#secureServer?.showCredentials(credentials)
      else {
        const server = this.#secureServer
        this.#secureServer = null
        // Its associations go on; who stops the receiver waits for them.
        if (server) this.#closing = Promise.all([this.#closing, server.close(CLOSING_GRACE)])
      }
      this.#tell({ kind: 'statusChanged' })
    })
    this.#turn = change.catch(() => {})
    return change
  }

  /** The listener for TLS follows the plain one; one that cannot is told in the log, and listens where it did. */
  async #follow(host: string, aeTitle: string): Promise<void> {
    const server = this.#secureServer
    if (!server) return
    server.rename(aeTitle)
    if (server.host !== host) await this.#listenSecurely(server.port)
  }

  async #listen({ host, port, aeTitle }: ListenAddress): Promise<void> {
    const server = this.#server
    if (!server) this.#server = await this.#createServer(host, port, aeTitle)
    else {
      if (!server.isListening || server.host !== host || server.port !== port) await server.rebind(host, port)
      server.rename(aeTitle)
    }
  }

  #createServer(host: string, port: number, aeTitle: string, tls?: TlsCredentials): Promise<DimseServer> {
    return createDimseServer({
      host,
      port,
      aeTitle,
      limits: this.#limits,
      ...(tls ? { tls } : {}),
      acceptsSOPClass: (uid) => isStorageSOPClass(uid) || this.#additionalSOPClassUIDs.has(uid),
      acceptsTransferSyntax: isStorableTransferSyntax,
      store: (request) => this.#store(request),
      services: this.#services,
      admit: (caller) => admit(this.#rules(), caller),
      onAssociation: ({ id }) => this.#counts.begin(id),
      onStoreRefused: ({ id }, reason) => this.#counts.countRefused(this.#counts.tallyOf(id), commandCodes[reason]),
      onEnd: (end) => this.#counts.end(end),
      onFault: (error) => this.#log.error({ err: error }, 'fault in the receiver'),
    })
  }

  #store(request: StoreRequest): StoreSink {
    const { id, callingAETitle, remoteAddress } = request.association
    const tally = this.#counts.tallyOf(id)
    const from = { origin: 'received', peer: { AETitle: callingAETitle, address: remoteAddress } } as const
    return ingestSink(this.#cache, request, from, {
      onOutcome: (outcome) => this.#counts.count(tally, outcome),
      onAbort: (reason) => this.#counts.countRefused(tally, abortCodes[reason]),
      onFault: (error) => this.#log.error({ err: error }, 'storing failed'),
    })
  }

  #tell(change: ReceiverChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  async stop(graceMs: number): Promise<void> {
    await this.#turn
    await Promise.all([this.#server?.close(graceMs), this.#secureServer?.close(graceMs)])
    await this.#closing
    await this.commitment.close()
    this.#counts.stop()
    this.#tell({ kind: 'statusChanged' })
  }
}

/** A receiver that does not listen yet: `reconfigure` starts it. */
export const createReceiver = (options: ReceiverOptions): Receiver => new StorageReceiver(options)
