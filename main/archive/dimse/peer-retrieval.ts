/**
 * Brings objects from a remote AE: by C-GET, and by C-MOVE to our own listener where that is not offered. Only what belongs to the study is
 * kept, whatever comes.
 */
import { ArchiveError } from '../archive-error.ts'
import { guardedIngest } from '../retrievals/guarded-ingest.ts'
import type { Arrivals, RemoteInstance, Wish } from '../study-source.ts'
import { AssociationTurns } from './association-turns.ts'
import { expectedClasses } from './expected-classes.ts'
import type { KnownPatients } from './known-patients.ts'
import { faultOfRetrieval, isNotPerformed, peerUnknown, warningsOf } from './peer-faults.ts'
import type { PeerLink, PeerRetrieved, PeerWanted } from './peer-link.ts'

/** Objects that may come of a request, by those that it names. */
const mostOf = (instances: number): number => instances * 2 + 16
/** Instances that one request names: 65,534 bytes of UIDs are the most that an element holds. */
export const INSTANCES_AT_ONCE = 250
/** Objects of a series whose number nobody knows. */
const MAX_UNKNOWN = 20_000
/** Single instances asked for in vain, one after the other, until a peer that gave none of a list is believed. */
const MAX_IN_VAIN = 8
/** Associations with objects at a time, of all retrievals together. */
const MOST_ASSOCIATIONS = 2

export class PeerRetrieval {
  readonly #link: Pick<PeerLink, 'get' | 'move'>
  readonly #archive: { id: string; aeTitle: string }
  readonly #patients: KnownPatients
  /** C-GET was not offered, or not performed; asked anew with each connection to an archive. */
  #isMoving = false
  readonly #turns = new AssociationTurns(MOST_ASSOCIATIONS)

  constructor(link: Pick<PeerLink, 'get' | 'move'>, archive: { id: string; aeTitle: string }, patients: KnownPatients) {
    this.#link = link
    this.#archive = archive
    this.#patients = patients
  }

  /** Throws {@link ArchiveError} when not all of it came. */
  async bring(wish: Wish, arrivals: Arrivals): Promise<void> {
    const { instances } = wish
    const came = new Set<string>()
    const noting: Arrivals = {
      ...arrivals,
      onReceived: (received) => {
        if (received.kind === 'kept') came.add(received.SOPInstanceUID)
        return arrivals.onReceived(received)
      },
    }
    try {
      await this.#ask(wish, noting, came)
    } catch (error) {
      const mayBeTheList = error instanceof ArchiveError && error.fault === 'not-handed-over' && came.size === 0
      if (!mayBeTheList || !instances || instances.length < 2) throw error
      await this.#askEach(wish, instances, noting, came)
      if (came.size === 0) throw error
    }
  }

  /** For peers that take no list of UIDs. */
  async #askEach(
    wish: Wish,
    instances: readonly RemoteInstance[],
    arrivals: Arrivals,
    came: ReadonlySet<string>,
  ): Promise<void> {
    let inVain = 0
    let last: unknown
    for (const instance of instances) {
      const { size } = came
      await this.#ask({ ...wish, instances: [instance] }, arrivals, came).catch((error: unknown) => {
        if (!(error instanceof ArchiveError) || error.fault !== 'not-handed-over') throw error
        last = error
      })
      inVain = came.size > size ? 0 : inVain + 1
      if (inVain >= MAX_IN_VAIN) break
    }
    if (last !== undefined) throw last
  }

  /** Asks with one group of classes after the other, again for what did not come. */
  async #ask(wish: Wish, arrivals: Arrivals, came: ReadonlySet<string>): Promise<void> {
    const { series, instances } = wish
    let wanted = await this.#wantedOf(wish)
    let left: ArchiveError | null = null
    for (const storedSOPClassUIDs of expectedClasses(series, instances ?? series.instances)) {
      left = await this.#attempt(wanted, storedSOPClassUIDs, arrivals)
      // What is left may be of other classes, where nobody said of which it is.
      if (left?.fault !== 'not-handed-over' || this.#isMoving) break
      const missing = (instances ?? series.instances).filter(({ SOPInstanceUID }) => !came.has(SOPInstanceUID))
      const isListed = instances !== null || (series.announced ?? 0) <= series.instances.length
      if (isListed && missing.length === 0) break
      // As many as a request names; more are asked for as the series that they are.
      if (isListed && missing.length <= INSTANCES_AT_ONCE) {
        wanted = await this.#wantedOf({ ...wish, instances: missing })
      }
    }
    if (left) throw left
  }

  async #wantedOf({ StudyInstanceUID, series, instances }: Wish): Promise<PeerWanted> {
    const { SeriesInstanceUID } = series
    const expected = instances?.length ?? Math.max(series.instances.length, series.announced ?? 0)
    const patient = await this.#patients.of(StudyInstanceUID)
    return {
      ...(patient ? { PatientID: patient.PatientID } : {}),
      ...{ StudyInstanceUID, SeriesInstanceUID },
      ...(instances ? { SOPInstanceUIDs: instances.map(({ SOPInstanceUID }) => SOPInstanceUID) } : {}),
      maxObjects: expected > 0 ? mostOf(expected) : MAX_UNKNOWN,
    }
  }

  /** One operation: null when everything came, or why something did not. Throws what ends the retrieval. */
  async #attempt(
    wanted: PeerWanted,
    storedSOPClassUIDs: readonly string[],
    arrivals: Arrivals,
  ): Promise<ArchiveError | null> {
    const ending = new AbortController()
    const failures: unknown[] = []
    const cache = guardedIngest({
      ...{ cache: arrivals.cache, StudyInstanceUID: wanted.StudyInstanceUID, archive: this.#archive.id },
      onBytes: arrivals.onBytes,
      onReceived: arrivals.onReceived,
      onFailure: (error) => {
        failures.push(error)
        ending.abort()
      },
    })
    const signal = AbortSignal.any([arrivals.signal, ending.signal])
    const request = { ...wanted, cache, signal }
    const isMoving = this.#isMoving
    const report = await this.#turns.take(
      () =>
        isMoving
          ? this.#link.move(this.#archive.aeTitle, request)
          : this.#link.get(this.#archive.aeTitle, { ...request, storedSOPClassUIDs }),
      (answer) => answer?.error?.code === 'rejected',
      signal,
    )
    if (failures.length > 0) throw failures[0]
    if (arrivals.signal.aborted) throw new ArchiveError('cancelled', 'cancelled')
    if (!report) throw peerUnknown()
    return this.#judge(report, isMoving, wanted, storedSOPClassUIDs, arrivals)
  }

  async #judge(
    report: PeerRetrieved,
    isMoving: boolean,
    wanted: PeerWanted,
    storedSOPClassUIDs: readonly string[],
    arrivals: Arrivals,
  ): Promise<ArchiveError | null> {
    if (!isMoving && (report.error?.code === 'context-not-accepted' || isNotPerformed(report))) {
      this.#isMoving = true
      return this.#attempt(wanted, storedSOPClassUIDs, arrivals)
    }
    const how = isMoving ? 'C-MOVE' : 'C-GET'
    const warnings = warningsOf(report, how)
    if (warnings) arrivals.onRemark(warnings)
    const fault = faultOfRetrieval(report, how)
    if (fault && fault.fault !== 'not-handed-over') throw fault
    return fault
  }
}
