/** How many associations with objects a peer bears at once: some bear one alone, which is learnt when they reject another. */
export class AssociationTurns {
  #most: number
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  /**
   * Runs `work` when its turn has come, or when `signal` says that it need not be waited for; what is rejected while others run is tried
   * again, once fewer do.
   */
  async take<T>(work: () => Promise<T>, isRejected: (result: T) => boolean, signal: AbortSignal): Promise<T> {
    for (;;) {
      while (this.#running >= this.#most && !signal.aborted) await this.#change(signal)
      this.#running += 1
      try {
        const result = await work()
        if (!isRejected(result) || this.#running === 1 || signal.aborted) return result
        this.#most = this.#running - 1
      } finally {
        this.#running -= 1
        // All that wait look anew: how many may run has perhaps changed.
        for (const wake of this.#waiting.splice(0)) wake()
      }
    }
  }

  /** Until one that ran has ended, or `signal` aborts. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.#waiting.push(wake)
      signal.addEventListener('abort', wake)
    })
  }
}
