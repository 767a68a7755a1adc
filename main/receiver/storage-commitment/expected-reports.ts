/** The commitment SCU's memory: which reports are expected of whom, by Transaction UID (PS3.4 §J.3.3). */
import { DimseStatus } from '../../dicom/index.ts'
import type { CommitmentReport } from './transaction.ts'

/** Transactions whose report came, remembered because a peer that missed our answer reports again. */
const MAX_DONE = 1000

export class ExpectedReports {
  readonly #expected = new Map<string, { aeTitle: string; resolve(report: CommitmentReport): void }>()
  readonly #done = new Map<string, string>()

  /** Resolves with the report of a transaction by the AE that was asked; null when `signal` aborts before. */
  expect(TransactionUID: string, aeTitle: string, signal: AbortSignal): Promise<CommitmentReport | null> {
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#expected.delete(TransactionUID)
        resolve(null)
      }
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      this.#expected.set(TransactionUID, {
        aeTitle,
        resolve: (report) => {
          signal.removeEventListener('abort', onAbort)
          resolve(report)
        },
      })
    })
  }

  /** Takes a report that `aeTitle` sent; returns the status that it is answered. */
  take(report: CommitmentReport, aeTitle: string): number {
    const { TransactionUID } = report
    const expected = this.#expected.get(TransactionUID)
    const asked = expected?.aeTitle ?? this.#done.get(TransactionUID)
    if (asked === undefined) return DimseStatus.InvalidArgumentValue
    if (asked !== aeTitle) return DimseStatus.NotAuthorized
    if (!expected) return DimseStatus.Success
    this.#expected.delete(TransactionUID)
    this.#done.set(TransactionUID, aeTitle)
    for (const oldest of this.#done.keys()) {
      if (this.#done.size <= MAX_DONE) break
      this.#done.delete(oldest)
    }
    expected.resolve(report)
    return DimseStatus.Success
  }
}
