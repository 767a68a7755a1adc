/** Fragments into messages (PS3.7 §6.3, PS3.8 §E.1): the command set whole and bounded, the data set's bytes passed on as they come. */
import { type CommandSet, decodeCommandSet, NO_DATA_SET } from './command-set.ts'
import { ProtocolError } from './dimse-error.ts'

export interface MessageHandler {
  /** A command set is complete; a data set follows when its CommandDataSetType says so. */
  onCommand(command: CommandSet, presentationContextID: number): void
  /** Bytes of the data set, valid until the handler returns. */
  onDataSet(bytes: Uint8Array, isLast: boolean): void
}

export class MessageReader {
  readonly #handler: MessageHandler
  readonly #maxCommandLength: number
  #command: Buffer = Buffer.alloc(0)
  #commandLength = 0
  /** The context that a message has begun on; 0 between messages. */
  #context = 0
  #isInDataSet = false

  constructor(handler: MessageHandler, maxCommandLength: number) {
    this.#handler = handler
    this.#maxCommandLength = maxCommandLength
  }

  /** Whether a data set was announced and is not complete. */
  get isInDataSet(): boolean {
    return this.#isInDataSet
  }

  /** Takes the next fragment; throws {@link ProtocolError} when it does not fit what came before. */
  read(presentationContextID: number, isCommand: boolean, bytes: Uint8Array, isLast: boolean): void {
    if (isCommand === this.#isInDataSet) throw new ProtocolError('message-malformed', null)
    if (this.#context !== 0 && this.#context !== presentationContextID) {
      throw new ProtocolError('message-malformed', null)
    }
    if (isCommand) this.#readCommand(presentationContextID, bytes, isLast)
    else this.#readDataSet(bytes, isLast)
  }

  #readCommand(presentationContextID: number, bytes: Uint8Array, isLast: boolean): void {
    if (this.#commandLength + bytes.length > this.#maxCommandLength) throw new ProtocolError('command-too-long', null)
    this.#context = presentationContextID
    let whole = bytes
    if (!isLast || this.#commandLength > 0) {
      this.#collect(bytes)
      if (!isLast) return
      whole = this.#command.subarray(0, this.#commandLength)
    }
    const command = decodeCommandSet(whole)
    this.#commandLength = 0
    this.#isInDataSet = command.CommandDataSetType !== NO_DATA_SET
    if (!this.#isInDataSet) this.#context = 0
    this.#handler.onCommand(command, presentationContextID)
  }

  #readDataSet(bytes: Uint8Array, isLast: boolean): void {
    if (isLast) {
      this.#isInDataSet = false
      this.#context = 0
    }
    this.#handler.onDataSet(bytes, isLast)
  }

  #collect(bytes: Uint8Array): void {
    const length = this.#commandLength + bytes.length
    if (length > this.#command.length) {
      const larger = Buffer.alloc(Math.min(this.#maxCommandLength, Math.max(length, 2 * this.#command.length, 256)))
      larger.set(this.#command.subarray(0, this.#commandLength))
      this.#command = larger
    }
    this.#command.set(bytes, this.#commandLength)
    this.#commandLength = length
  }
}
