/** An association as requestor (PS3.8 §7): operations one after the other, the stored bytes sent as they are (PS3.7 §9.1, §10.1). */
import type { Socket } from 'node:net'
import {
  APPLICATION_CONTEXT_UID,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  SOPClassUIDs,
  TransferSyntaxUIDs,
} from '../dicom/index.ts'
import {
  type AssociateAccept,
  encodeAssociateRequest,
  type ProposedContext,
  parseAssociateAccept,
} from './associate-pdu.ts'
import { commandFields } from './command-set.ts'
import { Dialogue } from './dialogue.ts'
import type { DimseLimits, OperationResponse, StoreInput } from './dimse.ts'
import { DimseError, ProtocolError } from './dimse-error.ts'
import { defaultLimits } from './limits.ts'
import { connectSocket, type OnBytes, type OpenSocket } from './open-socket.ts'
import type { PerformedServices } from './performed-request.ts'
import { connectSecureSocket, type ExpectedPeer, type TlsCredentials } from './tls.ts'
import { UpperLayer } from './upper-layer.ts'
import type { ConnectionEnd, UpperLayerUser } from './upper-layer-user.ts'
import type { RoleSelection } from './user-information.ts'

export interface AssociationRequest {
  host: string
  port: number
  calledAETitle: string
  callingAETitle: string
  /** Pairs to be negotiated, one presentation context each, 128 at most. */
  contexts: readonly { abstractSyntax: string; transferSyntax: string }[]
  /** ms for the connection and the answer to the request. */
  responseTimeout?: number
  /** ms without a byte on the association, of answers or of anything else; absent: `responseTimeout`. */
  silence?: number
  /** Aborts the association. */
  signal?: AbortSignal
  /** Speaks TLS, with whom is expected there. Absent: plain. */
  tls?: TlsCredentials & ExpectedPeer
  /** Roles other than SCU of everything (PS3.7 §D.3.3.4). */
  roles?: readonly RoleSelection[]
  /** What is performed for the peer: the sub-operations of a C-GET, reports. */
  performs?: PerformedServices
}

let lastAssociationId = 0

/** The pair that lets an association be verified by C-ECHO. */
export const verificationContext = {
  abstractSyntax: SOPClassUIDs.Verification,
  transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian,
} as const

const socketFor = ({ host, port, tls }: AssociationRequest): OpenSocket =>
  tls ? connectSecureSocket(host, port, tls, tls) : connectSocket(host, port)

/** An established association. Its calls are made one after the other; each rejects with {@link DimseError}. */
export class ScuAssociation implements UpperLayerUser {
  readonly #request: AssociationRequest
  readonly #limits: DimseLimits
  readonly #layer: UpperLayer
  #proposed: ProposedContext[] = []
  #dialogue: Dialogue | null = null
  #answered: { resolve(): void; reject(error: DimseError): void } | null = null
  #error: DimseError | null = null
  #timer: NodeJS.Timeout | null = null
  readonly #onSignal = () => this.abort()

  private constructor(request: AssociationRequest, limits: DimseLimits, open: OpenSocket) {
    this.#request = request
    this.#limits = limits
    this.#proposed = request.contexts.map(({ abstractSyntax, transferSyntax }, index) => ({
      id: 2 * index + 1,
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    }))
    this.#layer = new UpperLayer((onBytes) => this.#openSocket(open, onBytes), this, limits, true)
  }

  #openSocket(open: OpenSocket, onBytes: OnBytes): Socket {
    const socket = open(onBytes)
    socket.once(this.#request.tls ? 'secureConnect' : 'connect', () => this.#layer.request(this.#encodeRequest()))
    socket.once('error', (error) => {
      this.#fail(new DimseError('connection-failed', 'The connection failed', null, { cause: error }))
    })
    return socket
  }

  /** Opens an association, on the connection that `openSocket` opens; rejects with {@link DimseError} when it cannot be had. */
  static async open(request: AssociationRequest, openSocket = socketFor(request)): Promise<ScuAssociation> {
    const responseTimeout = request.responseTimeout ?? 30_000
    const limits = { ...defaultLimits, idleTimeout: request.silence ?? responseTimeout }
    const association = ScuAssociation.#connect(request, limits, openSocket)
    // Taken back when the association ends: signals may live longer.
    request.signal?.addEventListener('abort', association.#onSignal)
    await new Promise<void>((resolve, reject) => {
      association.#answered = { resolve, reject }
      association.#expect(responseTimeout)
      if (request.signal?.aborted) association.abort()
      if (association.#error) reject(association.#error)
    })
    return association
  }

  /** Sockets that cannot even be made, for their port or credentials, throw. */
  static #connect(request: AssociationRequest, limits: DimseLimits, open: OpenSocket): ScuAssociation {
    try {
      return new ScuAssociation(request, limits, open)
    } catch (cause) {
      throw new DimseError('connection-failed', 'The connection failed', null, { cause })
    }
  }

  /** Resolves when the connection is gone. */
  get ended(): Promise<void> {
    return this.#layer.closed
  }

  /** Whether the peer takes such objects by C-STORE. */
  accepts(abstractSyntax: string, transferSyntax: string): boolean {
    return this.#dialogue?.storeContext(abstractSyntax, transferSyntax) !== undefined
  }

  /** C-ECHO; resolves with the status. */
  async echo(): Promise<number> {
    const dialogue = this.#established()
    const context = dialogue.contextFor(verificationContext.abstractSyntax)
    if (!context) throw new DimseError('context-not-accepted', 'Verification was not accepted')
    const command = { CommandField: commandFields['C-ECHO-RQ'], AffectedSOPClassUID: context.abstractSyntax }
    const response = await dialogue.invoker.invoke(command, context.id)
    return response.command.Status ?? 0
  }

  /** C-STORE; resolves with the peer's status. A data set that fails while being sent aborts the association. */
  async store(
    input: StoreInput,
    originator?: { aeTitle: string; MessageID: number },
  ): Promise<{ status: number; ErrorComment?: string }> {
    return this.#established().store(input, originator)
  }

  /** C-GET, N-ACTION and the others; see {@link Dialogue.operate}. */
  async operate(...args: Parameters<Dialogue['operate']>): Promise<OperationResponse> {
    return this.#established().operate(...args)
  }

  #established(): Dialogue {
    if (this.#error) throw this.#error
    if (!this.#dialogue) throw new DimseError('closed', 'The association is not established')
    return this.#dialogue
  }

  /** Releases the association; resolves when the peer confirmed, or the connection is gone. */
  async release(): Promise<void> {
    if (this.#error) return
    await new Promise<void>((resolve) => {
      this.#answered = { resolve, reject: () => resolve() }
      this.#expect(this.#limits.artimTimeout)
      this.#layer.release()
    })
  }

  /** Aborts the association; what is under way rejects with `aborted`. */
  abort(): void {
    this.#fail(new DimseError('aborted', 'The association was aborted here'))
  }

  #encodeRequest(): Buffer {
    return encodeAssociateRequest({
      protocolVersion: 1,
      calledAETitle: this.#request.calledAETitle,
      callingAETitle: this.#request.callingAETitle,
      applicationContextName: APPLICATION_CONTEXT_UID,
      presentationContexts: this.#proposed,
      userInformation: {
        maximumLength: this.#limits.maxPduLength,
        implementationClassUID: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        asynchronousOperations: null,
        roles: [...(this.#request.roles ?? [])],
        hasUserIdentity: false,
      },
    })
  }

  #expect(timeout: number): void {
    this.#stopExpecting()
    this.#timer = setTimeout(() => this.#fail(new DimseError('timed-out', 'The peer did not answer in time')), timeout)
  }

  #stopExpecting(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #fail(error: DimseError): void {
    if (this.#error) return
    this.#error = error
    this.#stopExpecting()
    this.#layer.abort({ outcome: 'aborted', reason: null })
    this.#answered?.reject(error)
    this.#dialogue?.end(error)
  }

  // Indications

  onAssociateRequest(): void {
    throw new ProtocolError('pdu-unexpected', 'unexpected-PDU')
  }

  onAssociateAnswer(isAccepted: boolean, body: Buffer): void {
    if (!isAccepted) {
      const [, result = 0, source = 0, reason = 0] = body
      this.#fail(new DimseError('rejected', 'The association was rejected', { result, source, reason }))
      return
    }
    this.#dialogue = this.#agree(parseAssociateAccept(body))
    this.#stopExpecting()
    this.#answered?.resolve()
    this.#answered = null
  }

  #agree({ presentationContexts, userInformation }: AssociateAccept): Dialogue {
    const { host, calledAETitle, callingAETitle, performs = {} } = this.#request
    const weMayInvoke = (abstractSyntax: string): boolean => {
      const role = this.#request.roles?.find(({ SOPClassUID }) => SOPClassUID === abstractSyntax)
      return role?.scuRole ?? true
    }
    const contexts = presentationContexts.flatMap(({ id, result, transferSyntax }) => {
      const proposed = this.#proposed.find((each) => each.id === id)
      if (result !== 'acceptance' || !proposed?.transferSyntaxes.includes(transferSyntax)) return []
      const { abstractSyntax } = proposed
      return { id, abstractSyntax, transferSyntax, weMayInvoke: weMayInvoke(abstractSyntax) }
    })
    lastAssociationId -= 1
    const info = {
      // Numbers of associations that we requested are negative.
      id: lastAssociationId,
      callingAETitle,
      calledAETitle,
      remoteAddress: host,
      isEncrypted: this.#request.tls !== undefined,
      implementationClassUID: userInformation.implementationClassUID,
      implementationVersionName: userInformation.implementationVersionName,
    }
    const agreement = { info, contexts, peerMaximumLength: userInformation.maximumLength }
    return new Dialogue(this.#layer, this.#limits, agreement, performs)
  }

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    this.#dialogue?.onFragment(presentationContextID, isCommand, bytes, isLast)
  }

  onFault(error: unknown): void {
    this.#fail(new DimseError('protocol-error', 'A fault of this program', null, { cause: error }))
  }

  onEnd({ outcome, reason }: ConnectionEnd): void {
    this.#stopExpecting()
    this.#request.signal?.removeEventListener('abort', this.#onSignal)
    if (outcome === 'completed') {
      this.#error = new DimseError('closed', 'The association was released')
      this.#answered?.resolve()
      this.#dialogue?.end(this.#error)
      return
    }
    if (reason === 'idle') this.#fail(new DimseError('timed-out', 'The peer did not answer in time'))
    else if (outcome === 'protocol-error')
      this.#fail(new DimseError('protocol-error', `The peer broke the protocol: ${reason}`))
    else {
      const isByPeer = reason === 'peer-aborted'
      this.#fail(new DimseError('aborted', 'The peer ended the association', null, { isByPeer }))
    }
  }
}

/** Verifies a peer: opens an association, sends a C-ECHO and releases; resolves with the status. Rejects with {@link DimseError}. */
export async function verifyPeer(request: Omit<AssociationRequest, 'contexts'>): Promise<number> {
  const association = await ScuAssociation.open({ ...request, contexts: [verificationContext] })
  try {
    return await association.echo()
  } finally {
    await association.release()
  }
}
