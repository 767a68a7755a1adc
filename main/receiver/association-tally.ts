/** What one association brought, counted for the receiver's history. */
import type { IngestOutcome } from '../cache/cache.ts'
import type { ReceiverEvent } from '../contract/station.ts'
import type { AssociationEnd } from '../dimse/index.ts'

export type Reason = ReceiverEvent['reasons'][number]

export class AssociationTally {
  stored = 0
  duplicates = 0
  versions = 0
  failed = 0
  readonly #reasons = new Map<string, Reason>()

  /** Counts the outcome of one object. */
  count(outcome: IngestOutcome): void {
    if (outcome.kind === 'stored') this.stored += 1
    else if (outcome.kind === 'duplicate') this.duplicates += 1
    else if (outcome.kind === 'version') this.versions += 1
    else this.fail(outcome.reason)
  }

  /** Counts an object that was not stored. */
  fail(code: string): void {
    this.failed += 1
    this.addReason(code, '')
  }

  /** Notes a reason once more; `detail` tells equal codes apart and holds no patient data. */
  addReason(code: string, detail: string): void {
    const key = `${code} ${detail}`
    const reason = this.#reasons.get(key) ?? { code, count: 0, detail }
    reason.count += 1
    this.#reasons.set(key, reason)
  }

  /** The event that the history keeps. */
  toEvent(end: AssociationEnd, at: string): ReceiverEvent {
    for (const uid of end.refusedSOPClassUIDs) this.addReason('unknown-sop-class', uid)
    for (const uid of end.refusedTransferSyntaxUIDs) this.addReason('unknown-transfer-syntax', uid)
    // A cut object was counted as failed already.
    if (end.reason && end.reason !== 'cut-data-set') this.addReason(end.reason, this.#detailOf(end))
    return this.eventOf(end.association?.callingAETitle ?? '', end.remoteAddress, end.outcome, at)
  }

  /** The event of what came from `sender`. */
  eventOf(sender: string, remoteAddress: string, outcome: ReceiverEvent['outcome'], at: string): ReceiverEvent {
    return {
      at,
      callingAETitle: sender,
      remoteAddress,
      outcome,
      stored: this.stored,
      duplicates: this.duplicates,
      versions: this.versions,
      failed: this.failed,
      reasons: [...this.#reasons.values()],
    }
  }

  /** For a wrong AE title, which one was called: the misspelling is what has to be found. */
  #detailOf({ reason, association }: AssociationEnd): string {
    return reason === 'called-ae-unknown' ? (association?.calledAETitle ?? '') : ''
  }
}
