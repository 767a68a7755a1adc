/** The invoking DIMSE service user of one association (PS3.7 §8): requests out one after the other, their responses matched by Message ID. */
import { statusClass } from '../dicom/index.ts'
import { type CommandSet, commandFields, NO_DATA_SET, WITH_DATA_SET } from './command-set.ts'
import type { DimseLimits } from './dimse.ts'
import { DimseError, ProtocolError } from './dimse-error.ts'
import type { DataSetPieces, MessageSender } from './message-sender.ts'
import { WholeDataSet } from './whole-data-set.ts'

/** A response; its data set whole, empty when it has none. */
export interface Response {
  command: CommandSet
  dataSet: Uint8Array
}

interface Waiting {
  MessageID: number
  onPending: (response: Response) => void
  resolve(response: Response): void
  reject(error: DimseError): void
}

export interface Invocation {
  dataSet?: DataSetPieces | undefined
  onPending?: Waiting['onPending']
  cancel?: AbortSignal | undefined
  /** Absent: the next. */
  MessageID?: number | undefined
}

export class Invoker {
  readonly #sender: MessageSender
  readonly #limits: DimseLimits
  #lastMessageID = 0
  /** One operation at a time was negotiated: the end of the last that was asked for, and how many have not ended. */
  #turn: Promise<void> = Promise.resolve()
  #invoked = 0
  #waiting: Waiting | null = null
  #error: DimseError | null = null
  /** The response whose data set is being read. */
  #response: { command: CommandSet; dataSet: WholeDataSet } | null = null

  constructor(sender: MessageSender, limits: DimseLimits) {
    this.#sender = sender
    this.#limits = limits
  }

  /**
   * Sends a request, behind those before it, and resolves with its final response; `onPending` is told those before that, `cancel` sends
   * C-CANCEL (PS3.7 §9.3.2.3). Rejects with {@link DimseError} when the association ends before, the data set cannot be read, or it was
   * cancelled before it was sent.
   */
  async invoke(
    command: Omit<CommandSet, 'MessageID' | 'CommandDataSetType'>,
    contextID: number,
    { onPending = () => {}, ...invocation }: Invocation = {},
  ): Promise<Response> {
    const before = this.#turn
    let onDone = () => {}
    this.#turn = new Promise((resolve) => {
      onDone = resolve
    })
    this.#invoked += 1
    if (this.#invoked > 1) await before
    try {
      return await this.#invoke(command, contextID, { ...invocation, onPending })
    } finally {
      this.#invoked -= 1
      onDone()
    }
  }

  async #invoke(
    command: Omit<CommandSet, 'MessageID' | 'CommandDataSetType'>,
    contextID: number,
    {
      dataSet,
      onPending,
      cancel,
      MessageID = (this.#lastMessageID % 0xffff) + 1,
    }: Invocation & Pick<Waiting, 'onPending'>,
  ): Promise<Response> {
    if (this.#error) throw this.#error
    if (cancel?.aborted) throw new DimseError('aborted', 'It was cancelled before it was sent')
    this.#lastMessageID = MessageID
    const response = new Promise<Response>((resolve, reject) => {
      this.#waiting = { MessageID, onPending, resolve, reject }
    })
    // A peer may answer, or leave, before the data set is out: the rejection is looked at below.
    response.catch(() => {})
    const CommandDataSetType = dataSet ? WITH_DATA_SET : NO_DATA_SET
    const request = { ...command, MessageID, CommandDataSetType } as CommandSet
    const onCancel = () => this.#cancel(MessageID, contextID)
    try {
      if (dataSet) await this.#sender.sendWithDataSet(request, contextID, dataSet)
      else this.#sender.send(request, contextID)
      // Not before the request has left.
      if (cancel?.aborted) onCancel()
      cancel?.addEventListener('abort', onCancel)
      return await response
    } finally {
      cancel?.removeEventListener('abort', onCancel)
      if (this.#waiting?.MessageID === MessageID) this.#waiting = null
    }
  }

  #cancel(MessageID: number, contextID: number): void {
    if (this.#waiting?.MessageID !== MessageID) return
    const command = {
      CommandField: commandFields['C-CANCEL-RQ'],
      MessageIDBeingRespondedTo: MessageID,
      CommandDataSetType: NO_DATA_SET,
    }
    this.#sender.send(command, contextID)
  }

  /** A response came; throws {@link ProtocolError} when it answers nothing. */
  onResponse(command: CommandSet): void {
    const isAwaited = command.MessageIDBeingRespondedTo === this.#waiting?.MessageID
    if (!this.#waiting || !isAwaited || command.Status === undefined) {
      throw new ProtocolError('message-malformed', null)
    }
    if (command.CommandDataSetType === NO_DATA_SET) this.#tell({ command, dataSet: new Uint8Array(0) })
    else this.#response = { command, dataSet: new WholeDataSet(this.#limits.maxIdentifierLength) }
  }

  onDataSet(bytes: Uint8Array, isLast: boolean): void {
    const response = this.#response
    if (!response) throw new ProtocolError('message-malformed', null)
    if (!response.dataSet.add(bytes)) throw new ProtocolError('identifier-too-long', null)
    if (!isLast) return
    this.#response = null
    this.#tell({ command: response.command, dataSet: response.dataSet.bytes() })
  }

  #tell(response: Response): void {
    const waiting = this.#waiting
    if (!waiting) return
    if (statusClass(response.command.Status ?? 0) === 'pending') {
      waiting.onPending(response)
      return
    }
    this.#waiting = null
    waiting.resolve(response)
  }

  /** Nothing more comes: what is waited for, and whatever is asked later, rejects with `error`. */
  end(error: DimseError): void {
    this.#error ??= error
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.reject(this.#error)
  }
}
