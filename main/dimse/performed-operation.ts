/**
 * One operation other than C-STORE being performed (PS3.7 §9.1, §10.1): its data set is taken whole, then its service runs while the
 * association is read on, so that the operation can be cancelled.
 */
import { setImmediate } from 'node:timers/promises'
import { DimseStatus } from '../dicom/index.ts'
import type { CommandSet } from './command-set.ts'
import type { OperationAnswer, OperationControl, OperationRequest, OperationService } from './dimse.ts'
import type { PerformedRequest, PerformerLink, Respond } from './performed-request.ts'
import type { AcceptedContext } from './presentation-contexts.ts'
import { operationNameOf } from './request-checks.ts'
import { WholeDataSet } from './whole-data-set.ts'

/** What was asked, where, and who performs it. */
export interface OperationTask {
  command: CommandSet
  context: AcceptedContext
  service: OperationService
}

export class PerformedOperation implements PerformedRequest {
  readonly #link: PerformerLink
  readonly #task: OperationTask
  readonly #onFault: (error: unknown) => void
  readonly #controller = new AbortController()
  /** Null once it was refused, or handed over. */
  #dataSet: WholeDataSet | null
  #refusal: OperationAnswer | null = null
  #isRunning = false
  #isCut = false

  constructor(link: PerformerLink, task: OperationTask, onFault: (error: unknown) => void) {
    this.#link = link
    this.#task = task
    this.#onFault = onFault
    this.#dataSet = new WholeDataSet(link.limits.maxIdentifierLength)
  }

  get refusal(): OperationAnswer | null {
    return this.#refusal
  }

  /** Whether its service works: no other request may come meanwhile. */
  get isRunning(): boolean {
    return this.#isRunning
  }

  add(bytes: Uint8Array): void {
    if (!this.#dataSet || this.#dataSet.add(bytes)) return
    this.#dataSet = null
    this.#refusal = { status: DimseStatus.OutOfResources, ErrorComment: 'identifier too large' }
  }

  /** C-CANCEL: taken only of the message that runs. */
  cancel(MessageID: number | undefined): void {
    if (this.#isRunning && (this.#task.command.MessageID ?? 0) === MessageID) this.#controller.abort()
  }

  /** The association is over. */
  cut(): void {
    this.#isCut = true
    this.#controller.abort()
  }

  async perform(respond: Respond): Promise<void> {
    const { layer } = this.#link
    this.#isRunning = true
    layer.beginWork()
    let answer: OperationAnswer = { status: DimseStatus.ProcessingFailure }
    try {
      answer = await this.#task.service.perform(this.#request(), this.#control(respond))
    } catch (error) {
      // What fails because the peer left is no fault.
      if (!this.#isCut) this.#onFault(error)
    }
    this.#isRunning = false
    layer.endWork()
    await respond(answer)
  }

  #request(): OperationRequest {
    const { command, context } = this.#task
    const dataSet = this.#dataSet?.bytes() ?? new Uint8Array()
    this.#dataSet = null
    return {
      association: this.#link.info,
      name: operationNameOf(command) ?? 'C-FIND',
      MessageID: command.MessageID ?? 0,
      SOPClassUID: context.abstractSyntax,
      SOPInstanceUID: command.RequestedSOPInstanceUID ?? command.AffectedSOPInstanceUID ?? '',
      TransferSyntaxUID: context.transferSyntax,
      typeID: command.ActionTypeID ?? command.EventTypeID ?? null,
      MoveDestination: command.MoveDestination ?? '',
      dataSet,
    }
  }

  #control(respond: Respond): OperationControl {
    const { layer, accepts, operate, store } = this.#link
    return {
      signal: this.#controller.signal,
      accepts,
      operate,
      respond: async (answer) => {
        await respond(answer)
        // The peer's time runs while it does not take what was sent.
        await layer.drained()
        // A cancel that came meanwhile is read before the next.
        await setImmediate()
      },
      store: async (object, originator) => {
        // Now something is expected of the peer.
        layer.endWork()
        try {
          return await store(object, originator)
        } finally {
          layer.beginWork()
        }
      },
    }
  }
}
