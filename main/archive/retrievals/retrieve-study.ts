/**
 * Brings a study here: lists it, leaves out what is here, asks for whole series of which nothing is here and for single instances of the
 * others, and keeps what comes. Run again after a cut it goes on with the first instance that is missing.
 */
import type { Cache } from '../../cache/cache.ts'
import type { ArchiveFault } from '../../contract/archive.ts'
import { ArchiveError } from '../archive-error.ts'
import { mayHeal } from '../backoff.ts'
import type { ArchiveTarget } from '../dicom-web/archive-target.ts'
import { type RetrieveRequest, retrieveObjects } from '../dicom-web/retrieve.ts'
import { type Received, receiveObject } from './receive-object.ts'
import { listRemoteInstances, type RemoteInstance } from './remote-instances.ts'

export interface RetrieveContext {
  cache: Pick<Cache, 'ingest' | 'listInstances' | 'saveArchiveProofs' | 'expectInstances'>
  target: ArchiveTarget
  now(): Date
  signal: AbortSignal
  onExpected(expected: number, received: number): void
  /** One more is here. */
  onReceived(): void
  onBytes(count: number): void
}

/** How it ended: everything is here (`detail` tells what came beside it and was refused), or some of it cannot be had. */
export type RetrieveOutcome =
  | { kind: 'done'; detail: string }
  | { kind: 'incomplete'; fault: ArchiveFault; detail: string }

/** Single instances that are asked for at a time. */
const AT_ONCE = 3
/** Objects of one answer that may wait to become durable. */
const MAX_UNDER_WAY = 16
/** Proofs that are noted together. */
const PROOFS_AT_ONCE = 64

const keyOf = ({ SeriesInstanceUID, SOPInstanceUID }: RemoteInstance): string =>
  `${SeriesInstanceUID} ${SOPInstanceUID}`

class Run {
  readonly #context: RetrieveContext
  readonly #StudyInstanceUID: string
  readonly #here = new Set<string>()
  /** Why something did not come, with how often. */
  readonly #troubles = new Map<string, number>()
  #fault: ArchiveFault = 'not-here'
  /** What is here already and was retrieved again. */
  #proven: number[] = []

  constructor(context: RetrieveContext, StudyInstanceUID: string) {
    this.#context = context
    this.#StudyInstanceUID = StudyInstanceUID
  }

  async run(): Promise<RetrieveOutcome> {
    const { target, signal } = this.#context
    const series = await listRemoteInstances(target, this.#StudyInstanceUID, signal)
    const all = [...series.values()].flat()
    await this.#findHere()
    this.#context.onExpected(all.length, all.length - this.#missing(all).length)
    try {
      for (const instances of series.values()) await this.#retrieveSeries(instances)
    } finally {
      await this.#saveProofs()
      await this.#context.cache.expectInstances(this.#StudyInstanceUID, all.length)
    }
    const missing = this.#missing(all).length
    const troubles = [...this.#troubles].map(([trouble, count]) => `${trouble} ×${count}`)
    if (missing === 0) return { kind: 'done', detail: troubles.join('; ') }
    const detail = [`${missing} of ${all.length} instances missing`, ...troubles].join('; ')
    return { kind: 'incomplete', fault: this.#fault, detail }
  }

  async #findHere(): Promise<void> {
    const { cache, target } = this.#context
    for (const instance of await cache.listInstances(this.#StudyInstanceUID, target.id)) {
      if (!instance.isDamaged) this.#here.add(keyOf(instance))
    }
  }

  #missing(instances: readonly RemoteInstance[]): RemoteInstance[] {
    return instances.filter((instance) => !this.#here.has(keyOf(instance)))
  }

  async #retrieveSeries(instances: readonly RemoteInstance[]): Promise<void> {
    const [first] = instances
    const missing = this.#missing(instances)
    if (!first || missing.length === 0) return
    const { SeriesInstanceUID } = first
    if (missing.length === instances.length && missing.length > 1) {
      await this.#retrieve({ SeriesInstanceUID, maxObjects: instances.length * 2 + 16 })
    }
    // What the archive left out of the series, or what a cut left over.
    await this.#retrieveEach(this.#missing(instances))
  }

  /** A few at a time; the first that should be tried again later ends them all. */
  async #retrieveEach(instances: readonly RemoteInstance[]): Promise<void> {
    const left = instances.values()
    const failures: unknown[] = []
    const next = async (): Promise<void> => {
      for (const instance of left) {
        if (failures.length > 0) return
        await this.#retrieve({ ...instance, maxObjects: 4 }).catch((error: unknown) => void failures.push(error))
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, next))
    if (failures.length > 0) throw failures[0]
  }

  /** Asks once. What can be mended by asking again ends the run; the rest is noted. */
  async #retrieve(request: Omit<RetrieveRequest, 'StudyInstanceUID'>): Promise<void> {
    try {
      await this.#receiveAll(request)
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error
      const isFinal = error.fault === 'nonsense' || error.fault === 'too-large' || !mayHeal(error.fault)
      if (!isFinal) throw error
      // A series that cannot be had as a whole is asked for instance by instance.
      if (request.SOPInstanceUID !== undefined) this.#trouble(error.fault, error.message)
    }
  }

  /** Takes the next object while those before it become durable. */
  async #receiveAll(request: Omit<RetrieveRequest, 'StudyInstanceUID'>): Promise<void> {
    const { cache, target, onBytes, signal } = this.#context
    const StudyInstanceUID = this.#StudyInstanceUID
    const peer = { AETitle: target.name, address: target.base.host }
    const underWay = new Set<Promise<void>>()
    const failures: unknown[] = []
    try {
      for await (const file of retrieveObjects(target, { StudyInstanceUID, ...request }, signal)) {
        const { outcome } = await receiveObject(file, {
          ...{ cache, StudyInstanceUID, peer, onBytes },
          archive: target.id,
        })
        const noted: Promise<void> = outcome
          .then((received) => this.#note(received))
          .catch((error: unknown) => void failures.push(error))
          .finally(() => underWay.delete(noted))
        underWay.add(noted)
        if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay)
        if (failures.length > 0) break
      }
    } finally {
      await Promise.all(underWay)
    }
    if (failures.length > 0) throw failures[0]
  }

  async #note(received: Received): Promise<void> {
    if (received.kind === 'refused') return this.#trouble('nonsense', `refused: ${received.reason}`)
    // What was written says itself where it came from.
    if (received.isKnown) this.#proven.push(received.instanceKey)
    const key = keyOf(received)
    if (!this.#here.has(key)) {
      this.#here.add(key)
      this.#context.onReceived()
    }
    if (this.#proven.length >= PROOFS_AT_ONCE) await this.#saveProofs()
  }

  #trouble(fault: ArchiveFault, detail: string): void {
    this.#fault = fault
    this.#troubles.set(detail, (this.#troubles.get(detail) ?? 0) + 1)
  }

  async #saveProofs(): Promise<void> {
    const { cache, target, now } = this.#context
    const at = now().toISOString()
    const proofs = this.#proven.map((instanceKey) => ({
      instanceKey,
      archive: target.id,
      sentAt: null,
      archivedAt: at,
      proof: 'retrieved' as const,
    }))
    this.#proven = []
    if (proofs.length > 0) await cache.saveArchiveProofs(proofs)
  }
}

/**
 * Retrieves a study as far as it goes. Throws {@link ArchiveError} when it should be tried again (cut, busy, full disk …) or when the study
 * cannot be listed.
 */
export const retrieveStudy = (context: RetrieveContext, StudyInstanceUID: string): Promise<RetrieveOutcome> =>
  new Run(context, StudyInstanceUID).run()
