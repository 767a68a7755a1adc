/**
 * The performing DIMSE service user of one association (PS3.7 §8): requests in, one after the other; every request gets a status,
 * whatever happens. Here a request is examined, given to what performs it (performed-store.ts, performed-operation.ts) and answered.
 */
import { DimseStatus } from '../dicom/index.ts'
import { type CommandSet, commandFields, NO_DATA_SET } from './command-set.ts'
import type { CommandRefusal, OperationAnswer, OperationService, PeerRight, StoreRequest } from './dimse.ts'
import { DimseError, type EndReason, ProtocolError } from './dimse-error.ts'
import { PerformedOperation } from './performed-operation.ts'
import type { PerformedRequest, PerformedServices, PerformerLink } from './performed-request.ts'
import { PerformedStore } from './performed-store.ts'
import type { AcceptedContext } from './presentation-contexts.ts'
import { examineOperation, examineStoreOrEcho } from './request-checks.ts'
import { responseTo } from './response-command.ts'

/** The request whose data set is awaited. */
interface AwaitedRequest {
  command: CommandSet
  context: AcceptedContext
  /** What is answered if nobody performs it. */
  answer: OperationAnswer
  performed: PerformedRequest | null
}

/** What the status of a refused C-STORE-RQ says. */
const commandRefusals: Record<number, CommandRefusal> = {
  [DimseStatus.SOPClassNotSupported]: 'class-of-another-context',
  [DimseStatus.InvalidSOPInstance]: 'bad-instance-uid',
  [DimseStatus.CannotUnderstand]: 'no-data-set',
  [DimseStatus.NotAuthorized]: 'not-authorized',
}

const moveOriginatorOf = ({
  MoveOriginatorApplicationEntityTitle: aeTitle,
  MoveOriginatorMessageID: MessageID,
}: CommandSet): Pick<StoreRequest, 'moveOriginator'> =>
  aeTitle !== undefined && MessageID !== undefined ? { moveOriginator: { aeTitle, MessageID } } : {}

export class Performer {
  readonly #link: PerformerLink
  readonly #services: PerformedServices
  #awaited: AwaitedRequest | null = null
  /** The last C-STORE, and the last operation of another kind. */
  #store: PerformedStore | null = null
  #operation: PerformedOperation | null = null
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
      this.#operation?.cancel(command.MessageIDBeingRespondedTo)
      return
    }
    if (command.MessageID === undefined) throw new ProtocolError('command-malformed', null)
    // One operation at a time was negotiated.
    if (this.#operation?.isRunning) throw new ProtocolError('message-malformed', null)
    const answer = this.#examine(command, context)
    const request: AwaitedRequest = { command, context, answer, performed: null }
    this.#awaited = request
    if (command.CommandField === commandFields['C-STORE-RQ']) this.#tellRefused(answer.status)
    if (answer.status === DimseStatus.Success) this.#assign(request, command.MessageID)
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

  #assign(request: AwaitedRequest, MessageID: number): void {
    const { command, context } = request
    if (command.CommandDataSetType === NO_DATA_SET) return
    const onFault = (error: unknown) => this.#onFault(error)
    const service = this.#serviceOf(context)
    if (service) {
      this.#operation = new PerformedOperation(this.#link, { command, context, service }, onFault)
      request.performed = this.#operation
      return
    }
    try {
      const sink = this.#services.store?.({
        association: this.#link.info,
        MessageID,
        AffectedSOPClassUID: context.abstractSyntax,
        AffectedSOPInstanceUID: command.AffectedSOPInstanceUID ?? '',
        TransferSyntaxUID: context.transferSyntax,
        ...moveOriginatorOf(command),
      })
      this.#store = sink ? new PerformedStore(this.#link, sink, onFault) : null
      request.performed = this.#store
    } catch (error) {
      this.#onFault(error)
      request.answer = { status: DimseStatus.ProcessingFailure }
    }
  }

  /** Bytes of the request's data set. */
  onDataSet(bytes: Uint8Array, isLast: boolean): void {
    const request = this.#awaited
    if (!request) throw new ProtocolError('message-malformed', null)
    request.performed?.add(bytes)
    if (isLast) this.#finish()
  }

  #finish(): void {
    const request = this.#awaited
    this.#awaited = null
    if (!request) return
    const { performed, answer } = request
    if (performed && !performed.refusal) this.#settle(performed.perform((last) => this.#respond(request, last)))
    else this.#respond(request, performed?.refusal ?? answer)
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

  #respond({ command, context }: AwaitedRequest, answer: OperationAnswer): Promise<void> | undefined {
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
    this.#awaited = null
    this.#operation?.cut()
    return this.#store?.cut() ?? false
  }
}
