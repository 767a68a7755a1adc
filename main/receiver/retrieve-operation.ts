/** What C-GET and C-MOVE have in common for the one who asks (PS3.4 §C.4.2, §C.4.3): what is wanted, how it ended, and for how long a peer is borne. */
import type { DataSetContent } from '../dataset/index.ts'
import { DimseStatus, statusClass } from '../dicom/index.ts'
import { DimseError } from '../dimse/index.ts'
import type { QueryRoot } from './information-models.ts'

/** A study, one of its series, or instances of that. */
export interface Wanted {
  /** Whose study it is, where that is known: told to peers that are asked in the patient root. */
  PatientID?: string
  StudyInstanceUID: string
  SeriesInstanceUID?: string
  /** With a series: these instances of it alone. */
  SOPInstanceUIDs?: readonly string[]
}

/** What the peer says: still to come, not sent by it, and sent with a warning. */
export interface RetrieveCounts {
  remaining: number
  failed: number
  warning: number
}

export interface RetrieveEnd {
  /** `incomplete`: some objects did not come. `refused`: the peer did not perform it. `interrupted`: the association ended; see `error`. */
  kind: 'completed' | 'incomplete' | 'cancelled' | 'refused' | 'interrupted'
  /** The peer's last status; null without. */
  status: number | null
  error: DimseError | null
}

/** The identifier of a retrieval, with the unique keys of all levels above in its model (PS3.4 §C.4.2.2.1). */
export const identifierOf = (
  { PatientID, StudyInstanceUID, SeriesInstanceUID, SOPInstanceUIDs }: Wanted,
  root: QueryRoot,
): DataSetContent => ({
  QueryRetrieveLevel: SOPInstanceUIDs ? 'IMAGE' : SeriesInstanceUID ? 'SERIES' : 'STUDY',
  ...(root === 'patient' && PatientID ? { PatientID } : {}),
  StudyInstanceUID,
  ...(SeriesInstanceUID ? { SeriesInstanceUID } : {}),
  ...(SOPInstanceUIDs ? { SOPInstanceUID: SOPInstanceUIDs } : {}),
})

/** How it ended, by the last status and by how many objects did not come. */
export function kindOf(status: number, missing: number): RetrieveEnd['kind'] {
  if (status === DimseStatus.Cancel) return 'cancelled'
  if (statusClass(status) === 'failure') return 'refused'
  return missing > 0 ? 'incomplete' : 'completed'
}

/** For how long, in ms. */
export interface Patience {
  /** Without an object, whatever the peer says meanwhile. */
  silence: number
  /** Without a byte, inside an object. */
  object: number
}

/** Responses beside those that the objects account for, and responses to each of these. */
const FREE_RESPONSES = 10_000
const RESPONSES_PER_OBJECT = 8

/** Watches over one retrieval: `signal` aborts, and `error` says why, when nothing comes any more or more than there can be. */
export class ProgressWatch {
  readonly #patience: Patience
  readonly #maxObjects: number
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #objects = 0
  #responses = 0
  #counts = ''
  #isOver = false
  error: DimseError | null = null

  constructor(patience: Patience, maxObjects = Number.POSITIVE_INFINITY) {
    this.#patience = patience
    this.#maxObjects = maxObjects
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The next object, or a sign that the peer gets on, is awaited. */
  expectObject(): void {
    this.#within(this.#patience.silence, 'No object came in time')
  }

  /** More of an object is awaited. */
  expectMore(): void {
    this.#within(this.#patience.object, 'An object stopped coming')
  }

  /** The peer waits for us. */
  expectNothing(): void {
    clearTimeout(this.#timer)
  }

  objectBegins(): void {
    this.#objects += 1
    if (this.#objects > this.#maxObjects) this.#cut('protocol-error', 'More objects than were asked for')
    else this.expectMore()
  }

  /** The peer told where it stands: what it has told before is no progress. */
  responded(counts: RetrieveCounts): void {
    this.#responses += 1
    if (this.#responses > FREE_RESPONSES + RESPONSES_PER_OBJECT * this.#objects) {
      this.#cut('protocol-error', 'Responses without end')
    }
    const told = JSON.stringify(counts)
    if (told === this.#counts) return
    this.#counts = told
    this.expectObject()
  }

  /** It is over. */
  end(): void {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  #within(time: number, message: string): void {
    clearTimeout(this.#timer)
    if (this.#isOver) return
    this.#timer = setTimeout(() => this.#cut('timed-out', message), time).unref()
  }

  #cut(code: 'timed-out' | 'protocol-error', message: string): void {
    clearTimeout(this.#timer)
    this.error ??= new DimseError(code, message)
    this.#controller.abort()
  }
}
