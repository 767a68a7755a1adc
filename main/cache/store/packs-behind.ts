/**
 * Packs with records behind what the index knows of them that could not be indexed when the cache was opened. Nothing is written into them in
 * this run: what lies before a pack's `indexedEnd` is never looked at again. And their keys and studies stay: they hold what was promised.
 */

/** A pack whose records wait for the index; it was read whole, cut and synced. */
export interface WaitingPack {
  packId: string
  keyId: string
  /** Null where none of its records tells. */
  StudyInstanceUID: string | null
  /** Its records before this place are indexed. */
  indexedEnd: number
  /** Objects behind it. */
  objects: number
  /** Why the index did not take the first of them. */
  error: unknown
}

export class PacksBehind {
  readonly #waiting = new Map<string, WaitingPack>()
  /** Packs that could not be read, and their keys where these are known. */
  readonly #unread = new Map<string, string | null>()
  /** Packs with something that is not authentic, and their keys. */
  readonly #damaged = new Map<string, string>()
  /** Packs that the index does not know, with something in them that is kept, and their keys. */
  readonly #strays = new Map<string, string>()
  #nextInstanceKey = 1

  /** The packs whose records wait, in the order in which they were found. */
  get waiting(): readonly WaitingPack[] {
    return [...this.#waiting.values()]
  }

  /** How many objects wait. */
  get objects(): number {
    return this.waiting.reduce((sum, { objects }) => sum + objects, 0)
  }

  /** The studies of these; null where one of them does not tell. */
  get studies(): (string | null)[] {
    return this.waiting.map(({ StudyInstanceUID }) => StudyInstanceUID)
  }

  /** Whether keys of instances may have been given that the index does not know. */
  get isAny(): boolean {
    return this.#waiting.size + this.#unread.size > 0
  }

  /** Behind every key of a record that waits, as far as they could be read. */
  get nextInstanceKey(): number {
    return this.#nextInstanceKey
  }

  /** Its records wait; `instanceKeys` are theirs. */
  wait(pack: WaitingPack, instanceKeys: readonly number[] = []): void {
    this.#waiting.set(pack.packId, pack)
    for (const key of instanceKeys) this.#nextInstanceKey = Math.max(this.#nextInstanceKey, key + 1)
  }

  /** It is all in the index now. */
  settle(packId: string): void {
    this.#waiting.delete(packId)
  }

  /** It cannot be read in this run; what it holds is not known. */
  leaveUnread(packId: string, keyId: string | null): void {
    this.#unread.set(packId, keyId)
  }

  /** Nothing in it could be indexed, and it is kept all the same. */
  leaveStray(packId: string, keyId: string): void {
    this.#strays.set(packId, keyId)
  }

  get strays(): { packId: string; keyId: string }[] {
    return [...this.#strays].map(([packId, keyId]) => ({ packId, keyId }))
  }

  /** The strays under these keys that go with their study: in the others lies what may have been answered. */
  straysUnder(keyIds: ReadonlySet<string>): { packId: string; keyId: string }[] {
    return this.strays.filter(({ packId, keyId }) => keyIds.has(keyId) && !this.#damaged.has(packId))
  }

  /** In it lies something that is not authentic, and of which no person took note: it may be an object that was answered. */
  leaveDamaged(packId: string, keyId: string): void {
    this.#damaged.set(packId, keyId)
  }

  /** Whether a pack with damage is under one of these keys. */
  isDamagedUnder(keyIds: ReadonlySet<string>): boolean {
    return [...this.#damaged.values()].some((keyId) => keyIds.has(keyId))
  }

  /** These packs are removed. */
  forget(packIds: readonly string[]): void {
    for (const packId of packIds) {
      this.#damaged.delete(packId)
      this.#strays.delete(packId)
    }
  }

  /** A person has taken note of what is damaged: it goes with its study. */
  dismissDamage(): void {
    this.#damaged.clear()
  }

  /** Whether nothing may be written into this pack. */
  has(packId: string): boolean {
    return this.#waiting.has(packId) || this.#unread.has(packId) || this.#damaged.has(packId)
  }

  /** Whether one of these packs is, or may be, under this key. */
  needsKey(keyId: string): boolean {
    return this.isUnder(keyId) || this.isDamagedUnder(new Set([keyId])) || [...this.#unread.values()].includes(null)
  }

  /** Whether something that waits is of this study or under one of its keys: it must not be removed. */
  isOfStudy(StudyInstanceUID: string, keyIds: ReadonlySet<string>): boolean {
    return (
      this.waiting.some((pack) => pack.StudyInstanceUID === StudyInstanceUID) ||
      [...keyIds].some((keyId) => this.isUnder(keyId))
    )
  }

  isUnder(keyId: string): boolean {
    return this.waiting.some((pack) => pack.keyId === keyId) || [...this.#unread.values()].includes(keyId)
  }
}
