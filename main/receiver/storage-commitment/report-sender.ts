/**
 * Brings reports to who asked for them: on an association of our own to a peer that listens, tried again for most of a day and over restarts;
 * to one that does not, on the association it asked on, and only there.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { SOPClassUIDs, STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID, TransferSyntaxUIDs } from '../../dicom/index.ts'
import { type OperationControl, type OperationInput, ScuAssociation } from '../../dimse/index.ts'
import { connectionTo, type PeerAddress } from '../peer-table.ts'
import { type Asker, type PendingReport, PendingReports, type ReportMemory } from './pending-reports.ts'
import { type CommitmentReport, commitmentEvents, reportContent } from './transaction.ts'

export const commitmentClass = SOPClassUIDs.StorageCommitmentPushModel

/** ms before each attempt. */
const ATTEMPT_DELAYS: readonly number[] = [0, 5000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 43_200_000]
/** Requests that may wait, and their instances in all: 200,000 take 40 MB. */
const MAX_WAITING = 500
const MAX_WAITING_INSTANCES = 200_000

export interface ReportSenderOptions {
  aeTitle(): string
  attemptDelays?: readonly number[]
  /** Keeps what waits over a restart; absent: nothing is. */
  memory?: ReportMemory
  /** Where who asked listens, now; null when that is not known. */
  addressOf(asker: Asker): PeerAddress | null
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

/** What a report is to be about, made anew at each attempt. */
type Check = (request: PendingReport) => Promise<CommitmentReport>

export class ReportSender {
  readonly #options: ReportSenderOptions
  readonly #check: Check
  readonly #pending: PendingReports
  readonly #closing = new AbortController()
  readonly #waiting = new Set<Promise<void>>()
  #instances = 0

  constructor(options: ReportSenderOptions, check: Check) {
    this.#options = options
    this.#check = check
    this.#pending = new PendingReports(options.memory ?? null, MAX_WAITING)
  }

  /** Whether a request of so many instances can wait. */
  hasRoomFor(instances: number): boolean {
    return this.#waiting.size < MAX_WAITING && this.#instances + instances <= MAX_WAITING_INSTANCES
  }

  /** Sends the report of a request to who asked, or, when it does not listen, over `control`. Resolves when it is kept. */
  async send(request: PendingReport, control: OperationControl): Promise<void> {
    const peer = this.#options.addressOf(request)
    const slot = peer ? await this.#pending.keep(request) : null
    this.#begin(request, slot, peer ? null : control)
  }

  /** Takes up what waited when the program ended. */
  async resume(): Promise<void> {
    for (const { request, slot } of await this.#pending.load()) this.#begin(request, slot, null)
  }

  #begin(request: PendingReport, slot: number | null, control: OperationControl | null): void {
    this.#instances += request.instances.length
    const sending = this.#send(request, control)
      .then(async (isSent) => {
        // What could not be tried to its end is taken up after the restart.
        if (!isSent && this.#closing.signal.aborted) return
        if (slot !== null) await this.#pending.forget(slot)
        if (!isSent) this.#options.onLost(this.#options.addressOf(request))
      })
      .catch(() => {})
      .then(() => {
        this.#instances -= request.instances.length
        this.#waiting.delete(sending)
      })
    this.#waiting.add(sending)
  }

  async #send(request: PendingReport, control: OperationControl | null): Promise<boolean> {
    for (const delay of this.#options.attemptDelays ?? ATTEMPT_DELAYS) {
      try {
        await wait(delay, undefined, { signal: this.#closing.signal })
        // Checked when it is sent: what was stored meanwhile counts.
        const event = eventOf(await this.#check(request))
        const peer = control ? null : this.#options.addressOf(request)
        if (!control && !peer) continue
        const { status } = await (peer ? this.#sendTo(peer, event) : this.#sendOver(control, event))
        if (status === 0) return true
      } catch {
        // The peer's association has ended: there is no other way to it.
        if (control || this.#closing.signal.aborted) return false
      }
    }
    return false
  }

  async #sendOver(control: OperationControl | null, event: OperationInput): Promise<{ status: number }> {
    if (!control) throw new Error('No way to who asked')
    return control.operate(event)
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
