/** What of an intake was not taken, and why: the first by name, all of it by number. */
import type { Intake } from '../contract/importer.ts'

/** Names that are listed; more are counted. */
export const MAX_NAMED = 500

export class Refusals {
  readonly listed: Intake['refused'] = []
  #total = 0

  get total(): number {
    return this.#total
  }

  /** `reason` is a code of the locales. */
  add(name: string, reason: string): void {
    this.#total += 1
    if (this.listed.length < MAX_NAMED) this.listed.push({ name, reason })
  }
}
