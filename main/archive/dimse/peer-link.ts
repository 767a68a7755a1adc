/**
 * What the archive asks of the station's DICOM network: remote AEs are known there, and reports, and what is moved here, come to its
 * listener. A port; passed in.
 */
import type { Cache, StoredObject } from '../../cache/cache.ts'
import type { DataSet, DataSetContent } from '../../dataset/index.ts'
import type { DimseError, SendReport, SendResult } from '../../dimse/index.ts'

/** What a commitment report says, by SOP Instance UID (PS3.4 §J.3.3). */
export interface PeerReport {
  TransactionUID: string
  committed: readonly { SOPInstanceUID: string }[]
  /** With the reason of each (PS3.3 §C.14.1.1), 0 where none was given. */
  failed: readonly { SOPInstanceUID: string; FailureReason: number }[]
}

export interface PeerSending {
  objects: readonly StoredObject[]
  /** Before the first byte of an object goes out. */
  onBegin(index: number): Promise<void>
  onResult(result: SendResult): void
  /** Ends it behind the object that is going out. */
  signal: AbortSignal
}

/** Asks one C-FIND: at most `most` matches are told, null one that cannot be read; `isCut`: there were more. */
export type AskPeer = (question: {
  content: DataSetContent
  most: number
  onMatch(match: DataSet | null): void
}) => Promise<{ status: number; isCut: boolean }>

/** In which information model a peer is asked: in the patient root, what is asked below the patient names its PatientID (PS3.4 §C.6.1). */
export type QueryRoot = 'study' | 'patient'

/** What is to be brought: instances of a series, or all of it. */
export interface PeerWanted {
  /** Whose study it is, where that is known. */
  PatientID?: string
  StudyInstanceUID: string
  SeriesInstanceUID: string
  SOPInstanceUIDs?: readonly string[]
  /** A peer that sends more is cut. */
  maxObjects: number
}

/** How a C-GET or C-MOVE ended, with what the peer said of its sub-operations. */
export interface PeerRetrieved {
  kind: 'completed' | 'incomplete' | 'cancelled' | 'refused' | 'interrupted'
  status: number | null
  failed: number
  warning: number
  error: DimseError | null
}

type Retrieving = PeerWanted & { cache: Pick<Cache, 'ingest'>; signal: AbortSignal }

/** What a remote AE answers when it is tried. */
export interface PeerTested {
  error: DimseError | null
  isFinding: boolean
  isGetting: boolean
  isMoving: boolean
  isCommitting: boolean
}

export interface PeerLink {
  /** Null, of each: no remote AE that listens has this AE title, or it speaks TLS and there is nothing to show. Nothing but `query` rejects. */
  test(aeTitle: string): Promise<PeerTested | null>
  send(aeTitle: string, sending: PeerSending): Promise<SendReport | null>
  /** Asks for commitment (N-ACTION): the peer's status, or why it could not be asked. Reports go to those who listen. */
  ask(
    aeTitle: string,
    request: {
      TransactionUID: string
      instances: readonly { SOPClassUID: string; SOPInstanceUID: string }[]
      signal: AbortSignal
    },
  ): Promise<{ status: number } | { error: DimseError } | null>
  /** Calls back with reports, on whichever association they came, and whose they are; true: it was awaited, and is taken durably. */
  onReport(listener: (report: PeerReport, aeTitle: string) => Promise<boolean>): () => void
  /** Lets `work` ask over one association, in the model that the peer accepts; `signal` cancels. Rejects with `DimseError`, and with what `work` throws. */
  query<T>(
    aeTitle: string,
    request: { signal: AbortSignal },
    work: (ask: AskPeer, root: QueryRoot) => Promise<T>,
  ): Promise<{ answer: T } | null>
  /** C-GET, proposing these SOP classes; objects go to `cache`. */
  get(aeTitle: string, request: Retrieving & { storedSOPClassUIDs: readonly string[] }): Promise<PeerRetrieved | null>
  /** C-MOVE to our own listener. */
  move(aeTitle: string, request: Retrieving): Promise<PeerRetrieved | null>
}
