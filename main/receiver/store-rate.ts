/** Instances stored per second, over the last few seconds. */

const WINDOW_SECONDS = 5
/** A sender with an association for each object pauses no longer between two, ms. */
const QUIET = 1000

export class StoreRate {
  readonly #counts = new Array<number>(WINDOW_SECONDS).fill(0)
  #second = 0
  #last = 0

  /** Counts one instance stored at `now` (ms on any steady clock). */
  add(now: number): void {
    this.#advance(now)
    const slot = this.#second % WINDOW_SECONDS
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
    this.#last = now
  }

  /** Mean over the window that ends at `now`; where nobody sends any more, none a second after the last. */
  at(now: number, isUnderWay = true): number {
    this.#advance(now)
    if (!isUnderWay && now - this.#last >= QUIET) return 0
    return this.#counts.reduce((sum, count) => sum + count, 0) / WINDOW_SECONDS
  }

  #advance(now: number): void {
    const second = Math.floor(now / 1000)
    const passed = Math.min(second - this.#second, WINDOW_SECONDS)
    for (let i = 1; i <= passed; i += 1) this.#counts[(second - passed + i) % WINDOW_SECONDS] = 0
    this.#second = second
  }
}
