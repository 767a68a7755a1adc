/** The listener: accepts connections within the limits and gives each its association (PS3.8 §9.1). */
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Admission, DimseLimits, DimseServer, DimseServerOptions } from './dimse.ts'
import type { EndReason } from './dimse-error.ts'
import { defaultLimits } from './limits.ts'
import { acceptedSocket } from './open-socket.ts'
import { type AssociationHost, ScpAssociation } from './scp-association.ts'
import { UpperLayer } from './upper-layer.ts'

let lastAssociationId = 0

/** An address as people write it: IPv4 in IPv6 clothes is undressed. */
const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '')

class Listener implements DimseServer, AssociationHost {
  readonly options: DimseServerOptions
  readonly limits: DimseLimits
  readonly #connections = new Map<UpperLayer, ScpAssociation>()
  #server: Server | null = null
  #aeTitle: string
  #host: string
  #port: number
  #isStopping = false

  constructor(options: DimseServerOptions) {
    this.options = options
    this.limits = { ...defaultLimits, ...options.limits }
    this.#aeTitle = options.aeTitle
    this.#host = options.host
    this.#port = options.port
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

  rename(aeTitle: string): void {
    this.#aeTitle = aeTitle
  }

  nextAssociationId(): number {
    lastAssociationId += 1
    return lastAssociationId
  }

  refusal(remoteAddress: string, admission: Admission | null): EndReason | null {
    if (this.#isStopping) return 'stopping'
    const { maxAssociations, maxAssociationsPerPeer } = this.limits
    const ofAddress = this.#count((each) => each.isAccepted && each.remoteAddress === remoteAddress)
    const ofPeer = admission ? this.#count((each) => each.isAccepted && each.peer === admission.peer) : 0
    const isFull =
      this.associations >= maxAssociations ||
      ofAddress >= maxAssociationsPerPeer ||
      (admission !== null && ofPeer >= admission.maxAssociations)
    return isFull ? 'limit-reached' : null
  }

  #count(matches: (association: ScpAssociation) => boolean): number {
    let count = 0
    for (const association of this.#connections.values()) if (matches(association)) count += 1
    return count
  }

  async listen(host: string, port: number): Promise<void> {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => this.#onConnection(socket))
    server.listen({ host, port, exclusive: true })
    await once(server, 'listening')
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
    if (this.#connections.size - this.associations >= this.limits.maxPendingConnections) {
      accepted.destroy()
      this.options.onEnd?.({
        association: null,
        remoteAddress,
        outcome: 'refused-connection',
        reason: 'limit-reached' satisfies EndReason,
        refusedSOPClassUIDs: [],
        refusedTransferSyntaxUIDs: [],
      })
      return
    }
    const association = new ScpAssociation(this, remoteAddress)
    const layer = new UpperLayer(acceptedSocket(accepted), association, this.limits, false)
    association.attach(layer)
    this.#connections.set(layer, association)
    layer.closed.then(() => this.#connections.delete(layer))
  }

  async close(graceMs: number): Promise<void> {
    this.#isStopping = true
    await this.#stopListening()
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
