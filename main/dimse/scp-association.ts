/**
 * One association as acceptor: negotiation (PS3.8 §7.1), then requests one after the other — C-ECHO and C-STORE (PS3.7 §9.1); every
 * request gets a status, whatever happens, and the bytes behind it are read only when it was given.
 */
import {
  APPLICATION_CONTEXT_UID,
  DimseStatus,
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  isUID,
  SOPClassUIDs,
} from '../dicom/index.ts'
import { type AssociateRequest, encodeAssociateAccept, parseAssociateRequest } from './associate-pdu.ts'
import { type CommandSet, commandFields, NO_DATA_SET, RESPONSE_BIT } from './command-set.ts'
import type { Admission, AssociationInfo, CommandRefusal, DimseLimits, DimseServerOptions, StoreSink } from './dimse.ts'
import { type EndReason, ProtocolError } from './dimse-error.ts'
import { encodeCommand } from './message-pdu.ts'
import { type MessageHandler, MessageReader } from './message-reader.ts'
import { encodeReject, type Rejection } from './pdu.ts'
import { type AcceptedContext, answerRoles, negotiate } from './presentation-contexts.ts'
import type { ConnectionEnd, UpperLayer, UpperLayerUser } from './upper-layer.ts'

/** What the association asks of its server. */
export interface AssociationHost {
  readonly aeTitle: string
  readonly limits: DimseLimits
  readonly options: DimseServerOptions
  nextAssociationId(): number
  /** Why there is no room for another association of this peer; null if there is. */
  refusal(remoteAddress: string, admission: Admission | null): EndReason | null
}

type Answer = Awaited<ReturnType<StoreSink['end']>>

/** The request being answered. */
interface Operation {
  command: CommandSet
  context: AcceptedContext
  /** Takes the data set; null when it is read only to be dropped. */
  sink: StoreSink | null
  /** What will be answered if there is no sink. */
  answer: Answer
  length: number
}

const rejectionOf: Partial<Record<EndReason, Rejection>> = {
  'protocol-version-unknown': 'protocol-version-not-supported',
  'application-context-unknown': 'application-context-name-not-supported',
  'calling-ae-unknown': 'calling-AE-title-not-recognized',
  'called-ae-unknown': 'called-AE-title-not-recognized',
  'limit-reached': 'local-limit-exceeded',
  stopping: 'temporary-congestion',
}

/** What the status of a refused C-STORE-RQ says. */
const commandRefusals: Record<number, CommandRefusal> = {
  [DimseStatus.SOPClassNotSupported]: 'class-of-another-context',
  [DimseStatus.InvalidSOPInstance]: 'bad-instance-uid',
  [DimseStatus.CannotUnderstand]: 'no-data-set',
  [DimseStatus.NotAuthorized]: 'not-authorized',
}

export class ScpAssociation implements UpperLayerUser, MessageHandler {
  readonly #host: AssociationHost
  readonly #remoteAddress: string
  readonly #messages: MessageReader
  #layer: UpperLayer | null = null
  #info: AssociationInfo | null = null
  #contexts = new Map<number, AcceptedContext>()
  #refusedSOPClassUIDs: string[] = []
  #refusedTransferSyntaxUIDs: string[] = []
  #isAccepted = false
  /** What the peer may; null when nobody is asked. */
  #admission: Admission | null = null
  #peerMaximumLength = 0
  #operation: Operation | null = null
  /** The last object's storing, to be waited for before the association's end is told. */
  #storing: Promise<void> | null = null

  constructor(host: AssociationHost, remoteAddress: string) {
    this.#host = host
    this.#remoteAddress = remoteAddress
    this.#messages = new MessageReader(this, host.limits.maxCommandLength)
  }

  /** Joins the connection below; before any byte is read. */
  attach(layer: UpperLayer): void {
    this.#layer = layer
  }

  get remoteAddress(): string {
    return this.#remoteAddress
  }

  /** Whether it was accepted and has not ended. */
  get isAccepted(): boolean {
    return this.#isAccepted
  }

  /** The name its peer counts under; null when nobody was asked. */
  get peer(): string | null {
    return this.#admission?.peer ?? null
  }

  abort(reason: EndReason): void {
    this.#layer?.abort({ outcome: 'aborted', reason })
  }

  // Negotiation

  onAssociateRequest(body: Buffer): void {
    const request = parseAssociateRequest(body)
    this.#info = this.#describe(request)
    const reason = this.#reasonToReject(request, this.#info)
    const rejection = reason && rejectionOf[reason]
    if (reason && rejection) {
      this.#layer?.reject(encodeReject(rejection), reason)
      return
    }
    this.#accept(request)
    const info = this.#info
    this.#tell(() => this.#host.options.onAssociation?.(info))
  }

  onAssociateAnswer(): void {
    throw new ProtocolError('pdu-unexpected', 'unexpected-PDU')
  }

  #describe({ callingAETitle, calledAETitle, userInformation }: AssociateRequest): AssociationInfo {
    return {
      id: this.#host.nextAssociationId(),
      callingAETitle,
      calledAETitle,
      remoteAddress: this.#remoteAddress,
      implementationClassUID: userInformation.implementationClassUID,
      implementationVersionName: userInformation.implementationVersionName,
    }
  }

  #reasonToReject(request: AssociateRequest, info: AssociationInfo): EndReason | null {
    if ((request.protocolVersion & 1) === 0) return 'protocol-version-unknown'
    if (request.applicationContextName !== APPLICATION_CONTEXT_UID) return 'application-context-unknown'
    if (request.calledAETitle !== this.#host.aeTitle.trim()) return 'called-ae-unknown'
    const { admit } = this.#host.options
    this.#admission = admit ? admit(info) : null
    if (admit && !this.#admission) return 'calling-ae-unknown'
    return this.#host.refusal(this.#remoteAddress, this.#admission)
  }

  #accept(request: AssociateRequest): void {
    const { limits, options } = this.#host
    const { answers, accepted, refusedSOPClassUIDs, refusedTransferSyntaxUIDs } = negotiate(
      request.presentationContexts,
      options,
      limits.maxPresentationContexts,
    )
    this.#contexts = accepted
    this.#refusedSOPClassUIDs = refusedSOPClassUIDs
    this.#refusedTransferSyntaxUIDs = refusedTransferSyntaxUIDs
    this.#peerMaximumLength = request.userInformation.maximumLength
    this.#isAccepted = true
    const pdu = encodeAssociateAccept({
      protocolVersion: 1,
      calledAETitle: request.calledAETitle,
      callingAETitle: request.callingAETitle,
      applicationContextName: APPLICATION_CONTEXT_UID,
      presentationContexts: answers,
      userInformation: {
        maximumLength: limits.maxPduLength,
        implementationClassUID: IMPLEMENTATION_CLASS_UID,
        implementationVersionName: IMPLEMENTATION_VERSION_NAME,
        asynchronousOperations: request.userInformation.asynchronousOperations ? { invoked: 1, performed: 1 } : null,
        roles: answerRoles(request.userInformation.roles),
        hasUserIdentity: false,
      },
    })
    this.#layer?.accept(pdu)
  }

  // Messages

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    this.#messages.read(presentationContextID, isCommand, bytes, isLast)
  }

  onCommand(command: CommandSet, presentationContextID: number): void {
    const context = this.#contexts.get(presentationContextID)
    if (!context) throw new ProtocolError('context-not-accepted', null)
    // A cancel of what is done already, or of what cannot be cancelled, has no answer (PS3.7 §9.3.2.3).
    const isCancel = command.CommandField === commandFields['C-CANCEL-RQ']
    if ((command.CommandField & RESPONSE_BIT) !== 0) throw new ProtocolError('message-malformed', null)
    if (isCancel && command.CommandDataSetType === NO_DATA_SET) return
    if (command.MessageID === undefined) throw new ProtocolError('command-malformed', null)
    const operation: Operation = { command, context, sink: null, answer: this.#examine(command, context), length: 0 }
    this.#operation = operation
    if (command.CommandField === commandFields['C-STORE-RQ']) this.#tellRefused(operation.answer.status)
    if (command.CommandDataSetType === NO_DATA_SET) this.#finish()
    else if (command.CommandField === commandFields['C-STORE-RQ'] && operation.answer.status === DimseStatus.Success) {
      this.#openSink(operation, command.MessageID)
    }
  }

  /** The status that a request deserves before its data set is looked at. */
  #examine(command: CommandSet, context: AcceptedContext): Answer {
    const isStore = command.CommandField === commandFields['C-STORE-RQ']
    if (!isStore && command.CommandField !== commandFields['C-ECHO-RQ']) {
      return { status: DimseStatus.UnrecognizedOperation }
    }
    const isVerification = context.abstractSyntax === SOPClassUIDs.Verification
    if (command.AffectedSOPClassUID !== context.abstractSyntax || isStore === isVerification) {
      return { status: DimseStatus.SOPClassNotSupported }
    }
    const hasDataSet = command.CommandDataSetType !== NO_DATA_SET
    if (!isStore) return { status: hasDataSet ? DimseStatus.MistypedArgument : DimseStatus.Success }
    if (this.#admission && !this.#admission.rights.has('store')) return { status: DimseStatus.NotAuthorized }
    if (!isUID(command.AffectedSOPInstanceUID ?? '')) return { status: DimseStatus.InvalidSOPInstance }
    return hasDataSet
      ? { status: DimseStatus.Success }
      : { status: DimseStatus.CannotUnderstand, ErrorComment: 'no data set' }
  }

  #tellRefused(status: number): void {
    const reason = commandRefusals[status]
    const info = this.#info
    if (reason && info) this.#tell(() => this.#host.options.onStoreRefused?.(info, reason))
  }

  #openSink(operation: Operation, MessageID: number): void {
    const { command, context } = operation
    if (!this.#info) return
    try {
      operation.sink = this.#host.options.store({
        association: this.#info,
        MessageID,
        AffectedSOPClassUID: context.abstractSyntax,
        AffectedSOPInstanceUID: command.AffectedSOPInstanceUID ?? '',
        TransferSyntaxUID: context.transferSyntax,
      })
    } catch (error) {
      this.#sinkFailed(operation, error)
    }
  }

  onDataSet(bytes: Uint8Array, isLast: boolean): void {
    const operation = this.#operation
    if (!operation) throw new ProtocolError('message-malformed', null)
    operation.length += bytes.length
    if (operation.sink && operation.length > this.#host.limits.maxDataSetLength) {
      operation.sink.abort('too-large')
      operation.sink = null
      operation.answer = { status: DimseStatus.OutOfResources, ErrorComment: 'data set too large' }
    }
    const { sink } = operation
    if (sink && bytes.length > 0) this.#write(operation, sink, bytes)
    if (isLast) this.#finish()
  }

  #write(operation: Operation, sink: StoreSink, bytes: Uint8Array): void {
    try {
      const ready = sink.write(bytes)
      if (!ready) return
      this.#layer?.hold()
      const goOn = () => this.#layer?.resume()
      ready.then(goOn, (error) => {
        this.#sinkFailed(operation, error)
        goOn()
      })
    } catch (error) {
      this.#sinkFailed(operation, error)
    }
  }

  #sinkFailed(operation: Operation, error: unknown): void {
    this.#host.options.onFault?.(error)
    operation.sink?.abort('sink-failed')
    operation.sink = null
    operation.answer = { status: DimseStatus.ProcessingFailure }
  }

  #finish(): void {
    const operation = this.#operation
    this.#operation = null
    if (!operation) return
    const { sink } = operation
    operation.sink = null
    if (sink) {
      this.#storing = this.#store(operation, sink).catch((error) => {
        this.onFault(error)
        this.#layer?.abort({ outcome: 'protocol-error', reason: 'internal-error' })
      })
    } else this.#respond(operation, operation.answer)
  }

  /** Waits for the object to be stored, then answers; nothing further is read meanwhile. */
  async #store(operation: Operation, sink: StoreSink): Promise<void> {
    this.#layer?.hold()
    let answer: Answer = { status: DimseStatus.ProcessingFailure }
    try {
      answer = await sink.end()
    } catch (error) {
      this.#host.options.onFault?.(error)
    }
    this.#storing = null
    this.#respond(operation, answer)
    this.#layer?.resume()
  }

  #respond({ command, context }: Operation, { status, ErrorComment }: Answer): void {
    if (command.CommandField === commandFields['C-CANCEL-RQ']) return
    const response: CommandSet = {
      CommandField: command.CommandField | RESPONSE_BIT,
      MessageIDBeingRespondedTo: command.MessageID ?? 0,
      CommandDataSetType: NO_DATA_SET,
      Status: status,
      ...(isUID(command.AffectedSOPClassUID ?? '') ? { AffectedSOPClassUID: command.AffectedSOPClassUID ?? '' } : {}),
      ...(isUID(command.AffectedSOPInstanceUID ?? '')
        ? { AffectedSOPInstanceUID: command.AffectedSOPInstanceUID ?? '' }
        : {}),
      ...(ErrorComment ? { ErrorComment: ErrorComment.slice(0, 64) } : {}),
    }
    this.#layer?.send(encodeCommand(response, context.id, this.#peerMaximumLength))
  }

  /** Calls those above; what they throw is their fault and does not touch the association. */
  #tell(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.onFault(error)
    }
  }

  onFault(error: unknown): void {
    this.#host.options.onFault?.(error)
  }

  onEnd({ outcome, reason }: ConnectionEnd): void {
    this.#isAccepted = false
    const sink = this.#operation?.sink
    this.#operation = null
    this.#tell(() => sink?.abort('association-ended'))
    const tellEnd = () => {
      this.#host.options.onEnd?.({
        association: this.#info,
        remoteAddress: this.#remoteAddress,
        outcome,
        reason: sink && reason === 'connection-lost' ? 'cut-data-set' : reason,
        refusedSOPClassUIDs: this.#refusedSOPClassUIDs,
        refusedTransferSyntaxUIDs: this.#refusedTransferSyntaxUIDs,
      })
    }
    if (this.#storing) this.#storing.then(() => this.#tell(tellEnd))
    else this.#tell(tellEnd)
  }
}
