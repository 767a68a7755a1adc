/**
 * Memory that the receiving thread and the store share, in slots: the one fills a slot and names it in a message, the other sets it free
 * when its bytes are taken. Giving a slot back costs no message, unless somebody waits for it.
 */

/** Bytes of a slot: a multiple of the packs' chunk length, so that whole chunks are encrypted where they lie. */
export const SLOT_LENGTH = 256 * 1024

const FREE = 0
const IN_USE = 1

const stateOf = (memory: SharedArrayBuffer): Int32Array<SharedArrayBuffer> => new Int32Array(memory, SLOT_LENGTH, 1)

/** One slot, as the receiving thread sees it. */
export interface Slot {
  readonly number: number
  readonly bytes: Uint8Array
  isFree(): boolean
  /** Resolves when it is free. */
  freed(): Promise<unknown>
}

/** The slots of the receiving thread; there are as many as were ever in use at once. */
export class SlotPool {
  readonly #slots: (Slot & { readonly state: Int32Array<SharedArrayBuffer> })[] = []
  readonly #announce: (slot: number, memory: SharedArrayBuffer) => void

  constructor(announce: (slot: number, memory: SharedArrayBuffer) => void) {
    this.#announce = announce
  }

  /** A slot for the caller alone, until the other side or {@link release} frees it. */
  take(): Slot {
    const slot = this.#slots.find((each) => each.isFree()) ?? this.#add()
    Atomics.store(slot.state, 0, IN_USE)
    return slot
  }

  /** Frees a slot that was not named in a message. */
  release(slot: Slot): void {
    const state = this.#slots[slot.number]?.state
    if (state) Atomics.store(state, 0, FREE)
  }

  #add() {
    const memory = new SharedArrayBuffer(SLOT_LENGTH + Int32Array.BYTES_PER_ELEMENT)
    const state = stateOf(memory)
    const slot = {
      number: this.#slots.length,
      bytes: new Uint8Array(memory, 0, SLOT_LENGTH),
      state,
      isFree: () => Atomics.load(state, 0) === FREE,
      freed: async () => Atomics.waitAsync(state, 0, IN_USE).value,
    }
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
