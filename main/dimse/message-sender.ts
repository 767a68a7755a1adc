/** Sends the messages of one association, each whole before the next: command set, then data set in fragments (PS3.7 §6.3, PS3.8 Annex E). */
import type { CommandSet } from './command-set.ts'
import type { DimseLimits } from './dimse.ts'
import { DimseError } from './dimse-error.ts'
import { dataSetHeaders, encodeCommand, largestFragment } from './message-pdu.ts'
import type { UpperLayer } from './upper-layer.ts'

/** A data set in pieces of any size. */
export type DataSetPieces = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

async function* piecesOf(dataSet: DataSetPieces): AsyncGenerator<Uint8Array> {
  yield* dataSet
}

export class MessageSender {
  readonly #layer: UpperLayer
  readonly #limits: DimseLimits
  /** The peer's largest P-DATA-TF; 0: any. */
  peerMaximumLength = 0
  /** Messages that wait for a data set that is going out. */
  #turn: Promise<void> = Promise.resolve()
  #queued = 0

  constructor(layer: UpperLayer, limits: DimseLimits) {
    this.#layer = layer
    this.#limits = limits
  }

  /** Sends a message without data set: at once, or behind the data set that is going out. */
  send(command: CommandSet, contextID: number): void {
    const pdu = encodeCommand(command, contextID, this.peerMaximumLength)
    if (this.#queued === 0) this.#layer.send(pdu)
    else void this.#enqueue(async () => void this.#layer.send(pdu))
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#queued += 1
    const done = this.#turn.then(work)
    this.#turn = done
      .catch(() => {})
      .then(() => {
        this.#queued -= 1
      })
    return done
  }

  /**
   * Sends a message with its data set; resolves when the last fragment was written. Rejects with {@link DimseError} `unreadable` when
   * the first piece cannot be had, and nothing was sent; with `aborted`, having aborted the association, when a later one cannot.
   */
  async sendWithDataSet(command: CommandSet, contextID: number, dataSet: DataSetPieces): Promise<void> {
    const pieces = piecesOf(dataSet)
    const first = await pieces.next().catch((cause: unknown) => {
      throw new DimseError('unreadable', 'The data set could not be read', null, { cause })
    })
    try {
      await this.#enqueue(async () => {
        this.#layer.send(encodeCommand(command, contextID, this.peerMaximumLength))
        await this.#sendDataSet(first.done ? new Uint8Array(0) : first.value, pieces, contextID)
      })
    } finally {
      await pieces.return(undefined)
    }
  }

  async #sendDataSet(first: Uint8Array, rest: AsyncIterable<Uint8Array>, contextID: number): Promise<void> {
    // One fragment is held back, because the last one must say that it is.
    let held = await this.#sendPiece(new Uint8Array(0), first, contextID)
    try {
      for await (const piece of rest) {
        if (!this.#layer.isEstablished) return
        held = await this.#sendPiece(held, piece, contextID)
      }
    } catch (cause) {
      this.#layer.abort({ outcome: 'aborted', reason: 'internal-error' })
      throw new DimseError('aborted', 'The data set could not be read', null, { cause })
    }
    this.#sendFragment(held, contextID, true)
  }

  async #sendPiece(before: Uint8Array, piece: Uint8Array, contextID: number): Promise<Uint8Array> {
    const most = largestFragment(this.peerMaximumLength, this.#limits.maxPduLength)
    let held = before
    let at = 0
    if (held.length % 2 !== 0) {
      // What is held is shorter than `most`, which is even: it is filled up, so that no fragment but the last can be odd.
      at = Math.min(piece.length, most - held.length)
      held = Buffer.concat([held, piece.subarray(0, at)])
    }
    for (; at < piece.length && this.#layer.isEstablished; at += most) {
      if (held.length > 0 && !this.#sendFragment(held, contextID, false)) await this.#layer.drained()
      held = piece.subarray(at, at + most)
    }
    return held
  }

  #sendFragment(fragment: Uint8Array, contextID: number, isLast: boolean): boolean {
    return this.#layer.sendFragment(dataSetHeaders(contextID, fragment.length, isLast), fragment)
  }
}
