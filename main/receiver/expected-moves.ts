/**
 * Retrievals by C-MOVE that are under way: what comes to the listener for one of them is known by the C-MOVE that it names (PS3.7
 * §9.3.1.1) and by who sends it, and goes where that retrieval wants it.
 */
import type { Cache } from '../cache/cache.ts'
import type { StoreRequest } from '../dimse/index.ts'

/** A C-MOVE of ours. */
export interface ExpectedMove {
  /** AE title of the peer that was asked. */
  peerTitle: string
  /** Ours, under which it was asked. */
  callingAETitle: string
  /** Where its objects go. */
  cache: Pick<Cache, 'ingest'>
  /** An object of it begins. */
  onObject(): void
}

const LARGEST_MESSAGE_ID = 0xffff

export class ExpectedMoves {
  readonly #moves = new Map<number, ExpectedMove>()
  #lastMessageID = 0

  /** Takes note of a C-MOVE; gives the Message ID that it is to have, and what ends the expectation. */
  expect(move: ExpectedMove): { MessageID: number; forget(): void } {
    do this.#lastMessageID = (this.#lastMessageID % LARGEST_MESSAGE_ID) + 1
    while (this.#moves.has(this.#lastMessageID))
    const MessageID = this.#lastMessageID
    this.#moves.set(MessageID, move)
    return { MessageID, forget: () => this.#moves.delete(MessageID) }
  }

  /** The C-MOVE that an object comes for; null: it comes by itself. */
  find({ association, moveOriginator }: Pick<StoreRequest, 'association' | 'moveOriginator'>): ExpectedMove | null {
    const move = this.#moves.get(moveOriginator?.MessageID ?? 0)
    const isOurs =
      move?.callingAETitle === moveOriginator?.aeTitle.trim() && move?.peerTitle === association.callingAETitle
    return move && isOurs ? move : null
  }
}
