/** Answers to searches that are kept for their further pages: a few, and for a few minutes. */

/** Answers that are kept, and for how many ms. */
const KEPT_ANSWERS = 4
const KEPT_FOR = 5 * 60_000

export class KeptAnswers<T> {
  readonly #now: () => Date
  readonly #kept = new Map<string, { answer: T; at: number }>()

  constructor(now: () => Date) {
    this.#now = now
  }

  /** The answer to the search `key`, where it is still kept. */
  get(key: string): T | undefined {
    const oldest = this.#now().getTime() - KEPT_FOR
    for (const [each, { at }] of this.#kept) if (at < oldest) this.#kept.delete(each)
    return this.#kept.get(key)?.answer
  }

  keep(key: string, answer: T): void {
    this.#kept.delete(key)
    this.#kept.set(key, { answer, at: this.#now().getTime() })
    const [first] = this.#kept.keys()
    if (this.#kept.size > KEPT_ANSWERS && first !== undefined) this.#kept.delete(first)
  }

  forget(): void {
    this.#kept.clear()
  }
}
