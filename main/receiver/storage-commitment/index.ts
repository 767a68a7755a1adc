/**
 * Storage commitment in both roles (PS3.4 Annex J): peers ask whether what they sent is safe here, and we ask archives. It belongs to the
 * receiver because reports come and go on the receiver's listener, to and from its peers.
 */
import { randomUUID } from 'node:crypto'
import {
  DimseStatus,
  STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
  TransferSyntaxUIDs,
  uidFromUUID,
} from '../../dicom/index.ts'
import {
  type AssociationInfo,
  DimseError,
  decodeIdentifier,
  type OperationAnswer,
  type OperationControl,
  type OperationRequest,
  type OperationService,
  ScuAssociation,
  type TlsCredentials,
} from '../../dimse/index.ts'
import { connectionTo, type PeerAddress, type PeerRules, peerAddress } from '../peer-table.ts'
import { type CheckedCache, checkInstances } from './check-instances.ts'
import { ExpectedReports } from './expected-reports.ts'
import type { Asker } from './pending-reports.ts'
import { commitmentClass, ReportSender, type ReportSenderOptions } from './report-sender.ts'
import {
  type CommitmentReport,
  commitmentEvents,
  type InstanceReference,
  MAX_REFERENCES,
  REQUEST_COMMITMENT,
  readReport,
  readRequest,
  requestContent,
} from './transaction.ts'

export type { CheckedCache } from './check-instances.ts'
export type { ReportMemory } from './pending-reports.ts'
export type { CommitmentReport, InstanceReference } from './transaction.ts'

export interface CommitmentRequest {
  peer: PeerAddress
  instances: readonly InstanceReference[]
  /** Given, it is used again: of a transaction that was begun before a restart, say. */
  TransactionUID?: string
  /** Gives up waiting. */
  signal: AbortSignal
  /** ms to wait for the report on the association that asked; then it is awaited on our listener. */
  reportWait?: number
}

export type CommitmentOutcome =
  | { kind: 'reported'; report: CommitmentReport }
  /** The peer refused the request, with this status. */
  | { kind: 'refused'; status: number }
  | { kind: 'unreachable'; error: DimseError }
  /** No report came until the waiting was given up. */
  | { kind: 'not-reported' }

/** Takes a report that nobody here waits for; true: it was asked for, and is kept durably. */
export type ReportListener = (report: CommitmentReport, aeTitle: string) => Promise<boolean>

export interface StorageCommitment {
  readonly service: OperationService
  /** Asks as `request` does, and waits for no report: whoever listens takes it, whenever it comes. Tells the status; never rejects. */
  ask(request: CommitmentRequest & { TransactionUID: string }): Promise<{ status: number } | { error: DimseError }>
  onReport(listener: ReportListener): () => void
  /** Asks a peer to commit itself to instances that it has; never rejects. 20,000 at most. */
  request(request: CommitmentRequest): Promise<CommitmentOutcome>
  /** Takes up reports that could not be brought before the program ended. */
  resume(): Promise<void>
  /** Stops what waits; what was kept is taken up again. */
  close(): Promise<void>
}

export interface CommitmentOptions extends Omit<ReportSenderOptions, 'addressOf'> {
  /** What we commit ourselves to; null: nothing, and nobody is let ask. */
  cache: CheckedCache | null
  peers(): PeerRules
  /** What we show to peers that speak TLS; null: nothing, and they are not called. */
  credentials(): TlsCredentials | null
}

/** ms that archives take that answer at once. */
const REPORT_WAIT = 3000

/** Nobody is let ask a station that holds nothing. */
const nothingHeld: CheckedCache = {
  listVersions: async () => [],
  open: () => Promise.reject(new Error('Nothing is held')),
}

class Commitment implements StorageCommitment {
  readonly #options: CommitmentOptions
  readonly #sender: ReportSender
  readonly #expected = new ExpectedReports()
  readonly #listeners = new Set<ReportListener>()
  /** What was asked on associations that stay a little, by transaction: called when its report is taken. */
  readonly #staying = new Map<string, () => void>()
  readonly service: OperationService

  constructor(options: CommitmentOptions) {
    this.#options = options
    const { peers, credentials, cache } = options
    const addressOf = (asker: Asker) => peerAddress(peers(), asker.callingAETitle, asker, credentials())
    this.#sender = new ReportSender({ ...options, addressOf }, async ({ TransactionUID, instances }) =>
      checkInstances(cache ?? nothingHeld, TransactionUID, instances),
    )
    this.service = this.#serviceOf(({ callingAETitle }) => callingAETitle)
  }

  /** The service on associations whose other side has the AE title that `peerOf` tells. */
  #serviceOf(peerOf: (association: AssociationInfo) => string): OperationService {
    const { cache } = this.#options
    return {
      sopClasses: new Map([[commitmentClass, { 'N-EVENT-REPORT': null, ...(cache ? { 'N-ACTION': 'commit' } : {}) }]]),
      perform: async (request, control) =>
        request.name === 'N-ACTION' ? this.#act(request, control) : this.#take(request, peerOf(request.association)),
    }
  }

  async #act(request: OperationRequest, control: OperationControl): Promise<OperationAnswer> {
    const { cache } = this.#options
    if (request.SOPInstanceUID !== STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID) {
      return { status: DimseStatus.NoSuchObjectInstance }
    }
    if (request.typeID !== REQUEST_COMMITMENT) return { status: DimseStatus.NoSuchActionType }
    const dataSet = decodeIdentifier(request.dataSet, request.TransferSyntaxUID)
    const asked = dataSet && readRequest(dataSet)
    if (!asked || !cache) return { status: DimseStatus.InvalidArgumentValue }
    if (!this.#sender.hasRoomFor(asked.instances.length)) return { status: DimseStatus.ResourceLimitation }
    const { callingAETitle, remoteAddress } = request.association
    await this.#sender.send({ ...asked, callingAETitle, remoteAddress, askedAt: new Date().toISOString() }, control)
    return { status: DimseStatus.Success }
  }

  async #take({ dataSet, TransferSyntaxUID, typeID }: OperationRequest, aeTitle: string): Promise<OperationAnswer> {
    if (!Object.values(commitmentEvents).some((type) => type === typeID)) return { status: DimseStatus.NoSuchEventType }
    const content = decodeIdentifier(dataSet, TransferSyntaxUID)
    const report = content && readReport(content)
    if (!report) return { status: DimseStatus.InvalidArgumentValue }
    const status = this.#expected.take(report, aeTitle)
    if (status !== DimseStatus.InvalidArgumentValue) return { status }
    for (const listener of this.#listeners) {
      if (!(await listener(report, aeTitle))) continue
      this.#staying.get(report.TransactionUID)?.()
      return { status: DimseStatus.Success }
    }
    return { status }
  }

  onReport(listener: ReportListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async ask(request: Parameters<StorageCommitment['ask']>[0]): ReturnType<StorageCommitment['ask']> {
    const { TransactionUID } = request
    const reported = new Promise<void>((resolve) => this.#staying.set(TransactionUID, resolve))
    try {
      return { status: await this.#ask(request, TransactionUID, reported) }
    } catch (cause) {
      return {
        error: cause instanceof DimseError ? cause : new DimseError('aborted', 'Asking failed', null, { cause }),
      }
    } finally {
      this.#staying.delete(TransactionUID)
    }
  }

  async request(request: CommitmentRequest): Promise<CommitmentOutcome> {
    const { peer, instances, signal } = request
    if (instances.length > MAX_REFERENCES) throw new RangeError('Too many instances for one transaction')
    const TransactionUID = request.TransactionUID ?? uidFromUUID(randomUUID())
    const waiting = new AbortController()
    const onAbort = () => waiting.abort()
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    // Before anything is sent: the report may come before the response.
    const reported = this.#expected.expect(TransactionUID, peer.aeTitle, waiting.signal)
    try {
      const status = await this.#ask(request, TransactionUID, reported)
      if (status !== DimseStatus.Success) return { kind: 'refused', status }
      const report = await reported
      return report ? { kind: 'reported', report } : { kind: 'not-reported' }
    } catch (cause) {
      if (signal.aborted) return { kind: 'not-reported' }
      const error = cause instanceof DimseError ? cause : new DimseError('aborted', 'Asking failed', null, { cause })
      return { kind: 'unreachable', error }
    } finally {
      signal.removeEventListener('abort', onAbort)
      waiting.abort()
    }
  }

  /** Sends the request and stays for the report a little; resolves with the status of the request. */
  async #ask(request: CommitmentRequest, TransactionUID: string, reported: Promise<unknown>): Promise<number> {
    const { peer, instances, signal, reportWait = REPORT_WAIT } = request
    const association = await ScuAssociation.open({
      ...connectionTo(peer, this.#options.aeTitle()),
      contexts: [{ abstractSyntax: commitmentClass, transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian }],
      performs: { services: [this.#serviceOf(({ calledAETitle }) => calledAETitle)] },
      signal,
    })
    let timer: NodeJS.Timeout | undefined
    try {
      const { status } = await association.operate({
        name: 'N-ACTION',
        SOPClassUID: commitmentClass,
        SOPInstanceUID: STORAGE_COMMITMENT_PUSH_MODEL_INSTANCE_UID,
        typeID: REQUEST_COMMITMENT,
        content: requestContent(TransactionUID, instances),
      })
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, reportWait)
      })
      if (status === DimseStatus.Success) await Promise.race([reported, association.ended, patience])
      return status
    } finally {
      clearTimeout(timer)
      await association.release()
    }
  }

  resume(): Promise<void> {
    return this.#sender.resume()
  }

  close(): Promise<void> {
    return this.#sender.close()
  }
}

/** Storage commitment over a listener that performs `service`. */
export const createStorageCommitment = (options: CommitmentOptions): StorageCommitment => new Commitment(options)
