/**
 * The C-FIND SCU (PS3.4 §C.4.1.2): several questions to one peer over one association, each cut where enough came. C-FIND knows no pages:
 * whoever asks says how many matches are borne, and is told when there were more.
 */
import type { DataSet, DataSetContent } from '../dataset/index.ts'
import { DimseStatus, SOPClassUIDs, TransferSyntaxUIDs } from '../dicom/index.ts'
import { DimseError, ScuAssociation } from '../dimse/index.ts'
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
  ErrorComment: string
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
}

/** An archive looks through millions of rows before its first match; whoever drips is cut. */
const defaultPatience: QueryPatience = { connect: 10_000, silence: 60_000, answer: 120_000 }

/** ms that a peer may still take when it was told to stop. */
const CANCEL_GRACE = 3000

const FIND = SOPClassUIDs.StudyRootQueryRetrieveInformationModelFind

/** The pair that lets an association be asked. */
export const findContext = {
  abstractSyntax: FIND,
  transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian,
} as const

class Conversation {
  readonly #association: ScuAssociation
  readonly #answer: number
  readonly #signal: AbortSignal
  #isTimedOut = false

  constructor(association: ScuAssociation, answer: number, signal: AbortSignal) {
    this.#association = association
    this.#answer = answer
    this.#signal = signal
  }

  async ask({ content, most, onMatch }: Question): Promise<Found> {
    const enough = new AbortController()
    const patience = setTimeout(() => this.#cut(true), this.#answer)
    let grace: NodeJS.Timeout | undefined
    let count = 0
    const cancel = AbortSignal.any([enough.signal, this.#signal])
    const beginGrace = () => {
      grace = setTimeout(() => this.#cut(false), CANCEL_GRACE)
    }
    cancel.addEventListener('abort', beginGrace)
    try {
      const last = await this.#association.operate(
        { name: 'C-FIND', SOPClassUID: FIND, content },
        ({ dataSet }) => {
          count += 1
          if (count <= most) onMatch(dataSet)
          else enough.abort()
        },
        cancel,
      )
      return { status: last.status, ErrorComment: last.ErrorComment, isCut: count > most }
    } catch (error) {
      // What came before we hung up is what was asked for.
      if (enough.signal.aborted && !this.#isTimedOut) {
        return { status: DimseStatus.Cancel, ErrorComment: '', isCut: true }
      }
      if (this.#isTimedOut) throw new DimseError('timed-out', 'The matches took too long')
      throw error
    } finally {
      cancel.removeEventListener('abort', beginGrace)
      clearTimeout(patience)
      clearTimeout(grace)
    }
  }

  #cut(isTimedOut: boolean): void {
    this.#isTimedOut ||= isTimedOut
    this.#association.abort()
  }
}

/**
 * Opens an association for queries and lets `work` ask. Rejects with {@link DimseError} when it cannot be had or ends, and with what `work`
 * throws; `signal` cancels the question that is being answered.
 */
export async function queryByFind<T>(
  peer: PeerAddress,
  callingAETitle: string,
  work: (ask: Ask) => Promise<T>,
  signal: AbortSignal,
  patience: QueryPatience = defaultPatience,
): Promise<T> {
  const association = await ScuAssociation.open({
    ...connectionTo(peer, callingAETitle),
    contexts: [findContext],
    responseTimeout: patience.connect,
    silence: patience.silence,
  })
  const conversation = new Conversation(association, patience.answer, signal)
  try {
    const done = await work((question) => conversation.ask(question))
    await association.release()
    return done
  } finally {
    // Nothing, when it was released.
    association.abort()
  }
}
