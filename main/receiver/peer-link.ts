/** Calling the remote AEs that the station knows, by their AE titles: verified, sent stored objects, asked to commit themselves to them. */
import type { StoredObject } from '../cache/cache.ts'
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
import { connectionTo, type PeerAddress, type PeerRules, peerAddress } from './peer-table.ts'
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
}

/** Null, of each: no peer that listens has this AE title, or it speaks TLS and we have nothing to show. Nothing rejects. */
export interface PeerLink {
  /** C-ECHO, and whether storage commitment is offered. */
  test(aeTitle: string): Promise<{ error: DimseError | null; isCommitting: boolean } | null>
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

async function test(peer: PeerAddress, callingAETitle: string) {
  let association: ScuAssociation | undefined
  try {
    association = await ScuAssociation.open({
      ...connectionTo(peer, callingAETitle),
      contexts: [verificationContext, commitmentContext],
      responseTimeout: PATIENCE,
    })
    const { abstractSyntax, transferSyntax } = commitmentContext
    const isCommitting = association.accepts(abstractSyntax, transferSyntax)
    const status = await association.echo()
    await association.release()
    return {
      error: status === 0 ? null : new DimseError('aborted', 'C-ECHO was not answered by Success'),
      isCommitting,
    }
  } catch (cause) {
    const error = cause instanceof DimseError ? cause : new DimseError('aborted', 'Testing failed', null, { cause })
    return { error, isCommitting: false }
  } finally {
    // Nothing, when it was released.
    association?.abort()
  }
}

/** Calls under our AE title. */
export function createPeerLink({ aeTitle, peers, credentials, decoder, commitment }: PeerLinkOptions): PeerLink {
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
  }
}
