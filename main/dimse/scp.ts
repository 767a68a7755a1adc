/** The listener: accepts connections within the limits and gives each its association (PS3.8 §9.1). */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { Admission, AssociationEnd, DimseLimits, DimseServer, DimseServerOptions } from './dimse.ts'
import type { EndReason } from './dimse-error.ts'
import { defaultLimits } from './limits.ts'
import { acceptedSocket, type OpenSocket } from './open-socket.ts'
import { type AssociationHost, ScpAssociation } from './scp-association.ts'
import {
  createHandshaker,
  fingerprintOf,
  handshakeFailure,
  reasonOfDistrust,
  securedSocket,
  serverContext,
  type TlsCredentials,
} from './tls.ts'
import { UpperLayer } from './upper-layer.ts'

let lastAssociationId = 0

/** An address as people write it: IPv4 in IPv6 clothes is undressed. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

const portOf = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`

class Listener implements DimseServer, AssociationHost {
  readonly options: DimseServerOptions
  readonly limits: DimseLimits
  readonly #connections = new Map<UpperLayer, ScpAssociation>()
  #server: Server | null = null
  #aeTitle: string
  #host: string
  #port: number
  #isStopping = false
  readonly #handshaker: TlsServer | null
  /** Connections that have not finished their TLS handshake, by the peer's port. */
  readonly #handshakes = new Map<string, Socket>()

  constructor(options: DimseServerOptions) {
    this.options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.#aeTitle = options.aeTitle
    this.#host = options.host
    this.#port = options.port
    this.#handshaker = options.tls ? this.#createHandshaker(options.tls) : null
  }

  get host(): string {
    return this.#host
  }

  get port(): number {
    return this.#port
  }

  get aeTitle(): string {
    return this.#aeTitle
  }

  get isListening(): boolean {
    return this.#server !== null
  }

  get associations(): number {
    return this.#count((association) => association.isAccepted)
  }

  associationsOf(peer: string): number {
    return this.#count((each) => each.isAccepted && each.peer === peer)
  }

  rename(aeTitle: string): void {
    this.#aeTitle = aeTitle
  }

  showCredentials(credentials: TlsCredentials): void {
    if (!this.#handshaker) throw new Error('This server speaks no TLS')
    this.#handshaker.setSecureContext(serverContext(credentials))
  }

  nextAssociationId(): number {
    lastAssociationId += 1
    return lastAssociationId
  }

  refusal(remoteAddress: string, admission: Admission | null): EndReason | null {
    if (this.#isStopping) return 'stopping'
    const { maxAssociations, maxAssociationsPerPeer } = this.limits
    const ofAddress = this.#count((each) => each.isAccepted && each.remoteAddress === remoteAddress)
    const ofPeer = (peer: string) => this.associationsOf(peer) + (this.options.associationsElsewhere?.(peer) ?? 0)
    const isFull =
      this.associations >= maxAssociations ||
      ofAddress >= maxAssociationsPerPeer ||
      (admission !== null && ofPeer(admission.peer) >= admission.maxAssociations)
    return isFull ? 'limit-reached' : null
  }

  #count(matches: (association: ScpAssociation) => boolean): number {
    let count = 0
    for (const association of this.#connections.values()) if (matches(association)) count += 1
    return count
  }

  async listen(host: string, port: number): Promise<void> {
    const { tls } = this.options
    const server = createServer({ noDelay: true, pauseOnConnect: !tls }, (socket) => this.#onConnection(socket))
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
    // Accepting may fail, for want of file descriptors say: that is told, and what listens goes on.
    server.on('error', (error) => this.options.onFault?.(error))
    const address = server.address()
    this.#server = server
    this.#host = host
    this.#port = typeof address === 'object' && address ? address.port : port
  }

  async rebind(host: string, port: number): Promise<void> {
    const old = this.#server
    const [oldHost, oldPort] = [this.#host, this.#port]
    // The same port cannot be held twice, even on other addresses: the old one is given up first, and taken back after a failure.
    const mustGiveUp = old !== null && port === oldPort
    if (mustGiveUp) await this.#stopListening()
    try {
      await this.listen(host, port)
    } catch (error) {
      if (mustGiveUp) await this.listen(oldHost, oldPort).catch(() => {})
      throw error
    }
    if (old && !mustGiveUp) old.close()
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = null
    // Closing ends the listening at once; only its connections would be waited for.
    server?.close()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }

  #onConnection(accepted: Socket): void {
    const remoteAddress = plainAddress(accepted.remoteAddress)
    if (!this.#hasRoomFor(remoteAddress)) {
      accepted.destroy()
      this.#refuse(remoteAddress, 'refused-connection', 'limit-reached')
    } else if (this.#handshaker) this.#shakeHands(accepted, this.#handshaker)
    else this.#associate(acceptedSocket(accepted), remoteAddress, null)
  }

  /** Whether another connection may wait for its association; one address holds half of the places at most. */
  #hasRoomFor(remoteAddress: string): boolean {
    const { maxPendingConnections } = this.limits
    const pending = this.#handshakes.size + this.#connections.size - this.associations
    if (pending >= maxPendingConnections) return false
    let ofAddress = this.#count((each) => !each.isAccepted && each.remoteAddress === remoteAddress)
    for (const socket of this.#handshakes.values()) {
      if (plainAddress(socket.remoteAddress) === remoteAddress) ofAddress += 1
    }
    return ofAddress < Math.ceil(maxPendingConnections / 2)
  }

  /** Tells of a connection that never came to speak DICOM. */
  #refuse(remoteAddress: string, outcome: AssociationEnd['outcome'], reason: EndReason): void {
    this.options.onEnd?.({
      association: null,
      remoteAddress,
      outcome,
      reason,
      refusedSOPClassUIDs: [],
      refusedTransferSyntaxUIDs: [],
    })
  }

  #shakeHands(accepted: Socket, handshaker: TlsServer): void {
    const key = portOf(accepted)
    this.#handshakes.set(key, accepted)
    accepted.once('close', () => this.#handshakes.delete(key))
    handshaker.emit('connection', accepted)
  }

  #createHandshaker(credentials: TlsCredentials): TlsServer {
    const handshaker = createHandshaker(credentials, this.limits.artimTimeout)
    handshaker.on('secureConnection', (socket) => {
      const remoteAddress = plainAddress(socket.remoteAddress)
      this.#handshakes.delete(portOf(socket))
      if (socket.authorized && !this.#isStopping) {
        this.#associate(securedSocket(socket), remoteAddress, fingerprintOf(socket))
        return
      }
      socket.on('error', () => {})
      socket.destroy()
      this.#refuse(remoteAddress, 'refused-connection', this.#isStopping ? 'stopping' : reasonOfDistrust(socket))
    })
    handshaker.on('tlsClientError', (error, socket) => {
      // Its address may be gone with the connection.
      const accepted = [...this.#handshakes.values()].find((each) => each === socket || each.destroyed)
      const remoteAddress = plainAddress(socket.remoteAddress ?? accepted?.remoteAddress)
      socket.destroy()
      const { outcome, reason } = handshakeFailure(error)
      this.#refuse(remoteAddress, outcome, reason)
    })
    return handshaker
  }

  #associate(openSocket: OpenSocket, remoteAddress: string, fingerprint: string | null): void {
    const association = new ScpAssociation(this, remoteAddress, fingerprint)
    const layer = new UpperLayer(openSocket, association, this.limits, false)
    association.attach(layer)
    this.#connections.set(layer, association)
    layer.closed.then(() => this.#connections.delete(layer))
  }

  async close(graceMs: number): Promise<void> {
    this.#isStopping = true
    await this.#stopListening()
    for (const socket of this.#handshakes.values()) socket.destroy()
    for (const [layer, association] of this.#connections) if (!association.isAccepted) layer.destroy()
    const closed = [...this.#connections.keys()].map((layer) => layer.closed)
    const deadline = setTimeout(() => {
      for (const association of this.#connections.values()) association.abort('stopping')
      // An abort that a frozen peer does not take is not waited for.
      setTimeout(() => {
        for (const layer of this.#connections.keys()) layer.destroy()
      }, 100)
    }, graceMs)
    const settled = [...this.#connections.values()]
    await Promise.all(closed)
    clearTimeout(deadline)
    await Promise.all(settled.map((association) => association.settled))
  }
}

/** Starts an SCP of verification, storage and what `services` perform; rejects with the system's error when the address cannot be had. */
export async function createDimseServer(options: DimseServerOptions): Promise<DimseServer> {
  const listener = new Listener(options)
  await listener.listen(options.host, options.port)
  return listener
}
