/** What a torture program is: something is broken on purpose, over and over, and what was promised must hold each time. */

export interface TortureOptions {
  /** How much: the short form is part of `npm test`, the long one takes minutes. */
  length: 'short' | 'long'
  /** Rounds, cases or seconds instead of those of the form; see tests/torture/README.md. */
  amount?: number
  /** What random choices come from; printed, so that a failure can be had again. */
  seed: number
  progress(line: string): void
}

export interface TortureResult {
  ok: boolean
  /** Each broken promise in words, the first ones only. */
  failures: string[]
  [figure: string]: unknown
}

export interface Torture {
  name: string
  run(options: TortureOptions): Promise<TortureResult>
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const MAX_FAILURES = 20

/** Gathers broken promises. */
export class Failures {
  readonly #lines: string[] = []
  #count = 0

  add(line: string): void {
    this.#count += 1
    if (this.#lines.length < MAX_FAILURES) this.#lines.push(line)
  }

  get count(): number {
    return this.#count
  }

  /** As a result says it. */
  get result(): { ok: boolean; failures: string[] } {
    const more = this.#count - this.#lines.length
    return { ok: this.#count === 0, failures: more > 0 ? [...this.#lines, `and ${more} more`] : [...this.#lines] }
  }
}
