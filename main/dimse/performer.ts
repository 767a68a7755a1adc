/**
 * The performing DIMSE service user of one association (PS3.7 §8): requests in, one after the other; every request gets a status,
 * whatever happens. The bytes of a C-STORE go to its sink as they come; other operations get their data set whole and run while the
 * association is read on, so that they can be cancelled.
 */
import { setImmediate } from 'node:timers/promises'
import { DimseStatus } from '../dicom/index.ts'
import { type CommandSet, commandFields, NO_DATA_SET } from './command-set.ts'
import type {
  AssociationInfo,
  CommandRefusal,
  DimseLimits,
  OperationAnswer,
  OperationControl,
  OperationService,
  PeerRight,
  StoreRequest,
  StoreSink,
} from './dimse.ts'
import { DimseError, type EndReason, ProtocolError } from './dimse-error.ts'
import type { MessageSender } from './message-sender.ts'
import type { AcceptedContext } from './presentation-contexts.ts'
import { examineOperation, examineStoreOrEcho, operationNameOf } from './request-checks.ts'
import { responseTo } from './response-command.ts'
import type { UpperLayer } from './upper-layer.ts'
import { WholeDataSet } from './whole-data-set.ts'

/** Who performs. */
export interface PerformedServices {
  /** Absent: nothing is stored on this association. */
  store?(request: StoreRequest): StoreSink
  services?: readonly OperationService[]
  onStoreRefused?(association: AssociationInfo, reason: CommandRefusal): void
  onFault?(error: unknown): void
}

/** What the performer needs of its association. */
export interface PerformerLink {
  readonly layer: UpperLayer
  readonly sender: MessageSender
  readonly limits: DimseLimits
  readonly info: AssociationInfo
  /** Whether the peer may ask for it. */
  may(right: PeerRight): boolean
  /** C-STORE to the peer on this association. */
  store: OperationControl['store']
  accepts: OperationControl['accepts']
  operate: OperationControl['operate']
}

/** The request being answered. */
interface Operation {
  command: CommandSet
  context: AcceptedContext
  /** Takes the data set of a C-STORE. */
  sink: StoreSink | null
  /** Performs what is no C-STORE, once its data set is whole. */
  service: OperationService | null
  dataSet: WholeDataSet | null
  /** What will be answered if nobody takes it. */
  answer: OperationAnswer
  length: number
}

/** What the status of a refused C-STORE-RQ says. */
const commandRefusals: Record<number, CommandRefusal> = {
  [DimseStatus.SOPClassNotSupported]: 'class-of-another-context',
  [DimseStatus.InvalidSOPInstance]: 'bad-instance-uid',
  [DimseStatus.CannotUnderstand]: 'no-data-set',
  [DimseStatus.NotAuthorized]: 'not-authorized',
}

export class Performer {
  readonly #link: PerformerLink
  readonly #services: PerformedServices
  #operation: Operation | null = null
  /** The operation that runs while the association is read on. */
  #running: { MessageID: number; controller: AbortController } | null = null
  /** What is being stored or performed, to be waited for before the association's end is told. */
  #settling: Promise<void> | null = null
  #isOver = false

  constructor(link: PerformerLink, services: PerformedServices) {
    this.#link = link
    this.#services = services
  }

  /** Resolves when nothing is being stored or performed any more; null when nothing is. */
  get settled(): Promise<void> | null {
    return this.#settling
  }

  /** A request came. */
  onRequest(command: CommandSet, context: AcceptedContext): void {
    const isCancel = command.CommandField === commandFields['C-CANCEL-RQ']
    // A cancel of what is done already, or of what cannot be cancelled, has no answer (PS3.7 §9.3.2.3).
    if (isCancel && command.CommandDataSetType === NO_DATA_SET) {
      if (this.#running?.MessageID === command.MessageIDBeingRespondedTo) this.#running?.controller.abort()
      return
    }
    if (command.MessageID === undefined) throw new ProtocolError('command-malformed', null)
    // One operation at a time was negotiated.
    if (this.#running) throw new ProtocolError('message-malformed', null)
    const isStore = command.CommandField === commandFields['C-STORE-RQ']
    const answer = this.#examine(command, context)
    const operation: Operation = { command, context, sink: null, service: null, dataSet: null, answer, length: 0 }
    this.#operation = operation
    if (isStore) this.#tellRefused(answer.status)
    if (answer.status === DimseStatus.Success) this.#assign(operation, command.MessageID)
    if (command.CommandDataSetType === NO_DATA_SET) this.#finish()
  }

  #examine(command: CommandSet, context: AcceptedContext): OperationAnswer {
    const service = this.#serviceOf(context)
    const may = (right: PeerRight) => this.#link.may(right)
    if (service) return { status: examineOperation(command, context, service, may) }
    return examineStoreOrEcho(command, context, this.#services.store !== undefined && may('store'))
  }

  #serviceOf({ abstractSyntax }: AcceptedContext): OperationService | undefined {
    return this.#services.services?.find(({ sopClasses }) => sopClasses.has(abstractSyntax))
  }

  #tellRefused(status: number): void {
    const reason = commandRefusals[status]
    if (!reason) return
    try {
      this.#services.onStoreRefused?.(this.#link.info, reason)
    } catch (error) {
      this.#onFault(error)
    }
  }

  #assign(operation: Operation, MessageID: number): void {
    const { command, context } = operation
    if (command.CommandDataSetType === NO_DATA_SET) return
    const service = this.#serviceOf(context)
    if (service) {
      operation.service = service
      operation.dataSet = new WholeDataSet(this.#link.limits.maxIdentifierLength)
      return
    }
    try {
      operation.sink =
        this.#services.store?.({
          association: this.#link.info,
          MessageID,
          AffectedSOPClassUID: context.abstractSyntax,
          AffectedSOPInstanceUID: command.AffectedSOPInstanceUID ?? '',
          TransferSyntaxUID: context.transferSyntax,
        }) ?? null
    } catch (error) {
      this.#sinkFailed(operation, error)
    }
  }

  /** Bytes of the request's data set. */
  onDataSet(bytes: Uint8Array, isLast: boolean): void {
    const operation = this.#operation
    if (!operation) throw new ProtocolError('message-malformed', null)
    operation.length += bytes.length
    if (operation.sink && operation.length > this.#link.limits.maxDataSetLength) {
      operation.sink.abort('too-large')
      operation.sink = null
      operation.answer = { status: DimseStatus.OutOfResources, ErrorComment: 'data set too large' }
    }
    if (operation.dataSet && !operation.dataSet.add(bytes)) {
      operation.dataSet = null
      operation.service = null
      operation.answer = { status: DimseStatus.OutOfResources, ErrorComment: 'identifier too large' }
    }
    const { sink } = operation
    if (sink && bytes.length > 0) this.#write(operation, sink, bytes)
    if (isLast) this.#finish()
  }

  #write(operation: Operation, sink: StoreSink, bytes: Uint8Array): void {
    try {
      const ready = sink.write(bytes)
      if (!ready) return
      this.#link.layer.hold()
      const goOn = () => this.#link.layer.resume()
      ready.then(goOn, (error) => {
        this.#sinkFailed(operation, error)
        goOn()
      })
    } catch (error) {
      this.#sinkFailed(operation, error)
    }
  }

  #sinkFailed(operation: Operation, error: unknown): void {
    this.#onFault(error)
    operation.sink?.abort('sink-failed')
    operation.sink = null
    operation.answer = { status: DimseStatus.ProcessingFailure }
  }

  #finish(): void {
    const operation = this.#operation
    this.#operation = null
    if (!operation) return
    const { sink, service, dataSet } = operation
    operation.sink = null
    if (sink) this.#settle(this.#store(operation, sink))
    else if (service && dataSet) this.#settle(this.#perform(operation, service, dataSet.bytes()))
    else this.#respond(operation, operation.answer)
  }

  #settle(work: Promise<void>): void {
    const settling = work
      .catch((error) => {
        this.#onFault(error)
        this.#abort('internal-error')
      })
      .then(() => {
        if (this.#settling === settling) this.#settling = null
      })
    this.#settling = settling
  }

  /** Waits for the object to be stored, then answers; nothing further is read meanwhile. */
  async #store(operation: Operation, sink: StoreSink): Promise<void> {
    this.#link.layer.hold()
    let answer: OperationAnswer = { status: DimseStatus.ProcessingFailure }
    try {
      answer = await sink.end()
    } catch (error) {
      this.#onFault(error)
    }
    this.#respond(operation, answer)
    this.#link.layer.resume()
  }

  async #perform(operation: Operation, service: OperationService, dataSet: Uint8Array): Promise<void> {
    const { command, context } = operation
    const { layer, info } = this.#link
    const controller = new AbortController()
    const MessageID = command.MessageID ?? 0
    this.#running = { MessageID, controller }
    layer.beginWork()
    let answer: OperationAnswer = { status: DimseStatus.ProcessingFailure }
    try {
      const request = {
        association: info,
        name: operationNameOf(command) ?? 'C-FIND',
        MessageID,
        SOPClassUID: context.abstractSyntax,
        SOPInstanceUID: command.RequestedSOPInstanceUID ?? command.AffectedSOPInstanceUID ?? '',
        TransferSyntaxUID: context.transferSyntax,
        typeID: command.ActionTypeID ?? command.EventTypeID ?? null,
        MoveDestination: command.MoveDestination ?? '',
        dataSet,
      }
      answer = await service.perform(request, this.#control(operation, controller.signal))
    } catch (error) {
      // What fails because the peer left is no fault.
      if (!this.#isOver) this.#onFault(error)
    }
    this.#running = null
    layer.endWork()
    await this.#respond(operation, answer)
  }

  #control(operation: Operation, signal: AbortSignal): OperationControl {
    return {
      signal,
      accepts: (SOPClassUID, TransferSyntaxUID) => this.#link.accepts(SOPClassUID, TransferSyntaxUID),
      operate: (input) => this.#link.operate(input),
      respond: async (answer) => {
        await this.#respond(operation, answer)
        // The peer's time runs while it does not take what was sent.
        await this.#link.layer.drained()
        // A cancel that came meanwhile is read before the next.
        await setImmediate()
      },
      store: async (object, originator) => {
        // Now something is expected of the peer.
        this.#link.layer.endWork()
        try {
          return await this.#link.store(object, originator)
        } finally {
          this.#link.layer.beginWork()
        }
      },
    }
  }

  /** Sends a response; a promise while its data set goes out. */
  #respond({ command, context }: Operation, answer: OperationAnswer): Promise<void> | undefined {
    if (command.CommandField === commandFields['C-CANCEL-RQ'] || this.#isOver) return undefined
    const response = responseTo(command, answer)
    const { dataSet } = answer
    const { sender } = this.#link
    if (dataSet) return sender.sendWithDataSet(response, context.id, [dataSet])
    sender.send(response, context.id)
    return undefined
  }

  #abort(reason: EndReason): void {
    this.#link.layer.abort({ outcome: 'protocol-error', reason })
  }

  #onFault(error: unknown): void {
    if (error instanceof DimseError && this.#isOver) return
    this.#services.onFault?.(error)
  }

  /** The association is over: returns whether a data set was cut by it. */
  end(): boolean {
    this.#isOver = true
    this.#running?.controller.abort()
    const sink = this.#operation?.sink
    this.#operation = null
    if (!sink) return false
    try {
      sink.abort('association-ended')
    } catch (error) {
      this.#services.onFault?.(error)
    }
    return true
  }
}
