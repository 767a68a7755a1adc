/** What cancelling an operation comes to: an association that is not open yet is given up at once, one that works may still answer for a while. */
export class CancelGrace {
  readonly #signal: AbortSignal | undefined
  readonly #grace: number
  readonly #controller = new AbortController()
  readonly #onCancel = () => this.#cancel()
  #isOpen = false
  #timer: NodeJS.Timeout | undefined

  /** `grace` in ms. */
  constructor(signal: AbortSignal | undefined, grace: number) {
    this.#signal = signal
    this.#grace = grace
    signal?.addEventListener('abort', this.#onCancel)
    if (signal?.aborted) this.#cancel()
  }

  /** Aborted when the association is to be cut. */
  get cut(): AbortSignal {
    return this.#controller.signal
  }

  /** The association is open. */
  opened(): void {
    this.#isOpen = true
  }

  /** It is over. */
  end(): void {
    this.#signal?.removeEventListener('abort', this.#onCancel)
    clearTimeout(this.#timer)
  }

  #cancel(): void {
    if (this.#isOpen) this.#timer = setTimeout(() => this.#controller.abort(), this.#grace)
    else this.#controller.abort()
  }
}
