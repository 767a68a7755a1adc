/**
 * The C-GET SCU (PS3.4 §C.4.3): a study, series or instances of a peer into the cache, over one association that we open, so that also a
 * station behind a home router gets them. Each sub-operation is answered when its object is durable.
 */
import type { Cache, IngestOutcome } from '../cache/cache.ts'
import type { DataSetContent } from '../dataset/index.ts'
import { DimseStatus, SOPClassUIDs, statusClass, TransferSyntaxUIDs } from '../dicom/index.ts'
import {
  DimseError,
  type OperationResponse,
  ScuAssociation,
  type StoreRequest,
  type StoreSink,
} from '../dimse/index.ts'
import { ingestSink } from './ingest-sink.ts'
import { connectionTo, type PeerAddress } from './peer-table.ts'

export interface GetRequest {
  peer: PeerAddress
  /** Our AE title. */
  callingAETitle: string
  StudyInstanceUID: string
  SeriesInstanceUID?: string
  /** With a series: these instances of it alone. */
  SOPInstanceUIDs?: readonly string[]
  /** Storage SOP classes of what is to come, 1 to 127, as a query told them. */
  storedSOPClassUIDs: readonly string[]
  patience?: GetPatience
  /** Cancels: what has come stays. */
  signal?: AbortSignal
  onProgress?(progress: GetProgress): void
}

/** How long a peer is waited for, in ms. */
export interface GetPatience {
  /** Without a word, between objects and before the first. */
  silence: number
  /** Without a byte, inside an object. */
  object: number
}

/**
 * An archive that fetches from tape says nothing for minutes, mostly before the first object, and need not send pending responses meanwhile
 * (PS3.4 §C.4.3.3); who has begun an object has it, so that only a link or a program that died stops in it.
 */
const defaultPatience: GetPatience = { silence: 15 * 60_000, object: 60_000 }

export interface GetProgress {
  stored: number
  duplicates: number
  versions: number
  /** Objects that came and were not kept. */
  refused: number
  /** Bytes of the objects that came. */
  bytes: number
  /** What the peer says: still to come, and not sent by it. */
  remaining: number
  failed: number
}

export interface GetReport extends GetProgress {
  /** `incomplete`: some objects did not come. `refused`: the peer did not perform it. `interrupted`: the association ended; see `error`. */
  kind: 'completed' | 'incomplete' | 'cancelled' | 'refused' | 'interrupted'
  /** The peer's last status; null without. */
  status: number | null
  error: DimseError | null
}

const MAX_STORAGE_CONTEXTS = 127
/** ms that a peer may still take when we cancelled. */
const CANCEL_GRACE = 5000

/** In the order in which they are proposed; each class in as many as there is room for. */
const proposedSyntaxes = [
  TransferSyntaxUIDs.ExplicitVRLittleEndian,
  TransferSyntaxUIDs.ImplicitVRLittleEndian,
  TransferSyntaxUIDs.JPEGLosslessSV1,
  TransferSyntaxUIDs.JPEG2000Lossless,
  TransferSyntaxUIDs.JPEGLSLossless,
  TransferSyntaxUIDs.RLELossless,
  TransferSyntaxUIDs.JPEGBaseline8Bit,
  TransferSyntaxUIDs.JPEG2000,
  TransferSyntaxUIDs.JPEGLossless,
  TransferSyntaxUIDs.HTJ2KLossless,
  TransferSyntaxUIDs.HTJ2K,
  TransferSyntaxUIDs.JPEGLSNearLossless,
  TransferSyntaxUIDs.JPEGExtended12Bit,
  TransferSyntaxUIDs.ExplicitVRBigEndian,
  TransferSyntaxUIDs.DeflatedExplicitVRLittleEndian,
]

const GET = SOPClassUIDs.StudyRootQueryRetrieveInformationModelGet

function contextsFor(classes: readonly string[]) {
  const syntaxes = proposedSyntaxes.slice(0, Math.max(1, Math.floor(MAX_STORAGE_CONTEXTS / classes.length)))
  return [
    { abstractSyntax: GET, transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian },
    ...syntaxes
      .flatMap((transferSyntax) => classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntax })))
      .slice(0, MAX_STORAGE_CONTEXTS),
  ]
}

const identifierOf = ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUIDs }: GetRequest): DataSetContent => ({
  QueryRetrieveLevel: SOPInstanceUIDs ? 'IMAGE' : SeriesInstanceUID ? 'SERIES' : 'STUDY',
  StudyInstanceUID,
  ...(SeriesInstanceUID ? { SeriesInstanceUID } : {}),
  ...(SOPInstanceUIDs ? { SOPInstanceUID: SOPInstanceUIDs } : {}),
})

function kindOf(status: number, { failed, refused }: GetProgress): GetReport['kind'] {
  if (status === DimseStatus.Cancel) return 'cancelled'
  if (statusClass(status) === 'failure') return 'refused'
  return failed > 0 || refused > 0 ? 'incomplete' : 'completed'
}

class Retrieval {
  readonly #cache: Pick<Cache, 'ingest'>
  readonly #request: GetRequest
  readonly progress: GetProgress = {
    stored: 0,
    duplicates: 0,
    versions: 0,
    refused: 0,
    bytes: 0,
    remaining: 0,
    failed: 0,
  }
  /** Aborted when an object stopped coming. */
  readonly stalled = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(cache: Pick<Cache, 'ingest'>, request: GetRequest) {
    this.#cache = cache
    this.#request = request
  }

  #expectMore(): void {
    clearTimeout(this.#timer)
    const { object } = this.#request.patience ?? defaultPatience
    this.#timer = setTimeout(() => this.stalled.abort(), object).unref()
  }

  #expectNothing(): void {
    clearTimeout(this.#timer)
  }

  store(request: StoreRequest): StoreSink {
    const { aeTitle, host } = this.#request.peer
    const from = { origin: 'retrieved', peer: { AETitle: aeTitle, address: host } } as const
    const sink = ingestSink(this.#cache, request, from, {
      onOutcome: (outcome) => this.#count(outcome),
      onAbort: () => this.#count({ kind: 'refused', reason: 'cut-data-set' }),
      onFault: () => {},
    })
    this.#expectMore()
    return {
      write: (chunk) => {
        this.progress.bytes += chunk.length
        const ready = sink.write(chunk)
        if (!ready) {
          this.#expectMore()
          return undefined
        }
        // While the cache takes its time, nothing is expected of the peer.
        this.#expectNothing()
        return ready.finally(() => this.#expectMore())
      },
      end: () => {
        this.#expectNothing()
        return sink.end()
      },
      abort: (reason) => {
        this.#expectNothing()
        sink.abort(reason)
      },
    }
  }

  #count({ kind }: IngestOutcome): void {
    if (kind === 'stored') this.progress.stored += 1
    else if (kind === 'duplicate') this.progress.duplicates += 1
    else if (kind === 'version') this.progress.versions += 1
    else this.progress.refused += 1
    this.#tell()
  }

  /** What a response says of the sub-operations. */
  note({ suboperations }: OperationResponse): void {
    this.progress.remaining = suboperations.remaining
    this.progress.failed = suboperations.failed
    this.#tell()
  }

  #tell(): void {
    this.#request.onProgress?.({ ...this.progress })
  }
}

/** Retrieves from a peer into the cache; never rejects. What is here already is a duplicate, so that it can be called again. */
export async function retrieveByGet(cache: Pick<Cache, 'ingest'>, request: GetRequest): Promise<GetReport> {
  const { peer, callingAETitle, storedSOPClassUIDs, signal } = request
  const retrieval = new Retrieval(cache, request)
  const cut = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let association: ScuAssociation | undefined
  const onCancel = () => {
    timer = setTimeout(() => cut.abort(), CANCEL_GRACE)
  }
  signal?.addEventListener('abort', onCancel)
  try {
    if (signal?.aborted) return { ...retrieval.progress, kind: 'cancelled', status: null, error: null }
    association = await ScuAssociation.open({
      ...connectionTo(peer, callingAETitle),
      contexts: contextsFor(storedSOPClassUIDs),
      roles: storedSOPClassUIDs.map((SOPClassUID) => ({ SOPClassUID, scuRole: false, scpRole: true })),
      performs: { store: (each) => retrieval.store(each) },
      silence: (request.patience ?? defaultPatience).silence,
      signal: AbortSignal.any([cut.signal, retrieval.stalled.signal]),
    })
    const operation = { name: 'C-GET', SOPClassUID: GET, content: identifierOf(request) } as const
    const last = await association.operate(operation, (pending) => retrieval.note(pending), signal)
    retrieval.note(last)
    await association.release()
    const { progress } = retrieval
    return { ...progress, kind: kindOf(last.status, progress), status: last.status, error: null }
  } catch (cause) {
    const error = retrieval.stalled.signal.aborted
      ? new DimseError('timed-out', 'An object stopped coming')
      : cause instanceof DimseError
        ? cause
        : new DimseError('aborted', 'Retrieving failed', null, { cause })
    const kind = signal?.aborted ? 'cancelled' : 'interrupted'
    return { ...retrieval.progress, kind, status: null, error }
  } finally {
    signal?.removeEventListener('abort', onCancel)
    clearTimeout(timer)
    // Nothing, when it was released.
    association?.abort()
  }
}
