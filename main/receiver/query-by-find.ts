/**
 * The C-FIND SCU (PS3.4 §C.4.1.2): several questions to one peer over one association, each cut where enough came. C-FIND knows no pages:
 * whoever asks says how many matches are borne, and is told when there were more.
 */
import type { DataSet, DataSetContent } from '../dataset/index.ts'
import { DimseStatus } from '../dicom/index.ts'
import { DimseError, type OperationResponse, ScuAssociation } from '../dimse/index.ts'
import { CancelGrace } from './cancel-grace.ts'
import { contextsOf, operationClass, type QueryRoot, rootOf } from './information-models.ts'
import { connectionTo, type PeerAddress } from './peer-table.ts'

export interface Question {
  /** The identifier: QueryRetrieveLevel, what is matched, and what is to be returned. */
  content: DataSetContent
  /** Matches that are taken; a peer that has more is told to stop. */
  most: number
  /** A match; null: one that cannot be read. */
  onMatch(match: DataSet | null): void
}

export interface Found {
  /** The last status; that of a cancel when it was cut here. */
  status: number
  /** The peer had more. */
  isCut: boolean
}

/** Asks one question; one after the other. Rejects with {@link DimseError}. */
export type Ask = (question: Question) => Promise<Found>

/** How long a peer is waited for, in ms. */
export interface QueryPatience {
  /** The connection and the answer to the association request. */
  connect: number
  /** Without a byte. */
  silence: number
  /** All matches of one question. */
  answer: number
  /** When it was told to stop. */
  cancel: number
}

/** An archive looks through millions of rows before its first match; whoever drips is cut. */
const defaultPatience: QueryPatience = { connect: 10_000, silence: 60_000, answer: 120_000, cancel: 3000 }

class Conversation {
  readonly #association: ScuAssociation
  readonly #patience: QueryPatience
  readonly #signal: AbortSignal
  readonly root: QueryRoot
  #isTimedOut = false

  constructor(association: ScuAssociation, patience: QueryPatience, signal: AbortSignal) {
    this.#association = association
    this.#patience = patience
    this.#signal = signal
    this.root = rootOf(association, 'C-FIND')
  }

  async ask({ content, most, onMatch }: Question): Promise<Found> {
    const enough = new AbortController()
    const cancel = AbortSignal.any([enough.signal, this.#signal])
    const patience = setTimeout(() => this.#timeOut(), this.#patience.answer)
    const grace = new CancelGrace(cancel, this.#patience.cancel)
    grace.opened()
    const cut = () => this.#association.abort()
    grace.cut.addEventListener('abort', cut)
    let count = 0
    const onPending = ({ dataSet }: OperationResponse) => {
      count += 1
      if (count <= most) onMatch(dataSet)
      else enough.abort()
    }
    try {
      const SOPClassUID = operationClass('C-FIND', this.root)
      const operation = { name: 'C-FIND', SOPClassUID, content } as const
      const { status } = await this.#association.operate(operation, onPending, cancel)
      return { status, isCut: count > most }
    } catch (error) {
      if (this.#isTimedOut) throw new DimseError('timed-out', 'The matches took too long')
      // What came before we hung up is what was asked for.
      if (enough.signal.aborted) return { status: DimseStatus.Cancel, isCut: true }
      throw error
    } finally {
      clearTimeout(patience)
      grace.end()
    }
  }

  #timeOut(): void {
    this.#isTimedOut = true
    this.#association.abort()
  }
}

/**
 * Opens an association for queries and lets `work` ask, in the information model that it is told. Rejects with {@link DimseError} when it
 * cannot be had or ends, and with what `work` throws; `signal` cancels the question that is being answered.
 */
export async function queryByFind<T>(
  peer: PeerAddress,
  callingAETitle: string,
  work: (ask: Ask, root: QueryRoot) => Promise<T>,
  signal: AbortSignal,
  patience: QueryPatience = defaultPatience,
): Promise<T> {
  const opening = new CancelGrace(signal, 0)
  const association = await ScuAssociation.open({
    ...connectionTo(peer, callingAETitle),
    contexts: contextsOf('C-FIND'),
    responseTimeout: patience.connect,
    silence: patience.silence,
    signal: opening.cut,
  }).finally(() => opening.end())
  const conversation = new Conversation(association, patience, signal)
  try {
    const done = await work((question) => conversation.ask(question), conversation.root)
    await association.release()
    return done
  } finally {
    // Nothing, when it was released.
    association.abort()
  }
}
