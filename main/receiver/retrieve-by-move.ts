/**
 * The C-MOVE SCU (PS3.4 §C.4.2): a peer sends a study, series or instances to our own listener, on associations that it opens. For
 * archives that perform no C-GET and know this station's AE title and address.
 */
import type { Cache } from '../cache/cache.ts'
import { DimseError, ScuAssociation } from '../dimse/index.ts'
import { CancelGrace } from './cancel-grace.ts'
import type { ExpectedMoves } from './expected-moves.ts'
import { contextsOf, operationClass, rootOf } from './information-models.ts'
import { connectionTo, type PeerAddress } from './peer-table.ts'
import {
  identifierOf,
  kindOf,
  type Patience,
  ProgressWatch,
  type RetrieveCounts,
  type RetrieveEnd,
  type Wanted,
} from './retrieve-operation.ts'

export interface MoveRequest extends Wanted {
  peer: PeerAddress
  /** Our AE title: who asks, and where the objects go. */
  callingAETitle: string
  /** Objects that may come; a peer that sends more is cut. */
  maxObjects: number
  patience?: Patience
  /** Cancels: what has come stays. */
  signal: AbortSignal
}

export type MoveReport = RetrieveCounts & RetrieveEnd

/** As long as a C-GET is borne. */
const defaultPatience: Patience = { silence: 15 * 60_000, object: 60_000 }
/** ms that a peer may still take when we cancelled. */
const CANCEL_GRACE = 5000

/** ms without a word on the association that asked, while objects come on others: those are watched. */
const SILENT_WHILE_SENDING = 24 * 3_600_000

/** Has a peer send to us; its objects go to `cache`. Never rejects. */
export async function retrieveByMove(
  moves: ExpectedMoves,
  cache: Pick<Cache, 'ingest'>,
  { peer, callingAETitle, maxObjects, patience = defaultPatience, signal, ...wanted }: MoveRequest,
): Promise<MoveReport> {
  const counts: RetrieveCounts = { remaining: 0, failed: 0, warning: 0 }
  const watch = new ProgressWatch(patience, maxObjects)
  const grace = new CancelGrace(signal, CANCEL_GRACE)
  let association: ScuAssociation | undefined
  const { MessageID, forget } = moves.expect({
    ...{ peerTitle: peer.aeTitle, callingAETitle, cache },
    // Its bytes are the listener's to wait for; here only the next object is.
    onObject: () => {
      watch.objectBegins()
      watch.expectObject()
    },
  })
  const note = ({ remaining, failed, warning }: RetrieveCounts) => {
    watch.responded({ remaining, failed, warning })
    Object.assign(counts, { remaining, failed, warning })
  }
  try {
    watch.expectObject()
    association = await ScuAssociation.open({
      ...connectionTo(peer, callingAETitle),
      contexts: contextsOf('C-MOVE'),
      silence: SILENT_WHILE_SENDING,
      signal: AbortSignal.any([grace.cut, watch.signal]),
    })
    grace.opened()
    const root = rootOf(association, 'C-MOVE')
    const operation = {
      name: 'C-MOVE',
      SOPClassUID: operationClass('C-MOVE', root),
      content: identifierOf(wanted, root),
      MoveDestination: callingAETitle,
      MessageID,
    } as const
    const last = await association.operate(operation, ({ suboperations }) => note(suboperations), signal)
    note(last.suboperations)
    await association.release()
    return { ...counts, kind: kindOf(last.status, counts.failed), status: last.status, error: null }
  } catch (cause) {
    const error =
      watch.error ??
      (cause instanceof DimseError ? cause : new DimseError('aborted', 'Retrieving failed', null, { cause }))
    return { ...counts, kind: signal.aborted ? 'cancelled' : 'interrupted', status: null, error }
  } finally {
    grace.end()
    watch.end()
    forget()
    // Nothing, when it was released.
    association?.abort()
  }
}
