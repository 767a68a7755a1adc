/**
 * The receiver: the storage SCP in front of the cache. It maps outcomes to statuses, counts, remembers the last associations, and
 * changes its address at once or not at all.
 */
import type { Logger } from 'pino'
import type { ReceiverEvent, StationStatus } from '../contract/station.ts'
import { isStorableTransferSyntax, isStorageSOPClass } from '../dicom/index.ts'
import {
  createDimseServer,
  type DimseLimits,
  type DimseServer,
  type OperationService,
  type StoreRequest,
  type StoreSink,
  type TlsCredentials,
} from '../dimse/index.ts'
import { ExpectedMoves } from './expected-moves.ts'
import { ingestSink } from './ingest-sink.ts'
import { isAETitle, type ListenAddress, problemOf, type ReceiverProblem } from './listen-address.ts'
import { createPeerLink, type PeerLink } from './peer-link.ts'
import { admit, type PeerRules } from './peer-table.ts'
import { createQueryRetrieve } from './query-retrieve/index.ts'
import { type Delivery, type DeliverySource, ReceiverCounts } from './receiver-counts.ts'
import type { Receiver, ReceiverChange, ReceiverOptions } from './receiver-service.ts'
import { abortCodes, commandCodes } from './refusal-codes.ts'
import { createStorageCommitment, type StorageCommitment } from './storage-commitment/index.ts'
import { type PeerTest, type PeerToTest, testPeer } from './test-peer.ts'
import { type ReceiverTest, testListenAddress } from './test-receiver.ts'

/** ms that associations over TLS are given when TLS is switched off. */
const CLOSING_GRACE = 2000

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
  readonly #moves = new ExpectedMoves()
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
    this.peers = createPeerLink({
      ...common,
      decoder: options.decoder ?? null,
      commitment: this.commitment,
      moves: this.#moves,
    })
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
      associationsElsewhere: (peer) => (tls ? this.#server : this.#secureServer)?.associationsOf(peer) ?? 0,
      onAssociation: ({ id }) => this.#counts.begin(id),
      onStoreRefused: ({ id }, reason) => this.#counts.countRefused(this.#counts.tallyOf(id), commandCodes[reason]),
      onEnd: (end) => this.#counts.end(end),
      onFault: (error) => this.#log.error({ err: error }, 'fault in the receiver'),
    })
  }

  #store(request: StoreRequest): StoreSink {
    const { id, callingAETitle, remoteAddress } = request.association
    const tally = this.#counts.tallyOf(id)
    const move = this.#moves.find(request)
    move?.onObject()
    const peer = { AETitle: callingAETitle, address: remoteAddress }
    return ingestSink(
      move?.cache ?? this.#cache,
      request,
      { origin: move ? 'retrieved' : 'received', peer },
      {
        onOutcome: (outcome) => this.#counts.count(tally, outcome),
        onAbort: (reason) => this.#counts.countRefused(tally, abortCodes[reason]),
        onFault: (error) => this.#log.error({ err: error }, 'storing failed'),
      },
    )
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
