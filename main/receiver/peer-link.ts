/**
 * Calling the remote AEs that the station knows, by their AE titles: verified, sent stored objects, asked to commit themselves to them,
 * asked what they have, and for it.
 */
import type { Cache, StoredObject } from '../cache/cache.ts'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../dicom/index.ts'
import {
  DimseError,
  type ObjectToSend,
  ScuAssociation,
  type SendReport,
  type SendRequest,
  sendObjects,
  type TlsCredentials,
  verificationContext,
} from '../dimse/index.ts'
import type { ExpectedMoves } from './expected-moves.ts'
import { contextsOf, isOffered, type QueryRoot } from './information-models.ts'
import { connectionTo, type PeerAddress, type PeerRules, peerAddress } from './peer-table.ts'
import { type Ask, type QueryPatience, queryByFind } from './query-by-find.ts'
import { type GetReport, type GetRequest, retrieveByGet } from './retrieve-by-get.ts'
import { type MoveReport, type MoveRequest, retrieveByMove } from './retrieve-by-move.ts'
import type { FrameDecoder } from './sending/decompressed.ts'
import { toSend } from './sending/to-send.ts'
import type { CommitmentRequest, ReportListener, StorageCommitment } from './storage-commitment/index.ts'

export interface PeerLinkOptions {
  /** Our AE title now. */
  aeTitle(): string
  peers(): PeerRules
  /** What we show to peers that speak TLS; null: nothing, and they are not called. */
  credentials(): TlsCredentials | null
  decoder: FrameDecoder | null
  commitment: Pick<StorageCommitment, 'ask' | 'onReport'>
  moves: ExpectedMoves
}

/** Which services a peer accepts, in whichever information model; whether it performs them is seen when it is asked. */
export interface PeerServices {
  isFinding: boolean
  isGetting: boolean
  isMoving: boolean
  isCommitting: boolean
}

type RetrievalOf<R extends GetRequest | MoveRequest> = Omit<R, 'peer' | 'callingAETitle'> & {
  /** Where its objects go. */
  cache: Pick<Cache, 'ingest'>
  signal: AbortSignal
}

/** Null, of each: no peer that listens has this AE title, or it speaks TLS and we have nothing to show. Nothing but `query` rejects. */
export interface PeerLink {
  /** C-ECHO, and which services are accepted. */
  test(aeTitle: string): Promise<({ error: DimseError | null } & PeerServices) | null>
  /** Sends stored objects in the encodings that the peer takes; `onBegin` is waited for before the first byte of each. */
  send(
    aeTitle: string,
    request: { objects: readonly StoredObject[]; onBegin(index: number): Promise<void> } & Required<
      Pick<SendRequest, 'signal' | 'onResult'>
    >,
  ): Promise<SendReport | null>
  /** Asks for commitment; the report goes to those who listen. */
  ask(
    aeTitle: string,
    request: Required<Pick<CommitmentRequest, 'TransactionUID' | 'instances' | 'signal'>>,
  ): Promise<{ status: number } | { error: DimseError } | null>
  onReport(listener: ReportListener): () => void
  /** Asks by C-FIND, over one association; see {@link queryByFind}. */
  query<T>(
    aeTitle: string,
    request: { signal: AbortSignal; patience?: QueryPatience },
    work: (ask: Ask, root: QueryRoot) => Promise<T>,
  ): Promise<{ answer: T } | null>
  /** Retrieves by C-GET. */
  get(aeTitle: string, request: RetrievalOf<GetRequest>): Promise<GetReport | null>
  /** Retrieves by C-MOVE to our own listener. */
  move(aeTitle: string, request: RetrievalOf<MoveRequest>): Promise<MoveReport | null>
}

/** ms for the connection and each answer when a person waits. */
const PATIENCE = 8000

const commitmentContext = {
  abstractSyntax: SOPClassUIDs.StorageCommitmentPushModel,
  transferSyntax: TransferSyntaxUIDs.ImplicitVRLittleEndian,
} as const

/** The object, in every form, with something to be done before it goes out. */
function announced(object: ObjectToSend, onBegin: () => Promise<void>): ObjectToSend {
  const behind = (dataSet: ObjectToSend['dataSet']) =>
    async function* (): AsyncGenerator<Uint8Array> {
      await onBegin()
      yield* dataSet()
    }
  const otherwise = (object.otherwise ?? []).map((form) => ({ ...form, dataSet: behind(form.dataSet) }))
  return { ...object, dataSet: behind(object.dataSet), otherwise }
}

const operations = ['C-FIND', 'C-GET', 'C-MOVE'] as const
const noServices: PeerServices = { isFinding: false, isGetting: false, isMoving: false, isCommitting: false }

async function test(peer: PeerAddress, callingAETitle: string): Promise<{ error: DimseError | null } & PeerServices> {
  let association: ScuAssociation | undefined
  try {
    association = await ScuAssociation.open({
      ...connectionTo(peer, callingAETitle),
      contexts: [verificationContext, commitmentContext, ...operations.flatMap(contextsOf)],
      responseTimeout: PATIENCE,
    })
    const services = {
      isFinding: isOffered(association, 'C-FIND'),
      isGetting: isOffered(association, 'C-GET'),
      isMoving: isOffered(association, 'C-MOVE'),
      isCommitting: association.accepts(commitmentContext.abstractSyntax, commitmentContext.transferSyntax),
    }
    const status = await association.echo()
    await association.release()
    return { ...services, error: status === 0 ? null : new DimseError('aborted', 'C-ECHO was not answered by Success') }
  } catch (cause) {
    const error = cause instanceof DimseError ? cause : new DimseError('aborted', 'Testing failed', null, { cause })
    return { ...noServices, error }
  } finally {
    // Nothing, when it was released.
    association?.abort()
  }
}

/** Calls under our AE title. */
export function createPeerLink(options: PeerLinkOptions): PeerLink {
  const { aeTitle, peers, credentials, decoder, commitment, moves } = options
  const addressOf = (title: string): PeerAddress | null => peerAddress(peers(), title, null, credentials())
  return {
    async test(title) {
      const peer = addressOf(title)
      return peer && test(peer, aeTitle())
    },
    async send(title, { objects, onBegin, ...request }) {
      const peer = addressOf(title)
      if (!peer) return null
      const announcing = objects.map((object, index) => announced(toSend(object, decoder), () => onBegin(index)))
      return sendObjects({ ...connectionTo(peer, aeTitle()), ...request, objects: announcing })
    },
    async ask(title, request) {
      const peer = addressOf(title)
      return peer && commitment.ask({ ...request, peer })
    },
    onReport: (listener) => commitment.onReport(listener),
    async query(title, { signal, patience }, work) {
      const peer = addressOf(title)
      return peer && { answer: await queryByFind(peer, aeTitle(), work, signal, patience) }
    },
    async get(title, { cache, ...request }) {
      const peer = addressOf(title)
      return peer && retrieveByGet(cache, { ...request, peer, callingAETitle: aeTitle() })
    },
    async move(title, { cache, ...request }) {
      const peer = addressOf(title)
      return peer && retrieveByMove(moves, cache, { ...request, peer, callingAETitle: aeTitle() })
    },
  }
}
