/** What the archive asks of the station's DICOM network: remote AEs are known there, and reports come to its listener. A port; passed in. */
import type { StoredObject } from '../../cache/cache.ts'
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

export interface PeerLink {
  /** Null, of each: no remote AE that listens has this AE title, or it speaks TLS and there is nothing to show. Never rejects. */
  test(aeTitle: string): Promise<{ error: DimseError | null; isCommitting: boolean } | null>
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
}
