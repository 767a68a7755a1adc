/**
 * Asks the archive whether it still holds a study, before that goes from here. A proof may be years old, and an archive loses and deletes. One
 * question at a time, and few that are answered by nothing: whoever does not answer is left alone until the next pass.
 */
import type { ArchiveWord } from '../cache.ts'
import type { CacheLog } from '../open-cache.ts'

/**
 * ms for which a proof does for an archive that cannot be asked, where room is needed all the same: from a Friday evening to a Monday, the
 * longest that a reader on call is mostly left with a link that is down.
 */
export const PROOF_STANDS_FOR = 72 * 3_600_000
/** Questions without an answer that can be relied on, after which a pass asks no more. */
const MOST_UNCLEAR = 3
/** ms before a study is asked about again that got no such answer. */
const ASK_AGAIN_AFTER = 3_600_000

/** Asks the archive that is set up; see `archive/holdings.ts`. */
export type Confirm = (StudyInstanceUID: string, signal: AbortSignal) => Promise<ArchiveWord>

export class ArchiveQuestions {
  readonly #confirm: Confirm
  readonly #log: CacheLog
  /** When studies were asked about that got no answer to rely on; of a clock that nobody sets. */
  readonly #unclear = new Map<string, number>()
  #inARow = 0
  #isAway = false

  constructor(confirm: Confirm, log: CacheLog) {
    this.#confirm = confirm
    this.#log = log
  }

  /** A pass begins. */
  begin(): void {
    this.#inARow = 0
    this.#isAway = false
    for (const [study, at] of this.#unclear) {
      if (performance.now() - at >= ASK_AGAIN_AFTER) this.#unclear.delete(study)
    }
  }

  /** Nothing more is asked in this pass. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Never rejects; without a question where none would help. */
  async ask(StudyInstanceUID: string, signal: AbortSignal): Promise<ArchiveWord> {
    if (this.#isAway) return 'away'
    if (this.#unclear.has(StudyInstanceUID)) return 'unclear'
    const word = await this.once(StudyInstanceUID, signal)
    this.#inARow = word === 'unclear' ? this.#inARow + 1 : 0
    if (word === 'unclear') this.#unclear.set(StudyInstanceUID, performance.now())
    this.#isAway = word === 'away' || this.#inARow >= MOST_UNCLEAR
    return word
  }

  /** For a person: asks whatever was answered before. Never rejects. */
  async once(StudyInstanceUID: string, signal: AbortSignal): Promise<ArchiveWord> {
    try {
      return await this.#confirm(StudyInstanceUID, signal)
    } catch (error) {
      this.#log.warn({ code: (error as { code?: unknown }).code }, 'the archive could not be asked for a study')
      return 'unclear'
    }
  }
}
