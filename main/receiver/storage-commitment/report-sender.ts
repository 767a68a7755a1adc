/**
 * Brings reports to who asked for them: on an association of our own to a peer that listens, tried again for a while; to one that does
 * not, on the association it asked on. What is waiting is not kept over an end of this program: who asked asks again.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { SOPClassUIDs, STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID, TransferSyntaxUIDs } from '../../dicom/index.ts'
import { type OperationControl, type OperationInput, ScuAssociation } from '../../dimse/index.ts'
import { connectionTo, type PeerAddress } from '../peer-table.ts'
import { type CommitmentReport, commitmentEvents, reportContent } from './transaction.ts'

export const commitmentClass = SOPClassUIDs.StorageCommitmentPushModel

/** ms before each attempt. */
const ATTEMPT_DELAYS: readonly number[] = [0, 5000, 30_000, 120_000, 600_000]
/** Reports that may wait. */
const MAX_WAITING = 500

export interface ReportSenderOptions {
  aeTitle(): string
  attemptDelays?: readonly number[]
  /** A report was given up; nothing of it is told. */
  onLost(peer: PeerAddress | null): void
}

const eventOf = (report: CommitmentReport): OperationInput => ({
  name: 'N-EVENT-REPORT',
  SOPClassUID: commitmentClass,
  SOPInstanceUID: STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
  typeID: report.failed.length > 0 ? commitmentEvents.someFailed : commitmentEvents.allCommitted,
  content: reportContent(report),
})

export class ReportSender {
  readonly #options: ReportSenderOptions
  readonly #closing = new AbortController()
  readonly #waiting = new Set<Promise<void>>()

  constructor(options: ReportSenderOptions) {
    this.#options = options
  }

  get isFull(): boolean {
    return this.#waiting.size >= MAX_WAITING
  }

  /** Sends the report that `check` gives to `peer`, or, null, over `control`. */
  send(check: () => Promise<CommitmentReport>, peer: PeerAddress | null, control: OperationControl): void {
    const sending = this.#send(check, peer, control).then((isSent) => {
      this.#waiting.delete(sending)
      if (!isSent && !this.#closing.signal.aborted) this.#options.onLost(peer)
    })
    this.#waiting.add(sending)
  }

  async #send(
    check: () => Promise<CommitmentReport>,
    peer: PeerAddress | null,
    control: OperationControl,
  ): Promise<boolean> {
    for (const delay of this.#options.attemptDelays ?? ATTEMPT_DELAYS) {
      try {
        await wait(delay, undefined, { signal: this.#closing.signal })
        const event = eventOf(await check())
        const { status } = await (peer ? this.#sendTo(peer, event) : control.operate(event))
        if (status === 0) return true
      } catch {
        // The peer's association has ended: there is no other way to it.
        if (!peer || this.#closing.signal.aborted) return false
      }
    }
    return false
  }

  async #sendTo(peer: PeerAddress, event: OperationInput): Promise<{ status: number }> {
    const association = await ScuAssociation.open({
      ...connectionTo(peer, this.#options.aeTitle()),
      contexts: [{ abstractSyntax: commitmentClass, transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian }],
      roles: [{ SOPClassUID: commitmentClass, scuRole: false, scpRole: true }],
      signal: this.#closing.signal,
    })
    try {
      return await association.operate(event)
    } finally {
      await association.release()
    }
  }

  /** Gives up what waits. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#waiting)
  }
}
