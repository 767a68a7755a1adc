/**
 * DICOMweb for other machines, as a person sets it: whether it listens and where, what it shows, whose pages may use it, and its clients.
 * All of it is kept among the encrypted documents of the records.
 */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Records } from './cache/index.ts'
import type { HandlersOf } from './contract/define.ts'
import type { StationContract } from './contract/index.ts'
import type { WebAccessState } from './contract/web-access.ts'
import { certificatesOf, faultOfShown, type ShownCertificate } from './dimse/index.ts'
import {
  drawSecret,
  type KeptAccess,
  readAccess,
  secretDigest,
  startWebListener,
  type WebListener,
  type WebListenerOptions,
} from './http/index.ts'
import { listenHost, problemOf } from './receiver/index.ts'
import { summaryOf } from './station-dicom-tls.ts'

/** The document of the records that keeps it. */
const DOCUMENT = 'dicom-web-access'
const MOST_CLIENTS = 50
/** ms after which another use of a client is kept. */
const ONE_USE = 3_600_000

type Calls = HandlersOf<StationContract>['webAccess']
type Input<K extends keyof Calls> = Parameters<Calls[K]>[0]
type Output<K extends keyof Calls> = Awaited<ReturnType<Calls[K]>>
type Problem = WebAccessState['problem']

export interface WebAccessOptions extends Pick<WebListenerOptions, 'services' | 'onTurnedAway' | 'onRead'> {
  notes: Pick<Records['notes'], 'loadDocument' | 'saveDocument'>
  log: Logger
  /** What DICOM over TLS shows; null without. */
  dicomTls(): ShownCertificate | null
  /** Address to listen on; absent: every one of this machine. */
  host?: string | undefined
  /** It listens as it should, or why not. */
  onProblem(problem: Problem): void
  now?: () => Date
}

export interface WebAccess {
  readonly calls: Calls
  /** Where it listens; null while it does not. */
  readonly address: { address: string; port: number } | null
  /** Listens if it is to. */
  start(): Promise<void>
  /** What DICOM over TLS shows has changed. */
  follow(): Promise<void>
  close(): Promise<void>
}

class KeptWebAccess implements WebAccess {
  readonly #options: WebAccessOptions
  readonly #now: () => Date
  #kept: KeptAccess
  #listener: WebListener | null = null
  #problem: Problem = null
  #turn: Promise<unknown> = Promise.resolve()
  readonly calls: Calls

  constructor(options: WebAccessOptions, kept: KeptAccess) {
    this.#options = options
    this.#now = options.now ?? (() => new Date())
    this.#kept = kept
    this.calls = {
      state: () => this.#state(),
      configure: (wanted) => this.#inTurn<Output<'configure'>>(() => this.#configure(wanted)),
      addClient: (wanted) => this.#inTurn<Output<'addClient'>>(() => this.#addClient(wanted)),
      revokeClient: ({ id }) => this.#inTurn(() => this.#revoke(id)),
    }
  }

  get address(): WebAccess['address'] {
    return this.#listener && { address: this.#listener.host, port: this.#listener.port }
  }

  start(): Promise<void> {
    return this.#inTurn(() => this.#settle())
  }

  follow(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#kept.certificate === null) await this.#settle()
    })
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#stop())
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  #certificateOf({ certificate }: KeptAccess): ShownCertificate | null {
    return certificate ?? this.#options.dicomTls()
  }

  #state(): WebAccessState {
    const { isOn, port, origins, certificate, clients } = this.#kept
    const shown = this.#certificateOf(this.#kept)
    const [first] = shown ? certificatesOf(shown.certificate) : []
    return {
      ...{ isOn, port, origins },
      certificateOf: certificate ? 'own' : shown ? 'dicom-tls' : 'none',
      certificate: first ? summaryOf(first) : null,
      listening: this.address,
      problem: isOn ? this.#problem : null,
      clients: clients.map(({ digest: _, ...client }) => client),
    }
  }

  async #save(kept: KeptAccess): Promise<void> {
    await this.#options.notes.saveDocument(DOCUMENT, JSON.stringify(kept))
    this.#kept = kept
  }

  async #stop(): Promise<void> {
    const listener = this.#listener
    this.#listener = null
    await listener?.close()
  }

  /** Listens as `kept` says, or tells why it cannot, and then what was there goes on. */
  async #listen(kept: KeptAccess): Promise<Problem> {
    const certificate = this.#certificateOf(kept)
    const listener = this.#listener
    if (!kept.isOn) {
      await this.#stop()
      return null
    }
    if (!certificate) return 'no-certificate'
    if (listener?.port === kept.port) {
      listener.showCertificate(certificate)
      return null
    }
    try {
      this.#listener = await this.#open(kept.port, certificate)
    } catch (error) {
      return problemOf(error)
    }
    await listener?.close()
    return null
  }

  #open(port: number, certificate: ShownCertificate): Promise<WebListener> {
    const { host, log, services, onTurnedAway, onRead } = this.#options
    return startWebListener({
      ...{ port, certificate, log, services, onTurnedAway, onRead },
      host: host ?? listenHost(true),
      clients: () => this.#kept.clients,
      origins: () => this.#kept.origins,
      onUse: ({ id }) => this.#noteUse(id),
    })
  }

  /** Listens as it should by now; without a certificate it no longer does. */
  async #settle(): Promise<void> {
    const problem = await this.#listen(this.#kept)
    if (problem === 'no-certificate') await this.#stop()
    this.#tell(problem)
  }

  #tell(problem: Problem): void {
    this.#problem = problem
    if (problem) this.#options.log.warn({ problem }, 'DICOMweb for other machines does not listen')
    this.#options.onProblem(problem)
  }

  async #configure({ certificate, ...wanted }: Input<'configure'>): Promise<Output<'configure'>> {
    const given = typeof certificate === 'object' ? certificate : certificate === 'keep' ? this.#kept.certificate : null
    const fault = typeof certificate === 'object' ? faultOfShown(certificate) : null
    if (fault) return { fault, problem: null }
    const before = this.#kept
    const next: KeptAccess = { ...before, ...wanted, certificate: given }
    const problem = await this.#listen(next)
    if (problem) return { fault: null, problem }
    try {
      await this.#save(next)
    } catch (error) {
      await this.#listen(before)
      throw error
    }
    this.#tell(null)
    return { fault: null, problem: null }
  }

  async #addClient({ name, mayRead, mayStore }: Input<'addClient'>): Promise<Output<'addClient'>> {
    const { clients } = this.#kept
    const isSame = (other: string) => other.normalize('NFC').toLowerCase() === name.normalize('NFC').toLowerCase()
    if (!mayRead && !mayStore) return { kind: 'may-nothing' }
    if (clients.some((client) => isSame(client.name))) return { kind: 'name-taken' }
    if (clients.length >= MOST_CLIENTS) return { kind: 'too-many' }
    const secret = drawSecret()
    const client = {
      ...{ id: randomUUID(), name: name.normalize('NFC'), mayRead, mayStore },
      createdAt: this.#now().toISOString(),
      lastUsedAt: null,
    }
    await this.#save({ ...this.#kept, clients: [...clients, { ...client, digest: secretDigest(secret) }] })
    return { kind: 'added', client, secret }
  }

  async #revoke(id: string): Promise<Record<string, never>> {
    const clients = this.#kept.clients.filter((client) => client.id !== id)
    await this.#save({ ...this.#kept, clients })
    this.#listener?.cut(id)
    return {}
  }

  /** Keeps when a client came last, now and then. */
  #noteUse(id: string): void {
    const isDue = (lastUsedAt: string | null) =>
      lastUsedAt === null || this.#now().getTime() - Date.parse(lastUsedAt) >= ONE_USE
    const used = this.#kept.clients.find((client) => client.id === id)
    if (!used || !isDue(used.lastUsedAt)) return
    used.lastUsedAt = this.#now().toISOString()
    this.#inTurn(() => this.#save(this.#kept)).catch((error: unknown) => {
      this.#options.log.warn({ code: (error as { code?: unknown }).code }, 'the use of a client was not kept')
    })
  }
}

/** DICOMweb for other machines as it is kept in `options.notes`; it does not listen before it is started. */
export async function openWebAccess(options: WebAccessOptions): Promise<WebAccess> {
  return new KeptWebAccess(options, readAccess(await options.notes.loadDocument(DOCUMENT)))
}
