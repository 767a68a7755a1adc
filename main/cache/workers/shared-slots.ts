/**
 * Memory that the receiving thread and the store share, in slots: the one fills a slot and names it in a message, the other sets it free
 * when its bytes are taken. Giving a slot back costs no message, unless somebody waits for it.
 */

/** Bytes of a slot: a multiple of the packs’ chunk length, so that whole chunks are encrypted where they lie; smaller ones let the store begin earlier. */
export const SLOT_LENGTH = 128 * 1024

const FREE = 0
/** Uses are numbered, so that a slot in its next use is not taken for one that is still in the last; then the numbers begin anew. */
const MAX_USE = 0x7fffffff

const stateOf = (memory: SharedArrayBuffer): Int32Array<SharedArrayBuffer> => new Int32Array(memory, SLOT_LENGTH, 1)

interface Slot {
  readonly number: number
  readonly bytes: Uint8Array
  /** The number of the use that it is in, or `FREE`. */
  readonly state: Int32Array<SharedArrayBuffer>
}

/** One use of a slot, by the receiving thread. */
export interface SlotUse {
  readonly slot: number
  readonly bytes: Uint8Array
  /** Whether the other side has taken the bytes. */
  isOver(): boolean
  /** Resolves when it has. */
  over(): Promise<unknown>
}

/** The slots of the receiving thread; there are as many as were ever in use at once. */
export class SlotPool {
  readonly #slots: Slot[] = []
  readonly #announce: (slot: number, memory: SharedArrayBuffer) => void
  #lastUse = 0

  constructor(announce: (slot: number, memory: SharedArrayBuffer) => void) {
    this.#announce = announce
  }

  /** A slot for the caller alone, until the other side or {@link release} frees it. */
  take(): SlotUse {
    const { number, bytes, state } = this.#slots.find((each) => Atomics.load(each.state, 0) === FREE) ?? this.#add()
    const use = this.#lastUse === MAX_USE ? 1 : this.#lastUse + 1
    this.#lastUse = use
    Atomics.store(state, 0, use)
    return {
      slot: number,
      bytes,
      isOver: () => Atomics.load(state, 0) !== use,
      over: async () => Atomics.waitAsync(state, 0, use).value,
    }
  }

  /** Frees a slot that was not named in a message. */
  release({ slot }: SlotUse): void {
    const state = this.#slots[slot]?.state
    if (state) Atomics.store(state, 0, FREE)
  }

  #add(): Slot {
    const memory = new SharedArrayBuffer(SLOT_LENGTH + Int32Array.BYTES_PER_ELEMENT)
    const slot = { number: this.#slots.length, bytes: new Uint8Array(memory, 0, SLOT_LENGTH), state: stateOf(memory) }
    this.#slots.push(slot)
    this.#announce(slot.number, memory)
    return slot
  }
}

/** The slots as the store sees them. */
export class SlotReader {
  readonly #memories: SharedArrayBuffer[] = []

  add(slot: number, memory: SharedArrayBuffer): void {
    this.#memories[slot] = memory
  }

  /** Gives `work` the first `length` bytes of a slot, then frees it. */
  take(slot: number, length: number, work: (bytes: Uint8Array) => void): void {
    const memory = this.#memories[slot]
    if (!memory) throw new Error('A slot was named before it was told.')
    try {
      work(new Uint8Array(memory, 0, length))
    } finally {
      const state = stateOf(memory)
      Atomics.store(state, 0, FREE)
      Atomics.notify(state, 0)
    }
  }
}
