/**
 * Which files of a watched folder were taken, kept from one run to the next, so that they are not all read again: by fingerprints that hold no
 * path, because paths name patients. They lie in buckets, of which only those that changed are written.
 */
import { createHash } from 'node:crypto'

export interface TakenNotes {
  loadDocument(name: string): Promise<string | null>
  saveDocument(name: string, text: string): Promise<void>
}

/** Characters of a fingerprint: 96 bits. */
const LENGTH = 16
const BUCKETS = 64
/** Files that are remembered though they could not be seen. */
const MAX_UNSEEN = 100_000

/** Of a file by where it lies and what it looks like; 16 characters. */
export const fingerprint = (path: string, looks: string): string =>
  createHash('sha256').update(`${path}\n${looks}`).digest('base64url').slice(0, LENGTH)

/** By the first character of base64url. */
const bucketOf = (print: string): number => (print.codePointAt(0) ?? 0) % BUCKETS
const nameOf = (bucket: number): string => `watched files ${bucket}`
const bucketNumbers = Array.from({ length: BUCKETS }, (_, bucket) => bucket)

export class TakenFiles {
  readonly #notes: TakenNotes
  readonly #changed = new Set<number>()
  #known: Promise<Set<string>> | null = null

  constructor(notes: TakenNotes) {
    this.#notes = notes
  }

  /** What was taken; that it cannot be read means that files are read again, and nothing else. */
  #load(): Promise<Set<string>> {
    this.#known ??= Promise.all(bucketNumbers.map((bucket) => this.#notes.loadDocument(nameOf(bucket)))).then(
      (texts) => new Set(texts.flatMap((text) => text?.match(new RegExp(`.{${LENGTH}}`, 'g')) ?? [])),
      () => new Set<string>(),
    )
    return this.#known
  }

  async has(print: string): Promise<boolean> {
    return (await this.#load()).has(print)
  }

  /** Durable once `keep` has resolved. */
  async add(print: string): Promise<void> {
    const known = await this.#load()
    known.add(print)
    this.#changed.add(bucketOf(print))
  }

  /**
   * Writes what changed, and forgets what is not among `present`: files that are gone, or look otherwise. When not all could be seen, that is
   * forgotten only where it has become too much.
   */
  async keep(present: ReadonlySet<string>, isAll: boolean): Promise<void> {
    const known = await this.#load()
    const mayForget = isAll || known.size > present.size + MAX_UNSEEN
    for (const print of known) {
      if (!mayForget || present.has(print)) continue
      known.delete(print)
      this.#changed.add(bucketOf(print))
    }
    if (this.#changed.size === 0) return
    const texts = new Map([...this.#changed].map((bucket): [number, string[]] => [bucket, []]))
    for (const print of known) texts.get(bucketOf(print))?.push(print)
    for (const [bucket, prints] of texts) {
      await this.#notes.saveDocument(nameOf(bucket), prints.join(''))
      this.#changed.delete(bucket)
    }
  }
}
