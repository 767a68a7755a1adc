/**
 * The receiving thread's side of `ingest`: copies incoming bytes into slots of shared memory that the store empties, and counts the digest
 * while the store encrypts: it has time, the store has not. A writer with too many
 * slots under way asks its caller to wait, so that one slow disk holds few bytes in memory.
 */
import { createHash } from 'node:crypto'
import type { IngestOutcome, IngestRequest, IngestWriter } from './cache.ts'
import { SLOT_LENGTH, SlotPool, type SlotUse } from './workers/shared-slots.ts'
import type { ToStore } from './workers/store-messages.ts'

/** Slots that one writer may have under way. */
const CREDITS = 8

interface Writer {
  /** Sent and not yet seen taken, the oldest first. */
  underWay: SlotUse[]
  wait: { promise: Promise<void>; resolve(): void } | null
  answer: ((outcome: IngestOutcome) => void) | null
}

const REFUSED: IngestOutcome = { kind: 'refused', reason: 'storage-failed' }

export class IngestClient {
  readonly #post: (message: ToStore) => void
  readonly #writers = new Map<number, Writer>()
  readonly #slots: SlotPool
  #nextObject = 1
  #failed = false

  constructor(post: (message: ToStore) => void) {
    this.#post = post
    this.#slots = new SlotPool((slot, memory) => post({ type: 'slot', slot, memory }))
  }

  /** Begins an object. */
  ingest(request: IngestRequest): IngestWriter {
    const object = this.#nextObject++
    const writer: Writer = { underWay: [], wait: null, answer: null }
    this.#writers.set(object, writer)
    let slot: SlotUse | null = null
    let filled = 0
    let isBegun = false
    const hash = createHash('sha256')
    let isOver = this.#failed

    const send = (isLast: boolean): void => {
      const use = slot
      const bytes = use?.bytes.subarray(0, filled)
      if (use) writer.underWay.push(use)
      if (isLast && bytes) hash.update(bytes)
      const [first, sha256] = [isBegun ? null : request, isLast ? hash.digest('hex') : null]
      this.#post({ type: 'data', object, request: first, slot: use?.slot ?? null, length: filled, sha256 })
      // The store has begun with these bytes; it only reads them, and nobody else writes there before the next `take`.
      if (!isLast && bytes) hash.update(bytes)
      isBegun = true
      slot = null
      filled = 0
    }
    const copy = (chunk: Uint8Array): void => {
      for (let at = 0; at < chunk.length; ) {
        slot ??= this.#slots.take()
        const part = chunk.subarray(at, at + SLOT_LENGTH - filled)
        slot.bytes.set(part, filled)
        filled += part.length
        at += part.length
        if (filled === SLOT_LENGTH) send(false)
      }
    }

    return {
      write: (chunk) => {
        if (isOver || this.#failed) return undefined
        copy(chunk)
        return this.#room(writer)
      },
      end: () => {
        if (isOver || this.#failed) return Promise.resolve(REFUSED)
        isOver = true
        return new Promise((resolve) => {
          writer.answer = resolve
          send(true)
        })
      },
      abort: () => {
        if (isOver) return
        isOver = true
        if (slot) this.#slots.release(slot)
        slot = null
        this.#writers.delete(object)
        writer.wait?.resolve()
        if (isBegun && !this.#failed) this.#post({ type: 'abort', object })
      },
    }
  }

  /** The store has decided about an object. */
  decided(object: number, outcome: IngestOutcome): void {
    const writer = this.#writers.get(object)
    this.#writers.delete(object)
    writer?.answer?.(outcome)
  }

  /** The store is gone: everything under way is refused. */
  fail(): void {
    this.#failed = true
    for (const writer of this.#writers.values()) {
      writer.wait?.resolve()
      writer.answer?.(REFUSED)
    }
    this.#writers.clear()
  }

  /** Undefined when the writer may go on, else what to wait for. */
  #room(writer: Writer): Promise<void> | undefined {
    while (writer.underWay[0]?.isOver()) writer.underWay.shift()
    const oldest = writer.underWay[0]
    if (!oldest || writer.underWay.length < CREDITS) return undefined
    if (!writer.wait) {
      const wait = Promise.withResolvers<void>()
      writer.wait = wait
      void oldest.over().then(() => {
        writer.wait = null
        wait.resolve()
      })
    }
    return writer.wait.promise
  }
}
