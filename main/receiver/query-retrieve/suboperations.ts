/** Counts the sub-operations of one C-MOVE or C-GET and makes its responses (PS3.4 §C.4.2.1.4 to §C.4.2.1.8, §C.4.3.1). */
import { DimseStatus } from '../../dicom/index.ts'
import {
  encodeIdentifier,
  type OperationAnswer,
  type OperationControl,
  type SuboperationCounts,
} from '../../dimse/index.ts'
import { queryLimits } from './limits.ts'

/** Why an object was not taken, in the words of the Error Comment, which holds 64 characters. */
const failures = {
  /** 0122: in none of the encodings that it can be sent in. */
  'not-negotiated': 'no accepted presentation context',
  unreadable: 'not readable',
  unreachable: 'not reached',
  refused: 'refused',
} as const
type Failure = keyof typeof failures

/** Objects of one study that were sent, or not taken. */
export interface SentCount {
  objects: number
  failed: number
}

export class Suboperations {
  /** Study of each object that was opened, by its SOPInstanceUID; and what became of them. */
  readonly #studies = new Map<string, string>()
  readonly sent = new Map<string, SentCount>()
  readonly #control: OperationControl
  readonly #counts: SuboperationCounts
  readonly #failedUIDs: string[] = []
  readonly #failures = new Map<Failure, number>()
  #toldAt = 0

  constructor(total: number, control: OperationControl) {
    this.#control = control
    this.#counts = { remaining: total, completed: 0, failed: 0, warning: 0 }
  }

  /** An object is about to be sent. */
  opened(SOPInstanceUID: string, StudyInstanceUID: string): void {
    this.#studies.set(SOPInstanceUID, StudyInstanceUID)
  }

  #countSent(SOPInstanceUID: string, isSent: boolean): void {
    const StudyInstanceUID = this.#studies.get(SOPInstanceUID)
    if (StudyInstanceUID === undefined) return
    const { objects, failed } = this.sent.get(StudyInstanceUID) ?? { objects: 0, failed: 0 }
    this.sent.set(StudyInstanceUID, isSent ? { objects: objects + 1, failed } : { objects, failed: failed + 1 })
  }

  /** Counts an object by the status that its receiver answered. */
  count(SOPInstanceUID: string, status: number): void {
    const isWarning = status >>> 12 === 0xb || status === 0x0001
    if (status !== DimseStatus.Success && !isWarning) this.fail(SOPInstanceUID, 'refused')
    else {
      this.#countSent(SOPInstanceUID, true)
      this.#counts.remaining -= 1
      if (isWarning) this.#counts.warning += 1
      else this.#counts.completed += 1
    }
  }

  /** Counts an object that was not taken. */
  fail(SOPInstanceUID: string, failure: Failure): void {
    this.#countSent(SOPInstanceUID, false)
    this.#counts.remaining -= 1
    this.#counts.failed += 1
    this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1)
    if (SOPInstanceUID !== '') this.#failedUIDs.push(SOPInstanceUID)
  }

  /** Sends a pending response, at intervals. */
  async tell(): Promise<void> {
    const now = performance.now()
    if (this.#counts.remaining === 0 || now - this.#toldAt < queryLimits.pendingInterval) return
    this.#toldAt = now
    await this.#control.respond({ status: DimseStatus.Pending, suboperations: { ...this.#counts } })
  }

  /** The last response when everything was tried, or the peer cancelled. */
  last(TransferSyntaxUID: string, isCancelled: boolean): OperationAnswer {
    const { completed, failed, warning, remaining } = this.#counts
    const failure =
      completed + warning === 0 ? DimseStatus.UnableToPerformSuboperations : DimseStatus.SuboperationsWithFailures
    const status = isCancelled
      ? DimseStatus.Cancel
      : failed > 0
        ? failure
        : warning > 0
          ? DimseStatus.SuboperationsWithFailures
          : DimseStatus.Success
    const list = this.#failedUIDs.slice(0, MAX_FAILED_UIDS)
    const comment = [...this.#failures].map(([failure, count]) => `${count} ${failures[failure]}`).join(', ')
    return {
      status,
      ...(comment ? { ErrorComment: comment.slice(0, MAX_COMMENT) } : {}),
      // Only a cancelled one has something left (PS3.4 §C.4.2.1.6).
      suboperations: { completed, failed, warning, ...(isCancelled ? { remaining } : {}) },
      ...(list.length > 0 ? { dataSet: encodeIdentifier({ FailedSOPInstanceUIDList: list }, TransferSyntaxUID) } : {}),
    }
  }
}

/** As many UIDs as an element of VR UI holds in explicit VR: 65,534 bytes. */
const MAX_FAILED_UIDS = 1000

/** Characters of an Error Comment (PS3.7 §C.1.1; VR LO). */
const MAX_COMMENT = 64
