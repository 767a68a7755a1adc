/** The messages of one established association in both directions: requests go to the performer, responses to the invoker (PS3.7 §8). */
import { type CommandSet, commandFields, RESPONSE_BIT } from './command-set.ts'
import type {
  AssociationInfo,
  DimseLimits,
  OperationControl,
  OperationInput,
  OperationResponse,
  PeerRight,
  StoreInput,
} from './dimse.ts'
import { DimseError, ProtocolError } from './dimse-error.ts'
import { decodeIdentifier, encodeIdentifier } from './identifier.ts'
import { Invoker, type Response } from './invoker.ts'
import { type MessageHandler, MessageReader } from './message-reader.ts'
import { MessageSender } from './message-sender.ts'
import type { PerformedServices } from './performed-request.ts'
import { Performer } from './performer.ts'
import type { AcceptedContext } from './presentation-contexts.ts'
import type { UpperLayer } from './upper-layer.ts'

/** What was negotiated. */
export interface Agreement {
  info: AssociationInfo
  contexts: readonly AcceptedContext[]
  /** The peer's largest P-DATA-TF; 0: any. */
  peerMaximumLength: number
  /** Rights of the peer; absent: all. */
  rights?: ReadonlySet<PeerRight>
}

const toOperationResponse = ({ command, dataSet }: Response, TransferSyntaxUID: string): OperationResponse => ({
  status: command.Status ?? 0,
  ErrorComment: command.ErrorComment ?? '',
  suboperations: {
    remaining: command.NumberOfRemainingSuboperations ?? 0,
    completed: command.NumberOfCompletedSuboperations ?? 0,
    failed: command.NumberOfFailedSuboperations ?? 0,
    warning: command.NumberOfWarningSuboperations ?? 0,
  },
  dataSet: dataSet.length > 0 ? decodeIdentifier(dataSet, TransferSyntaxUID) : null,
})

export class Dialogue implements MessageHandler {
  readonly invoker: Invoker
  readonly #sender: MessageSender
  readonly #performer: Performer
  readonly #reader: MessageReader
  readonly #contexts: ReadonlyMap<number, AcceptedContext>
  #isResponse = false

  constructor(layer: UpperLayer, limits: DimseLimits, agreement: Agreement, services: PerformedServices) {
    const { info, rights } = agreement
    this.#contexts = new Map(agreement.contexts.map((context) => [context.id, context]))
    this.#reader = new MessageReader(this, limits.maxCommandLength)
    this.#sender = new MessageSender(layer, limits)
    this.#sender.peerMaximumLength = agreement.peerMaximumLength
    this.invoker = new Invoker(this.#sender, limits)
    this.#performer = new Performer(
      {
        layer,
        limits,
        info,
        sender: this.#sender,
        may: (right) => rights?.has(right) ?? true,
        accepts: (SOPClassUID, TransferSyntaxUID) => this.storeContext(SOPClassUID, TransferSyntaxUID) !== undefined,
        store: (object, originator) => this.store(object, originator),
        operate: (input) => this.operate(input),
      },
      services,
    )
  }

  /** Resolves when nothing is being performed any more; null when nothing is. */
  get settled(): Promise<void> | null {
    return this.#performer.settled
  }

  /** The accepted context of a pair; undefined when there is none. */
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined {
    for (const context of this.#contexts.values()) {
      const fits = transferSyntax === undefined || context.transferSyntax === transferSyntax
      if (context.abstractSyntax === abstractSyntax && fits) return context
    }
    return undefined
  }

  /** The accepted context of a pair on which the peer takes C-STORE. */
  storeContext(SOPClassUID: string, TransferSyntaxUID: string): AcceptedContext | undefined {
    const context = this.contextFor(SOPClassUID, TransferSyntaxUID)
    return context?.weMayInvoke ? context : undefined
  }

  /** C-STORE to the peer; `originator` is the C-MOVE it serves. Resolves with the peer's status; rejects with {@link DimseError}. */
  async store(
    object: StoreInput,
    originator?: { aeTitle: string; MessageID: number },
  ): ReturnType<OperationControl['store']> {
    const context = this.storeContext(object.SOPClassUID, object.TransferSyntaxUID)
    if (!context) throw new DimseError('context-not-accepted', 'The SOP class or transfer syntax was not accepted')
    const command = {
      CommandField: commandFields['C-STORE-RQ'],
      AffectedSOPClassUID: object.SOPClassUID,
      Priority: 0,
      AffectedSOPInstanceUID: object.SOPInstanceUID,
      ...(originator
        ? {
            MoveOriginatorApplicationEntityTitle: originator.aeTitle,
            MoveOriginatorMessageID: originator.MessageID,
          }
        : {}),
    }
    const response = await this.invoker.invoke(command, context.id, { dataSet: object.dataSet })
    const { Status, ErrorComment } = response.command
    return { status: Status ?? 0, ...(ErrorComment ? { ErrorComment } : {}) }
  }

  /**
   * C-GET, N-ACTION and the others; resolves with the final response. `onPending` is told those before it, `cancel` sends C-CANCEL.
   * Rejects with {@link DimseError}.
   */
  async operate(
    { name, SOPClassUID, SOPInstanceUID, typeID, content, MoveDestination, MessageID }: OperationInput,
    onPending: (answer: OperationResponse) => void = () => {},
    cancel?: AbortSignal,
  ): Promise<OperationResponse> {
    const context = this.contextFor(SOPClassUID)
    if (!context) throw new DimseError('context-not-accepted', 'The operation was not accepted')
    const isNormalized = name === 'N-ACTION' || name === 'N-EVENT-REPORT'
    const command = {
      CommandField: commandFields[`${name}-RQ`],
      ...(name === 'N-ACTION' ? { RequestedSOPClassUID: SOPClassUID } : { AffectedSOPClassUID: SOPClassUID }),
      ...(name === 'N-ACTION' && SOPInstanceUID ? { RequestedSOPInstanceUID: SOPInstanceUID } : {}),
      ...(name === 'N-EVENT-REPORT' && SOPInstanceUID ? { AffectedSOPInstanceUID: SOPInstanceUID } : {}),
      ...(name === 'N-ACTION' && typeID !== undefined ? { ActionTypeID: typeID } : {}),
      ...(name === 'N-EVENT-REPORT' && typeID !== undefined ? { EventTypeID: typeID } : {}),
      ...(isNormalized ? {} : { Priority: 0 }),
      ...(MoveDestination === undefined ? {} : { MoveDestination }),
    }
    const { id, transferSyntax } = context
    const response = await this.invoker.invoke(command, id, {
      dataSet: [encodeIdentifier(content, transferSyntax)],
      onPending: (pending) => onPending(toOperationResponse(pending, transferSyntax)),
      cancel,
      MessageID,
    })
    return toOperationResponse(response, transferSyntax)
  }

  onFragment(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    this.#reader.read(presentationContextID, isCommand, bytes, isLast)
  }

  onCommand(command: CommandSet, presentationContextID: number): void {
    const context = this.#contexts.get(presentationContextID)
    if (!context) throw new ProtocolError('context-not-accepted', null)
    this.#isResponse = (command.CommandField & RESPONSE_BIT) !== 0
    if (this.#isResponse) this.invoker.onResponse(command)
    else this.#performer.onRequest(command, context)
  }

  onDataSet(bytes: Uint8Array, isLast: boolean): void {
    if (this.#isResponse) this.invoker.onDataSet(bytes, isLast)
    else this.#performer.onDataSet(bytes, isLast)
  }

  /** The association is over; returns whether a data set was cut by it. */
  end(error: DimseError): boolean {
    this.invoker.end(error)
    return this.#performer.end()
  }
}
