/**
 * The C-GET SCU (PS3.4 §C.4.3): a study, series or instances of a peer into the cache, over one association that we open, so that also a
 * station behind a home router gets them. Each sub-operation is answered when its object is durable.
 */
import type { Cache, IngestOutcome } from '../cache/cache.ts'
import { isStorableTransferSyntax, TransferSyntaxUIDs, transferSyntaxes } from '../dicom/index.ts'
import {
  DimseError,
  type OperationResponse,
  ScuAssociation,
  type StoreRequest,
  type StoreSink,
} from '../dimse/index.ts'
import { CancelGrace } from './cancel-grace.ts'
import { contextsOf, operationClass, rootOf } from './information-models.ts'
import { ingestSink } from './ingest-sink.ts'
import { connectionTo, type PeerAddress } from './peer-table.ts'
import {
  identifierOf,
  kindOf,
  ProgressWatch,
  type RetrieveCounts,
  type RetrieveEnd,
  type Wanted,
} from './retrieve-operation.ts'

export interface GetRequest extends Wanted {
  peer: PeerAddress
  /** Our AE title. */
  callingAETitle: string
  /** Storage SOP classes of what is to come, as a query told them; those behind the 126th are not proposed. */
  storedSOPClassUIDs: readonly string[]
  /** Objects that may come; a peer that sends more is cut. Absent: any number. */
  maxObjects?: number
  patience?: GetPatience
  /** Cancels: what has come stays. */
  signal?: AbortSignal
  onProgress?(progress: GetProgress): void
}

/** How long a peer is waited for, in ms. */
export interface GetPatience {
  /** Without a word, or without anything but words, between objects and before the first. */
  silence: number
  /** Without a byte, inside an object. */
  object: number
}

/**
 * An archive that fetches from tape says nothing for minutes, mostly before the first object, and need not send pending responses meanwhile
 * (PS3.4 §C.4.3.3); who has begun an object has it, so that only a link or a program that died stops in it.
 */
const defaultPatience: GetPatience = { silence: 15 * 60_000, object: 60_000 }

export interface GetProgress extends RetrieveCounts {
  stored: number
  duplicates: number
  versions: number
  /** Objects that came and were not kept. */
  refused: number
  /** Bytes of the objects that came. */
  bytes: number
}

export type GetReport = GetProgress & RetrieveEnd

/** Presentation contexts of an association, but for those of the operation in its two models. */
const MAX_STORAGE_CONTEXTS = 126
/** ms that a peer may still take when we cancelled. */
const CANCEL_GRACE = 5000

/** In the order in which they are proposed, before all others that can be stored; each class in as many as there is room for. */
const commonSyntaxes = [
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

const proposedSyntaxes = [...new Set([...commonSyntaxes, ...transferSyntaxes.keys()])].filter(isStorableTransferSyntax)

function contextsFor(classes: readonly string[]) {
  const syntaxes = proposedSyntaxes.slice(0, Math.max(1, Math.floor(MAX_STORAGE_CONTEXTS / classes.length)))
  return [
    ...contextsOf('C-GET'),
    ...syntaxes
      .flatMap((transferSyntax) => classes.map((abstractSyntax) => ({ abstractSyntax, transferSyntax })))
      .slice(0, MAX_STORAGE_CONTEXTS),
  ]
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
    warning: 0,
  }
  /** Cuts a peer that stopped, or does not stop. */
  readonly watch: ProgressWatch

  constructor(cache: Pick<Cache, 'ingest'>, request: GetRequest) {
    this.#cache = cache
    this.#request = request
    this.watch = new ProgressWatch(request.patience ?? defaultPatience, request.maxObjects)
  }

  store(request: StoreRequest): StoreSink {
    const { aeTitle, host } = this.#request.peer
    const from = { origin: 'retrieved', peer: { AETitle: aeTitle, address: host } } as const
    const sink = ingestSink(this.#cache, request, from, {
      onOutcome: (outcome) => this.#count(outcome),
      onAbort: () => this.#count({ kind: 'refused', reason: 'cut-data-set' }),
      onFault: () => {},
    })
    this.watch.objectBegins()
    return {
      write: (chunk) => {
        this.progress.bytes += chunk.length
        const ready = sink.write(chunk)
        if (!ready) {
          this.watch.expectMore()
          return undefined
        }
        // While the cache takes its time, nothing is expected of the peer.
        this.watch.expectNothing()
        return ready.finally(() => this.watch.expectMore())
      },
      end: () => {
        this.watch.expectNothing()
        return sink.end().finally(() => this.watch.expectObject())
      },
      abort: (reason) => {
        this.watch.expectObject()
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
    const { remaining, failed, warning } = suboperations
    this.watch.responded({ remaining, failed, warning })
    Object.assign(this.progress, { remaining, failed, warning })
    this.#tell()
  }

  #tell(): void {
    this.#request.onProgress?.({ ...this.progress })
  }
}

/** Retrieves from a peer into the cache; never rejects. What is here already is a duplicate, so that it can be called again. */
export async function retrieveByGet(cache: Pick<Cache, 'ingest'>, request: GetRequest): Promise<GetReport> {
  const { peer, callingAETitle, signal } = request
  const storedSOPClassUIDs = request.storedSOPClassUIDs.slice(0, MAX_STORAGE_CONTEXTS)
  const retrieval = new Retrieval(cache, request)
  const grace = new CancelGrace(signal, CANCEL_GRACE)
  let association: ScuAssociation | undefined
  try {
    retrieval.watch.expectObject()
    association = await ScuAssociation.open({
      ...connectionTo(peer, callingAETitle),
      contexts: contextsFor(storedSOPClassUIDs),
      roles: storedSOPClassUIDs.map((SOPClassUID) => ({ SOPClassUID, scuRole: false, scpRole: true })),
      performs: { store: (each) => retrieval.store(each) },
      silence: (request.patience ?? defaultPatience).silence,
      signal: AbortSignal.any([grace.cut, retrieval.watch.signal]),
    })
    grace.opened()
    const root = rootOf(association, 'C-GET')
    const content = identifierOf(request, root)
    const operation = { name: 'C-GET', SOPClassUID: operationClass('C-GET', root), content } as const
    const last = await association.operate(operation, (pending) => retrieval.note(pending), signal)
    retrieval.note(last)
    await association.release()
    const { progress } = retrieval
    return {
      ...progress,
      kind: kindOf(last.status, progress.failed + progress.refused),
      status: last.status,
      error: null,
    }
  } catch (cause) {
    const error =
      retrieval.watch.error ??
      (cause instanceof DimseError ? cause : new DimseError('aborted', 'Retrieving failed', null, { cause }))
    const kind = signal?.aborted ? 'cancelled' : 'interrupted'
    return { ...retrieval.progress, kind, status: null, error }
  } finally {
    grace.end()
    retrieval.watch.end()
    // Nothing, when it was released.
    association?.abort()
  }
}
