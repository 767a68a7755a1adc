/** An association as requestor: C-ECHO and C-STORE one after the other, the stored bytes sent as they are (PS3.7 §9.1, PS3.8 §7). */
import type { Socket } from 'node:net'
import {
  APPLICATION_CONTEXT_UID,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  SOPClassUIDs,
  TransferSyntaxUIDs,
} from '../dicom/index.ts'
import { encodeAssociateRequest, type ProposedContext, parseAssociateAccept } from './associate-pdu.ts'
import { type CommandSet, commandFields, NO_DATA_SET, WITH_DATA_SET } from './command-set.ts'
import type { DimseLimits } from './dimse.ts'
import { DimseError, ProtocolError } from './dimse-error.ts'
import { defaultLimits } from './limits.ts'
import { dataSetHeaders, encodeCommand, largestFragment } from './message-pdu.ts'
import { type MessageHandler, MessageReader } from './message-reader.ts'
import { connectSocket, type OnBytes } from './open-socket.ts'
import type { AcceptedContext } from './presentation-contexts.ts'
import { type ConnectionEnd, UpperLayer, type UpperLayerUser } from './upper-layer.ts'

export interface AssociationRequest {
  host: string
  port: number
  calledAETitle: string
  callingAETitle: string
  /** Pairs to be negotiated, one presentation context each, 128 at most. */
  contexts: readonly { abstractSyntax: string; transferSyntax: string }[]
  /** ms for the connection and the answer to the request, and then for each response. */
  responseTimeout?: number
  /** Aborts the association. */
  signal?: AbortSignal
}

/** One object to send: its data set without preamble and file meta information, in pieces of any size. */
export interface StoreInput {
  SOPClassUID: string
  SOPInstanceUID: string
  TransferSyntaxUID: string
  dataSet: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** The pair that lets an association be verified by C-ECHO. */
export const verificationContext = {
  abstractSyntax: SOPClassUIDs.Verification,
  transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian,
} as const

interface Waiting {
  resolve(value: CommandSet): void
  reject(error: DimseError): void
}

/** An established association. Its calls are made one after the other; each rejects with {@link DimseError}. */
export class ScuAssociation implements UpperLayerUser, MessageHandler {
  readonly #request: AssociationRequest
  readonly #limits: DimseLimits
  readonly #messages: MessageReader
  readonly #layer: UpperLayer
  #proposed: ProposedContext[] = []
  #accepted: AcceptedContext[] = []
  #peerMaximumLength = 0
  #messageID = 0
  #waiting: Waiting | null = null
  #answered: { resolve(): void; reject(error: DimseError): void } | null = null
  #error: DimseError | null = null
  #timer: NodeJS.Timeout | null = null

  private constructor(request: AssociationRequest, limits: DimseLimits) {
    this.#request = request
    this.#limits = limits
    this.#messages = new MessageReader(this, limits.maxCommandLength)
    this.#proposed = request.contexts.map(({ abstractSyntax, transferSyntax }, index) => ({
      id: 2 * index + 1,
      abstractSyntax,
      transferSyntaxes: [transferSyntax],
    }))
    this.#layer = new UpperLayer((onBytes) => this.#openSocket(onBytes), this, limits, true)
  }

  #openSocket(onBytes: OnBytes): Socket {
    const socket = connectSocket(this.#request.host, this.#request.port)(onBytes)
    socket.once('connect', () => this.#layer.request(this.#encodeRequest()))
    socket.once('error', (error) => {
      this.#fail(new DimseError('connection-failed', 'The connection failed', null, { cause: error }))
    })
    return socket
  }

  /** Opens an association; rejects with {@link DimseError} when it cannot be had. */
  static async open(request: AssociationRequest): Promise<ScuAssociation> {
    const responseTimeout = request.responseTimeout ?? 30_000
    const association = new ScuAssociation(request, { ...defaultLimits, idleTimeout: responseTimeout })
    const onAbort = () => association.abort()
    request.signal?.addEventListener('abort', onAbort)
    try {
      await new Promise<void>((resolve, reject) => {
        association.#answered = { resolve, reject }
        association.#expect(responseTimeout)
        if (request.signal?.aborted) association.abort()
        if (association.#error) reject(association.#error)
      })
    } catch (error) {
      request.signal?.removeEventListener('abort', onAbort)
      throw error
    }
    return association
  }

  /** Whether the peer took the pair. */
  accepts(abstractSyntax: string, transferSyntax: string): boolean {
    return this.#contextFor(abstractSyntax, transferSyntax) !== undefined
  }

  /** C-ECHO; resolves with the status. */
  async echo(): Promise<number> {
    const context = this.#contextFor(verificationContext.abstractSyntax, verificationContext.transferSyntax)
    if (!context) throw new DimseError('context-not-accepted', 'Verification was not accepted')
    const command = {
      CommandField: commandFields['C-ECHO-RQ'],
      AffectedSOPClassUID: context.abstractSyntax,
      CommandDataSetType: NO_DATA_SET,
    }
    const response = await this.#perform(command, context)
    return response.Status ?? 0
  }

  /** C-STORE; resolves with the peer's status. A data set that fails while being read aborts the association. */
  async store(input: StoreInput): Promise<{ status: number; ErrorComment?: string }> {
    const context = this.#contextFor(input.SOPClassUID, input.TransferSyntaxUID)
    if (!context) throw new DimseError('context-not-accepted', 'The SOP class or transfer syntax was not accepted')
    const command = {
      CommandField: commandFields['C-STORE-RQ'],
      AffectedSOPClassUID: input.SOPClassUID,
      Priority: 0,
      CommandDataSetType: WITH_DATA_SET,
      AffectedSOPInstanceUID: input.SOPInstanceUID,
    }
    const { Status, ErrorComment } = await this.#perform(command, context, input.dataSet)
    return { status: Status ?? 0, ...(ErrorComment ? { ErrorComment } : {}) }
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

  #contextFor(abstractSyntax: string, transferSyntax: string): AcceptedContext | undefined {
    return this.#accepted.find(
      (each) => each.abstractSyntax === abstractSyntax && each.transferSyntax === transferSyntax,
    )
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
        roles: [],
        hasUserIdentity: false,
      },
    })
  }

  async #perform(command: CommandSet, context: AcceptedContext, dataSet?: StoreInput['dataSet']): Promise<CommandSet> {
    if (this.#error) throw this.#error
    this.#messageID = (this.#messageID % 0xffff) + 1
    const response = new Promise<CommandSet>((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
    // A peer may answer, or leave, before the data set is out: the rejection is looked at below.
    response.catch(() => {})
    this.#layer.send(encodeCommand({ ...command, MessageID: this.#messageID }, context.id, this.#peerMaximumLength))
    if (dataSet) await this.#sendDataSet(dataSet, context.id)
    return response
  }

  async #sendDataSet(dataSet: StoreInput['dataSet'], contextID: number): Promise<void> {
    const most = largestFragment(this.#peerMaximumLength, this.#limits.maxPduLength)
    // One fragment is held back, because the last one must say that it is.
    let held: Uint8Array = new Uint8Array(0)
    try {
      for await (const piece of dataSet) {
        for (let at = 0; at < piece.length; at += most) {
          if (held.length > 0 && !this.#sendFragment(held, contextID, false)) await this.#layer.drained()
          if (this.#error) return
          held = piece.subarray(at, at + most)
        }
      }
    } catch (error) {
      this.#fail(new DimseError('aborted', 'The data set could not be read', null, { cause: error }))
      return
    }
    this.#sendFragment(held, contextID, true)
  }

  #sendFragment(fragment: Uint8Array, contextID: number, isLast: boolean): boolean {
    return this.#layer.sendFragment(dataSetHeaders(contextID, fragment.length, isLast), fragment)
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
    this.#waiting?.reject(error)
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
    const answer = parseAssociateAccept(body)
    this.#peerMaximumLength = answer.userInformation.maximumLength
    for (const { id, result, transferSyntax } of answer.presentationContexts) {
      const proposed = this.#proposed.find((each) => each.id === id)
      if (result === 'acceptance' && proposed?.transferSyntaxes.includes(transferSyntax)) {
        this.#accepted.push({ id, abstractSyntax: proposed.abstractSyntax, transferSyntax })
      }
    }
    this.#stopExpecting()
    this.#answered?.resolve()
    this.#answered = null
  }

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    this.#messages.read(presentationContextID, isCommand, bytes, isLast)
  }

  onCommand(command: CommandSet): void {
    const waiting = this.#waiting
    if (!waiting || command.MessageIDBeingRespondedTo !== this.#messageID || command.Status === undefined) {
      throw new ProtocolError('message-malformed', null)
    }
    this.#waiting = null
    waiting.resolve(command)
  }

  /** Responses of C-ECHO and C-STORE have no data set. */
  onDataSet(): void {
    throw new ProtocolError('message-malformed', null)
  }

  onFault(error: unknown): void {
    this.#fail(new DimseError('protocol-error', 'A fault of this program', null, { cause: error }))
  }

  onEnd({ outcome, reason }: ConnectionEnd): void {
    this.#stopExpecting()
    if (outcome === 'completed') {
      this.#error = new DimseError('closed', 'The association was released')
      this.#answered?.resolve()
      this.#waiting?.reject(this.#error)
      return
    }
    if (reason === 'idle') this.#fail(new DimseError('timed-out', 'The peer did not answer in time'))
    else if (outcome === 'protocol-error')
      this.#fail(new DimseError('protocol-error', `The peer broke the protocol: ${reason}`))
    else this.#fail(new DimseError('aborted', 'The peer ended the association'))
  }
}

/** Verifies a peer: opens an association, sends a C-ECHO and releases; resolves with the status. Rejects with {@link DimseError}. */
export async function verifyPeer(request: Omit<AssociationRequest, 'contexts'>): Promise<number> {
  const association = await ScuAssociation.open({ ...request, contexts: [verificationContext] })
  const status = await association.echo()
  await association.release()
  return status
}
