/**
 * The receiver: the storage SCP in front of the cache. It maps outcomes to statuses, counts, remembers the last associations, and
 * changes its address at once or not at all.
 */
import type { Logger } from 'pino'
import type { Cache, IngestOutcome, RefusalReason } from '../cache/cache.ts'
import type { ReceiverEvent, StationStatus } from '../contract/station.ts'
import { isStorableTransferSyntax, isStorageSOPClass } from '../dicom/index.ts'
import {
  type AssociationEnd,
  type CommandRefusal,
  createDimseServer,
  type DimseLimits,
  type DimseServer,
  type OperationService,
  type StoreRequest,
  type StoreSink,
  type TlsCredentials,
} from '../dimse/index.ts'
import { AssociationTally } from './association-tally.ts'
import { ingestSink } from './ingest-sink.ts'
import { isAETitle, type ListenAddress, problemOf, type ReceiverProblem } from './listen-address.ts'
import { admit, type PeerRules } from './peer-table.ts'
import { createQueryRetrieve, type Holdings } from './query-retrieve/index.ts'
import { createStorageCommitment, type StorageCommitment } from './storage-commitment/index.ts'
import { StoreRate } from './store-rate.ts'
import { type ReceiverTest, testListenAddress } from './test-receiver.ts'

/** Associations that the history keeps. */
const HISTORY_LENGTH = 200
/** Least time between two `statusChanged` for counters alone, ms. */
const STATUS_INTERVAL = 500

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
  /** What is shown to peers that speak TLS; absent: nothing, none is called and `listenSecurely` cannot be. */
  tls?: TlsCredentials
  /** ms before each attempt to deliver a commitment report. */
  reportDelays?: readonly number[]
  limits?: Partial<DimseLimits>
}

export type ReceiverChange =
  /** `status` has changed: an association came or went, the address changed, or objects were counted. */
  | { kind: 'statusChanged' }
  /** An association or connection ended. */
  | { kind: 'receiverEvent'; event: ReceiverEvent }

export interface Receiver {
  /** Asks archives for commitment; reports come to this listener. */
  readonly commitment: Pick<StorageCommitment, 'request'>
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
  /** Where it listens for TLS; null while it does not. */
  readonly secureAddress: ListenAddress | null
  /** Replaces the additional SOP classes, for later associations. */
  acceptAlso(SOPClassUIDs: readonly string[]): void
  /** Tries an address and verifies it with a C-ECHO, without changing anything. */
  test(address: ListenAddress): Promise<ReceiverTest>
  /** Calls back on each change; returns a function that ends it. */
  onChange(listener: (change: ReceiverChange) => void): () => void
  /** Stops listening, gives associations `graceMs` to finish, then aborts them. */
  stop(graceMs: number): Promise<void>
}

class StorageReceiver implements Receiver {
  readonly #cache: ReceiverOptions['cache']
  readonly #log: Logger
  readonly #limits: Partial<DimseLimits>
  readonly #peers: () => PeerRules
  readonly #services: readonly OperationService[]
  readonly commitment: StorageCommitment
  readonly #credentials: TlsCredentials | null
  #secureServer: DimseServer | null = null
  readonly #listeners = new Set<(change: ReceiverChange) => void>()
  readonly #tallies = new Map<number, AssociationTally>()
  readonly #rate = new StoreRate()
  #additionalSOPClassUIDs: ReadonlySet<string>
  #server: DimseServer | null = null
  #wanted: ListenAddress = { host: '', port: 0, aeTitle: '' }
  #history: ReceiverEvent[] = []
  #stored = 0
  #refused = 0
  #statusTimer: NodeJS.Timeout | null = null
  /** Changes of the address, one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: ReceiverOptions) {
    this.#cache = options.cache
    this.#log = options.log
    this.#limits = options.limits ?? {}
    this.#peers = options.peers ?? (() => ({ peers: [], unknownPeers: 'store' }))
    const { holdings } = options
    const aeTitle = () => this.#server?.aeTitle ?? ''
    const credentials = options.tls ?? null
    const common = { aeTitle, peers: this.#peers, credentials }
    const queryRetrieve = holdings ? [createQueryRetrieve({ ...common, cache: holdings })] : []
    this.commitment = createStorageCommitment({
      ...common,
      cache: holdings ?? null,
      onLost: (peer) => {
        // By its fields: what is shown to a peer over TLS is among them.
        const where = peer && { aeTitle: peer.aeTitle, host: peer.host, port: peer.port }
        this.#log.warn({ peer: where }, 'a commitment report could not be delivered')
      },
      ...(options.reportDelays ? { attemptDelays: options.reportDelays } : {}),
    })
    this.#credentials = credentials
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
      associations: (this.#server?.associations ?? 0) + (this.#secureServer?.associations ?? 0),
      rate: this.#rate.at(performance.now()),
      stored: this.#stored,
      refused: this.#refused,
    }
  }

  history(): ReceiverEvent[] {
    return this.#history.slice()
  }

  acceptAlso(SOPClassUIDs: readonly string[]): void {
    this.#additionalSOPClassUIDs = new Set(SOPClassUIDs)
  }

  test(address: ListenAddress): Promise<ReceiverTest> {
    return testListenAddress(address, this.address)
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
      admit: (caller) => admit(this.#peers(), caller),
      onAssociation: (association) => {
        this.#tallies.set(association.id, new AssociationTally())
        this.#tell({ kind: 'statusChanged' })
      },
      onStoreRefused: ({ id }, reason) => {
        this.#refused += 1
        this.#tallies.get(id)?.fail(commandCodes[reason])
        this.#tellSoon()
      },
      onEnd: (end) => this.#onEnd(end),
      onFault: (error) => this.#log.error({ err: error }, 'fault in the receiver'),
    })
  }

  #store(request: StoreRequest): StoreSink {
    const { id, callingAETitle, remoteAddress } = request.association
    const tally = this.#tallies.get(id) ?? new AssociationTally()
    const from = { origin: 'received', peer: { AETitle: callingAETitle, address: remoteAddress } } as const
    return ingestSink(this.#cache, request, from, {
      onOutcome: (outcome) => this.#count(tally, outcome),
      onAbort: (reason) => {
        this.#refused += 1
        tally.fail(abortCodes[reason])
      },
      onFault: (error) => this.#log.error({ err: error }, 'storing failed'),
    })
  }

  #count(tally: AssociationTally, outcome: IngestOutcome): void {
    tally.count(outcome)
    if (outcome.kind === 'refused') this.#refused += 1
    else {
      this.#stored += 1
      this.#rate.add(performance.now())
    }
    this.#tellSoon()
  }

  /** Tells of counters at intervals, until the rate has come down to zero. */
  #tellSoon(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = null
      this.#tell({ kind: 'statusChanged' })
      if (this.#rate.at(performance.now()) > 0) this.#tellSoon()
    }, STATUS_INTERVAL)
  }

  #onEnd(end: AssociationEnd): void {
    const id = end.association?.id ?? 0
    const tally = this.#tallies.get(id) ?? new AssociationTally()
    this.#tallies.delete(id)
    const event = tally.toEvent(end, new Date().toISOString())
    this.#history = [event, ...this.#history.slice(0, HISTORY_LENGTH - 1)]
    this.#log[event.reasons.length > 0 ? 'warn' : 'info']({ ...event }, 'association ended')
    this.#tell({ kind: 'receiverEvent', event })
    this.#tell({ kind: 'statusChanged' })
  }

  #tell(change: ReceiverChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  async stop(graceMs: number): Promise<void> {
    await this.#turn
    await Promise.all([this.#server?.close(graceMs), this.#secureServer?.close(graceMs)])
    await this.commitment.close()
    if (this.#statusTimer) clearTimeout(this.#statusTimer)
    this.#statusTimer = null
    this.#tell({ kind: 'statusChanged' })
  }
}

/** A receiver that does not listen yet: `reconfigure` starts it. */
export const createReceiver = (options: ReceiverOptions): Receiver => new StorageReceiver(options)
