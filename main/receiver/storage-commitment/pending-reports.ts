/** Requests for commitment whose report has still to be brought, kept over an end of this program in a bounded number of places. */
import { isUID } from '../../dicom/index.ts'
import type { InstanceReference } from './transaction.ts'

/** Who asked. */
export interface Asker {
  callingAETitle: string
  remoteAddress: string
}

export interface PendingReport extends Asker {
  TransactionUID: string
  instances: readonly InstanceReference[]
  /** ISO 8601. */
  askedAt: string
}

/** Places that texts are kept in, durably: numbered from 0, null where nothing ever was. */
export interface ReportMemory {
  load(slot: number): Promise<string | null>
  /** An empty text empties the place. */
  save(slot: number, text: string): Promise<void>
}

/** ms after which nobody waits any more. */
const MAX_AGE = 24 * 3_600_000

/** One line each: who asked, and pairs of UIDs. */
const encode = ({ instances, ...request }: PendingReport): string =>
  JSON.stringify({ ...request, instances: instances.map((each) => [each.SOPClassUID, each.SOPInstanceUID]) })

function decode(text: string): PendingReport | null {
  try {
    const { instances, TransactionUID, callingAETitle, remoteAddress, askedAt } = JSON.parse(text)
    if (!isUID(TransactionUID) || !(Date.now() - Date.parse(askedAt) < MAX_AGE)) return null
    const references = (instances as [string, string][]).map(([SOPClassUID, SOPInstanceUID]) => ({
      SOPClassUID,
      SOPInstanceUID,
    }))
    return { TransactionUID, callingAETitle, remoteAddress, askedAt, instances: references }
  } catch {
    return null
  }
}

export class PendingReports {
  readonly #memory: ReportMemory | null
  readonly #most: number
  readonly #taken = new Set<number>()

  constructor(memory: ReportMemory | null, most: number) {
    this.#memory = memory
    this.#most = most
  }

  /** Keeps a request in the first free place, which it returns; null when there is no memory. */
  async keep(request: PendingReport): Promise<number | null> {
    if (!this.#memory) return null
    let slot = 0
    while (this.#taken.has(slot)) slot += 1
    this.#taken.add(slot)
    try {
      await this.#memory.save(slot, encode(request))
    } catch (error) {
      this.#taken.delete(slot)
      throw error
    }
    return slot
  }

  async forget(slot: number): Promise<void> {
    await this.#memory?.save(slot, '')
    this.#taken.delete(slot)
  }

  /** What was kept and is not too old; the rest is forgotten. The first places are always the first to be taken: behind an unused one is none. */
  async load(): Promise<{ request: PendingReport; slot: number }[]> {
    const found: { request: PendingReport; slot: number }[] = []
    for (let slot = 0; this.#memory && slot < this.#most; slot += 1) {
      const text = await this.#memory.load(slot)
      if (text === null) break
      const request = decode(text)
      if (request) {
        this.#taken.add(slot)
        found.push({ request, slot })
      } else if (text !== '') await this.#memory.save(slot, '')
    }
    return found
  }
}
